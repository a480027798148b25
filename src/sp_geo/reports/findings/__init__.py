"""What is said of provision and need, in words, figures and tables: the same on a page and in a pack.

Frames in, words and sheets out. Nothing here reads a file, knows a page or knows what day it is.
"""
