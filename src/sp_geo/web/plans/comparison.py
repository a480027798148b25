"""Saved plans: what there is, whether the data under each have changed since, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError, UsageError
from sp_geo.planning.plan import KINDS, Comparison, Plan, compare, staleness
from sp_geo.questions.saved_plans import plan_store
from sp_geo.questions.sites import named
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web.plans.figures import figure_notes, figures
from sp_geo.web.plans.funding_views import category_words
from sp_geo.web.plans.requests import asked_words
from sp_geo.web.state import MOST_CHARACTERS, View

if TYPE_CHECKING:
    from sp_geo.planning.plan_store import PlanStore

VERSION: Final = "@"
"""Between name and version in the address; no name holds it."""
KIND_WORDS: Final = {"posts": "Posts", "funding": "Funding", "sites": "Sites"}
_AMOUNTS: Final = {"posts": ("FTE", 2), "funding": ("£", 0), "sites": ("1: opened", 0)}
_KEYS: Final = {"pcn_code": "PCN", "area_code": "Area", "category": "Category", "site_id": "Site"}
ABSENT: Final = "[z]: the plan has no such row, which counts as nothing given."


def opened(build: Build) -> PlanStore:
    """The plans of the environment's address, else of the workspace.

    Raises:
        SpGeoError: they cannot be reached.
    """
    return plan_store(build.workspace, "")


def versions(plans: list[Plan]) -> dict[str, str]:
    """Every version of every plan: its value in the address and its words, the latest of each first."""
    found = {}
    for plan in plans:
        found[plan.name] = f"{plan.name} (latest, version {plan.version})"
        for version in range(plan.version - 1, 0, -1):
            value = f"{plan.name}{VERSION}{version}"
            if len(value) <= MOST_CHARACTERS:
                found[value] = f"{plan.name}, version {version}"
    return found


def saved(store: PlanStore, value: str) -> Plan:
    """The plan that a value of the address names.

    Raises:
        UsageError: there is no such plan.
    """
    name, _, version = value.partition(VERSION)
    if version and not version.isdecimal():
        raise UsageError("there is no such plan", found=f"'{value}'", expected="a plan that was saved")
    return store.read(name, int(version) if version else None)


@dataclass(frozen=True)
class Side:
    """Two plans and how they differ."""

    first: Plan
    second: Plan
    found: Comparison


def compared(build: Build, view: View) -> Side | None:
    """The two plans of a view side by side; None while two have not been chosen.

    Raises:
        SpGeoError: one of them is not there, or they are of different kinds.
    """
    if not view["plan"] or not view["plan_b"]:
        return None
    store = opened(build)
    first, second = saved(store, view["plan"]), saved(store, view["plan_b"])
    return Side(first, second, compare(first, second))


def state_words(plan: Plan, build: Build) -> str:
    """Whether the data under a plan are still those of today."""
    changed = staleness(plan, build.manifest)
    return f"Changed since: {', '.join(changed)}" if changed else "The same as today"


def listed_sheet(build: Build, plans: list[Plan]) -> Sheet:
    """The latest version of every plan."""
    rows = [
        {
            "name": plan.name,
            "version": plan.version,
            "kind": KIND_WORDS[plan.kind],
            "author": plan.author,
            "saved": plan.created_at.replace("T", " ")[:16],
            "rows": len(plan.rows),
            "data": plan.data_digest[:12],
            "state": state_words(plan, build),
            "note": str(plan.summary.get("note", "")),
            "provenance": "SYNTHETIC" if plan.is_synthetic else "",
        }
        for plan in plans
    ]
    columns = (
        Column("name", "Plan"),
        Column("version", "Version", "", 0),
        Column("kind", "Kind"),
        Column("author", "Saved by"),
        Column("saved", "Saved at (UTC)"),
        Column("rows", "Rows", "", 0),
        Column("data", "Data digest"),
        Column("state", "Data"),
        Column("note", "Note"),
        Column("provenance", "Provenance"),
    )
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return Sheet("plans", "Saved plans, the latest version of each", frame, columns)


def _title(side: Side, words: str) -> str:
    mark = "SYNTHETIC " if side.first.is_synthetic or side.second.is_synthetic else ""
    return f"{mark}{words}: '{label(side.first)}' and '{label(side.second)}'"


def label(plan: Plan) -> str:
    """Name and version of a plan."""
    return f"{plan.name}, version {plan.version}"


def differences_sheet(build: Build, side: Side | None) -> Sheet:
    """Rows on which two plans differ; empty while two have not been chosen."""
    if side is None:
        return _empty("differences")
    kind = side.first.kind
    unit, digits = _AMOUNTS[kind]
    names = build.pcn_names if build.has_panel else {}
    standing = {"both": "both plans", "first": "the first plan alone", "second": "the second plan alone"}
    rows = side.found.rows.assign(standing=side.found.rows["standing"].map(standing))
    keys = list(KINDS[kind].key)
    for key in keys:
        if key in {"pcn_code", "area_code"}:
            rows[f"{key}_name"] = [names.get(code, code) for code in rows[key]]
        if key == "category":
            rows[key] = rows[key].map(category_words)
    labels = [Column(f"{key}_name", _KEYS[key]) for key in keys if f"{key}_name" in rows]
    codes = [Column(key, "Code" if f"{key}_name" in rows else _KEYS[key]) for key in keys]
    if kind == "sites":
        held = {row["site_id"]: row["lsoa11_code"] for plan in (side.first, side.second) for row in plan.rows}
        rows = named(build.base, rows.assign(lsoa11_code=rows["site_id"].map(held)))
        labels = [Column("site_name", "Site"), Column("lsoa11_name", "Small area (2011)")]
        codes = [Column("lsoa11_code", "Code of the small area"), Column("site_id", "Identifier", is_aside=True)]
    # What a plan does not hold at all is not missing.
    rows["absent"] = "[z]"
    return Sheet(
        name="differences",
        title=_title(side, "Rows on which two plans differ"),
        rows=rows,
        columns=(
            *labels,
            *codes,
            Column("first", "First plan", unit, digits, state="absent"),
            Column("second", "Second plan", unit, digits, state="absent"),
            Column("difference", "Second less first", unit, digits),
            Column("standing", "Stands in"),
        ),
        notes=(ABSENT,),
    )


def _empty(name: str) -> Sheet:
    return Sheet(name, "Two plans have not been chosen", pd.DataFrame({"none": []}), (Column("none", "Row"),))


def requests_sheet(build: Build, side: Side | None) -> Sheet:
    """Inputs on which two plans differ, as text."""
    if side is None:
        return _empty("requests")
    kind, rows = side.first.kind, side.found.requests
    said = [asked_words(build, kind, str(row.parameter), row.first, row.second) for row in rows.itertuples()]
    frame = pd.DataFrame(said, columns=["parameter", "first", "second"])
    columns = (Column("parameter", "Asked for"), Column("first", "First plan"), Column("second", "Second plan"))
    return Sheet("requests", _title(side, "What was asked differently"), frame, columns)


def figures_sheet(build: Build, side: Side | None) -> Sheet:
    """Figures of both plans that can be compared, with why others are left out."""
    if side is None:
        return _empty("figures")
    columns = (
        Column("figure", "Figure"),
        Column("first", "First plan", "", 3),
        Column("second", "Second plan", "", 3),
        Column("difference", "Second less first", "", 3),
    )
    return Sheet(
        name="figures",
        title=_title(side, "Figures of two plans"),
        rows=figures(side.first, side.second, side.found),
        columns=columns,
        notes=figure_notes(build, side.first, side.second),
    )


def comparison_words(build: Build, side: Side) -> list[tuple[str, str]]:
    """How two plans differ, as headings and sentences."""
    found, first, second = side.found, side.first, side.second
    same = (
        "Both rest on the same data." if found.same_data else "They rest on different data, so they differ by that too."
    )
    states = [
        f"'{label(plan)}' rests on data that have changed since ({', '.join(changed)})."
        for plan in (first, second)
        if (changed := staleness(plan, build.manifest))
    ]
    asked = requests_sheet(build, side).rows
    told = [f"{row.parameter}: {row.first} against {row.second}" for row in asked.itertuples()]
    parts = [
        ("What they give", _amount_words(side)),
        ("What was asked", f"{'; '.join(told)}." if told else "The same was asked of both."),
        ("The data", " ".join([same, *states])),
    ]
    notes = [f"{label(plan)}: {plan.summary['note']}" for plan in (first, second) if plan.summary.get("note")]
    return [*parts, *([("Notes", ". ".join(notes))] if notes else [])]


def _amount_words(side: Side) -> str:
    rows, kind = side.found.rows, side.first.kind
    if rows.empty:
        return "They give the same to everybody."
    if kind == "sites":
        first, second = (int((rows["standing"] == name).sum()) for name in ("first", "second"))
        return (
            f"{first:,} sites stand in the first plan alone, {second:,} in the second alone; the others are the same."
        )
    moved = rows["difference"]
    unit, digits = _AMOUNTS[kind]
    parts = []
    for part, way in ((moved[moved > 0], "more"), (moved[moved < 0], "less")):
        total = abs(part.sum())
        amount = f"£{total:,.0f}" if kind == "funding" else f"{total:,.{digits}f} {unit}"
        parts += [f"{amount} {way} to {len(part):,} of them"] if len(part) else []
    return f"They differ in {len(rows):,} rows. The second gives {' and '.join(parts) or 'amounts that are not known'}."


def latest_pair(plans: list[Plan]) -> tuple[str, str] | None:
    """The two plans of one kind that were saved last; None if no kind has two."""
    pairs = []
    for kind in KINDS:
        held = sorted((plan for plan in plans if plan.kind == kind), key=lambda plan: plan.created_at)[-2:]
        if len(held) == 2:  # noqa: PLR2004 - a pair
            pairs.append((held[1].created_at, held[0].name, held[1].name))
    return max(pairs)[1:] if pairs else None


def listing(build: Build) -> tuple[list[Plan], SpGeoError | None]:
    """The latest version of every plan, or why they cannot be read."""
    try:
        return opened(build).latest(), None
    except SpGeoError as fault:
        return [], fault
