"""How often the default errors find what is not there, and what intervals cover where PCNs are silent: ``make simulate``."""
