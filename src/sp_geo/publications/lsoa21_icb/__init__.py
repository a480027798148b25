"""LSOA 2021 to sub-ICB location and ICB: what it is, its columns and its reader."""
