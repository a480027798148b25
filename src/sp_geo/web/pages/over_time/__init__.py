"""Page: over time."""
