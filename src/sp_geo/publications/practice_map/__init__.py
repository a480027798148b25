"""Patients Registered at a GP Practice, practice mapping: what it is, its columns and its reader."""
