"""What every step of the build is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sp_geo.parameters import Parameters
from sp_geo.sources.shelf import Shelved

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Given:
    """The tables a step reads, the files of its publications, and the parameters."""

    tables: Frames
    files: list[Shelved]
    parameters: Parameters
