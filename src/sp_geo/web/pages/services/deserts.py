"""Clusters of deserts, their sensitivity, attributes, capacity, reported gaps and what is not recorded, as frames."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED
from sp_geo.questions.panel import Answer
from sp_geo.questions.requests.services import GapsRequest, ServicesRequest
from sp_geo.questions.services.gaps import gaps
from sp_geo.questions.services.listings import services
from sp_geo.questions.services.request import used_assumptions
from sp_geo.reports.findings.service_sheets import CAPACITY_WORDS
from sp_geo.reports.findings.service_words import CATEGORY_WORDS, category_list, cluster_places
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.attributes import WORDS as ATTRIBUTE_WORDS
from sp_geo.services.attributes import attribute_gaps
from sp_geo.web.fields import code_of
from sp_geo.web.outcome import Outcome, outcome
from sp_geo.web.pages.services.views import area_rows, column_of
from sp_geo.web.pages.services.words import services_in
from sp_geo.web.service_grid import inside, people_of, reckoning, rule_in
from sp_geo.web.state import ENGLAND, View

_WEEK: Final = 7.0
_BAND_WEEKS: Final = 3
_LAST_WEEK: Final = 24


def cluster_rows(build: Build, view: View) -> pd.DataFrame:
    """Clusters of the category that lie in the area or reach into it, most people first.

    Returns:
        The columns of out_desert_cluster with rank, place, nearest (name of the service), missing (words).
    """
    rows = area_rows(build, view)
    dry = rows[rows["is_desert"]]
    touched = dry.loc[inside(build, view)[rows["is_desert"].to_numpy()], "cluster_id"].unique()
    table = reckoning(build, view).clusters(rule_in(build, view))
    # A cluster is called after its category.
    table = table[table["cluster_id"].isin(touched)].sort_values("patients_count", ascending=False, kind="stable")
    names = build.table("core_service").set_index("service_id")["name"]
    return table.assign(
        rank=np.arange(1, len(table) + 1),
        place=table["cluster_id"].map(cluster_places(dry)),
        missing=table["missing_categories"].map(category_list),
        nearest=table["nearest_service_id"].map(names),
    ).reset_index(drop=True)


def sensitivity_rows(build: Build, view: View) -> pd.DataFrame:
    """How the map of the category changes with catchment, decay and threshold; England, some seconds the first time."""
    return reckoning(build, view).sensitivity(rule_in(build, view), column_of(view))


def _offers(build: Build) -> pd.DataFrame:
    """What recorded services offer, a row a site."""
    return listed(build, "services")


def _attributes(build: Build, view: View) -> pd.DataFrame:
    """Shares of people by every attribute of the services of one category."""
    ground, category = reckoning(build).reach.landscape, view["category"]
    rows = attribute_gaps(
        ground,
        ground.people["lsoa11_code"].isin(people_of(build).index[inside(build, view)]).to_numpy(),
        CATEGORIES.index(category),
        build.once(_offers),
        float(view["within"]) * 1_000.0,
        used_assumptions(build).detour,
    )
    return rows.assign(category=category)


def attribute_rows(build: Build, view: View) -> pd.DataFrame:
    """Shares of people by what services near them offer: each attribute for the category, or one for every category.

    Returns:
        Rows of :func:`sp_geo.services.attributes.attribute_gaps` with category, and ``what``: the attribute or the
        category in words.
    """
    asked = view.only(("area", "category", "within"))
    if not view["attribute"]:
        rows = build.once(_attributes, asked)
        said = rows["attribute"].map(ATTRIBUTE_WORDS)
        return rows.assign(what=said.str[0].str.upper() + said.str[1:])
    parts = [build.once(_attributes, asked.but(category=category)) for category in CATEGORIES]
    rows = pd.concat([rows[rows["attribute"] == view["attribute"]] for rows in parts], ignore_index=True)
    return rows.assign(what=rows["category"].map(CATEGORY_WORDS))


def attribute_sentence(rows: pd.DataFrame, view: View) -> str:
    """The attribute that most people are without, in one sentence."""
    held = rows.dropna(subset=["without_pct"])
    if held.empty:
        return "Nothing can be said: nobody lives in this area."
    worst = held.sort_values("without_pct", ascending=False, kind="stable").iloc[0]
    named = CATEGORY_WORDS[str(worst["category"])].lower()
    subject = "of any category" if worst["category"] == ALL else f"for {named}"
    return (
        f"The widest gap: no recorded service {subject} that is {ATTRIBUTE_WORDS[str(worst['attribute'])]} within "
        f"{float(view['within']):g} km for {worst['without_pct']:.0f} % of people ({worst['patients_without']:,.0f})."
    )


def gap_rows(build: Build, view: View) -> Outcome[Answer]:
    """Reports of gaps beside the deserts as they were built, or why there are none."""
    return outcome(build, gaps, GapsRequest(view["category"], code_of(view["area"])))


def has_gap_log(build: Build) -> bool:
    """Whether link workers' reports were added."""
    return build.rows_count("core_gap_report") > 0 and build.rows_count("out_desert") > 0


def _service_frame(build: Build, view: View) -> pd.DataFrame:
    return services_in(build, view).merge(
        build.table("core_service")[["service_id", "name", "places_per_quarter", "free_share", "waiting_days"]],
        on="service_id",
    )


def capacity_rows(build: Build, view: View) -> pd.DataFrame:
    """Services of the area by category and by what they can take.

    A service of several categories counts once in each of them, and its places by its share in each.

    Returns:
        One row a category, and all together last: services, one column a state of capacity, places (recorded a quarter,
        of services that say), places_said, effective_places (of services of known capacity), waits_said, waits_over,
        waiting_median.
    """
    held = _service_frame(build, view)
    filed = held.merge(build.table("out_service_category"), on="service_id")
    whole = held.assign(category=ALL, share=1.0)
    hold = used_assumptions(build).hold_days
    rows = []
    for category in CATEGORIES:
        part = whole if category == ALL else filed[filed["category"] == category]
        places = part["places_per_quarter"] * part["share"]
        waits = part["waiting_days"].dropna()
        said = places.notna()
        known = part["effective_places"].notna()
        both = part.dropna(subset=["places_per_quarter", "free_share"])
        weight = both["places_per_quarter"] * both["share"]
        rows.append(
            {
                "category": CATEGORY_WORDS[category],
                "category_code": category,
                "services": len(part),
                **{state: int((part["capacity_state"] == state).sum()) for state in CAPACITY_WORDS},
                "places": float(places.sum()) if said.any() else float("nan"),
                "places_said": int(said.sum()),
                "effective_places": float((part["effective_places"] * part["share"]).sum())
                if known.any()
                else float("nan"),
                "free_share": (
                    float((weight * both["free_share"]).sum() / weight.sum()) if weight.sum() > 0 else float("nan")
                ),
                "waits_said": len(waits),
                "waits_over": int((waits > hold).sum()),
                "waiting_median": float(waits.median()) if len(waits) else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def wait_rows(build: Build, view: View) -> pd.DataFrame:
    """Services of the category by how long people wait, in bands of weeks.

    Returns:
        band, from_week, services, is_within_hold; the last row is services that do not say (from_week missing).
    """
    held = _service_frame(build, view)
    if view["category"] != ALL:
        filed = build.table("out_service_category")
        held = held[held["service_id"].isin(filed.loc[filed["category"] == view["category"], "service_id"])]
    hold = used_assumptions(build).hold_days
    weeks = held["waiting_days"] / _WEEK
    rows = []
    for start in range(0, _LAST_WEEK, _BAND_WEEKS):
        end = start + _BAND_WEEKS
        # A wait of exactly the hold is still within it: each band holds its upper end.
        inside_band = (weeks <= end) & ((weeks > start) | (start == 0))
        rows.append([f"{'Up to' if start == 0 else f'Over {start} to'} {end} weeks", start, int(inside_band.sum()),
                     end * _WEEK <= hold])  # fmt: skip
    rows.append([f"Over {_LAST_WEEK} weeks", _LAST_WEEK, int((weeks > _LAST_WEEK).sum()), False])
    rows.append(["Not said", float("nan"), int(weeks.isna().sum()), False])
    return pd.DataFrame(rows, columns=["band", "from_week", "services", "is_within_hold"])


def refused_counts(build: Build) -> pd.DataFrame:
    """Records that were refused or taken in with a warning, counted by cause."""
    held = build.table("core_service_refused").groupby(["outcome", "cause"])["directory_id"]
    counted = held.agg(records_count="size", directories_count="nunique").reset_index()
    return counted.sort_values("records_count", ascending=False, kind="stable", ignore_index=True)


def listed(build: Build, show: str, category: str = ALL, area: str = ENGLAND) -> pd.DataFrame:
    """A list of what directories record or leave out, as the command ``sp-geo services`` gives it."""
    return services(build, ServicesRequest(show, category, code_of(area))).rows


def verdict_counts(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """How many areas and categories of the gap log are of each verdict, in words."""
    counts = rows["verdict"].replace(SUPPRESSED, "withheld, because few people were reported").value_counts()
    return [(f"{str(verdict)[0].upper()}{str(verdict)[1:]}", f"{count:,}") for verdict, count in counts.items()]


def verdict_words(rows: pd.DataFrame) -> str:
    """What the counts of verdicts are of, so that their sum is not taken for what was compared."""
    return (
        f"The counts below sum to all {len(rows):,} areas and categories: each category of each area that sent a "
        "report, also those that no directory covers and those whose verdict is withheld."
    )


def cluster_areas(build: Build, view: View) -> pd.DataFrame:
    """Small areas of the cluster of the address, most people first; none if there is no such cluster."""
    rows = area_rows(build, view)
    held = rows[(rows["cluster_id"] == view["cluster"]) & (rows["cluster_id"] != "")]
    return held.sort_values("patients_count", ascending=False, kind="stable")
