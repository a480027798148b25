"""Tables of what directories claim, and of what did not go in, has no place, or stands for no category."""

from __future__ import annotations

from sp_geo.build.view import Build
from sp_geo.reports.findings import service_sheets as briefed
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.services.access import ALL
from sp_geo.web.pages.services import deserts
from sp_geo.web.state import View


def directories(build: Build, _view: View) -> Sheet:
    """What each directory claims to cover."""
    rows = build.table("out_directory")
    sources = {"file": "The file itself", "user": "Whoever added it", "nobody": "Nobody"}
    names = build.area_names if build.has_panel else {}
    return Sheet(
        name="directories",
        title=marked(build.mark, "Directories and what they claim to cover"),
        rows=rows.assign(
            area=[names.get(code, code) or "nothing" for code in rows["area_code"]],
            category=rows["category"].map({**CATEGORY_WORDS, ALL: "Every category"}),
            source=rows["source"].map(sources),
        ),
        columns=(
            Column("directory_id", "Directory"),
            Column("area", "Claims to cover"),
            Column("area_code", "Code"),
            Column("category", "For"),
            Column("source", "Who says so"),
            Column("areas_count", "Small areas", "", 0),
            Column("services_count", "Services", "", 0),
            Column("newest_check", "Newest check"),
            Column("stale_count", "Records too old", "", 0),
        ),
        notes=("A directory that declares nothing covers nothing; what is outside what is declared is not recorded.",),
    )


def refused(build: Build, _view: View) -> Sheet:
    """Records that did not go in, or went in with a warning, by cause."""
    rows = deserts.refused_counts(build)
    return Sheet(
        name="refused",
        title=marked(build.mark, "Records that were refused, by cause"),
        rows=rows.assign(outcome=rows["outcome"].map(briefed.OUTCOME_WORDS)),
        columns=(
            Column("cause", "Cause"),
            Column("outcome", "What was done"),
            Column("records_count", "Records", "", 0),
            Column("directories_count", "Directories", "", 0),
        ),
        notes=("Everything else of the directories went in.",),
    )


def refused_records(build: Build, _view: View) -> Sheet:
    """Every record that did not go in, or went in with a warning, with its place in the file and its reason."""
    return briefed.refused(build.table("core_service_refused"), marked(build.mark, "Every record that was refused"))


def unplaced(build: Build, _view: View) -> Sheet:
    """Sites, charities and grants without a place in England, by cause."""
    rows = deserts.listed(build, "unplaced")
    return Sheet(
        name="unplaced",
        title=marked(build.mark, "Records without a place in England, by cause"),
        rows=rows.assign(kind=rows["kind"].str.capitalize() if len(rows) else rows["kind"]),
        columns=(
            Column("cause", "Cause"),
            Column("kind", "What"),
            Column("directory_id", "Directory"),
            Column("records_count", "Records", "", 0),
        ),
        notes=("They are listed and counted, and are no part of access: nobody knows whom they reach.",),
    )


def unmapped(build: Build, _view: View) -> Sheet:
    """Terms of directories that no mapping knows."""
    return Sheet(
        name="unmapped",
        title=marked(build.mark, "Terms that stand for no category"),
        rows=deserts.listed(build, "unmapped"),
        columns=(
            Column("term", "Term"),
            Column("vocabulary", "Whose"),
            Column("records_count", "Records", "", 0),
        ),
        notes=("A service whose terms and words are all unknown has no category, and is no part of access.",),
    )
