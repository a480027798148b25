"""LSOA 2021 to ward and local authority: what it is, its columns and its reader."""
