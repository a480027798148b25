"""England, or one of its NHS regions, at its full number of practices and PCNs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from sp_geo.core.quarters import Quarter
from sp_geo.synthetic import calibration, need, people, provision
from sp_geo.synthetic.areas import Areas, make_areas
from sp_geo.synthetic.calibration import Floats
from sp_geo.synthetic.layouts.survey import FEWEST_ANSWERS
from sp_geo.synthetic.organisations import Organisations, make_organisations
from sp_geo.synthetic.staff import Workforce
from sp_geo.synthetic.truth import PARAMETER_NEED, Truth, true_slopes
from sp_geo.synthetic.world import Places, Releases, Scale, World

REGION: Final = "Y62"
"""NHS region of the smaller scale: the North West."""
RELEASES: Final = Releases(
    quarters=calibration.QUARTERS,
    totals=("2020-04", "2021-04", "2022-01"),
    by_age=("2023-07", "2024-07", "2026-07"),
    by_area="2022-07",
    memberships_ccg="2022-06",
    memberships="2026-07",
    maps_ccg="2022-01",
    maps="2026-07",
    practices="2026-07",
    surveys=(2020, 2021, 2022, 2023, 2024, 2025, 2026),
)
TRUTH_NEEDS: Final = (PARAMETER_NEED, "need_true", "imd_2019_score", "minority_ethnic")
_MECHANISM: Final[dict[str, Any]] = {
    "provision": "expected rate = level of quarter x (1 + region effect freed of need) + slope x (need - mean)",
    "realised": "expected x a mean-one multiplier: zero with the quarter's chance, else gamma; in half hours",
    "slope": {
        "need": "need_true (expected share lacking support)",
        "from": str(calibration.SLOPE_FROM),
        "until": str(calibration.SLOPE_UNTIL),
        "final_per_10_points": calibration.SLOPE / 10,
    },
    "reporting": {
        "rule": "the published share of PCNs with the largest log odds plus a logistic part that lasts",
        "log_odds_per_sd_of_need": calibration.REPORTING_ON_NEED,
        "log_odds_per_sd_of_log_list_size": calibration.REPORTING_ON_SIZE,
        "log_odds_by_region": calibration.REGION_REPORTING,
    },
    "survey": "no ~ Binomial(answers, practice's true share); answers ~ Poisson; under 10 answers withheld",
}
"""The parameters of the truth, in words and numbers."""


@dataclass(frozen=True)
class _People:
    """Patients, and what follows from where they live, by practice number.

    Attributes:
        lists: as in World.
        by_area: as in World.
        sums: patients with a value, and patients x value, of IMD 2019 and of the minority ethnic share; NaN for
            practices that are not in the extract by area.
        answers: expected survey answers.
        need: true share lacking support less the year's level.
    """

    lists: pd.DataFrame
    by_area: pd.DataFrame
    sums: pd.DataFrame
    answers: Floats
    need: Floats


def make(scale: Scale, places: Places, seed: int, progress: Callable[[str], None]) -> tuple[World, Truth]:
    """Draw everything.

    Args:
        scale: full or region.
        places: real codes and names.
        seed: 0 or more.
        progress: told what is being done.
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(8)]
    progress("inventing small areas")
    areas, share = _chosen_areas(scale, places, streams[0])
    progress("inventing practices and PCNs")
    organisations = make_organisations(areas.areas11, places, share, streams[1])
    progress("inventing patients")
    population = _population(organisations, areas, share, streams[2])
    progress("inventing survey answers")
    surveys = []
    for year in RELEASES.surveys:
        here = people.is_open(organisations.practices, f"{year}-02-01")
        codes = organisations.practices["practice_code"].to_numpy(dtype=object)[here]
        surveys.append(need.survey_year(year, codes, population.need[here], population.answers[here], streams[3]))
    survey = pd.concat(surveys, ignore_index=True)
    progress("inventing provision and reporting")
    truth, staff = _quarters(organisations, places, population, survey, share, (streams[4], streams[5], streams[6]))
    _, near = cKDTree(areas.areas11[["easting_m", "northing_m"]].to_numpy()).query(
        organisations.practices[["easting_m", "northing_m"]].to_numpy()
    )
    density = areas.areas11["density"].to_numpy(dtype=np.float64)[near]
    world = World(
        scale=scale,
        seed=seed,
        releases=RELEASES,
        places=places,
        areas11=areas.areas11,
        areas21=areas.areas21,
        lookup=areas.lookup,
        practices=organisations.practices,
        pcns=organisations.pcns,
        spells=organisations.spells,
        lists=population.lists,
        by_area=population.by_area,
        ages=people.ages(organisations.practices, population.lists, RELEASES.by_age, density, streams[7]),
        survey=survey,
        staff=staff,
    )
    words = {**_MECHANISM, "share_of_england": share}
    slopes = true_slopes(
        truth, TRUTH_NEEDS, {quarter: calibration.true_slope(quarter) for quarter in RELEASES.quarters}
    )
    return world, Truth(scale=scale, seed=seed, slopes=slopes, pcns=truth, mechanism=words)


def _chosen_areas(scale: Scale, places: Places, rng: np.random.Generator) -> tuple[Areas, float]:
    """Areas of the scale, drawn with the rest of England, and their share of its people."""
    areas = make_areas(places.lsoas, rng)
    if scale == "full":
        return areas, 1.0
    region = places.sub_icbs["icb_code_2022"].map(places.icbs["region_code"])
    inside = areas.areas11["sub_icb_code"].map(region) == REGION
    part = areas.areas11[inside].reset_index(drop=True)
    lookup = areas.lookup[areas.lookup["lsoa11_code"].isin(part["lsoa11_code"])]
    whole = (
        lookup.groupby("lsoa21_code")["lsoa11_code"].size()
        == areas.lookup[areas.lookup["lsoa21_code"].isin(lookup["lsoa21_code"])]
        .groupby("lsoa21_code")["lsoa11_code"]
        .size()
    )
    lookup = lookup[lookup["lsoa21_code"].map(whole)].reset_index(drop=True)
    areas21 = areas.areas21[areas.areas21["lsoa21_code"].isin(lookup["lsoa21_code"])].reset_index(drop=True)
    share = float(part["residents_count"].sum() / areas.areas11["residents_count"].sum())
    return Areas(areas11=part, areas21=areas21, lookup=lookup), share


def _population(organisations: Organisations, areas: Areas, share: float, rng: np.random.Generator) -> _People:
    practices = organisations.practices
    lists = people.list_sizes(practices, RELEASES.lists, share, rng)
    extract = lists[lists["release"] == RELEASES.by_area].set_index("practice_code")["patients"]
    here = practices["practice_code"].isin(extract.index).to_numpy()
    by_area = people.patients_by_area(
        practices[here], extract.reindex(practices["practice_code"][here]).to_numpy(), areas.areas11, rng
    )
    # IMD 2019 score and minority ethnic share by area of 2011, the latter through the lookup as the panel takes it.
    ethnic = areas.areas21.set_index("lsoa21_code")[["asian", "black", "mixed", "other", "white"]]
    pairs = areas.lookup.join(ethnic, on="lsoa21_code")
    counts = pairs.groupby("lsoa11_code")[list(ethnic.columns)].sum()
    minority = 1 - counts["white"] / counts.sum(axis=1)
    scores = areas.areas11.set_index("lsoa11_code")["imd_score"]
    values = pd.DataFrame({"imd_2019_score": scores, "minority_ethnic": minority.reindex(scores.index)})
    found = values.reindex(by_area["area_code"])
    known = found["imd_2019_score"].notna().to_numpy()
    patients = by_area["patients"].to_numpy(dtype=np.float64)[known]
    frame = pd.DataFrame({"practice_code": by_area["practice_code"].to_numpy()[known], "patients": patients})
    for name in values.columns:
        frame[name] = patients * found[name].to_numpy()[known]
    sums = frame.groupby("practice_code").sum().reindex(practices["practice_code"])
    means = sums[list(values.columns)].div(sums["patients"], axis=0).reset_index(drop=True)
    carer = practices["carer"].to_numpy()
    means = means.fillna(means.iloc[carer].reset_index(drop=True)).fillna(means.mean())
    answers = need.expected_answers(practices["size"].to_numpy(dtype=np.float64), rng)
    # Practices belong together by their first PCN; unallocated ones are each of their own.
    first = organisations.spells.drop_duplicates("practice_code").set_index("practice_code")["pcn_code"]
    group, _ = pd.factorize(practices["practice_code"].map(first).fillna(practices["practice_code"]))
    drawn = need.practice_need(
        means["imd_2019_score"].to_numpy(), means["minority_ethnic"].to_numpy(), group, answers, rng
    )
    return _People(lists=lists, by_area=by_area, sums=sums.reset_index(drop=True), answers=answers, need=drawn)


def _quarters(
    organisations: Organisations,
    places: Places,
    population: _People,
    survey: pd.DataFrame,
    share: float,
    streams: tuple[np.random.Generator, np.random.Generator, np.random.Generator],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Truth by PCN and quarter, and the staff that is published."""
    pcns = organisations.pcns
    size = (len(pcns), len(RELEASES.quarters))
    given = provision.hidden_paths(streams[0], *size, provision.PERSISTENCE_OF_PROVISION)
    telling = provision.hidden_paths(streams[1], *size, provision.PERSISTENCE_OF_REPORTING)
    workforce = Workforce(pcns["pcn_code"].to_numpy(dtype=object), streams[2])
    region = pcns["sub_icb_code"].map(places.sub_icbs["icb_code_2022"]).map(places.icbs["region_code"]).to_numpy()
    truth, staff = [], []
    for number, quarter in enumerate(RELEASES.quarters):
        rows = _active(organisations, population, survey, quarter)
        active = rows["pcn"].to_numpy()
        other = calibration.at_quarter(calibration.MENTAL_HEALTH_FTE, quarter) * share
        result = provision.provide(
            quarter,
            rows["need_true"].to_numpy(),
            rows["list_size"].to_numpy(),
            region[active],
            given[active, number],
            telling[active, number],
            calibration.at_quarter(calibration.PLAIN_FTE, quarter) * share + other,
        )
        here = result.is_reported
        staff.append(workforce.release(quarter, active[here], result.fte[here], other))
        truth.append(
            rows.assign(
                pcn_code=pcns["pcn_code"].to_numpy()[active],
                quarter=quarter,
                region_code=region[active],
                expected_fte_per_10k=result.expected,
                fte_per_10k=result.rate,
                fte=result.fte,
                is_reported=here,
            ).drop(columns="pcn")
        )
    return pd.concat(truth, ignore_index=True), pd.concat(staff, ignore_index=True)


def _active(organisations: Organisations, population: _People, survey: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """PCNs with patients at a quarter's end: pcn (number), list_size, true need, needs as the panel measures them."""
    practices = organisations.practices
    end = Quarter.parse(quarter).end
    spells = organisations.spells
    holds = (spells["valid_from"] <= end.isoformat()) & (spells["valid_to"].fillna("9999") > end.isoformat())
    members = spells[holds].set_index("practice_code")["pcn_code"]
    numbers = pd.Series(np.arange(len(organisations.pcns)), index=organisations.pcns["pcn_code"])
    pcn = practices["practice_code"].map(members).map(numbers).fillna(-1).to_numpy(dtype=np.int64)
    # The list extract nearest to the day, the earlier of two equally near: the panel's own rule.
    nearest = min(RELEASES.lists, key=lambda month: (abs((date(int(month[:4]), int(month[5:]), 1) - end).days), month))
    lists = population.lists[population.lists["release"] == nearest].set_index("practice_code")["patients"]
    patients = practices["practice_code"].map(lists).fillna(0).to_numpy(dtype=np.float64)
    inside = (pcn >= 0) & (patients > 0)
    size = len(numbers)

    def total(values: Floats, where: np.ndarray, group: np.ndarray) -> Floats:
        return np.asarray(np.bincount(group[where], weights=values[where], minlength=size), dtype=np.float64)

    year = end.year
    answers = population.answers
    true = total(answers * need.share_in(year, population.need), inside, pcn) / _above_zero(total(answers, inside, pcn))
    # The share of No among published answers; practices that closed since count with their successor.
    own = survey[survey["year"] == year].set_index("practice_code").reindex(practices["practice_code"])
    needed = (own["yes_definitely"] + own["yes_some"] + own["no"]).to_numpy(dtype=np.float64)
    holder = np.where(pcn >= 0, pcn, pcn[practices["carer"].to_numpy()])
    used = (needed >= FEWEST_ANSWERS) & (holder >= 0)
    no = own["no"].to_numpy(dtype=np.float64)
    measured = total(no, used, holder) / _above_zero(total(needed, used, holder))
    table = pd.DataFrame(
        {
            "pcn": np.arange(size),
            "list_size": total(patients, inside, pcn),
            "need_true": true,
            PARAMETER_NEED: measured,
        }
    )
    sums = population.sums
    counted = inside & sums["patients"].notna().to_numpy()
    for name in ("imd_2019_score", "minority_ethnic"):
        weight = _above_zero(total(sums["patients"].to_numpy(), counted, pcn))
        table[name] = total(sums[name].to_numpy(), counted, pcn) / weight
    return table[table["list_size"] > 0].reset_index(drop=True)


def _above_zero(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)
