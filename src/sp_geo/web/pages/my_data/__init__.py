"""Page: my data."""
