"""What differs in the figures of England, regions and ICBs between two builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from sp_geo.questions.changes.attribution import Attribution, joined
from sp_geo.questions.changes.pcns import KNOWN, MISSING, TOLERANCE
from sp_geo.questions.changes.tables import TableReader
from sp_geo.tables.services import ALL_CATEGORIES

ENGLAND: Final = "England"
LEVELS: Final = ("England", "region", "ICB")
COLUMNS: Final = (
    "level", "area_code", "area_name", "quarter", "figure", "unit", "before", "after", "difference", "ci_low_before",
    "ci_high_before", "ci_low_after", "ci_high_after", "state_before", "state_after", "size", "cause",
)  # fmt: skip
NOT_BUILT: Final = "quarter not built"
_DIGITS: Final = 9
_UNITS: Final[Mapping[str, str]] = {
    "link worker FTE": "FTE",
    "link worker FTE in the release": "FTE",
    "FTE per 10,000 patients of reporting PCNs": "FTE per 10,000 patients",
    "coverage": "% of active PCNs",
    "active PCNs": "PCNs",
    "reporting PCNs": "PCNs",
    "PCNs that reported none": "PCNs",
    "patients": "patients",
}
_MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "link worker FTE": ("splw_fte", "icb_code"),
    "FTE per 10,000 patients of reporting PCNs": ("splw_fte", "list_size", "icb_code"),
    "coverage": ("splw_fte", "icb_code"),
    "active PCNs": ("list_size", "icb_code"),
    "reporting PCNs": ("splw_fte", "icb_code"),
    "PCNs that reported none": ("splw_fte", "icb_code"),
    "patients": ("list_size", "icb_code"),
}
"""Measures of PCNs that an area's figure is made of; a PCN that goes to another ICB moves both ICBs' figures."""
_KEY: Final = ["level", "area_code", "quarter", "figure"]
_SLOPE: Final = "slope on "

Causes = Mapping[tuple[str, str, str], list[str]]


def figure_changes(read: TableReader, quarters: list[str], why: Attribution, pcns: Causes) -> pd.DataFrame:
    """Every figure of an area that differs: England's of all quarters, the others' of those that both builds have.

    Args:
        read: of the two states.
        quarters: that both have.
        why: what differs between the builds.
        pcns: causes of the changes of PCNs by area, quarter and measure.

    Returns:
        Rows with :data:`COLUMNS`: England's totals, its slopes, then regions and ICBs, each with the largest difference
        first. ``before``, ``after``, ``difference`` and ``ci_*`` (95 % intervals of slopes) are in the figure's unit,
        ``size`` is the difference as a share of the larger of the two values.
    """
    sides = zip(_areas(read), _england(read), _services(read), strict=True)
    one, other = (pd.concat(parts, ignore_index=True) for parts in sides)
    names = pd.concat([other, one]).drop_duplicates(["level", "area_code"])[["level", "area_code", "area_name"]]
    both = one.drop(columns="area_name").merge(
        other.drop(columns="area_name"), on=[*_KEY, "unit"], how="outer", suffixes=("_before", "_after")
    )
    both = both[both["quarter"].isin(["", *quarters]) | (both["level"] == ENGLAND)]
    moved = pd.Series(data=False, index=both.index)
    for name in ("value", "ci_low", "ci_high"):
        before, after = both[f"{name}_before"].astype("float64"), both[f"{name}_after"].astype("float64")
        far = (after - before).abs() > TOLERANCE * pd.concat([before.abs(), after.abs()], axis=1).max(axis=1)
        moved |= far | (before.isna() != after.isna())
    rows = both[moved].merge(names, on=["level", "area_code"], how="left")
    rows = rows.rename(columns={"value_before": "before", "value_after": "after"})
    rows = rows.assign(difference=(rows["after"] - rows["before"]).round(_DIGITS))
    largest = rows[["before", "after"]].abs().max(axis=1)
    rows = rows.assign(
        size=(rows["difference"].abs() / largest.where(largest > 0)).fillna(1.0),
        state_before=_states(rows["before"], rows["quarter"], quarters),
        state_after=_states(rows["after"], rows["quarter"], quarters),
        order=rows["level"].map(LEVELS.index),
        is_slope=rows["figure"].str.startswith(_SLOPE),
    )
    by = ["order", "is_slope", "size", "quarter", "figure", "area_code"]
    rows = rows.sort_values(by, ascending=[True, True, False, True, True, True], ignore_index=True)
    rows["cause"] = list(_causes(rows, quarters, why, pcns))
    return rows[[*COLUMNS]]


def _states(values: pd.Series, quarter: pd.Series, quarters: list[str]) -> pd.Series:
    state = pd.Series(KNOWN, index=values.index, dtype="object").where(values.notna(), MISSING)
    return state.where(values.notna() | quarter.isin(["", *quarters]), NOT_BUILT)


def _areas(read: TableReader) -> Iterator[pd.DataFrame]:
    """Provision of each area and quarter, of both states; empty where no PCN differs."""
    places = ["icb_code", "icb_name", "region_code", "region_name"]
    for panel in read.both("out_pcn_quarter", ["quarter", *places, "reporting_status", "splw_fte", "list_size"]):
        rows = panel if read.differs("out_pcn_quarter") else panel.iloc[:0]
        reports = rows["reporting_status"] != "not_reported"
        rows = rows.assign(
            reporting=reports, none=rows["reporting_status"] == "true_zero", covered=rows["list_size"].where(reports)
        )
        levels = [
            rows.assign(level=ENGLAND, area_code="", area_name=ENGLAND),
            rows.assign(level="region", area_code=rows["region_code"], area_name=rows["region_name"]),
            rows.assign(level="ICB", area_code=rows["icb_code"], area_name=rows["icb_name"]),
        ]
        rows = pd.concat(levels).dropna(subset=["area_code"])
        groups = rows.groupby(["level", "area_code", "quarter"])
        # Nobody reported is not none: a sum of nothing is missing.
        fte, covered = groups["splw_fte"].sum(min_count=1), groups["covered"].sum(min_count=1)
        found = pd.DataFrame(
            {
                "link worker FTE": fte,
                "FTE per 10,000 patients of reporting PCNs": 10_000 * fte / covered,
                "coverage": 100 * groups["reporting"].mean(),
                "active PCNs": groups.size().astype("float64"),
                "reporting PCNs": groups["reporting"].sum().astype("float64"),
                "PCNs that reported none": groups["none"].sum().astype("float64"),
                "patients": groups["list_size"].sum(),
            }
        )
        long = found.reset_index().melt(["level", "area_code", "quarter"], var_name="figure", value_name="value")
        names = rows.sort_values("quarter").drop_duplicates(["level", "area_code"], keep="last")
        long = long.merge(names[["level", "area_code", "area_name"]], on=["level", "area_code"])
        yield long.assign(unit=long["figure"].map(_UNITS))


def _england(read: TableReader) -> Iterator[pd.DataFrame]:
    """The release's FTE and every slope with its interval, of both states."""
    totals = read.both("out_quarter_coverage", ["quarter", "splw_release_fte"])
    slopes = read.both("out_quarter_slope", ["quarter", "need", "non_response", "estimate", "ci_low", "ci_high"])
    for coverage, slope in zip(totals, slopes, strict=True):
        posts = coverage.rename(columns={"splw_release_fte": "value"})
        posts = posts.assign(figure="link worker FTE in the release", unit="FTE")
        lines = slope.rename(columns={"estimate": "value"}).drop(columns=["need", "non_response"])
        lines = lines.assign(
            figure=_SLOPE + slope["need"] + ", " + slope["non_response"], unit="FTE per 10,000 per step"
        )
        both = pd.concat([posts, lines], ignore_index=True)
        yield both.assign(level=ENGLAND, area_code="", area_name=ENGLAND)


def _services(read: TableReader) -> Iterator[pd.DataFrame]:
    """Recorded services, people covered and people in deserts, of both states; empty if all are equal."""
    if not any(read.differs(name) for name in ("out_service", "out_lsoa_access", "out_desert")):
        yield from (pd.DataFrame(columns=[*_KEY, "area_name", "unit", "value"]) for _ in range(2))
        return
    services = read.both("out_service", ["service_id", "placed_sites_count"])
    access = read.both("out_lsoa_access", ["category", "patients_count", "is_covered"])
    deserts = read.both("out_desert", ["category", "patients_count"])
    for service, area, desert in zip(services, access, deserts, strict=True):
        everyone = area[area["category"] == ALL_CATEGORIES]
        here = desert[desert["category"] == ALL_CATEGORIES]
        values = {
            ("recorded services", "services"): len(service),
            ("services with a place", "services"): int((service["placed_sites_count"] > 0).sum()),
            ("people whom a directory covers", "people"): everyone.loc[everyone["is_covered"], "patients_count"].sum(),
            ("small areas that are deserts, all categories", "small areas"): len(here),
            ("people in deserts, all categories", "people"): here["patients_count"].sum(),
        }
        yield pd.DataFrame(
            {
                "level": ENGLAND,
                "area_code": "",
                "area_name": ENGLAND,
                "quarter": "",
                "figure": [figure for figure, _ in values],
                "unit": [unit for _, unit in values],
                "value": [float(value) for value in values.values()],
            }
        )


def _causes(rows: pd.DataFrame, quarters: list[str], why: Attribution, pcns: Causes) -> Iterator[str]:
    """The cause of each row in words: those of the PCNs that the figure is made of."""
    status = {quarter for area, quarter, measure in pcns if not area and measure == "splw_fte"}
    elsewhere = status | (set(rows["quarter"]) - {"", *quarters})
    for area, quarter, figure in rows[["area_code", "quarter", "figure"]].to_numpy():
        if not quarter:
            yield why.told(why.services())
        elif quarter not in quarters or figure == "link worker FTE in the release":
            yield why.told(why.workforce(quarter))
        else:
            # The name of a slope says its need.
            need = figure.removeprefix(_SLOPE).rsplit(", ", 1)[0]
            measures = _MADE_OF.get(figure) or ("splw_fte", "list_size", need)
            found = [cause for name in measures for cause in pcns.get((area, quarter, name), [])]
            if figure.endswith(", balanced") and elsewhere - {quarter}:
                found.append("The PCNs that reported in every quarter are others.")
            yield joined(list(dict.fromkeys(found))) if found else why.told([])
