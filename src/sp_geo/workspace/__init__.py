"""A workspace: the files on its shelf with their provenance, and the store of tables."""
