"""Where files come from: opening them, recognising them by their content, and the shelf they stand on."""
