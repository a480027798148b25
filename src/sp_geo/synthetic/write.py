"""The demonstration's entry: draw a synthetic England and write it as if it had been published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from sp_geo.core.errors import UsageError
from sp_geo.core.suggest import no_such
from sp_geo.synthetic import miniature
from sp_geo.synthetic.files import check_free, write_folder
from sp_geo.synthetic.places import read_places
from sp_geo.synthetic.truth import Truth
from sp_geo.synthetic.world import SCALES, Scale, World

DEFAULT_SEED: Final = 16
"""Of the first 24 seeds, the one whose reweighted estimates at full scale lie nearest to the true slopes."""


def _silent(_: str) -> None:
    """Progress that nobody looks at."""


def make(scale: str, seed: int, progress: Callable[[str], None] = _silent) -> tuple[World, Truth]:
    """A synthetic England in memory, and its truth; the same for the same scale and seed.

    Raises:
        UsageError: there is no such scale, or the seed is negative.
        WorkspaceError: the boundaries are missing.
    """
    if scale not in SCALES:
        raise no_such("scale of the demonstration", scale, list(SCALES))
    if seed < 0:
        raise UsageError("a seed cannot be negative", found=str(seed))
    progress("reading boundaries")
    places = read_places()
    if scale == "miniature":
        return miniature.make(places, seed)
    from sp_geo.synthetic import england

    return england.make(cast("Scale", scale), places, seed, progress)


def write(folder: Path, scale: str, seed: int, progress: Callable[[str], None] = _silent) -> Truth:
    """Write a synthetic England in the publishers' layouts into a folder, with the truth beside it.

    The folder gets a sub-folder a subject, an origin beside every file (``<file>.origin.yaml``), ``truth/`` and
    ``SYNTHETIC.txt``. It is written beside its place and then renamed, so that it is whole or not there.

    Args:
        folder: new or empty.
        scale: full (England, 26 quarters), region (one NHS region) or miniature (4 PCNs, worked out by hand).
        seed: 0 or more; the same seed gives the same bytes.
        progress: told in a few words what is being done.

    Raises:
        UsageError: there is no such scale.
        WorkspaceError: the folder is not empty or cannot be written, or the boundaries are missing.
    """
    if scale in SCALES:
        check_free(folder)
    world, truth = make(scale, seed, progress)
    write_folder(world, truth, folder, progress)
    return truth
