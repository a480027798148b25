"""Tables of what the figures of a pack rest on: files, measures and choices."""

from __future__ import annotations

import pandas as pd

from sp_geo.reports.files.csvw import Table
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
    return Sheet(
        name="sources",
        title=marked(made.build.mark, f"{len(rows):,} files that the figures rest on"),
        rows=rows.sort_values(["title", "period", "sha256"], ignore_index=True),
        columns=(
            Column("title", "Publication"),
            Column("period", "Period"),
            Column("published", "Release dated"),
            Column("publisher", "Publisher"),
            Column("licence", "Licence"),
            Column("file", "File"),
            Column("sha256", "SHA-256"),
        ),
        notes=("Release dated: the latest day that the file gives for itself; [x] where it gives none.",),
    )


def meanings(made: Material) -> Sheet:
    """What every measure is, which way it points, and what to know before using it."""
    records = [
        {
            "measure": PROVISION,
            "label": RATE.label,
            "unit": RATE.unit,
            "higher_means": "more provision",
            "transform": "FTE of link workers / registered patients x 10,000",
            "caveat": f"{SERIES} A PCN that did not report has no figure.",
        },
        {
            "measure": "splw_fte",
            "label": "Link workers",
            "unit": "FTE",
            "higher_means": "more provision",
            "transform": "none",
            "caveat": SERIES,
        },
        {
            "measure": "list_size",
            "label": "Registered patients",
            "unit": "patients",
            "higher_means": "more people",
            "transform": "sum over member practices",
            "caveat": "Of the list extract nearest to the quarter's end.",
        },
    ]
    records += [
        {
            "measure": item.name,
            "label": item.label,
            "unit": "%, as a share from 0 to 1 in wide tables" if item.is_share else "points",
            "higher_means": item.higher_means,
            "transform": item.transform,
            "caveat": f"{item.why.strip()} {item.caveat.strip()}",
        }
        for item in made.build.needs.values()
    ]
    return Sheet(
        name="measures",
        title=marked(made.build.mark, "What each measure is"),
        rows=pd.DataFrame(records),
        columns=(
            Column("measure", "Measure"),
            Column("label", "What it is"),
            Column("unit", "Unit"),
            Column("higher_means", "Higher means"),
            Column("transform", "How it is worked out"),
            Column("caveat", "What to know"),
        ),
    )


def choices(made: Material) -> Sheet:
    """What the pack was asked for, and the parameters of the build; versions are in the run record alone."""
    manifest = made.build.manifest
    records = [("asked", name, value) for name, value in made.request.as_record().items()]
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
