"""LSOA to MSOA, lookup: what it is, its columns and its reader."""
