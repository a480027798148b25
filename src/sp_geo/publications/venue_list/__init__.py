"""List of places with addresses: what it is, its columns and its reader."""
