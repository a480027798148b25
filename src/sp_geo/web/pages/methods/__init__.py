"""Page: methods."""
