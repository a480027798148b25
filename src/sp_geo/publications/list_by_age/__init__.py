"""Patients Registered at a GP Practice, by age: what it is, its columns and its reader."""
