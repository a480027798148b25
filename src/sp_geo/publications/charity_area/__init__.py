"""Register of charities, areas of operation (Charity Commission): what it is, its columns and its reader."""
