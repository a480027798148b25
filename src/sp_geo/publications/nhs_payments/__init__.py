"""NHS Payments to General Practice: what it is, its columns and its reader."""
