"""What is loaded and how it reconciled: what the page shows."""
