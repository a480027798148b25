"""Fingertips, an indicator by general practice or PCN: what it is, its columns and its reader."""
