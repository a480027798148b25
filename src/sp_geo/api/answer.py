"""An answer as a notebook has it: rows with notes and record, that show themselves, as a table, map or figure."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sp_geo.api.table import Table
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.questions.panel import Answer as Answered
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.run_record import record_of
from sp_geo.workspace.store import write_aside

if TYPE_CHECKING:
    import geopandas as gpd

_COLOURED: Final = ("score", "robustness_pct", "desert_share", "need_mean", "patients_count")
"""Columns by which a map is coloured where nothing else is asked for; the first that the rows have."""


@dataclass(frozen=True, repr=False)
class Answer(Table):
    """Rows of a question, with its record, and its map and figure where it has them.

    Attributes:
        request: what was asked.
        build: that was asked.
        shapes: EPSG:27700, one a row; None where rows are not places.
    """

    request: Request
    build: Build
    shapes: gpd.GeoSeries | None = None

    @classmethod
    def of(cls, build: Build, request: Request, found: Answered) -> Answer:
        """An answer to a request of a build; ``rows.attrs`` hold title, notes and the command that asks the same."""
        shapes = found.shapes
        if shapes is not None and shapes.index.name is not None:
            # One shape serves all rows of its cluster or area.
            shapes = shapes.reindex(found.rows[shapes.index.name]).reset_index(drop=True)
        rows = found.rows
        rows.attrs = {"title": found.title, "notes": list(found.notes), "command": request.as_command()}
        return cls(rows, found.title, found.notes, request, build, shapes)

    @property
    def record(self) -> dict[str, Any]:
        """The run record: what was asked, of which files, with which parameters and versions."""
        asked = {"command": self.request.command, **self.request.as_record()}
        text = record_of(self.build.manifest, asked, datetime.now(UTC).date()).as_json()
        found: dict[str, Any] = json.loads(text)
        return found

    @property
    def command(self) -> str:
        """The command that asks the same, without the workspace."""
        return self.request.as_command()

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """The rows as the command writes them: as text, or into a file with the run record beside it.

        Args:
            path: of a file to write, in the place of an older one; None for the text itself.
        """
        if path is not None:
            beside = Path(f"{path}.run_record.json")
            write_aside(beside, (json.dumps(self.record, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
        return super().to_csv(path)

    def map(self, column: str = "") -> Page:
        """A map of the rows with its table, as one page that asks nothing of any network.

        Args:
            column: a number of the rows by which the map is coloured; chosen if empty.

        Raises:
            UsageError: rows are not places, or there is no such number.
        """
        from sp_geo.reports.files.standalone_map import standalone_map
        from sp_geo.reports.findings.cover import cover_of
        from sp_geo.reports.pictures.map_classes import classed
        from sp_geo.reports.sheet import Column, Sheet

        if self.shapes is None:
            raise UsageError(
                "these rows have no shapes", found=self.request.command, expected="access, deserts or gaps"
            )
        numbers = [str(name) for name in self.rows.select_dtypes("number").columns]
        chosen = column or next((name for name in _COLOURED if name in numbers), "")
        if chosen not in numbers:
            raise UsageError("no such number in these rows", found=chosen or "none", expected=", ".join(numbers))
        columns = tuple(
            Column(str(name), str(name).replace("_", " "), digits=2 if name in numbers else None)
            for name in self.rows.columns
        )
        sheet = Sheet(
            self.request.method(),
            self.title,
            self.rows,
            columns,
            self.notes,
            self.shapes.reset_index(drop=True),
            chosen,
        )
        about = "; ".join(self.notes[:1])
        cover = cover_of(self.build.manifest, self.title, about, datetime.now(UTC).date())
        return Page(standalone_map(sheet, classed(sheet).shown, cover))

    def figure(self, of: str = "") -> Any:
        """The picture that the application has of this answer, as a plotly or matplotlib figure.

        Slopes, curves, inequality by quarter, plans of posts and of money by fifths of need (or the frontier of
        ``show="frontier"``), and what services offer (``show="attributes"``).

        Args:
            of: what is drawn where there are several pictures: a need of slopes and curves, a measure of inequality
                such as ``slope_index``, a category of services; the first if empty.

        Raises:
            UsageError: there is no picture of this question, or none of that name.

        Example:
            >>> ws = sp_geo.open(example)
            >>> [axis.title.text for axis in ws.inequality(draws=20).figure("gini").select_yaxes()]
            ['Gini index', 'Coverage, %']
        """
        from sp_geo.api.figures import figure_of

        return figure_of(self, of)

    def _repr_html_(self) -> str:
        """How a notebook shows it: heading, rows, notes, and the command that gives the same."""
        return f"{super()._repr_html_()}<p><code>{html.escape(self.command)}</code></p>"


@dataclass(frozen=True)
class Page:
    """One HTML page that needs no network; a notebook shows it in its place.

    Attributes:
        content: of the file.
    """

    content: bytes

    def save(self, path: str | Path) -> Path:
        """Write it into a file, in the place of an older one."""
        write_aside(Path(path), self.content)
        return Path(path)

    def _repr_html_(self) -> str:
        text = html.escape(self.content.decode(), quote=True)
        return f'<iframe srcdoc="{text}" title="Map" style="width:100%;height:560px;border:1px solid #768692"></iframe>'
