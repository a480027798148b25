"""GP Patient Survey, practice results since 2024: what it is, its columns and its reader."""
