"""Every supported file kind corrupted in thousands of ways, and a judge who says whether sp_geo kept its word.

``python -m tests.corruption`` runs it: seeds (one sound file a kind and layout) times mutators (one way to spoil a file
each), each case named ``seed/mutator/number`` and made again from its name alone.
"""
