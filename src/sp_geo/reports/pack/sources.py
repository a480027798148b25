"""Tables of what the figures of a pack rest on: files, measures and choices."""

from __future__ import annotations

import pandas as pd

from sp_geo.reports.files.csvw import Table
from sp_geo.reports.findings import quality
from sp_geo.reports.findings.measures import PROVISION, RATE
from sp_geo.reports.findings.sheets import SERIES, marked
from sp_geo.reports.pack.data import Material
from sp_geo.reports.sheet import Column, Sheet

_NAMES = ("title", "period", "published", "publisher", "licence", "file", "sha256")


def source_tables(made: Material) -> list[Table]:
    """Files, measures and choices."""
    return [
        Table(files(made), ("sha256", "period")),
        Table(meanings(made), ("measure",)),
        Table(choices(made), ("choice",)),
    ]


def files(made: Material) -> Sheet:
    """Every file that the build read."""
    records = [{name: str(item.get(name, "")) for name in _NAMES} for item in made.build.manifest.inputs]
    rows = pd.DataFrame(records, columns=[*_NAMES]).drop_duplicates(["sha256", "period"])
    rows = rows.assign(published=rows["published"].where(rows["published"] != "", None))
    rows = rows.sort_values(["title", "period", "sha256"], ignore_index=True)
    title = marked(made.build.mark, f"{len(rows):,} files that the figures rest on")
    return quality.files(rows, "sources", title, Column("sha256", "SHA-256"))


def meanings(made: Material) -> Sheet:
    """What every measure is, which way it points, and what to know before using it."""
    silent = f"{SERIES} A PCN that did not report has no figure."
    rate = "FTE of link workers / registered patients x 10,000"
    patients = "Of the list extract nearest to the quarter's end."
    records = [
        (PROVISION, RATE.label, RATE.unit, "more provision", rate, silent),
        ("splw_fte", "Link workers", "FTE", "more provision", "none", SERIES),
        ("list_size", "Registered patients", "patients", "more people", "sum over member practices", patients),
    ]
    for item in made.build.needs.values():
        unit = "%, as a share from 0 to 1 in wide tables" if item.is_share else "points"
        caveat = f"{item.why.strip()} {item.caveat.strip()}"
        records.append((item.name, item.label, unit, item.higher_means, item.transform, caveat))
    columns = (
        Column("measure", "Measure"),
        Column("label", "What it is"),
        Column("unit", "Unit"),
        Column("higher_means", "Higher means"),
        Column("transform", "How it is worked out"),
        Column("caveat", "What to know"),
    )
    return Sheet(
        name="measures",
        title=marked(made.build.mark, "What each measure is"),
        rows=pd.DataFrame(records, columns=[column.name for column in columns]),
        columns=columns,
    )


def choices(made: Material) -> Sheet:
    """What the pack was asked for, and the parameters of the build; versions are in the run record alone."""
    manifest = made.build.manifest
    records = [
        ("asked", name, value) for name, value in {"command": made.request.command, **made.request.as_record()}.items()
    ]
    records += [("parameter", name, value) for name, value in manifest.parameters.items()]
    rows = pd.DataFrame(
        [{"choice": f"{kind}: {name}", "value": str(value) if value not in ("", {}, []) else None}
         for kind, name, value in records]
    )  # fmt: skip
    return Sheet(
        name="choices",
        title=marked(made.build.mark, "Choices in force"),
        rows=rows,
        columns=(Column("choice", "Choice"), Column("value", "Value")),
        notes=("[x]: nothing was chosen, so the default is in force. An empty area is England.",),
    )
