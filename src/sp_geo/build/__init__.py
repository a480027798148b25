"""The build: from the shelf to the tables, and the one view that everything asks."""
