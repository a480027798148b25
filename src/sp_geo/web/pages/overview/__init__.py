"""Page: overview."""
