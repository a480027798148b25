"""Local authority district to region: what it is, its columns and its reader."""
