"""Referral activity (your own file): what it is, its columns and its reader."""
