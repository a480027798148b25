"""Page: plan funding."""
