"""Link workers' reports of needs they could not meet, beside the modelled deserts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD, withheld
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import Answer, title
from sp_geo.questions.records import provenance
from sp_geo.questions.requests.services import GapsRequest
from sp_geo.questions.services.request import column_of, members, tables_of
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.access_inputs import LANDSCAPE_READS, area_codes
from sp_geo.services.coverage import AreaCodes
from sp_geo.services.gap_agreement import NEITHER, Agreement, agreement, compare

FEW_UNCOVERED: Final = "few or none reported, no directory covers the area"
_LEAST_P: Final = 0.001
_STRENGTHS: Final = (
    (0.0, "no better than by chance"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost complete"),
)
"""Highest kappa of each word, after the scale of Landis and Koch (1977)."""


def gaps(build: Build, request: GapsRequest) -> Answer:
    """Link workers' reports beside the modelled deserts, with how far they agree.

    Raises:
        WorkspaceError: no report has been added.
        UsageError: the request names something unknown.
    """
    import geopandas as gpd
    import shapely

    reports = build.table("core_gap_report")
    if reports.empty:
        raise WorkspaceError(
            "there are no reports of gaps",
            advice="Write a file with 'sp-geo template gap-log --out FILE.xlsx', fill it, add it and build",
        )
    people, found = build.table("out_lsoa11"), build.table("out_desert")
    judged = build.table("out_lsoa_access")
    codes = area_codes(tables_of(build, LANDSCAPE_READS))
    # Before any choice: what one question withholds, no other may show.
    hidden = _small(reports)
    if request.category != ALL:
        reports = reports[reports["category"] == CATEGORIES[column_of(request.category)]]
    held = _resolved(codes, people, list(reports["area_code"].unique()))
    if request.area:
        inside = set(members(codes, people, request.area))
        reports = reports[reports["area_code"].isin({code for code, found in held.items() if inside & set(found)})]
    counted = reports.groupby(["area_code", "category"])["people"].agg(people="sum", reports="size").reset_index()
    causes = reports.groupby(["area_code", "category"])["cause"].agg(lambda held: held.mode().iloc[0])
    modelled = _modelled(held, people, found, judged, list(counted["area_code"].unique()))
    if request.category != ALL:
        modelled = modelled[modelled["category"] == request.category]
    rows = compare(counted, modelled).join(causes.rename("main_cause"), on=["area_code", "category"])
    # Where no directory covers an area nothing is modelled, so the two cannot be said to agree that there is no gap.
    rows["verdict"] = rows["verdict"].mask(rows["desert_share"].isna() & (rows["verdict"] == NEITHER), FEW_UNCOVERED)
    measured = agreement(rows)
    synthetic = build.manifest.is_synthetic
    shown = _without_small_counts(rows, hidden).assign(provenance=provenance(synthetic))
    unknown = sorted(set(counted["area_code"]) - set(modelled["area_code"]))
    notes = (
        agreement_words(measured, len(rows)),
        f"Counts of people from 1 to {THRESHOLD - 1} are withheld ({SUPPRESSED}), and the next smallest of the area "
        f"where one is alone: {int(shown['suppressed'].sum()):,} of the {len(rows):,}. They count in the agreement, "
        "and their verdict is not shown.",
        "What link workers chose to write down. Areas that sent no report are left out: their silence says nothing.",
        *([f"Not on the map: {', '.join(unknown[:5])}."] if unknown else []),
    )
    # One shape an area, the small areas in it together, EPSG:27700, by area_code.
    areas = list(shown["area_code"].unique())
    known = boundaries.lsoa11()
    shapes, position = known.geometry.to_numpy(), pd.Index(known["lsoa11_code"])
    whole = [shapely.coverage_union_all(shapes[position.get_indexer(held[area])]) for area in areas]
    drawn = gpd.GeoSeries(whole, index=pd.Index(areas, name="area_code"), crs=MEASURE)
    return Answer(shown, title("Reported gaps beside modelled deserts", synthetic), notes, drawn)


def agreement_words(measured: Agreement, rows_count: int) -> str:
    """How far reports and model agree, over how many of the areas and categories, and how strong that is in a word.

    Args:
        measured: over the areas and categories that could be compared.
        rows_count: all of them: every category of every area that sent a report.
    """
    words = f"Agreement over {measured.cells:,} areas and categories"
    if measured.cells < rows_count:
        left = rows_count - measured.cells
        words += (
            f", of the {rows_count:,} of areas that sent a report; the other {left:,} cannot be compared, because no "
            "directory covers the category there or nobody lives there"
        )
    if measured.reason:
        return f"{words}: none can be told, {measured.reason}."
    probability = "p under 0.001" if measured.p_value < _LEAST_P else f"p {measured.p_value:.3f}"
    words += f": rank correlation {measured.rank_correlation:.2f} ({probability})"
    if np.isnan(measured.kappa):
        return f"{words}; kappa cannot be told, because chance alone would give full agreement."
    strength = next(word for limit, word in _STRENGTHS if measured.kappa <= limit)
    return f"{words}, kappa {measured.kappa:.2f}. By kappa the agreement is {strength}."


def _resolved(codes: AreaCodes, people: pd.DataFrame, wanted: list[str]) -> dict[str, list[str]]:
    """Small areas of every code; none for a code that cannot be told."""
    # Most reports name a PCN, whose small areas need no look through the codes of all other areas.
    pcns = people.groupby("pcn_code")["lsoa11_code"].agg(list).to_dict()
    return {code: pcns[code] if code in pcns else _members(codes, people, code) for code in wanted}


def _members(codes: AreaCodes, people: pd.DataFrame, code: str) -> list[str]:
    try:
        return list(members(codes, people, code))
    except UsageError:
        return []


def _modelled(
    held: Mapping[str, list[str]], people: pd.DataFrame, found: pd.DataFrame, judged: pd.DataFrame, wanted: list[str]
) -> pd.DataFrame:
    """Share of each area's people in a desert of each category; missing where no directory covers any of it."""
    position = pd.Index(people["lsoa11_code"])
    weight = people["patients_count"].to_numpy(dtype=float)
    covered, dry = (_flags(position, rows) for rows in (judged[judged["is_covered"]], found))
    rows = []
    for code in wanted:
        inside = position.get_indexer(held[code])
        inside = inside[inside >= 0]
        if not len(inside):
            continue
        everyone = weight[inside]
        known, without = everyone @ covered[inside], everyone @ dry[inside]
        shares = np.divide(without, known, out=np.full(len(known), np.nan), where=known > 0)
        rows += [
            [code, category, float(everyone.sum()), float(share)]
            for category, share in zip(CATEGORIES[:-1], shares, strict=True)
        ]
    return pd.DataFrame(rows, columns=["area_code", "category", "patients_count", "desert_share"])


def _flags(position: pd.Index, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether a table has a row of each small area and category but all together."""
    categories = pd.Index(CATEGORIES[:-1])
    place, column = (
        position.get_indexer(pd.Index(rows["lsoa11_code"])),
        categories.get_indexer(pd.Index(rows["category"])),
    )
    known = (place >= 0) & (column >= 0)
    flags = np.zeros((len(position), len(categories)), dtype=bool)
    flags[place[known], column[known]] = True
    return flags


def _small(reports: pd.DataFrame) -> pd.DataFrame:
    """Areas and categories whose count of people is withheld: area_code, category."""
    people = reports.groupby(["area_code", "category"])["people"].sum().reset_index()
    kept: pd.DataFrame = people[withheld(people["people"].astype(float), people["area_code"])][
        ["area_code", "category"]
    ]
    return kept


def _without_small_counts(rows: pd.DataFrame, small: pd.DataFrame) -> pd.DataFrame:
    """People, reports and rates missing where the count of people is withheld, with the reason beside."""
    keys = ["area_code", "category"]
    hidden = pd.Series(pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(small)), index=rows.index)
    masked = rows.drop(columns=["is_reported", "is_modelled"]).astype({"people": "float64", "reports": "float64"})
    masked[["people", "reports", "reported_per_10k"]] = masked[["people", "reports", "reported_per_10k"]].mask(hidden)
    masked["main_cause"] = masked["main_cause"].mask(hidden)
    # The verdict tells whether a count is above the middle, which a small one must not give away.
    masked["verdict"] = masked["verdict"].mask(hidden, SUPPRESSED)
    return masked.assign(suppressed=hidden.to_numpy())
