"""What the page of services says in words: what is recorded, who is covered, who is in a desert, one small area."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.reports.findings import service_words as briefed
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.service_sheets import REASON_WORDS
from sp_geo.reports.findings.service_words import CATEGORY_WORDS, count_words, for_category
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.web.pages.services.views import (
    NOT_RECORDED,
    SERVED,
    UNKNOWN_CAPACITY,
    UNSERVED,
    area_rows,
    area_words,
    column_of,
    deserts_in,
    state_words,
)
from sp_geo.web.service_grid import (
    has_access,
    inside,
    method_in,
    people_of,
    reckoning,
    rule_in,
)
from sp_geo.web.state import ENGLAND, View

_HALF = 0.5


def services_in(build: Build, view: View) -> pd.DataFrame:
    """Services of the area: those with a site in it; all, for England."""
    services = build.table("out_service")
    if view["area"] == ENGLAND:
        return services
    sites = build.table("out_service_site")
    codes = people_of(build).index[inside(build, view)]
    return services[services["service_id"].isin(sites.loc[sites["lsoa11_code"].isin(codes), "service_id"])]


def recorded_words(build: Build, view: View) -> list[str]:
    """How many services are recorded by how many directories, and how many of them can be used to work out access."""
    services = services_in(build, view)
    place = "" if view["area"] == ENGLAND else f" with a site in {area_words(build, view)}"
    said = count_words(services, place)
    if view["category"] != ALL:
        filed = build.table("out_service_category")
        of = filed.loc[filed["category"] == view["category"], "service_id"]
        filed_here = int(services["service_id"].isin(of).sum())
        said.insert(1, f"{filed_here:,} of the {len(services):,} are for {for_category(view['category'])}.")
    return said


def covered_words(build: Build, view: View) -> list[str]:
    """What share of people live where a directory covers the category, and what is said of the others."""
    if not has_access(build):
        return [
            "Nothing says how many people live in each small area, so access is not worked out. Add 'Patients "
            "Registered at a GP Practice', by LSOA, or residents by small area, and build."
        ]
    here = inside(build, view)
    people = people_of(build)["patients_count"].to_numpy(dtype=float)
    if not here.any():
        return ["No small area of this ICB is known: its boundary changed. Choose another area."]
    covered = reckoning(build).grid().is_covered[:, CATEGORIES.index(view["category"])] & here
    everyone, inside_cover = float(people[here].sum()), float(people[covered].sum())
    basis = str(people_of(build)["patients_basis"].dropna().iloc[0])
    return briefed.covered_words(inside_cover, everyone, view["category"], area_words(build, view), basis)


def state_counts(build: Build, view: View) -> list[tuple[str, float, float]]:
    """People of the area by what is known of the category: words, people, and their share in percent."""
    rows = area_rows(build, view)[inside(build, view)]
    people = rows.groupby("state_letter")["patients_count"].sum()
    everyone, said = float(rows["patients_count"].sum()), state_words(view)
    return [
        (said[letter], float(people.get(letter, 0.0)), 100 * float(people.get(letter, 0.0)) / everyone)
        for letter in (SERVED, UNKNOWN_CAPACITY, UNSERVED, NOT_RECORDED)
        if everyone
    ]


def rule_words(build: Build, view: View) -> str:
    """The rule in words with its numbers."""
    rule = rule_in(build, view)
    label = measures(build.needs)[rule.need].label
    words = replace(rule, need=f"{label[0].lower()}{label[1:]}").words()
    return words.replace("in the top 5 fifths of England's small areas", "of any height")


def desert_words(build: Build, view: View) -> list[str]:
    """How many people are in deserts, of how many who could be judged, and what was worked out how."""
    rows = area_rows(build, view)
    here = inside(build, view)
    judged_here, dry = here & rows["is_judged"].to_numpy(), here & rows["is_desert"].to_numpy()
    people = rows["patients_count"]
    could = float(people[judged_here].sum())
    said = briefed.desert_words(rows[dry], could, view["category"], area_words(build, view))
    if not judged_here.any():
        return [said]
    limit = deserts_in(build, view).found[column_of(view)]
    return [
        said,
        f"The mean access is {limit.mean:.4f}, so the limit is {limit.limit:.4f} {method_in(build, view).unit}.",
    ]


def access_words(view: View) -> str:
    """What a score is, in plain words."""
    what = "places that are still free each quarter" if view["counted"] == "places" else "recorded services"
    return (
        f"Access counts {what} within {float(view['km']):g} km of way, for every 1,000 people. Near ones count more "
        "than far ones, and what many people can reach is shared among them."
    )


def method_words(build: Build, view: View) -> str:
    """How access was worked out, and whether for this view alone."""
    words = f"Access: {method_in(build, view).words()}."
    if reckoning(build, view).reach.is_built:
        return words
    return f"{words} This is not the method of the build: it was worked out for this view."


def area_facts(build: Build, view: View) -> list[tuple[str, str]]:
    """What is known of the small area of the address; empty if there is none of that code."""
    people = people_of(build)
    code = view["lsoa"].strip().upper()
    if code not in people.index:
        return []
    row: Any = people.loc[code]
    facts = [
        ("Small area", f"{row['lsoa11_name']} ({code})"),
        ("People", f"{row['patients_count']:,.0f}, {row['patients_basis']}"),
    ]
    if pd.notna(row["imd_score"]):
        higher = float((people["imd_score"].dropna() > row["imd_score"]).mean())
        facts.append(
            ("Deprivation", f"{row['imd_score']:.1f} points; {100 * higher:.0f} % of England's areas have more")
        )
    if pd.notna(row["minority_ethnic"]):
        facts.append(("Of a minority ethnic group", f"{100 * row['minority_ethnic']:.1f} % of residents"))
    if pd.notna(row["rural"]):
        facts.append(("Rural or urban", "rural" if row["rural"] >= _HALF else "urban"))
    pcn = row["pcn_code"]
    if pd.notna(pcn):
        name = build.pcn_names.get(pcn, pcn) if build.has_panel else pcn
        facts.append(("PCN that most patients belong to", f"{name} ({pcn})"))
    return facts


def area_categories(build: Build, view: View) -> pd.DataFrame:
    """The small area of the address: one row a category with state, score, services in reach and the nearest one.

    Returns:
        category, state, score, reached_count, full_count, unknown_count, nearest_m, nearest; no rows if there is no
        area of that code.
    """
    grid, people = reckoning(build, view).grid(), people_of(build)
    code = view["lsoa"].strip().upper()
    names = ["category", "state", "score", "reached_count", "full_count", "unknown_count", "nearest_m", "nearest"]
    if code not in people.index:
        return pd.DataFrame(columns=names)
    at = int(np.asarray(people.index.get_loc(code)))
    called = build.table("core_service").set_index("service_id")["name"]

    def said(name: str, column: int) -> Any:
        place = grid.words[name][at, column]
        return None if place < 0 else grid.known[name][place]

    rows = []
    for column, category in enumerate(CATEGORIES):
        nearest = said("nearest_service_id", column)
        counts = [int(grid.counts[name][at, column]) for name in ("reached_count", "full_count", "unknown_count")]
        rows.append(
            [
                CATEGORY_WORDS[category],
                REASON_WORDS.get(str(said("reason", column)), "No value"),
                float(grid.score[at, column]),
                *counts,
                float(grid.nearest_m[at, column]),
                None if nearest is None else str(called.get(nearest, nearest)),
            ]
        )
    return pd.DataFrame(rows, columns=names)
