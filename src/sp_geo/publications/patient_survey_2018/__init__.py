"""GP Patient Survey, practice results 2018 to 2023: what it is, its columns and its reader."""
