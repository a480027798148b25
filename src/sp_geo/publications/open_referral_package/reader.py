"""Open Referral UK 3.0 as a package of CSV files in one archive: joined by their identifiers, then read as the JSON is.

File names may be singular or plural. Capacity, which is not in the standard, may stand in columns of the services:
``places_per_quarter``, ``free_share``, ``waiting_days``, ``open_to_referrals``.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from sp_geo.core.errors import DamagedFile, InvalidContent, UnrecognisedFile
from sp_geo.publications.reading.json_schema import Shape
from sp_geo.publications.reading.records import cleaned
from sp_geo.publications.reading.referral_directory import Directory
from sp_geo.publications.reading.referral_service import Warnings, schema
from sp_geo.workspace.document import Document, trimmed
from sp_geo.workspace.text import decode

Row = dict[str, Any]
_CAPACITY: Final = ("places_per_quarter", "free_share", "waiting_days", "open_to_referrals")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_NAMES: Final = {
    "service": "services",
    "organization": "organizations",
    "location": "locations",
    "address": "addresses",
    "service_at_location": "service_at_locations",
    "schedule": "schedules",
    "service_area": "service_areas",
    "language": "languages",
    "cost_option": "cost_options",
    "attribute": "attributes",
    "taxonomy_term": "taxonomy_terms",
    "taxonomy": "taxonomies",
    "contact": "contacts",
    "organization_identifier": "organization_identifiers",
}
"""Names of one and of many, as files are found under either."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "locations": ("id", "location_type"),
    "service_at_locations": ("service_id", "location_id"),
}
"""Headers without which the files cannot be linked: services would stand nowhere, and nobody would know why."""
_OF_SERVICE: Final = ("schedules", "service_areas", "languages", "cost_options", "funding", "contacts")
_OF_LOCATION: Final = ("addresses", "accessibility")


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Services of one package as core tables.

    Raises:
        UnrecognisedFile: it is one CSV file of a package, without the others.
        DamagedFile: the archive, or one of its files, cannot be read.
        InvalidContent: nothing in it is a service.
    """
    if document.kind != "package":
        raise UnrecognisedFile(
            "it is one file of a package of CSV files, which says nothing of where the services are",
            file=document.label,
            expected="the whole package in one archive",
            advice="Zip services.csv, locations.csv, service_at_locations.csv and all the others together and add that",
        )
    directory = Directory()
    package = _Package(document, directory)
    for place, item, warnings in package.services():
        directory.take(item, place, warnings)
    return directory.frames(period, document.label)


class _Package:
    """The files of a package, each row a mapping of what it says, linked by identifiers."""

    def __init__(self, document: Document, directory: Directory) -> None:
        self._label = document.label
        self._directory = directory
        self._tables: dict[str, list[tuple[int, Row]]] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
                for info in archive.infolist():
                    path = PurePosixPath(info.filename)
                    if path.suffix.lower() == ".csv" and not info.filename.startswith("__MACOSX/"):
                        stem = path.stem.lower()
                        rows = self._rows(path.name, archive.read(info))
                        self._tables.setdefault(_NAMES.get(stem, stem), []).extend(rows)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as fault:
            raise DamagedFile("the package cannot be unpacked", file=document.label, found=str(fault)) from fault
        self._terms = self._by_identifier("taxonomy_terms")
        self._taxonomies = self._by_identifier("taxonomies")
        self._locations = self._by_identifier("locations")
        self._organisations = self._by_identifier("organizations")
        self._parts = {name: self._grouped(name, "service_id") for name in (*_OF_SERVICE, "service_at_locations")}
        self._details = {name: self._grouped(name, "location_id") for name in _OF_LOCATION}
        self._hours = self._grouped("schedules", "service_at_location_id")
        self._attributes = self._grouped("attributes", "link_id")

    def services(self) -> Iterator[tuple[str, Row, Warnings]]:
        """Each service with all that belongs to it, where it stands, and links that lead nowhere."""
        shapes = dict(schema().properties)
        for line, row in self._tables["services"]:
            item, warnings = _typed(row, schema()), Warnings()
            identifier = cleaned(item.get("id"))
            organisation = cleaned(item.get("organization_id"))
            if organisation in self._organisations:
                item["organization"] = _typed(self._organisations[organisation], shapes["organization"])
            elif organisation:
                warnings.append(("the organisation is not in the package", organisation))
            linked: dict[str, list[Row]] = {
                name: [_typed(one, shapes[name].items) for one in self._parts[name].get(identifier, ())]
                for name in _OF_SERVICE
            }
            linked["service_at_locations"] = [
                self._place(one, shapes["service_at_locations"].items, warnings)
                for one in self._parts["service_at_locations"].get(identifier, ())
            ]
            attributes = []
            for said in self._attributes.get(identifier, ()):
                term = self._terms.get(cleaned(said.get("taxonomy_term_id")))
                attribute = _typed(said, shapes["attributes"].items)
                if term is not None:
                    taxonomy = self._taxonomies.get(cleaned(term.get("taxonomy_id")), {}).get("name")
                    named = {"taxonomy": taxonomy} if taxonomy and not term.get("taxonomy") else {}
                    attribute["taxonomy_term"] = dict(term) | named
                attributes.append(attribute)
            linked["attributes"] = attributes
            item |= {name: rows for name, rows in linked.items() if rows}
            capacity = {name: item.pop(name) for name in _CAPACITY if name in item}
            yield f"services.csv row {line:,}", item | ({"capacity": capacity} if capacity else {}), warnings

    def _place(self, row: Row, shape: Shape | None, warnings: Warnings) -> Row:
        place = _typed(row, shape)
        location_shape = dict(shape.properties)["location"] if shape else None
        identifier = cleaned(row.get("location_id"))
        location = self._locations.get(identifier)
        if location is None:
            warnings.append(("the location is not in the package", identifier or "no location_id"))
            return place
        parts = dict(location_shape.properties) if location_shape else {}
        details = {
            name: [_typed(one, parts[name].items) for one in self._details[name].get(identifier, ())]
            for name in _OF_LOCATION
        }
        hours = [one for one in self._hours.get(cleaned(row.get("id")), ()) if not one.get("service_id")]
        return place | {"location": _typed(location, location_shape) | details, "schedules": hours}

    def _by_identifier(self, name: str) -> dict[str, Row]:
        rows: dict[str, Row] = {}
        for line, row in self._tables.get(name, ()):
            identifier = cleaned(row.get("id"))
            if identifier in rows and rows[identifier] != row:
                place = f"{name}.csv row {line:,} {identifier}"
                self._directory.warn(place, "the identifier stands twice", "the first is used")
            rows.setdefault(identifier, row)
        return rows

    def _grouped(self, name: str, link: str) -> dict[str, list[Row]]:
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for _, row in self._tables.get(name, ()):
            groups[cleaned(row.get(link))].append(row)
        groups.pop("", None)
        return dict(groups)

    def _rows(self, name: str, data: bytes) -> Iterator[tuple[int, Row]]:
        """Rows with their line, blank cells left out; a row with too many cells is listed and left out."""
        reader = csv.reader(io.StringIO(decode(data), newline=""))
        try:
            headers = [trimmed(cell).lower() for cell in next(reader, [])]
            twice = [header for header in headers if header and headers.count(header) > 1]
            if twice:
                raise InvalidContent(
                    "a header stands twice",
                    file=f"{self._label} > {name}",
                    row=1,
                    found=twice[0],
                    expected="each header once",
                )
            stem = PurePosixPath(name).stem.lower()
            table = _NAMES.get(stem, stem)
            missing = [header for header in _NEEDED.get(table, ()) if header not in headers]
            if table == "locations" and ("latitude" in headers) != ("longitude" in headers):
                missing.append("longitude" if "latitude" in headers else "latitude")
            if missing and headers:
                raise InvalidContent(
                    f"column '{missing[0]}' is missing",
                    file=f"{self._label} > {name}",
                    row=1,
                    found=", ".join(headers[:12]),
                    expected="the file as Open Referral has it",
                )
            for cells in reader:
                if any(cells) and len(cells) < len(headers):
                    place = f"{name} row {reader.line_num:,}"
                    self._directory.refuse(place, "the row ends too early", f"{len(cells)}; expected {len(headers)}")
                    continue
                if len(cells) > len(headers) and any(cell.strip() for cell in cells[len(headers) :]):
                    place = f"{name} row {reader.line_num:,}"
                    found = f"{len(cells)}; expected {len(headers)}"
                    self._directory.refuse(place, "the row has too many cells", found)
                    continue
                row = {header: cell.strip() for header, cell in zip(headers, cells, strict=False) if cell.strip()}
                if row:
                    yield reader.line_num, row
        except csv.Error as fault:
            raise DamagedFile(
                "the file is not text in columns", file=f"{self._label} > {name}", row=reader.line_num, found=str(fault)
            ) from fault


def _typed(row: Mapping[str, Any], shape: Shape | None) -> Row:
    """A row whose numbers are numbers; text that is none stays text, for the schema to refuse."""
    numbers = {name for name, part in shape.properties if part.type == "number"} if shape else set()
    return {
        name: float(value) if name in numbers and _NUMBER.fullmatch(value) else value for name, value in row.items()
    }
