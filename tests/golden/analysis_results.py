"""Every table of the analysis on small invented data, as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from sp_geo.services import catchment_access, deserts
from sp_geo.services.decay import Decay
from sp_geo.services.gap_agreement import agreement, compare
from sp_geo.statistics import joinpoints, reporting_model
from sp_geo.statistics.attenuation import attenuation_table
from sp_geo.statistics.conclusions.differences import differences_in_words
from sp_geo.statistics.describe import describe_table
from sp_geo.statistics.inequality_by_quarter import inequality_table
from sp_geo.statistics.local_indicators import local_table
from sp_geo.statistics.measures import ALL_ROLES, PLAIN_ROLE, Need
from sp_geo.statistics.neighbours import Nearest, TouchingFootprints
from sp_geo.statistics.non_response import NON_RESPONSES
from sp_geo.statistics.outcome_note import outcome_note
from sp_geo.statistics.pooled import change_table
from sp_geo.statistics.quantiles import equal_parts, fifth_words
from sp_geo.statistics.referral_trends import most_to_least_table, path_table, rates_table, trends_table
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.statistics.spatial import spatial_table
from sp_geo.statistics.specifications import curve_in_words, specification_curve, specifications
from tests.golden.writing import of_frame, of_object
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
ETHNIC = Need("minority_ethnic", is_share=True, label="Minority ethnic")
SUPPORT = Need("lack_of_support", is_share=True, label="Lack of support")
QUARTERS = ("2021Q1", "2021Q2", "2021Q4", "2022Q1")
SIDE = 6
ROUGH = 4
"""Digits of what is found by search, not by formula."""


@cache
def panel() -> pd.DataFrame:
    """Forty PCNs in four quarters, with gaps: needs that are missing, a quarter in which nobody reported."""
    made = make_panel(pcns=40, quarters=QUARTERS, seed=5, slope_change=-0.002, reporting=(0.5, 0.7, 0.95, 0.0))
    made.loc[made["pcn_code"].isin(["U00003", "U00017"]), "imd_score"] = np.nan
    made.loc[made["pcn_code"] == "U00009", ["rural", "region_code"]] = [np.nan, None]
    made.loc[(made["pcn_code"] == "U00011") & (made["quarter"] == "2021Q2"), ["splw_fte", "splw_plain_fte"]] = 0.0
    made.loc[(made["pcn_code"] == "U00011") & (made["quarter"] == "2021Q2"), "reporting_status"] = "true_zero"
    return made


@cache
def told() -> pd.DataFrame:
    """The quarters in which somebody reported."""
    return panel()[panel()["quarter"] != "2022Q1"].reset_index(drop=True)


@cache
def square() -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """PCNs on a grid of one quarter, one of them away from all others, with a block of high provision."""
    made = make_panel(pcns=SIDE**2, quarters=("2022Q2",), reporting=1.0, seed=8)
    fte = made["splw_fte"].to_numpy().copy()
    fte[[0, 1, SIDE, SIDE + 1]] *= 3
    cells = [box(1000 * (at % SIDE), 1000 * (at // SIDE), 1000 * (at % SIDE) + 1000, 1000 * (at // SIDE) + 1000)
             for at in range(SIDE**2)]  # fmt: skip
    cells[-1] = box(90_000, 90_000, 91_000, 91_000)
    shapes = gpd.GeoDataFrame({"pcn_code": made["pcn_code"]}, geometry=cells, crs=27700)
    return made.assign(splw_fte=fte, splw_fte_per_10k=fte / made["list_size"] * 10_000), shapes


@cache
def activity() -> pd.DataFrame:
    """Referrals by fifth and quarter, some of them missing."""
    chance = np.random.default_rng(4)
    rows = [
        (
            f"{2020 + at // 4}Q{at % 4 + 1}",
            fifth,
            50_000.0 + 1_000 * fifth,
            float(chance.poisson(300 + 40 * fifth + 9 * at)),
        )
        for fifth in range(1, 6)
        for at in range(12)
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "fifth", "patients", "referrals"])
    frame = frame.assign(contacted=(frame["referrals"] * 0.9).round(), supported=(frame["referrals"] * 0.4).round())
    frame.loc[[3, 17], ["referrals", "contacted", "supported"]] = np.nan
    frame.loc[8, "supported"] = np.nan
    return frame


def town() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places, people, services and capacities of two categories; one service unknown, one full, one far away."""
    chance = np.random.default_rng(12)
    places, services = chance.uniform(0, 9_000, (12, 2)), chance.uniform(0, 9_000, (6, 2))
    services[5] = [80_000.0, 80_000.0]
    capacity = np.array([[10.0, -1], [5, 3], [np.nan, 2], [-1, np.nan], [0, 4], [7, 7]])
    return places, chance.integers(50, 500, 12).astype(float), services, capacity


def sampled() -> pd.DataFrame:
    """Standard errors of a survey need."""
    rows = told()[["pcn_code", "quarter"]]
    return rows.assign(need="lack_of_support", value=told()["lack_of_support"], std_error=0.03)


def reports() -> pd.DataFrame:
    """Reports of gaps beside modelled deserts, twelve cells of four areas."""
    found = pd.DataFrame(
        {
            "area_code": ["A", "A", "B", "C", "D", "D"],
            "category": ["money", "housing", "money", "food", "money", "food"],
            "people": [90, 12, 30, 7, 55, 21],
            "reports": [9, 2, 3, 1, 6, 2],
        }
    )
    modelled = pd.DataFrame(
        [(area, category, 10_000.0 + 500 * row, share) for row, (area, category, share) in enumerate(
            zip("AAABBBCCCDDD", ["money", "housing", "food"] * 4, [0.4, 0, 0.1, 0, 0.3, 0, 0, 0, 0.2, 0.5, 0, 0],
                strict=True))],
        columns=["area_code", "category", "patients_count", "desert_share"],
    )  # fmt: skip
    modelled.loc[modelled["area_code"].eq("D") & modelled["category"].eq("food"), "desert_share"] = np.nan
    return compare(found, modelled)


def _catchments() -> str:
    places, people, services, capacity = town()
    decay = Decay("gaussian").function()
    reach = np.where(np.arange(12) % 2, 4_000.0, 6_000.0)
    pairs = list(catchment_access.straight_line_pairs(places, services, reach, 1.3, at_once=9))
    chosen = catchment_access.selection_sums(pairs, 12, reach, decay)
    two = catchment_access.floating_catchment(pairs, people, capacity, reach, decay)
    three = catchment_access.floating_catchment(pairs, people, capacity, reach, decay, chosen)
    near = catchment_access.nearest_services(places, services, capacity, 1.3)
    matrix = catchment_access.reach_matrix(pairs, (12, 6), two.demand, reach, decay)
    parts = [of_object(found) for found in (two, three, near, *pairs[:2])]
    return "\n".join([*parts, f"chosen: {np.round(chosen, 6).tolist()}\n", of_frame(pd.DataFrame(matrix.toarray()))])


def _deserts() -> str:
    need = np.array([50.0, 40, 30, 20, 10, 45, np.nan, 35])
    score = np.array([0.0, 1, 0.2, 3, 0, np.nan, 0, 0.4])
    covered = np.array([True, True, True, True, True, True, True, False])
    people = np.array([100.0, 200, 150, 120, 80, 90, 60, 70])
    shapes = np.array([box(at % 4, at // 4, at % 4 + 1, at // 4 + 1) for at in range(8)], dtype=object)
    found = [of_object(deserts.deserts(score, covered, need, people, deserts.Rule("need", fifths, share)))
             for fifths, share in ((1, 0.5), (2, 0.5), (3, 0.25), (5, 1.0))]  # fmt: skip
    touching = deserts.neighbours(shapes)
    label = deserts.clusters(np.array([True, True, False, True, False, False, False, True]), touching)
    of_category = np.array([[True, False], [False, True], [True, True], [False, True]])
    drawn = deserts.resampled_capacity(np.array([3.0, np.nan, 0, 8]), of_category, 5, seed=2)
    held = deserts.survival(drawn, np.array([4.0, 5, 6, 7, 8]), np.array([0, 0, 1, 1]), people[:4], 0.5)
    words = "\n".join(deserts.Rule("deprivation", fifths, 0.25).words() for fifths in (1, 3))
    decays = "\n".join(
        Decay(shape).words() + f" {np.round(Decay(shape).function()(np.linspace(0, 1.1, 12)), 6).tolist()}"
        for shape in ("step", "gaussian", "power")
    )
    return "\n".join([*found, str(touching.toarray().tolist()), str(label.tolist()), str(drawn.tolist()),
                      str(held.to_dict()), words, decays]) + "\n"  # fmt: skip


def _joinpoints() -> str:
    time = np.arange(14.0)
    chance = np.random.default_rng(6)
    rates = [np.exp(1 + 0.05 * time), np.exp(1 + 0.1 * np.minimum(time, 6) - 0.08 * np.maximum(time - 6, 0)) *
             np.exp(chance.normal(0, 0.02, 14)), np.full(14, 3.0)]  # fmt: skip
    found = [joinpoints.find_joinpoints(time, rate, weight) for rate in rates for weight in (None, 1 + time, 0 * time)]
    found += [joinpoints.find_joinpoints(time[:3], rates[0][:3]), joinpoints.find_joinpoints(time, 0 * time)]
    return "\n".join(of_object(one) for one in found)


def _reporting() -> str:
    rows = told()[told()["quarter"] == "2021Q1"].dropna(subset="imd_score")
    reported = (rows["reporting_status"] != "not_reported").to_numpy()
    given = rows["imd_score"].to_numpy(), rows["list_size"].to_numpy()
    regions = [rows["region_code"].to_numpy(dtype=object), np.where(reported, "Y60", "Y61").astype(object)]
    found = [reporting_model.reporting_weights(reported, *given, region) for region in regions]
    found += [
        reporting_model.reporting_weights(np.full(len(rows), every), *given, regions[0]) for every in (True, False)
    ]
    return "\n".join(of_object(one, ROUGH) for one in found)


def _spatial() -> str:
    made, shapes = square()
    middle = shapes.geometry.centroid
    near = Nearest(pd.DataFrame({"pcn_code": shapes["pcn_code"], "x_m": middle.x, "y_m": middle.y}), 4)
    rules = [TouchingFootprints(shapes), near]
    table = spatial_table(made, IMD, rules, ("reporters", "absent_as_zero", "reweighted"), covariates=("rural",))
    return of_frame(table, ROUGH)


def _local(subject: str) -> Callable[[], str]:
    def made() -> str:
        rows, shapes = square()
        table = local_table(rows, IMD, TouchingFootprints(shapes), seed=3, subject=subject, permutations=99)  # type: ignore[arg-type]
        return of_frame(table, ROUGH)

    return made


def _specifications() -> str:
    chosen = list(
        specifications([IMD, ETHNIC], non_responses=NON_RESPONSES[:3], covariate_sets=((), ("rural", "region_code")))
    )
    curves = [
        specification_curve(told(), chosen, pooled=False),
        specification_curve(told(), chosen, per=5, pooled=True),
    ]
    parts = [of_frame(curve) for curve in curves]
    return "\n".join([*parts, *[curve_in_words(curve) for curve in curves]]) + "\n"


def _slopes() -> str:
    plain = quarter_slopes(panel(), IMD)
    tables = [
        plain,
        quarter_slopes(told(), ETHNIC, weights="patients", se_type="cluster", covariates=("rural", "region_code"),
                       provision=PLAIN_ROLE, per=5),
        quarter_slopes(told(), IMD, ("reporters", "balanced"), se_type="HC3", per=1),
    ]  # fmt: skip
    words = differences_in_words(plain, {"reporters": "Those that reported", "absent_as_zero": "Silence as none"})
    return "\n".join([*[of_frame(table) for table in tables], words]) + "\n"


def _note() -> str:
    tables = [outcome_note(extra, people, baselines) for extra, people, baselines in (
        (2.0, 100_000.0, {}),
        (-1.5, 40_000.0, {"enough_local_support": 0.6, "good_experience": 0.83}),
    )]  # fmt: skip
    return "\n".join(of_frame(table) for table in tables)


def _gaps() -> str:
    rows = reports()
    alike = rows.assign(desert_share=0.2)
    return "\n".join([of_frame(rows), *[of_object(agreement(each)) for each in (rows, alike, rows.head(3))]])


def _groups() -> str:
    values = np.array([5.0, 3, 3, 9, 1, 7, 7, 7, 2, 8, 4, 6])
    words = [fifth_words(number) for number in range(1, 6)]
    return f"{equal_parts(values).tolist()}\n{equal_parts(values, 3).tolist()}\n{words}\n"


def _inequality() -> str:
    tables = [inequality_table(panel(), need, NON_RESPONSES, seed=1, draws=40) for need in (IMD, SUPPORT)]
    few = told().groupby("quarter").head(7)
    tables.append(inequality_table(few, IMD, ("reporters",), seed=4, draws=30, provision=PLAIN_ROLE))
    return "\n".join(of_frame(table) for table in tables)


def _referrals() -> str:
    frames = [
        rates_table(activity(), ("quarter",)),
        rates_table(activity(), ("fifth",), "supported"),
        most_to_least_table(activity(), "fifth", 1, 5),
        most_to_least_table(activity(), "fifth", 2, 4, events="supported"),
        trends_table(activity()),
        trends_table(activity(), ("fifth",), "supported", 1),
        trends_table(activity().iloc[:3]),
        path_table(activity()),
        path_table(activity(), ("fifth",)),
    ]
    return "\n".join(of_frame(frame) for frame in frames)


RESULTS: dict[str, Callable[[], str]] = {
    "slopes": _slopes,
    "change": lambda: "\n".join(
        of_frame(change_table(rows, IMD, NON_RESPONSES, covariates=more, provision=series))
        for rows, more, series in ((panel(), (), ALL_ROLES), (told(), ("rural",), PLAIN_ROLE))
    ),
    "attenuation": lambda: of_frame(attenuation_table(told(), sampled(), SUPPORT, NON_RESPONSES)),
    "description": lambda: of_frame(describe_table(panel(), [IMD, ETHNIC, SUPPORT])),
    "inequality": _inequality,
    "specifications": _specifications,
    "spatial": _spatial,
    **{f"local_{subject}": _local(subject) for subject in ("residual", "provision", "need")},
    "outcome_note": _note,
    "referrals": _referrals,
    "joinpoints": _joinpoints,
    "reporting_weights": _reporting,
    "gaps": _gaps,
    "groups": _groups,
    "catchments": _catchments,
    "deserts": _deserts,
    "decay_fields": lambda: str(asdict(Decay("power", exponent=1.5))) + "\n",
}
