"""The tables of the PCN profile: shown on the page and taken away."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.geography.crs import MEASURE
from sp_geo.panel.indicator import indicators
from sp_geo.questions.services.request import RECORDED
from sp_geo.reports.findings.measures import PROVISION, RATE, STATUS_WORDS, measure_of
from sp_geo.reports.findings.sheets import SERIES, SILENT, marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web import sheets
from sp_geo.web.pages.pcn import peers
from sp_geo.web.pages.pcn.members import home, practices
from sp_geo.web.pages.pcn.reach import LEAST_SHARE, ground_and_method, service_rows
from sp_geo.web.pages.pcn.search import chosen
from sp_geo.web.pages.pcn.views import PERCENTILE, history_rows, indicator_rows, month_rows
from sp_geo.web.state import ENGLAND, View

_NAMED = (Column("label", "Measure"), Column("measure", "Code", is_aside=True))
INDICATORS = (
    *_NAMED,
    Column("unit", "Unit"),
    Column("value", "Value", "", 2),
    Column("median", "England's median", "", 2),
    Column("rank", "Rank, 1 is highest", "", 0),
    Column("n", "PCNs with a value", "", 0),
    Column("equal_count", "Others with the same value", "PCNs", 0),
    Column("percentile", "Percentile", "", 0),
)
BASIS = (
    *_NAMED,
    Column("value", "Value", "", 2),
    Column("ci_low", "From (95 %)", "", 2, state="interval_state"),
    Column("ci_high", "To (95 %)", "", 2, state="interval_state"),
    Column("numerator", "Numerator", "", 1, state="numerator_state"),
    Column("denominator", "Denominator", "", 0),
    Column("counted", "What over what"),
    Column("coverage_pct", "Patients with a value", "%", 1, state="coverage_state"),
    Column("source", "Source"),
)
HISTORY = (
    Column("quarter", "Quarter"),
    Column("status_words", "Status"),
    Column("splw_fte", "Link workers", "FTE", 2, state="state"),
    Column("splw_plain_fte", "Plain role", "FTE", 2, state="state"),
    Column("splw_mental_health_fte", "Mental health role", "FTE", 2, state="state"),
    Column("splw_contracted_fte", "Of all, contracted", "FTE", 2, state="state"),
    Column("splw_headcount", "People in post", "", 0, state="state"),
    Column("list_size", "Patients", "registered", 0, state="state"),
    Column(PROVISION, "Rate", "FTE per 10,000 patients", 2, state="state"),
    Column("england_per_10k", "England's rate", "FTE per 10,000 patients", 2),
)
MONTHS = (
    Column("month", "Month"),
    Column("status_words", "Status"),
    Column("splw_fte", "Link workers", "FTE", 2),
    Column("splw_plain_fte", "Plain role", "FTE", 2),
    Column("list_size", "Patients", "registered", 0),
    Column(PROVISION, "Rate", "FTE per 10,000 patients", 2),
)
PRACTICES = (
    Column("practice_name", "Practice"),
    Column("practice_code", "Code"),
    Column("patients_count", "Patients", "registered", 0),
    Column("share", "Share of the PCN", "%", 1, 100.0),
)
AREAS = (
    Column("lsoa11_name", "Small area"),
    Column("lsoa11_code", "Code"),
    Column("patients_count", "Patients", "of this PCN", 0),
    Column("share", "Share of the PCN's patients", "%", 2, 100.0),
    Column("area_share", "Share of the area's patients", "%", 1, 100.0),
    Column("own_words", "In the footprint"),
    Column("imd_score", "Deprivation", "IMD score", 1),
    Column("minority_ethnic", "Minority ethnic residents", "%", 1, 100.0),
)
SERVICES = (
    Column("label", "Category"),
    Column("category", "Code", is_aside=True),
    Column("known_words", "What is known"),
    Column("services_count", "Recorded services in reach", "", 0),
    Column("places", "Free places known", "a quarter", 0),
    Column("full_count", "Known to have none", "services", 0),
    Column("unknown_count", "Capacity not recorded", "services", 0),
    Column("nearest_m", "Way to the nearest, mean", "metres", 0),
    Column("score", "Access, mean", "places per 1,000 people", 4),
    Column("england_score", "England's mean access", "places per 1,000 people", 4),
    Column("known_pct", "Patients whose access is known", "%", 0),
    Column("uncovered_pct", "Patients where no directory covers", "%", 0),
)
Rows = Callable[[Build, str, str], tuple[pd.DataFrame, str, tuple[str, ...]]]


def peer_columns() -> tuple[Column, ...]:
    """Columns of the peers; made when asked for, as they read what each need is."""
    return (
        Column("pcn_name", "PCN"),
        Column("pcn_code", "Code"),
        Column("icb", "ICB"),
        Column("distance", "Distance", "standard deviations", 2),
        Column("status", "Status"),
        Column("splw_fte", "Link workers", "FTE", 2),
        RATE.column,
        Column("list_size", "Patients", "registered", 0),
        *[measure_of(indicators()[name]).column for name in peers.MEASURES if name not in {"list_size", PROVISION}],
    )


def _sheet(name: str, columns: tuple[Column, ...], make: Rows) -> Callable[[Build, View], Sheet]:
    """A sheet about the chosen PCN; without rows if none is chosen.

    Args:
        name: of the sheet.
        columns: of it.
        make: rows, title and notes, from the build, the quarter and the code.
    """

    def build(build: Build, view: View) -> Sheet:
        import geopandas as gpd

        code = chosen(build, view)
        if not code:
            empty = pd.DataFrame({column.name: [] for column in columns}, dtype="object")
            return Sheet(name, "No network is chosen", empty, columns, ("Choose a PCN on the page.",))
        # Sheets that are about no one quarter are asked for without it, so that they are made once for all quarters.
        rows, title, notes = make(build, view.values.get("quarter", build.choices.quarters[-1]), code)
        rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, *[column.name for column in columns]])))
        shapes = gpd.GeoSeries(rows["geometry"], crs=MEASURE) if "geometry" in rows and len(rows) else None
        title = marked(build.mark, f"{title}, {build.pcn_names[code]} ({code})")
        table = pd.DataFrame(rows.drop(columns="geometry", errors="ignore"))
        return Sheet(name, title, table, columns, notes, shapes, "area_share" if shapes is not None else "")

    return build


def _indicators(build: Build, quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    rows = indicator_rows(build, quarter, code)
    shown = [build.needs[name] for name in rows["measure"] if name in build.needs]
    return (
        rows,
        f"Measures beside England, {quarter}",
        (
            SERIES,
            SILENT,
            f"Rank and percentile are among PCNs with a value in the quarter. {PERCENTILE} A rank is not a judgement.",
            *[f"{item.label}: {item.caveat.strip()}" for item in shown],
        ),
    )


def _basis(build: Build, quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    return (
        indicator_rows(build, quarter, code),
        f"What the figures rest on, {quarter}",
        (
            "An interval is given for what a sample tells. [z]: the value is of everybody and has none, or is a mean "
            "and has no numerator.",
            "Patients with a value: those whose small area or practice has one, of all patients.",
        ),
    )


def _history(build: Build, _quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    return (
        history_rows(build, code),
        "Link workers by quarter",
        (
            SERIES,
            SILENT,
            "[z]: the PCN was not active in the quarter.",
            "England's rate: FTE over patients of the PCNs that reported in the quarter.",
        ),
    )


def _months(build: Build, _quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    return month_rows(build, code), "Link workers by month", (SERIES, SILENT)


def _practices(build: Build, quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    rows = practices(build, quarter, code)
    release = f", lists of {rows['release'].iloc[0]}" if len(rows) else ""
    return rows, f"Practices in {quarter}{release}", ("Names as published.",)


def _areas(build: Build, _quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    found = home(build, code)
    rows = found.areas.assign(own_words=found.areas["is_own"].map({True: "Yes", False: "No"}))
    return (
        rows,
        f"Small areas where patients live, practices of {found.quarter}, patients of {found.release or 'no release'}",
        (
            "Small areas of England of 2011 (LSOA). In the footprint: more registered patients are of this PCN "
            "than of any other.",
            f"Patients in Wales or without a known area are not in the table: {found.elsewhere:,}.",
        ),
    )


def _services(build: Build, _quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    if not build.rows_count("out_lsoa_access"):
        return pd.DataFrame(), "Services in reach", (RECORDED,)
    _, method = ground_and_method(build)
    return (
        service_rows(build, home(build, code)),
        "Recorded services in reach of where patients live",
        (
            f"In reach: at least {100 * LEAST_SHARE:.0f} % of the PCN's patients live within "
            f"{method.catchment_km:g} km of it along the way, or in an area that it goes to.",
            f"Access: {method.words()}. Means are over people in areas that a directory covers and whose access is "
            "known, England's as on the page Services and deserts; a mean is a floor where services of unknown "
            "capacity are in reach too. A place in reach of many people adds little for each.",
            "Free places known: 0 where what is in reach is full, or where nothing is in reach and directories cover "
            f"over {100 - 100 * LEAST_SHARE:.0f} % of patients; [x] where no service in reach records what it can "
            "take, or nothing is in reach and fewer are covered.",
            "Way to the nearest: to the nearest recorded service of any capacity, at any distance.",
            RECORDED,
        ),
    )


def _peers(build: Build, quarter: str, code: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    found = peers.peers_of(build.by_quarter[quarter], code)
    rows = found.rows.assign(
        icb=found.rows["icb_code"].map(build.area_names), status=found.rows["reporting_status"].map(STATUS_WORDS)
    )
    own = build.by_quarter[quarter].set_index("pcn_code")[PROVISION].get(code, float("nan"))
    return rows, f"PCNs most like it, {quarter}", (peers.peers_in_words(found, float(own)), SERIES, SILENT)


def every_pcn(build: Build, view: View) -> Sheet:
    """All PCNs of the quarter."""
    needs = build.choices.needs
    shown = ("imd_score",) if "imd_score" in needs else tuple(needs[:1])
    return sheets.pcns(build, view["quarter"], ENGLAND, shown)


def _peer_sheet(build: Build, view: View) -> Sheet:
    return _sheet("peers", peer_columns(), _peers)(build, view)


SHEETS = {
    "indicators": _sheet("indicators", INDICATORS, _indicators),
    "basis": _sheet("basis", BASIS, _basis),
    "history": _sheet("history", HISTORY, _history),
    "months": _sheet("months", MONTHS, _months),
    "practices": _sheet("practices", PRACTICES, _practices),
    "areas": _sheet("areas", AREAS, _areas),
    "services": _sheet("services", SERVICES, _services),
    "peers": _peer_sheet,
    "pcns": every_pcn,
}
