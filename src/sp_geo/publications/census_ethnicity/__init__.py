"""Census 2021, TS021 ethnic group by LSOA: what it is, its columns and its reader."""
