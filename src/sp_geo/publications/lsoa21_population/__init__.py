"""Mid-year population by LSOA 2021 and age: what it is, its columns and its reader."""
