"""Sweeps over invented panels with a planted slope: what intervals cover. ``make simulate`` prints the tables."""
