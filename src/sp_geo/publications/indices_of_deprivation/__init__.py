"""English indices of deprivation, File 7: what it is, its columns and its reader."""
