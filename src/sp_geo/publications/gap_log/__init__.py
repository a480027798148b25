"""Gap log (link workers' reports of needs not met): what it is, its columns and its reader."""
