"""Link workers' reports of needs they could not meet, beside the modelled deserts."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from sp_geo.analysis.gap_agreement import agreement, compare
from sp_geo.disclosure import SUPPRESSED, THRESHOLD, withheld
from sp_geo.errors import UsageError, WorkspaceError
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE
from sp_geo.queries import Answer, title
from sp_geo.reporting.records import provenance
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.coverage import AreaCodes
from sp_geo.steps_services import LANDSCAPE_READS, area_codes
from sp_geo.store import Store
from sp_geo.vcse.request import AccessRequest, MapAnswer, column_of, members, tables_of


def gaps(store: Store, request: AccessRequest) -> MapAnswer:
    """Link workers' reports beside the modelled deserts, with how far they agree.

    Raises:
        WorkspaceError: no report has been added.
        UsageError: the request names something unknown.
    """
    reports = store.read("core_gap_report")
    if reports.empty:
        raise WorkspaceError(
            "there are no reports of gaps",
            advice="Write a file with 'sp-geo template gap-log --out FILE.xlsx', fill it, add it and build",
        )
    people, found = store.read("out_lsoa11"), store.read("out_desert")
    judged = store.read("out_lsoa_access")
    codes = area_codes(tables_of(store, LANDSCAPE_READS))
    if request.category != ALL:
        reports = reports[reports["category"] == CATEGORIES[column_of(request.category)]]
    if request.area:
        inside = members(codes, people, request.area)
        near = {code for code in reports["area_code"].unique() if set(_members(codes, people, code)) & set(inside)}
        reports = reports[reports["area_code"].isin(near)]
    counted = reports.groupby(["area_code", "category"])["people"].agg(people="sum", reports="size").reset_index()
    causes = reports.groupby(["area_code", "category"])["cause"].agg(lambda held: held.mode().iloc[0])
    modelled = _modelled(codes, people, found, judged, list(counted["area_code"].unique()))
    if request.category != ALL:
        modelled = modelled[modelled["category"] == request.category]
    rows = compare(counted, modelled).join(causes.rename("main_cause"), on=["area_code", "category"])
    measured = agreement(rows)
    synthetic = store.manifest.is_synthetic
    shown = _without_small_counts(rows).assign(provenance=provenance(synthetic))
    unknown = sorted(set(counted["area_code"]) - set(modelled["area_code"]))
    notes = (
        f"Agreement over {measured.cells:,} areas and categories: "
        + (
            measured.reason
            or f"rank correlation {measured.rank_correlation:.2f} (p {measured.p_value:.3f}), "
            f"kappa {measured.kappa:.2f}"
        )
        + ".",
        f"Counts of people from 1 to {THRESHOLD - 1} are withheld ({SUPPRESSED}), and the next smallest of the area "
        "where one is alone.",
        "What link workers chose to write down. Areas that sent no report are left out: their silence says nothing.",
        *([f"Not on the map: {', '.join(unknown[:5])}."] if unknown else []),
    )
    answer = Answer(shown, title("Reported gaps beside modelled deserts", synthetic), notes)
    return MapAnswer(answer, _shapes(codes, people, list(shown["area_code"].unique())))


def _shapes(codes: AreaCodes, people: pd.DataFrame, areas: list[str]) -> gpd.GeoSeries:
    """One shape an area, the small areas in it together, EPSG:27700, by area_code."""
    shapes = boundaries.lsoa11().set_index("lsoa11_code").geometry
    whole = [shapely.coverage_union_all(shapes.reindex(_members(codes, people, area)).to_numpy()) for area in areas]
    return gpd.GeoSeries(whole, index=pd.Index(areas, name="area_code"), crs=MEASURE)


def _members(codes: AreaCodes, people: pd.DataFrame, code: str) -> list[str]:
    try:
        return list(members(codes, people, code))
    except UsageError:
        return []


def _modelled(
    codes: AreaCodes, people: pd.DataFrame, found: pd.DataFrame, judged: pd.DataFrame, wanted: list[str]
) -> pd.DataFrame:
    """Share of each area's people in a desert of each category; missing where no directory covers any of it."""
    covered = judged[judged["is_covered"]].set_index(["category", "lsoa11_code"]).index
    flags = found.set_index(["category", "lsoa11_code"]).index
    weight = people.set_index("lsoa11_code")["patients_count"]
    rows = []
    for code in wanted:
        inside = _members(codes, people, code)
        if not inside:
            continue
        everyone = weight.reindex(inside)
        for category in CATEGORIES[:-1]:
            keys = pd.MultiIndex.from_product([[category], inside])
            known, dry = keys.isin(covered), keys.isin(flags)
            total = float(everyone[known].sum())
            share = float(everyone[dry].sum()) / total if total > 0 else float("nan")
            rows.append([code, category, float(everyone.sum()), share])
    return pd.DataFrame(rows, columns=["area_code", "category", "patients_count", "desert_share"])


def _without_small_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """People, reports and rates missing where the count of people is small, with the reason beside."""
    hidden = withheld(rows["people"].astype(float), rows["area_code"])
    masked = rows.drop(columns=["is_reported", "is_modelled"]).astype({"people": "float64", "reports": "float64"})
    masked[["people", "reports", "reported_per_10k"]] = masked[["people", "reports", "reported_per_10k"]].mask(hidden)
    masked["main_cause"] = masked["main_cause"].mask(hidden)
    # The verdict tells whether a count is above the middle, which a small one must not give away.
    masked["verdict"] = masked["verdict"].mask(hidden, SUPPRESSED)
    return masked.assign(suppressed=hidden.to_numpy())
