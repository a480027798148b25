"""The map of PCNs as one file: what is asked for, put together from the build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from sp_geo.build.areas import area_names, find_area
from sp_geo.build.icb_sets import AS_THEN, note_of
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.quarters import Quarter
from sp_geo.geography.icb_changes import icbs_of
from sp_geo.questions.panel import choose, in_quarters
from sp_geo.questions.requests.workspace import MapRequest
from sp_geo.questions.run_record import RunRecord, record_of
from sp_geo.reports.files.standalone_map import standalone_map
from sp_geo.reports.findings.cover import cover_of, subject_of
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.pcn_map import scale_of, shown_classes
from sp_geo.reports.findings.sheets import footprints_of, pcns
from sp_geo.workspace.store import write_aside

COMMAND: Final = "map"
"""In the record of a map."""
NAME: Final = "map.html"


def offline_map(build: Build, request: MapRequest, made: date, inside: str = "") -> bytes:
    """A map of PCNs as one HTML file; the same build and day give the same bytes.

    Args:
        build: with the built tables.
        request: what is shown.
        made: today.
        inside: text of the record that goes inside; empty for that of the build itself.

    Raises:
        UsageError: quarter, area, measure or set of ICBs is unknown, or no PCN of the area was active in the
            quarter.
        WorkspaceError: nothing has been built, or nobody gave the measure.
    """
    panel = build.table("out_pcn_quarter")
    known = measures(build.needs)
    measure = choose("measure", request.measure, list(known))
    held = in_quarters(panel, (request.quarter,))
    on = build.on(request.icbs).on_set
    place = find_area(panel, request.area, on)
    panel, held = (panel, held) if on is None else (on.shown(panel), on.shown(held))
    rows = place.rows(held)
    if rows.empty:
        raise UsageError("no PCN of this area was active in the quarter", found=f"{place.code}, {request.quarter}")
    if panel[measure].isna().all():
        raise WorkspaceError("the measure has no value in any quarter", found=measure, advice="Add its publication")
    quarter = str(rows["quarter"].iloc[0])
    shapes = footprints_of(build.table("out_pcn_footprint"), rows["pcn_code"])
    about = (build.mark, place.name, quarter)
    sheet = pcns(rows, area_names(panel), shapes, about, (measure,), build.needs)
    sheet = replace(sheet, notes=(*sheet.notes, note_of(on, rows)))
    asked = replace(request, quarter=quarter, area="" if place.is_england else place.code)
    record = inside or record_of(build.manifest, {"command": COMMAND, **asked.as_record()}, made).as_json()
    title = f"{known[measure].label} by PCN"
    cover = replace(cover_of(build.manifest, title, subject_of(rows, place.name, quarter), made), record=record)
    sets = icbs_of(build.table("out_icb"), build.table("out_icb_location"))
    if request.icbs == AS_THEN:
        # Before there were ICBs, the first ones give orientation.
        day = Quarter.parse(quarter).end.isoformat()
        chosen = next((item for item in sets.sets if item.holds(day)), sets.sets[0])
    else:
        chosen = sets.named(request.icbs)
    outline = sets.outlines(chosen).geometry.rename(f"{chosen.words[:1].upper()}{chosen.words[1:]}")
    return standalone_map(sheet, shown_classes(rows, scale_of(panel, known[measure])), cover, outline)


def write_map(build: Build, request: MapRequest, made: date, out: Path) -> bytes:
    """Write :func:`offline_map` into a file, in the place of an older one; the page is returned.

    Raises:
        UsageError: the file's name does not end in .html, or something asked for is unknown.
        WorkspaceError: nothing has been built, nobody gave the measure, or the disk cannot take the file.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError("the name of a map must say its form", found=out.name, expected="a name that ends in .html")
    page = offline_map(build, request, made)
    write_aside(out, page)
    return page


def map_again(build: Build, record: RunRecord, inside: str) -> Mapping[str, bytes]:
    """The map that a record was made with, by the name of its file.

    Args:
        build: built again.
        record: of the map.
        inside: text of the record that goes inside; empty for that of the build itself.

    Raises:
        UsageError: this build does not have what was asked for.
    """
    return {NAME: offline_map(build, MapRequest.from_record(record.asked), record.made, inside)}
