"""What every step of the build is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sp_geo.core.parameters import Parameters
from sp_geo.publications.readers import read
from sp_geo.workspace.shelf import Shelved, open_shelved

Frames = Mapping[str, pd.DataFrame]


def read_shelved(item: Shelved) -> Frames:
    """What a file on the shelf says, as core tables."""
    return read(item.origin.publication, open_shelved(item), item.origin.period)


@dataclass(frozen=True)
class Given:
    """The tables a step reads, the files of its publications, and the parameters.

    Attributes:
        tables: by name.
        files: of the step's publications.
        parameters: the analyst's choices.
        read: what a file says, as core tables.
    """

    tables: Frames
    files: list[Shelved]
    parameters: Parameters
    read: Callable[[Shelved], Frames] = field(default=read_shelved)
