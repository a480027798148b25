"""What every room stands on: errors, codes, quarters, parameters; nothing of ours is imported here."""
