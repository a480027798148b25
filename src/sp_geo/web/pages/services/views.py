"""What the page of services shows: fields, a row an area with its state, one letter an area, and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import LARGE, Build
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE, SHOW
from sp_geo.questions.requests.asked import fields_of
from sp_geo.questions.requests.services import DesertsRequest
from sp_geo.questions.services.request import used_assumptions
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.service_sheets import state_words as state_of
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.services.access import ALL, CATEGORIES, UNKNOWN
from sp_geo.services.access_inputs import DEFAULT_NEED
from sp_geo.services.attributes import WORDS as ATTRIBUTE_WORDS
from sp_geo.services.desert_tables import DesertMap
from sp_geo.statistics.quantiles import fifth_limits
from sp_geo.web import fields
from sp_geo.web.map.small_area_map import ENGLAND_BOUNDS, NO_LETTER, Look
from sp_geo.web.service_grid import (
    METHOD,
    RULE,
    inside,
    method_in,
    needs_of,
    people_of,
    reckoning,
    rule_in,
)
from sp_geo.web.state import ENGLAND, Field, View

SCORE, STATE, DESERTS = "score", "state", "deserts"
SERVED, UNKNOWN_CAPACITY, UNSERVED, NOT_RECORDED = "s", "u", "z", "r"
DESERT, CHOSEN_DESERT, NO_DESERT, NO_VALUE = "d", "k", "o", "x"
STATE_WORDS: Final = {
    SERVED: "A free place in reach",
    UNKNOWN_CAPACITY: "Services in reach, capacity not recorded",
    UNSERVED: "None: covered, and no free place in reach",
    NOT_RECORDED: "Not recorded: no directory covers it, none in reach",
}
_LOOKS: Final = {
    SERVED: ("#6aa5d8", "none", "#4c6272"),
    UNKNOWN_CAPACITY: ("#f1ecd8", "level", "#7a5c00"),
    UNSERVED: ("#fff7e6", "dots", "#b35000"),
    NOT_RECORDED: ("#ffffff", "diagonal", "#4c6272"),
    DESERT: ("#c9562e", "cross", "#ffffff"),
    CHOSEN_DESERT: ("#6d1f06", "diagonal", "#ffffff"),
    NO_DESERT: ("#c9dff2", "none", "#4c6272"),
    NO_VALUE: ("#e6e0d4", "level", "#6b5f45"),
}


def method_fields(build: Build) -> tuple[Field, ...]:
    """How access is worked out."""
    used = used_assumptions(build)
    way = f"Along the way, {used.detour:g} m for each metre of straight line."
    return (
        fields.asked(DesertsRequest, "catchment_km", f"{used.catchment_km:g}", hint=way),
        fields.asked(DesertsRequest, "decay"),
        fields.asked(DesertsRequest, "measure"),
    )


def rule_fields(build: Build) -> tuple[Field, ...]:
    """When an area is a desert."""
    used, share = used_assumptions(build), fields_of(DesertsRequest)["share_of_mean"].asked
    needs = needs_of(build) if build.rows_count("out_lsoa11") else ()
    labels = {name: measures(build.needs)[name].label for name in needs or (DEFAULT_NEED,)}
    return (
        fields.asked(DesertsRequest, "need", next(iter(labels)), labels),
        fields.asked(DesertsRequest, "fifths", f"{used.desert_need_fifths:g}"),
        fields.asked(
            DesertsRequest,
            "share_of_mean",
            f"{share.per_unit * used.desert_share_of_mean:g}",
        ),
    )


def attribute_fields() -> tuple[Field, ...]:
    """What services should offer, and how near."""
    every = {"": "Each of them, for the category above"}
    chosen = {name: f"Only: {words}, for every category" for name, words in ATTRIBUTE_WORDS.items()}
    return (
        Field("attribute", "What services offer", "", {**every, **chosen}),
        Field("within", "Within, km", "5", kind="number", low=0.5, high=100, step=0.5),
    )


def service_fields(build: Build) -> tuple[Field, ...]:
    """Every field of the page."""
    return (
        *main_fields(build),
        *method_fields(build),
        *rule_fields(build),
        *attribute_fields(),
        Field("firm", "How firm the map is", "", {"": "not asked", "yes": "worked out"}, kind="hidden"),
        Field("cluster", "Cluster", "", kind="hidden"),
        Field("lsoa", "Small area", "", kind="hidden"),
    )


def main_fields(build: Build) -> tuple[Field, ...]:
    """Where, what for, and what the map shows."""
    area = fields.area(build) if build.has_panel else Field("area", "Area", ENGLAND, {ENGLAND: ENGLAND})
    shown = {SCORE: "How much is in reach", STATE: "What is known", DESERTS: "Deserts"}
    return (
        *((fields.icbs(build),) if build.has_panel else ()),
        area,
        Field("category", "What services are for", ALL, CATEGORY_WORDS),
        Field("show", "Shown on the map", SCORE, shown),
    )


def area_words(build: Build, view: View) -> str:
    """The area as it is said; a workspace of services alone has England only."""
    return build.area_words(view["area"]) if build.has_panel else ENGLAND


def state_words(view: View) -> dict[str, str]:
    """States by letter, for what is counted."""
    if view["counted"] == "places":
        return dict(STATE_WORDS)
    counted = {SERVED: "A recorded service in reach", UNSERVED: "None: covered, and no service in reach"}
    return {**STATE_WORDS, **counted}


def column_of(view: View) -> int:
    """Column of the category in a grid."""
    return CATEGORIES.index(view["category"])


def deserts_in(build: Build, view: View) -> DesertMap:
    """Deserts of every category by the method and rule of the address, in the order of the boundaries."""
    return reckoning(build, view).deserts(rule_in(build, view))


def _area_rows(build: Build, view: View) -> pd.DataFrame:
    people, grid, column = people_of(build), reckoning(build, view).grid(), column_of(view)
    mapped = deserts_in(build, view)
    found = mapped.found[column]
    reason = grid.said("reason", column)
    state = grid.said("state", column)
    score = grid.score[:, column]
    letter = np.select(
        [(reason == UNKNOWN) | ((state == "served") & np.isnan(score)), state == "served", state == "unserved",
         state == "not_recorded"],
        [UNKNOWN_CAPACITY, SERVED, UNSERVED, NOT_RECORDED],
        NO_VALUE,
    )  # fmt: skip
    rows = people[["lsoa11_name", "patients_count", "imd_score", "minority_ethnic", "pcn_code"]].assign(
        score=score,
        state_letter=letter,
        state=state_of(reason).to_numpy(),
        is_covered=grid.is_covered[:, column],
        nearest_m=grid.nearest_m[:, column],
        is_judged=found.is_judged,
        is_desert=found.is_desert,
        desert=np.select([found.is_desert, found.is_judged], ["Desert", "No"], "Not judged"),
        cluster_id=mapped.cluster_names(column),
    )
    return rows.reset_index()


def area_rows(build: Build, view: View) -> pd.DataFrame:
    """Every small area of England with access to the category, its state and whether it is a desert.

    Returns:
        One row an area in the order of the boundaries.

    Raises:
        SpGeoError: another method cannot be worked out.
    """
    return build.once(_area_rows, view.only(("category", *METHOD, *RULE)), weight=LARGE)


def score_limits(rows: pd.DataFrame) -> list[float]:
    """Limits between fifths of the areas of England that have a score above 0."""
    return list(fifth_limits(rows.loc[rows["score"] > 0, "score"]))


def area_letters(build: Build, view: View) -> pd.Series:
    """One letter a small area, by lsoa11_code in the order of the boundaries.

    Score: 0 to 4 for fifths of England's scores above 0. State: s served. Deserts: d desert, k desert of the chosen
    cluster, o none. In all of them z is
    unserved (score 0), u unknown capacity, r not recorded, x no value, - outside the area of the address.
    """
    rows = area_rows(build, view)
    if view["show"] == DESERTS:
        # What is not covered was not judged, whatever is in reach across its border.
        unknown = np.select(
            [~rows["is_covered"], rows["state_letter"] == UNKNOWN_CAPACITY], [NOT_RECORDED, UNKNOWN_CAPACITY], NO_VALUE
        )
        chosen = rows["is_desert"] & rows["cluster_id"].eq(view["cluster"])
        found = np.select([chosen, rows["is_desert"], rows["is_judged"]], [CHOSEN_DESERT, DESERT, NO_DESERT], unknown)
    elif view["show"] == STATE:
        found = rows["state_letter"].to_numpy(dtype=object)
    else:
        place = np.searchsorted(score_limits(rows), rows["score"].fillna(0.0).to_numpy(), side="right").astype(str)
        is_number = (rows["state_letter"] == SERVED) & (rows["score"] > 0)
        is_zero = (rows["state_letter"] == SERVED) & (rows["score"] == 0)
        found = np.where(is_number, place, np.where(is_zero, UNSERVED, rows["state_letter"]))
    shown = np.where(inside(build, view), found, NO_LETTER)
    return pd.Series(shown, index=pd.Index(rows["lsoa11_code"], name="lsoa11_code"), dtype="str")


def area_looks(build: Build, view: View) -> dict[str, Look]:
    """How each letter of the view is drawn, and its words; letters that no area has are left out."""
    counts = area_letters(build, view).value_counts()
    if view["show"] == SCORE:
        words = _class_words(score_limits(area_rows(build, view)), method_in(build, view).unit)
        order = [*words, UNSERVED, UNKNOWN_CAPACITY, NOT_RECORDED, NO_VALUE]
    elif view["show"] == STATE:
        words, order = {}, [SERVED, UNKNOWN_CAPACITY, UNSERVED, NOT_RECORDED, NO_VALUE]
    else:
        words = {
            CHOSEN_DESERT: "The chosen cluster",
            DESERT: "Desert",
            NO_DESERT: "Judged, and no desert",
            UNKNOWN_CAPACITY: "Not judged: capacity in reach is not recorded",
            NOT_RECORDED: "Not judged: no directory covers it",
            NO_VALUE: "Not judged: no value of need",
        }
        order = list(words)
    known = {**state_words(view), NO_VALUE: "No value", **words}
    return {letter: _look(letter, known[letter]) for letter in order if counts.get(letter, 0)}


def legend_looks(build: Build, view: View) -> dict[str, Look]:
    """The looks of the view with the number of areas of each letter in its words."""
    counts = area_letters(build, view).value_counts()
    return {
        letter: replace(look, label=f"{look.label} ({counts[letter]:,})")
        for letter, look in area_looks(build, view).items()
    }


def _look(letter: str, label: str) -> Look:
    if letter.isdigit():
        return Look(CLASS_FILLS[int(letter)], label)
    fill, pattern, ink = _LOOKS[letter]
    return Look(fill, label, pattern, ink)


def _class_words(limits: Sequence[float], unit: str) -> dict[str, str]:
    short = "per 1,000 people" if "places" in unit else "services per 1,000 people"
    if not limits:
        return {"0": f"Any, {short}"}
    # As many digits as the smallest limit needs to be told from zero, for all of them.
    digits = max(2, 1 - math.floor(math.log10(limits[0])))
    said = [f"{limit:,.{digits}f}" for limit in limits]
    between = [f"{low} to {high}" for low, high in pairwise(said)]
    return {str(at): words for at, words in enumerate([f"Under {said[0]}", *between, f"{said[-1]} and over"])}


def map_bounds(build: Build, view: View) -> tuple[tuple[float, float], tuple[float, float]]:
    """What the map shows, ((south, west), (north, east)) in degrees: the chosen cluster, or the area."""
    import geopandas as gpd
    import shapely

    here = inside(build, view)
    if view["cluster"] and view["show"] == DESERTS:
        cluster = area_rows(build, view)["cluster_id"].eq(view["cluster"]).to_numpy()
        here = cluster if cluster.any() else here
    elif view["area"] == ENGLAND:
        return ENGLAND_BOUNDS
    if not here.any():
        return ENGLAND_BOUNDS
    box = gpd.GeoSeries([shapely.box(*boundaries.lsoa11()[here].total_bounds)], crs=MEASURE).to_crs(SHOW)
    west, south, east, north = (float(limit) for limit in box.total_bounds)
    return (south, west), (north, east)


def legend_title(build: Build, view: View) -> str:
    """What the letters stand for, and of what they are counts."""
    what = CATEGORY_WORDS[view["category"]]
    if view["show"] == DESERTS:
        return f"Deserts, {what.lower()} (small areas)"
    if view["show"] == STATE:
        return f"What is known, {what.lower()} (small areas)"
    return f"{what}: {method_in(build, view).unit} (small areas, in fifths of England)"
