"""LSOA 2011 to sub-ICB location, ICB and local authority: what it is, its columns and its reader."""
