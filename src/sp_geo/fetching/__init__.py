"""``sp-geo fetch`` and ``sp-geo status --releases``: what is missing, where it is published, and how it gets here."""
