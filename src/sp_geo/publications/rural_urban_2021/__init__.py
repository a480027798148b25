"""Rural-urban classification 2021 of LSOA 2021: what it is, its columns and its reader."""
