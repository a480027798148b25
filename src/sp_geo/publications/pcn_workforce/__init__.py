"""Primary Care Network Workforce, individual level: what it is, its columns and its reader."""
