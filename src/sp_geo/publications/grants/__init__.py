"""Grants (360Giving): what it is, its columns and its reader."""
