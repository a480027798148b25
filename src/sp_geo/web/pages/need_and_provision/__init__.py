"""Page: need and provision."""
