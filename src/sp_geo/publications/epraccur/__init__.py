"""epraccur, general practices: what it is, its columns and its reader."""
