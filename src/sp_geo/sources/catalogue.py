"""Published files recognised by their content: headers, sheets, layers and the shape of codes, never by their name."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from sp_geo.errors import DamagedFile, UnrecognisedFile
from sp_geo.sources.document import Document, Kind, normal_header
from sp_geo.sources.text import decode

SAMPLE_BYTES: Final = 200_000
SAMPLE_ROWS: Final = 50
LEAST_TO_NAME: Final = 0.5
"""A file that has at least half of a publication's marks is said to look like it."""


@dataclass(frozen=True)
class Signature:
    """Marks of one form of a publication.

    Attributes:
        headers: regular expressions for normalised headers.
        absent: regular expressions for headers that tell another publication.
        may_lack: how many headers may be missing, so that a renamed column is named rather than the file refused as
            unknown.
        columns: number of columns of a file without a header row.
        shapes: regular expression by column number (from 0) of such a file.
    """

    headers: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    may_lack: int = 0
    columns: int = 0
    shapes: Mapping[int, str] | None = None


@dataclass(frozen=True)
class Publication:
    """A publication that the software reads.

    Attributes:
        key: name of its reader.
        title: as people know it.
        publisher: who publishes it.
        licence: under which.
        page: where to look for it.
        kinds: layouts it comes in.
        signatures: its forms.
        period: how its period is told: ``{fixed}``, or ``{column}`` of what its reader gives (``{or_column}`` of a file
            that gives none), after the column
            ``{within}`` if that tells releases apart too, and before ``{mark}`` if it gives the ``{marked_table}``.
        hint: ``year_in_name`` if its reader may have to be told the year; ``directory`` if it must be told which
            directory the file is.
    """

    key: str
    title: str
    publisher: str
    licence: str
    page: str
    kinds: tuple[Kind, ...]
    signatures: tuple[Signature, ...]
    period: Mapping[str, str]
    hint: str = ""


@dataclass(frozen=True)
class Preview:
    """The start of a file: possible header rows, then rows, as text."""

    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def headers(self) -> list[str]:
        """Normalised cells of each row, one a line; any row may be the header."""
        return ["\n".join({normal_header(cell) for cell in row} - {""}) for row in self.rows]


def _publication(record: dict[str, Any]) -> Publication:
    return Publication(
        **{name: value for name, value in record.items() if name not in {"kinds", "signatures"}},
        kinds=tuple(record["kinds"]),
        signatures=tuple(_signature(form) for form in record["signatures"]),
    )


def _signature(form: dict[str, Any]) -> Signature:
    tuples: dict[str, Any] = {name: tuple(form[name]) for name in ("headers", "absent") if name in form}
    return Signature(**(form | tuples))


@cache
def publications() -> Mapping[str, Publication]:
    """All publications by key, in the order of their files."""
    folder = resources.files("sp_geo.sources").joinpath("publications")
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    found = [_publication(yaml.safe_load(item.read_text(encoding="utf-8"))) for item in files]
    return {publication.key: publication for publication in found}


def preview(document: Document) -> list[Preview]:
    """The start of a file, one preview a sheet or layer.

    Raises:
        DamagedFile: a workbook or GeoPackage cannot be opened.
    """
    if document.kind == "workbook":
        return _sheets(document)
    if document.kind in {"geopackage", "shapefile"}:
        return _layers(document)
    if document.kind == "package":
        return [_package(document)]
    sample = document.data[:SAMPLE_BYTES]
    if document.kind == "json":
        if b'"FeatureCollection"' in sample:
            # What is known of an area may stand before its outline or after it, and an outline may be long.
            sample += b"\n" + document.data[max(SAMPLE_BYTES, len(document.data) - SAMPLE_BYTES) :]
        # Every name in the sample counts as a header: the first record may be longer than the sample.
        return [Preview((tuple(dict.fromkeys(re.findall(r'"([^"\\]{1,60})"\s*:', decode(sample)))),))]
    whole_lines = sample.rpartition(b"\n")[0] if len(document.data) > SAMPLE_BYTES else sample
    text = decode(whole_lines or sample)
    first = text.lstrip().partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if first.count("\t") > first.count(",") else ",")
    try:
        return [Preview(tuple(tuple(row) for row, _ in zip(rows, range(SAMPLE_ROWS), strict=False)))]
    except csv.Error as fault:
        raise DamagedFile("the file is not text in columns", file=document.label, found=str(fault)) from fault


def _package(document: Document) -> Preview:
    """The names of a package's files and the header of each, as one row."""
    cells: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            for info in archive.infolist():
                with archive.open(info) as file:
                    header = decode(file.read(SAMPLE_BYTES)).partition("\n")[0]
                cells += [PurePosixPath(info.filename).name, *next(csv.reader([header]), [])]
    except (zipfile.BadZipFile, zlib.error, OSError, csv.Error) as fault:
        raise DamagedFile("the package cannot be opened", file=document.label, advice="Download it again") from fault
    return Preview((tuple(dict.fromkeys(cells)),))


def _sheets(document: Document) -> list[Preview]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(document.data))
        return [
            Preview(
                tuple(
                    tuple(str(cell) for cell in row)
                    for row in workbook.get_sheet_by_name(name).to_python(nrows=SAMPLE_ROWS)
                )
            )
            for name in workbook.sheet_names
        ]
    except (python_calamine.CalamineError, ValueError, OSError) as fault:
        raise DamagedFile("the workbook cannot be opened", file=document.label, advice="Download it again") from fault


def _layers(document: Document) -> list[Preview]:
    import pyogrio

    try:
        with warnings.catch_warnings():
            # GDAL misses a file extension on data that never were a file, and remarks on what the reader will refuse.
            warnings.simplefilter("ignore", RuntimeWarning)
            names = [str(name) for name, _ in pyogrio.list_layers(document.data)]
            fields = [pyogrio.read_info(document.data, layer=name)["fields"] for name in names]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as fault:
        what = "GeoPackage" if document.kind == "geopackage" else "shapefile"
        raise DamagedFile(f"the {what} cannot be opened", file=document.label, advice="Download it again") from fault
    if document.kind == "shapefile" and not fields:
        raise DamagedFile("the shapefile cannot be opened", file=document.label, advice="Download it again")
    return [Preview((tuple(str(field) for field in found),)) for found in fields]


def recognise(document: Document) -> Publication:
    """The publication that a file is one of.

    Raises:
        UnrecognisedFile: none fits; the nearest one is named with what is missing, if one is near.
        DamagedFile: the file cannot be opened, or holds nothing below its header.
    """
    previews = preview(document)
    candidates = [
        (_missing(signature, shown), len(signature.headers) + signature.columns, publication)
        for publication in publications().values()
        if document.kind in publication.kinds
        for signature in publication.signatures
        for shown in previews
    ]
    fitting = [
        (count, len(missing), publication)
        for (missing, allowed), count, publication in candidates
        if len(missing) <= allowed
    ]
    if fitting:
        # The form with most of its marks present says most; a header only one publication has decides.
        return max(fitting, key=lambda item: (item[0] - item[1], -item[1]))[2]
    raise _refusal(document, candidates)


def _missing(signature: Signature, shown: Preview) -> tuple[list[str], int]:
    """Marks that a file lacks, and how many it may lack."""
    if signature.columns:
        return _missing_shapes(signature, shown), 0
    best = list(signature.headers)
    for headers in shown.headers:
        if any(_has(headers, pattern) for pattern in signature.absent):
            continue
        lacking = [pattern for pattern in signature.headers if not _has(headers, pattern)]
        best = min(best, lacking, key=len)
    return best, signature.may_lack


def _has(headers: str, pattern: str) -> bool:
    return _line(pattern).search(headers) is not None


@cache
def _line(pattern: str) -> re.Pattern[str]:
    """A header's pattern as that of a whole line."""
    return re.compile(rf"^(?:{pattern})$", re.MULTILINE)


def _missing_shapes(signature: Signature, shown: Preview) -> list[str]:
    rows = [row for row in shown.rows if any(row)]
    # The last of several rows may be cut off.
    rows = rows[:-1] or rows
    if not rows or any(len(row) != signature.columns for row in rows):
        return [f"{signature.columns} columns"]
    shapes = signature.shapes or {}
    return [
        f"column {number + 1}"
        for number, shape in shapes.items()
        if not all(re.fullmatch(shape, row[int(number)].strip()) for row in rows)
    ]


def _refusal(document: Document, candidates: list[tuple[tuple[list[str], int], int, Publication]]) -> UnrecognisedFile:
    near = [
        (len(missing) / count, missing, publication)
        for (missing, _), count, publication in candidates
        if "columns" not in missing[0] and not missing[0].startswith("column ")
    ]
    share, missing, publication = min(near, key=lambda item: item[0], default=(1.0, [], None))
    if publication is None or share > 1 - LEAST_TO_NAME:
        return UnrecognisedFile(
            "not one of the publications that are known",
            file=document.label,
            expected=f"one of the {len(publications())} that 'sp-geo publications' lists, as published",
        )
    return UnrecognisedFile(
        f"looks like '{publication.title}', but lacks some of its columns",
        file=document.label,
        found=f"no {', '.join(readable(pattern) for pattern in missing)}",
        expected="the file as published",
        advice=f"Look for it at: {publication.page}",
    )


def readable(pattern: str) -> str:
    """A header's pattern as a person would write it: its first alternative without the signs of the pattern."""
    first = re.sub(r"\(\?:([^|)]*)[^)]*\)", r"\1", pattern).split("|")[0]
    return "'" + re.sub(r"\\d\\d?|\.\*|\\|\?", "", first).strip() + "'"


def hint_of(publication: Publication, name: str, dated: str) -> str:
    """What a reader must be told that the file may not say: a year, or the name of a directory; empty for the others.

    A reader believes the file first; a year in the file's name, then in the archive's date, is a last resort. A
    directory is called after its file, without the days and numbers that change from one download to the next.

    Args:
        publication: which was recognised.
        name: the file's name.
        dated: day the archive gives the file, ISO text, or empty.
    """
    if publication.hint == "directory":
        return directory_id(name)
    if publication.hint != "year_in_name":
        return ""
    years = re.findall(r"(?<!\d)20[12]\d(?!\d)", name)
    return years[0] if years else dated[:4]


def directory_id(name: str) -> str:
    """The identifier of a directory from its name or its file's name: small letters, digits and hyphens."""
    stem = re.sub(r"(\.(?:csv|xlsx|json|zip|txt|tsv|gz))+$", "", name.lower())
    undated = re.sub(r"[\W_]*(?:19|20)\d\d(?:[-_.]?\d\d){0,2}(?!\d)", "", stem)
    return re.sub(r"[^a-z0-9]+", "-", undated or stem).strip("-")[:60] or "directory"
