"""Mid-year population by LSOA 2011 and single year of age: what it is, its columns and its reader."""
