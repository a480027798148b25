"""Patients Registered at a GP Practice, by LSOA: what it is, its columns and its reader."""
