"""The run record: what an output was made of, in one text that every output carries and that can be asked for again."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from sp_geo.core.errors import DamagedFile, SpGeoError, UsageError, WorkspaceError
from sp_geo.questions import record_forms
from sp_geo.questions.records import provenance
from sp_geo.workspace.store import Manifest, Store

FORMAT: Final = "sp_geo run record"
FORMAT_VERSION: Final = 1
NAME: Final = record_forms.NAME
"""Of the record as a file."""
_WRITERS: Final = ("matplotlib", "pyogrio", "scipy", "xlsxwriter", "python-pptx", "folium")
"""Libraries that shape the bytes of an output without shaping a table."""
_UNSAFE: Final = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Signs that UTF-8 or XML does not take, or that a program may take for the end of a line."""


@dataclass(frozen=True)
class RunRecord:
    """What an output was made of.

    Attributes:
        asked: the question, enough to ask it again, such as ``{"command": "export", "area": "QOP"}``.
        inputs: source files: publication, title, publisher, licence, period, published (the day the file gives for
            itself, empty if none), file, sha256 of its data, is_synthetic, covers.
        parameters: those in force.
        tables: name to ``{"rows": int, "sha256": str}``.
        versions: of the software, of Python and of the libraries that shape numbers and files.
        seeds: of everything that was drawn.
        made: day of the output.
        is_synthetic: whether any input is invented.
        files: name to sha256, of an output of several files; only in the record that lies beside them.
    """

    asked: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]
    versions: Mapping[str, str]
    seeds: Mapping[str, int]
    made: date
    is_synthetic: bool
    files: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """The record as text: the same record gives the same text, which every form of output can hold."""
        record = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "provenance": provenance(self.is_synthetic),
            "asked": self.asked,
            "inputs": self.inputs,
            "parameters": self.parameters,
            "tables": self.tables,
            "versions": self.versions,
            "seeds": self.seeds,
            "made": self.made.isoformat(),
            "is_synthetic": self.is_synthetic,
        } | ({"files": self.files} if self.files else {})
        text = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"

    @classmethod
    def from_json(cls, text: str, file: str = "") -> RunRecord:
        """Read what :meth:`as_json` wrote.

        Args:
            text: of a record.
            file: named in the fault.

        Raises:
            DamagedFile: it is not JSON, or lacks something.
            UsageError: it is not a run record, or one of a later form.
        """
        try:
            found = json.loads(text)
        except ValueError as fault:
            raise _damaged(file) from fault
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise no_record(file)
        if found.get("format_version") != FORMAT_VERSION:
            raise UsageError(
                "the run record has another form",
                file=file or None,
                found=f"form {found.get('format_version')}",
                expected=f"form {FORMAT_VERSION}",
                advice="Use the version of sp_geo that wrote it",
            )
        try:
            return cls(
                asked=dict(found["asked"]),
                inputs=tuple(dict(item) for item in found["inputs"]),
                parameters=dict(found["parameters"]),
                tables={
                    name: {"rows": int(e["rows"]), "sha256": str(e["sha256"])} for name, e in found["tables"].items()
                },
                versions=dict(found["versions"]),
                seeds={name: int(seed) for name, seed in found["seeds"].items()},
                made=date.fromisoformat(found["made"]),
                is_synthetic=bool(found["is_synthetic"]),
                files=dict(found.get("files", {})),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise _damaged(file) from fault

    @property
    def command(self) -> str:
        """What was asked, in one word."""
        return str(self.asked.get("command", ""))


def no_record(file: str) -> SpGeoError:
    """The fault of a file without a record."""
    return UsageError(
        "there is no run record in it",
        file=file or None,
        expected="a run_record.json, a pack's folder, or an output of sp_geo",
        advice="CSV on standard output has no room for one: 'sp-geo record' writes it apart",
    )


def _damaged(file: str) -> SpGeoError:
    return DamagedFile("the run record cannot be read", file=file or None, advice="Take the output again")


def record_of(
    manifest: Manifest, asked: Mapping[str, Any], made: date, seeds: Mapping[str, int] | None = None
) -> RunRecord:
    """The record of an output.

    Args:
        manifest: of the tables behind it.
        asked: the question; plain values only, as JSON has them.
        made: day of the output.
        seeds: of what was drawn for the output itself, beyond the seeds of the build.
    """
    record = RunRecord(
        asked=asked,
        inputs=tuple(manifest.inputs),
        parameters=manifest.parameters,
        tables={name: {"rows": entry.rows, "sha256": entry.sha256} for name, entry in manifest.tables.items()},
        versions={**writers(), **manifest.versions},
        seeds={**manifest.seeds, **(seeds or {})},
        made=made,
        is_synthetic=manifest.is_synthetic,
    )
    # Through its own text, so that a list is a list whichever way the record came.
    return RunRecord.from_json(record.as_json())


@cache
def writers() -> Mapping[str, str]:
    """Versions of Python, of the machine's kind, and of the libraries that write outputs, as far as installed."""
    found = {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}
    for name in _WRITERS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def read_record(path: Path) -> RunRecord:
    """The record in a file or folder: ``run_record.json``, a pack, or any output.

    Raises:
        UsageError: there is no such file, or no record in it.
        DamagedFile: the record cannot be read.
    """
    if not path.exists():
        raise UsageError("there is no such file or folder", file=str(path))
    try:
        text = record_forms.found_in(path)
    except record_forms.BROKEN as fault:
        raise _damaged(str(path)) from fault
    if text is None:
        raise no_record(str(path))
    return RunRecord.from_json(text, str(path))


def record_for(workspace: Path, given: Path | None, today: date) -> RunRecord:
    """The record of an output, or of the workspace's present tables.

    Args:
        workspace: whose tables are meant without an output.
        given: an output with a record inside; None for the workspace.
        today: day of the record of the workspace.

    Raises:
        UsageError: there is no such file, or no record in it.
        WorkspaceError: nothing has been built.
    """
    if given is not None:
        return read_record(given)
    manifest = Store(workspace).manifest
    if not manifest.tables:
        raise WorkspaceError("nothing has been built", file=str(workspace), advice="Run 'sp-geo build' first")
    return record_of(manifest, {"command": "record"}, today)


def lines_of(record: RunRecord) -> list[tuple[str, str, str]]:
    """The record for people: section, what, and what is said of it."""
    lines = [("Made", "Provenance", provenance(record.is_synthetic)), ("Made", "Day", record.made.isoformat())]
    lines += [("Asked for", name, _said(value)) for name, value in sorted(record.asked.items())]
    for item in record.inputs:
        what = " ".join(str(item.get(name, "")) for name in ("publication", "period")).strip()
        parts = (
            f"{item.get('publisher', '')}: {item.get('title', '')}",
            f"file {item.get('file', '')}",
            f"published {item['published']}" if item.get("published") else "no release date in the file",
            str(item.get("licence", "")),
            "invented" if item.get("is_synthetic") else "",
            f"covers {', '.join(map(str, item['covers']))}" if item.get("covers") else "",
            f"SHA-256 {item.get('sha256', '')}",
        )
        lines.append(("Input", what, "; ".join(part for part in parts if part)))
    lines += [("Parameter", name, _said(value)) for name, value in sorted(record.parameters.items())]
    lines += [("Seed", name, str(seed)) for name, seed in sorted(record.seeds.items())]
    lines += [("Version", name, version) for name, version in sorted(record.versions.items())]
    lines += [
        ("Table", name, f"{entry['rows']:,} rows, SHA-256 {entry['sha256']}")
        for name, entry in sorted(record.tables.items())
    ]
    return lines + [("File", name, f"SHA-256 {digest}") for name, digest in sorted(record.files.items())]


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
