"""Leaflet as it is installed, ready to be put inside a page: nothing is asked of any network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from typing import Final

_PACKAGE: Final = "XStatic-Leaflet"
_SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_ADDRESS: Final = re.compile(r"url\([^)]*\)")


@dataclass(frozen=True)
class Leaflet:
    """The library's own files.

    Attributes:
        script: with the notice of its licence, without the address of its source map.
        style: without addresses of pictures, which only markers and the choice of layers need.
        version: such as ``1.9.3``.
    """

    script: str
    style: str
    version: str


@cache
def leaflet() -> Leaflet:
    """Read the installed files.

    The package is read and not imported: its namespace is declared in a way that newer Pythons warn of.

    Raises:
        PackageNotFoundError: the package is not installed.
        LookupError: it is, without the files.
    """
    package = distribution(_PACKAGE)
    held = {file.name: file for file in package.files or ()}
    texts = {name: held[name].read_text(encoding="utf-8") for name in ("leaflet.js", "leaflet.css")}
    script = _SOURCE_MAP.sub("", texts["leaflet.js"]).replace("\r\n", "\n").strip()
    style = _ADDRESS.sub("none", texts["leaflet.css"]).replace("\r\n", "\n").strip()
    return Leaflet(script, style, ".".join(package.version.split(".")[:3]))
