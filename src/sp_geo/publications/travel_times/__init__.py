"""Travel times between small areas (your own file): what it is, its columns and its reader."""
