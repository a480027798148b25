"""What leaves a workspace, from a notebook: maps, packs, records, and outputs made again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sp_geo.api.answer import Page
from sp_geo.api.asking import asks
from sp_geo.api.opened import Opened
from sp_geo.api.table import Table
from sp_geo.questions.requests.workspace import MapRequest, PackRequest


class Outputs(Opened):
    """What leaves a workspace."""

    @asks(MapRequest)
    def map(self, request: MapRequest, out: str | Path | None = None) -> Page:
        """Make a map of PCNs.

        Args:
            request: what is shown.
            out: file to write too; its name ends in .html.

        Returns:
            A page that a notebook shows.

        Example:
            >>> page = sp_geo.open(example).map(measure="imd_score", out="map.html")
            >>> Path("map.html").read_bytes() == page.content
            True
        """
        from sp_geo.reports.offline_map import offline_map, write_map

        today = datetime.now(UTC).date()
        if out is None:
            return Page(offline_map(self.opened, request, today))
        return Page(write_map(self.opened, request, today, Path(out)))

    @asks(PackRequest)
    def export(self, request: PackRequest, out: str | Path, as_zip: bool = False, made: str = "") -> list[Path]:
        """Write a pack.

        Args:
            request: what it is of.
            out: folder to write; new or empty.
            as_zip: also as one ZIP file beside the folder.
            made: day that is written into it, such as 2026-11-21; today if empty.

        Returns:
            The files that were written.

        Example:
            >>> sp_geo.open(example).export("pack", quarter="2030Q1")
            Traceback (most recent call last):
            ...
            sp_geo.core.errors.UsageError: ...
        """
        from sp_geo.reports.pack.files import export

        return export(self.opened, request, Path(out), as_zip=as_zip, made=made)

    def record(self, given: str | Path | None = None) -> dict[str, Any]:
        """What the tables, or an output, were made of: inputs with their hashes, parameters, versions and seeds.

        Args:
            given: an output whose record to read; None for the workspace.

        Example:
            >>> sp_geo.open(example).record()["asked"]
            {'command': 'record'}
        """
        from sp_geo.questions.run_record import record_for

        path = None if given is None else Path(given)
        found: dict[str, Any] = json.loads(record_for(self.folder, path, datetime.now(UTC).date()).as_json())
        return found

    def reproduce(self, given: str | Path, against: str | Path | None = None, keep: str | Path | None = None) -> Table:
        """Make an output again and compare it, byte by byte; the workspace is only read.

        Args:
            given: a run_record.json, a pack, or any output.
            against: file or folder to compare with; ``given`` itself if None.
            keep: new folder that keeps what is made again; None to keep nothing.

        Returns:
            A row a finding; the title says whether everything is the same to the byte.

        Example:
            >>> sp_geo.open(example).reproduce("map.html")  # where there is no such file
            Traceback (most recent call last):
            ...
            sp_geo.core.errors.UsageError: map.html: there is no such file or folder
        """
        from sp_geo.web.exporters import reproduced

        other, room = (None if path is None else Path(path) for path in (against, keep))
        found = reproduced(self.folder, Path(given), other, room, lambda step, state: None)
        return Table(found.as_frame(), found.verdict, ())
