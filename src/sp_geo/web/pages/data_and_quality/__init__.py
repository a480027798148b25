"""Page: data and quality."""
