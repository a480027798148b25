"""What estimates say in words: the one room for conclusions, used by commands, pages, packs and slides alike.

Words are a function of the robust result. A slope is clear only if the interval leaves out zero, q is below 0.05 and
silent PCNs could not turn its sign; otherwise it cannot be told. Every sentence names the errors that it rests on.
"""
