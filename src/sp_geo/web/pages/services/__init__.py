"""Page: services."""
