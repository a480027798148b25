"""Page: pcn."""
