"""Rural-urban classification 2011 of LSOA 2011: what it is, its columns and its reader."""
