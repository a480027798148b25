"""What can be asked: one request a question, from which options, methods, fields and records are made."""
