"""ePCN, practices and primary care networks: what it is, its columns and its reader."""
