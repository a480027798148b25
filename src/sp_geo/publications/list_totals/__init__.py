"""Patients Registered at a GP Practice, totals: what it is, its columns and its reader."""
