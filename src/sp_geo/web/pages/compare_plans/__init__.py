"""Page: compare plans."""
