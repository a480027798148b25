"""Digests of one output of every kind, as one process makes them: ``python -m tests.unit.outputs_of_a_process``."""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from sp_geo.reports.download import FORMS, take
from sp_geo.reports.files.message import Message
from sp_geo.reports.files.slides import slides
from sp_geo.reports.files.standalone_map import standalone_map
from sp_geo.reports.pack.files import zip_of
from sp_geo.reports.pictures.map_classes import classed
from sp_geo.reports.pictures.map_pictures import map_picture
from sp_geo.reports.pictures.pictures import picture_bytes
from sp_geo.reports.templates import TEMPLATES, write_template
from sp_geo.synthetic import write
from tests.unit.handout_samples import COVER, pcns, quarters, sites
from tests.unit.test_chart_pictures import CAPTION, DRAWN
from tests.unit.test_run_record import TEXT
from tests.unit.test_take import figure


def outputs(folder: Path) -> dict[str, bytes]:
    """One file of each kind.

    Args:
        folder: empty, for what is written to disk.
    """
    cover = replace(COVER, record=TEXT)
    found = {form: take([pcns(), sites(), quarters()], cover, form, figure)[0] for form in FORMS}
    found["pptx"] = slides([Message("short", "Half reported.", ("Of 4 PCNs 2 reported.",), sheet=pcns())], cover)
    shown = classed(pcns()).shown
    found["html"] = standalone_map(pcns(), shown, cover)
    for number, draw in enumerate([*DRAWN, lambda: map_picture(pcns(), shown, None, CAPTION)]):
        found |= {f"picture {number} {form}": picture_bytes(draw(), form) for form in ("png", "svg")}
    for name in TEMPLATES:
        write_template(name, folder / f"{name}.xlsx")
        found[f"template {name}"] = (folder / f"{name}.xlsx").read_bytes()
    (folder / "pack").mkdir()
    (folder / "pack" / "README.txt").write_bytes(b"one")
    found["pack"] = zip_of(folder / "pack", [folder / "pack" / "README.txt"], date(2026, 8, 1)).read_bytes()
    write(folder / "demonstration", "miniature", 7)
    invented = sorted(path for path in (folder / "demonstration").rglob("*") if path.is_file())
    return found | {path.relative_to(folder).as_posix(): path.read_bytes() for path in invented}


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each of these files."""
    return {name: sha256(content).hexdigest() for name, content in outputs(folder).items()}


if __name__ == "__main__":
    zipfile.sys = SimpleNamespace(platform="win32")  # type: ignore[attr-defined]
    with TemporaryDirectory() as place:
        sys.stdout.write(json.dumps(digests(Path(place))))
