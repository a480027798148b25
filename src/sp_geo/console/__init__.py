"""How the command line speaks: help, completion, progress, tables on a screen, and what happens when it fails."""
