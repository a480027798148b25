"""Pages, which do not know each other."""
