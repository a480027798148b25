"""Figures: from a view to something that is drawn."""
