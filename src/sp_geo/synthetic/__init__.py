"""A synthetic England in the publishers' own layouts, with a known truth.

``write`` puts the files into a folder; ``panel.draw`` gives the joined table directly, for tests over many seeds.
"""

from sp_geo.synthetic.truth import Truth
from sp_geo.synthetic.write import DEFAULT_SEED, make, write

__all__ = ["DEFAULT_SEED", "Truth", "make", "write"]
