"""Own measure of need (your own file): what it is, its columns and its reader."""
