"""Boundaries: what it is, its columns and its reader."""
