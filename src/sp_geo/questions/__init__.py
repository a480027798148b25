"""What can be asked of a build: one request a question, one answer of rows, notes and record."""
