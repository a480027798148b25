"""Voluntary sector services: placed, filed under categories, with what they can take, and what is asked of them."""
