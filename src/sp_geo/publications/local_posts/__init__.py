"""Local link worker posts (your own file): what it is, its columns and its reader."""
