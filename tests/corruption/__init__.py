"""Every supported file kind corrupted in thousands of ways, and a judge who says whether sp_geo kept its word.

``python -m tests.corruption`` runs it: seeds (one sound file a kind and layout) times mutators (one way to spoil a file
each), each case named ``seed/mutator/number`` and made again from its name alone.

Nothing is read a second time by a reader of its own. Each seed says in a few lines what is conserved of it: which
columns of which tables say what stands in its rows, and which numbers add up. The program lists the rows that it left
out; all others must be in the tables as their text says, and rows that are as they were must be there as they were.
"""
