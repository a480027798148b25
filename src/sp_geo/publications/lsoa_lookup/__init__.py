"""LSOA 2011 to LSOA 2021, exact fit lookup: what it is, its columns and its reader."""
