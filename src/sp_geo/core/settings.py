"""What the machine decides rather than the analyst: where things are and which port is used."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sp_geo.core.errors import UsageError

DEFAULT_WORKSPACE = "workspace"
DEFAULT_PORT = 8050
_HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Settings:
    """Settings of one run.

    Attributes:
        workspace: folder with the added files and the derived tables.
        port: where the application listens on the loopback address.
    """

    workspace: Path
    port: int


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read ``SP_GEO_WORKSPACE`` and ``SP_GEO_PORT`` from the environment.

    Raises:
        UsageError: the port is not a number from 1 to 65535.
    """
    variables = os.environ if environment is None else environment
    port = variables.get("SP_GEO_PORT", str(DEFAULT_PORT))
    return Settings(workspace=Path(variables.get("SP_GEO_WORKSPACE", DEFAULT_WORKSPACE)), port=checked_port(port))


def checked_port(text: str) -> int:
    """A port's number.

    Raises:
        UsageError: it is not a number from 1 to 65535.
    """
    if not text.isdecimal() or not 1 <= int(text) <= _HIGHEST_PORT:
        raise UsageError("not a port", found=f"'{text}'", expected="a number from 1 to 65535")
    return int(text)
