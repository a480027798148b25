"""The join: a PCN in a quarter, with its provision and its need."""
