"""Register of charities (Charity Commission): what it is, its columns and its reader."""
