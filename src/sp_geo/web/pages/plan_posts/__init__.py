"""Page: plan posts."""
