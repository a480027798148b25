"""The note beside each file: who published what, for when, under which licence, and what its bytes were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from sp_geo.core.errors import WorkspaceError

SUFFIX = ".origin.yaml"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Every added file reads the notes of all others: the loader in C, where the platform has it, is ten times as fast."""


@dataclass(frozen=True)
class Origin:
    """Where a file comes from.

    Attributes:
        publication: key of the publication.
        title: of the publication.
        publisher: who published it.
        licence: under which it may be used.
        period: what it is about, such as ``2022Q2`` or ``2022-07``.
        file: name of the file as it was added.
        member: its path inside that file, if that is an archive.
        sha256: of the data themselves, unpacked.
        file_sha256: of the file as added.
        size: bytes of the file as added.
        published: latest day that the file gives for itself, ISO text; empty if it gives none.
        added_at: moment it was added, ISO text.
        is_synthetic: whether its figures are invented.
        covers: areas that the directory claims to cover, as whoever added it said: ``code`` or ``code:category``.
        told: what whoever added an own measure of need said of it (name, unit, columns), by name.
    """

    publication: str
    title: str
    publisher: str
    licence: str
    period: str
    file: str
    member: str
    sha256: str
    file_sha256: str
    size: int
    published: str
    added_at: str
    is_synthetic: bool
    covers: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()

    def name_among(self, others: Iterable[Origin]) -> str:
        """Name of the file, and its place in its archive where another one comes from a file of this name."""
        is_shared = self.member and any(item.file == self.file and item != self for item in others)
        return f"{self.file} > {self.member}" if is_shared else self.file

    def as_yaml(self) -> str:
        """Text of the note."""
        record = asdict(self) | {"covers": list(self.covers), "told": dict(self.told)}
        return yaml.safe_dump(record, sort_keys=False, allow_unicode=True)


def read_origin(path: Path) -> Origin:
    """Read a note.

    Raises:
        WorkspaceError: it cannot be read or lacks something.
    """
    try:
        record = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both loaders are safe
        # Notes of other files, written before there were any directories or own measures, say nothing of these.
        covers = tuple(record.get("covers", ()))
        told = tuple((str(name), str(value)) for name, value in record.get("told", {}).items())
        always = [item.name for item in fields(Origin) if item.name not in {"covers", "told"}]
        return Origin(**{name: record[name] for name in always}, covers=covers, told=told)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as fault:
        raise WorkspaceError(
            "the note of a file's origin cannot be read",
            file=str(path),
            advice="Remove its folder and add the file again",
        ) from fault


def read_sidecar(path: Path) -> dict[str, Any]:
    """What a note beside a file that is being added says of it; empty if there is none or it says nothing usable."""
    beside = path.with_name(path.name + SUFFIX)
    try:
        record = yaml.safe_load(beside.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return {}
    return record if isinstance(record, dict) else {}
