"""Change over time: what the page shows."""
