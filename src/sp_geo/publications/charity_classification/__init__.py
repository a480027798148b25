"""Register of charities, classifications (Charity Commission): what it is, its columns and its reader."""
