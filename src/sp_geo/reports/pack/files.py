"""Files of a pack as bytes, and the folder or ZIP file that holds them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sp_geo.build.view import Build
from sp_geo.core.archives import zip_bytes
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.extras import require_extra
from sp_geo.questions.requests.workspace import PackRequest
from sp_geo.questions.run_record import NAME as RECORD
from sp_geo.questions.run_record import RunRecord, record_of
from sp_geo.reports.files import csvw
from sp_geo.reports.files.csv_file import csv_text, dictionary_text
from sp_geo.reports.files.geopackage import geopackage
from sp_geo.reports.files.message import Message
from sp_geo.reports.files.slides import slides
from sp_geo.reports.files.standalone_map import standalone_map
from sp_geo.reports.files.summary_page import Summary, summary_page
from sp_geo.reports.files.workbook import workbook
from sp_geo.reports.findings.cover import caption_of, cover_of
from sp_geo.reports.findings.measures import PROVISION
from sp_geo.reports.findings.pcn_map import shown_classes
from sp_geo.reports.pack.data import SEEDS, Material, material_of
from sp_geo.reports.pack.messages import NO_CAUSE, messages
from sp_geo.reports.pack.pictures import Picture, outline_of, pictures
from sp_geo.reports.pack.services import Services, services_of
from sp_geo.reports.pack.sources import source_tables
from sp_geo.reports.pack.tables import pcn_tables, quality_tables
from sp_geo.reports.pictures.pictures import picture_bytes
from sp_geo.reports.sheet import SHORTHANDS, Cover, Sheet
from sp_geo.statistics.conclusions.labels import lowered
from sp_geo.workspace.store import write_aside

Say = Callable[[str], None]
TABLES, PICTURES, DICTIONARY = "tables", "pictures", "data_dictionary.csv"
FILES: Final[Mapping[str, str]] = {
    "README.txt": "What is what, sources and licence, in plain text.",
    "summary.html": "The main messages in plain words, to read or to print.",
    "slides.pptx": "One slide a message, and one of sources.",
    "workbook.xlsx": "Every table with its notes; one table a sheet.",
    "map.html": "A map that opens without a network, with the same PCNs in a table.",
    "places.gpkg": "Layers for QGIS, styled: PCNs, ICBs, and services where they are known.",
    f"{PICTURES}/": "Maps and charts, each as PNG and SVG.",
    f"{TABLES}/": "The same tables as CSV, raw values, for a program.",
    DICTIONARY: "What every column of the CSV files means.",
    csvw.NAME: "The same for programs (CSV on the Web), with keys and joins.",
    RECORD: "What the pack was made of, to make it again: 'sp-geo reproduce'.",
}
LIMITS: Final = (
    NO_CAUSE,
    "A PCN that did not report may have link workers. It is never counted as having none, except where 'absent as "
    "zero' says so, and that is a scenario.",
    "Link workers are counted by the workforce system (NWRS) alone. Posts that others employ may be missing.",
    "Need is that of the areas where patients live, or of survey answers; it is not that of each patient.",
    "Single PCNs go up and down by one post. A list of lowest PCNs is a reason to ask, not a ranking.",
)
SERVICE_LIMIT: Final = (
    "Services are those that directories record. Where no directory covers an area, silence says nothing."
)


@dataclass(frozen=True, eq=False)
class Pack:
    """One pack, each part made when it is first asked for.

    Attributes:
        made: what it is made of.
        day: on which it is made.
        inside: text of a run record that goes inside in the place of that of this build; empty for this build's.
    """

    made: Material
    day: date
    inside: str = ""

    @cached_property
    def record(self) -> Any:
        """The run record, without hashes of files."""
        asked = {"command": PackRequest.command, **self.made.request.as_record()}
        return record_of(self.made.build.manifest, asked, self.day, SEEDS)

    @cached_property
    def cover(self) -> Cover:
        """What is said on every part."""
        title = f"Link workers and need: {self.made.area.name}, {self.made.quarter}"
        found = cover_of(self.made.build.manifest, title, self.made.subject, self.day)
        return replace(found, record=self.inside or self.record.as_json())

    @cached_property
    def services(self) -> Services | None:
        """Services of the area; None where none are known."""
        return services_of(self.made)

    @cached_property
    def tables(self) -> list[csvw.Table]:
        """All tables, what the pack is about first."""
        services = self.services.tables() if self.services is not None else []
        return [*pcn_tables(self.made), *services, *quality_tables(self.made), *source_tables(self.made)]

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """The same by name."""
        return {table.sheet.name: table.sheet for table in self.tables}

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """Pictures by name, those that there is nothing to draw in left out."""
        return {item.name: item for item, _ in self._figures}

    @cached_property
    def _figures(self) -> list[tuple[Picture, Any]]:
        """Pictures with their figures, each drawn once; a quarter of few PCNs may have no slope to draw."""
        found = []
        for item in pictures(self.made, caption_of(self.cover), self.services):
            with suppress(UsageError):
                found.append((item, item.draw()))
        return found

    @cached_property
    def drawn(self) -> dict[str, bytes]:
        """Content of every picture by the name of its file."""
        return {
            f"{item.name}.{form}": picture_bytes(figure, form, self.cover.record)
            for item, figure in self._figures
            for form in ("png", "svg")
        }

    @cached_property
    def messages(self) -> list[Message]:
        """Main messages with pictures and tables."""
        png = {name: self.drawn[f"{name}.png"] for name in self.pictures}
        return messages(self.made, png, self.pictures, self.sheets, self.services)

    def summary(self) -> bytes:
        """The summary in plain words."""
        here = self.made.area
        lead = (
            f"How many social prescribing link workers the PCNs of {here.name} had in {self.made.quarter}, who "
            f"reported, and whether there were more where {lowered(self.made.need.label)} is higher."
        )
        limits = [*LIMITS, *([SERVICE_LIMIT] if self.services is not None else [])]
        limits += [self.made.icb_note] if self.made.icb_note else []
        parts = Summary(lead, self.messages, self.read_table(), limits, list(FILES.items()))
        return summary_page(parts, self.cover)

    def read_table(self) -> Sheet:
        """The table of the summary: PCNs of an area, or the ICBs of England, with few columns."""
        names: tuple[str, ...]
        if self.made.area.is_england:
            names = ("icb", "icb_code", "splw_fte_per_10k", "splw_fte", "active_pcns", "reporting_pcns")
            sheet = self.sheets["icbs"]
        else:
            names = ("pcn_name", "pcn_code", "status", "splw_fte", "list_size", PROVISION, self.made.need.name)
            sheet = self.sheets["pcns"]
        kept = {column.name: column for column in sheet.columns}
        return replace(sheet, columns=tuple(kept[name] for name in names), notes=sheet.notes[:2])

    def map(self) -> bytes:
        """The map of provision."""
        sheet = replace(self.sheets["pcns"], colour=PROVISION)
        shown = shown_classes(sheet.rows, self.made.scale(PROVISION))
        return standalone_map(sheet, shown, self.cover, outline_of(self.made))

    def places(self) -> bytes:
        """Layers with styles; PCNs in the classes of the maps."""
        limits = {"pcns": self.made.scale(PROVISION).limits}
        return geopackage(list(self.sheets.values()), self.cover, limits)

    def readme(self) -> str:
        """What is what, in plain text."""
        cover = self.cover
        lines = [f"{cover.mark}: invented data, not for decisions.", ""] if cover.mark else []
        lines += [cover.title, cover.subject, ""]
        lines += [f"* {message.headline}" for message in self.messages]
        lines += ["", "Files", *(f"- {name}: {words}" for name, words in FILES.items()), "", "Tables"]
        lines += [
            f"- {TABLES}/{name}.csv: {sheet.title} ({len(sheet.rows):,} rows)" for name, sheet in self.sheets.items()
        ]
        lines += ["", "Pictures", *(f"- {PICTURES}/{name}: {item.alternative}" for name, item in self.pictures.items())]
        lines += [
            "",
            "Cells",
            "- CSV: values are raw; an empty cell is missing and never zero. UTF-8, one heading line.",
        ]
        lines += [f"- {mark} {words}" for mark, words in SHORTHANDS.items()]
        lines += ["", "Sources", *(f"- {source}" for source in cover.sources)]
        lines += ["", "Licence", *(f"- {licence}" for licence in cover.licences), ""]
        lines += [f"Made {cover.made.isoformat()} with sp_geo {cover.version}, data {cover.digest}."]
        return "\n".join(lines) + "\n"

    def files(self, say: Say = lambda _: None) -> dict[str, bytes]:
        """Every file by its name, the run record with the hashes of all others last.

        Args:
            say: told what is being made.
        """
        say("tables")
        named = self.sheets
        found = {f"{TABLES}/{name}.csv": csv_text(sheet, self.cover).encode() for name, sheet in named.items()}
        found[DICTIONARY] = dictionary_text(named).encode()
        found[csvw.NAME] = csvw.csvw(self.tables, self.cover, TABLES, DICTIONARY).encode()
        say("workbook")
        found["workbook.xlsx"] = workbook(list(named.values()), self.cover)
        say("pictures")
        found |= {f"{PICTURES}/{name}": content for name, content in self.drawn.items()}
        say("map and layers")
        found["map.html"], found["places.gpkg"] = self.map(), self.places()
        say("slides and summary")
        found["slides.pptx"], found["summary.html"] = slides(self.messages, self.cover), self.summary()
        found["README.txt"] = self.readme().encode()
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(found.items())}
        found[RECORD] = replace(self.record, files=hashes).as_json().encode()
        return dict(sorted(found.items()))


def pack_files(
    build: Build, request: PackRequest, made: date, inside: str = "", say: Say = lambda _: None
) -> dict[str, bytes]:
    """Every file of a pack by its name; the same build, request and day give the same bytes.

    Args:
        build: that is asked.
        request: what is asked for.
        made: today.
        inside: text of a run record that goes inside in the place of that of this build; empty for this build's.
        say: told what is being made.

    Raises:
        UsageError: the area, quarter or need is unknown, or the area had no PCN in the quarter, or the extra
            ``slides`` is not installed.
        WorkspaceError: nothing has been built.
    """
    require_extra("slides", "the slides of a pack")
    return Pack(material_of(build, request), made, inside).files(say)


def pack_again(build: Build, record: RunRecord, inside: str) -> dict[str, bytes]:
    """The pack that a record asks for, from a build made again.

    Args:
        build: built again.
        record: of the pack.
        inside: text of the record that goes inside; empty for that of the build itself.
    """
    return pack_files(build, PackRequest.from_record(record.asked), record.made, inside)


def write_pack(build: Build, folder: Path, request: PackRequest, made: date, say: Say = lambda _: None) -> list[Path]:
    """Write a pack into a new folder, all or nothing, and return its files.

    Args:
        build: that is asked.
        folder: to make, new or empty.
        request: what is asked for.
        made: today.
        say: told what is being made.

    Raises:
        UsageError: the area, quarter or need is unknown, or the area had no PCN in the quarter.
        WorkspaceError: the folder holds something already or cannot be written, or nothing has been built.
    """
    check_free(folder)
    content = pack_files(build, request, made, say=say)
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        for name, data in content.items():
            write_aside(beside / name, data)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except OSError as fault:
        raise WorkspaceError(
            f"cannot write: {fault.strerror}", file=str(folder), advice="Choose another folder"
        ) from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return sorted(folder / name for name in content)


def export(
    build: Build, request: PackRequest, out: Path, *, as_zip: bool = False, made: str = "", say: Say = lambda _: None
) -> list[Path]:
    """Write a pack into a folder, and as one ZIP file beside it if that is wanted: ``sp-geo export``.

    Args:
        build: with the built tables.
        request: what the pack is of.
        out: folder to write; new or empty.
        as_zip: also as one ZIP file beside the folder.
        made: day that is written into it, such as 2026-11-21; today if empty.
        say: told what is being made.

    Returns:
        The files that were written.

    Raises:
        UsageError: the day is none, or something asked for is unknown.
        WorkspaceError: nothing has been built, the folder is not empty, or the disk cannot take the files.
    """
    try:
        day = date.fromisoformat(made) if made else datetime.now(UTC).date()
    except ValueError as fault:
        raise UsageError("not a day", found=f"'{made}'", expected="a day such as 2026-11-21") from fault
    paths = write_pack(build, out, request, day, say)
    return [*paths, zip_of(out, paths, day)] if as_zip else paths


def check_free(folder: Path) -> None:
    """Refuse a folder that holds something, before anything is worked out.

    Raises:
        UsageError: it has no name of its own.
        WorkspaceError: it holds something.
    """
    if not folder.name:
        raise UsageError("the folder to write has no name", found=f"'{folder}'", expected="the name of a new folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(
            "the folder to write is not empty", file=str(folder), advice="Name a new folder with --out"
        )


def zip_of(folder: Path, names: Sequence[Path], made: date) -> Path:
    """One ZIP file beside the folder with the same files; the same files and day give the same bytes.

    Raises:
        WorkspaceError: it is there already, or cannot be written.
    """
    path = folder.with_name(f"{folder.name}.zip")
    if path.exists():
        raise WorkspaceError(
            "the file to write is there already", file=str(path), advice="Name a new folder with --out"
        )
    write_aside(path, zip_bytes({name.relative_to(folder).as_posix(): name.read_bytes() for name in names}, made))
    return path
