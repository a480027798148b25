"""Changes of ICBs to come (your own file): what it is, its columns and its reader."""
