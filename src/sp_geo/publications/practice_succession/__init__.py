"""Successor organisations of practices: what it is, its columns and its reader."""
