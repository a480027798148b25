"""A fictional England of four PCNs whose every figure can be worked out by hand (tests/miniature/README.md does)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.quarters import Quarter
from sp_geo.synthetic import roles
from sp_geo.synthetic.truth import PARAMETER_NEED, Truth, true_slopes
from sp_geo.synthetic.world import MARK, Places, Releases, World

QUARTERS: Final = ("2022Q1", "2022Q2", "2022Q3", "2022Q4", "2026Q1", "2026Q2")
SUB_ICBS: Final = ("92A", "D9Y0V")
"""Two real sub-ICB locations: one whose ICB was abolished on 1 April 2026, one whose ICB was not."""
PCNS: Final = ("U90001", "U90002", "U90003", "U90004")
PCN_SUB_ICB: Final = (0, 0, 1, 1)
AREAS: Final = 40
CLOSED: Final = "2022-08-15"
"""Day on which practice Z90009 closed; Z90008 took over."""
SPLIT: Final = ("E01035001", "E01035002")
"""What area 1 became in 2021."""
MERGED: Final = "E01035003"
"""What areas 39 and 40 became in 2021."""

# practice, PCN (None = unallocated), sub-ICB location, areas (first, last), patients in each area
PRACTICES: Final = (
    ("Z90001", 0, 0, (1, 5), 1000),
    ("Z90002", 0, 0, (6, 10), 1000),
    ("Z90003", 1, 0, (11, 16), 1000),
    ("Z90004", 1, 1, (17, 20), 1000),
    ("Z90005", 2, 1, (21, 25), 1000),
    ("Z90006", 2, 1, (26, 30), 1000),
    ("Z90007", 3, 1, (31, 35), 1000),
    ("Z90008", 3, 1, (36, 40), 800),
    ("Z90009", 3, 1, (36, 40), 200),
    ("Z90010", None, 0, (1, 1), 900),
)
WITHOUT_AREA: Final = (("Z90010", "NO2011", 60), ("Z90010", "W01000001", 40))
_BLOCKS: Final = ((1, 5), (6, 10), (11, 20), (21, 25), (26, 30), (31, 35), (36, 40))
_IMD_2019: Final = (5.0, 15.0, 20.0, 25.0, 35.0, 40.0, 40.0)
IMD_2019: Final = (10.0, 20.0, 30.0, 40.0)
"""IMD 2019 score by PCN, which the blocks of areas average to."""
_ADDED_2025: Final = 4.0
_RUC: Final = ("A1", "D1", "A1", "D1", "D1", "A1", "A1")
_GROUPS: Final = {
    "asian": (200, 50, 100, 150),
    "black": (100, 25, 50, 75),
    "mixed": (60, 15, 30, 45),
    "other": (40, 10, 20, 30),
}
_AGED_65: Final = (0.1, 0.2, 0.2, 0.3)
NO_SHARE: Final = {2022: (0.1, 0.2, 0.3, 0.4), 2026: (0.2, 0.3, 0.4, 0.5)}
"""Share of No by PCN in each survey, of 100 people in each practice who needed support."""

# FTE of link workers by quarter and PCN: plain staff, contracted, mental health (adult), mental health (young)
FTE: Final[dict[str, tuple[tuple[float, float, float, float], ...]]] = {
    "2022Q1": ((1.0, 0, 0, 0), (1.0, 1.0, 0, 0), (3.0, 0, 0, 0), (4.0, 0, 0, 0)),
    "2022Q2": ((1.0, 0, 0, 0), (1.0, 1.0, 0, 0), (2.0, 1.0, 0, 0), (4.0, 0, 0, 0)),
    "2022Q3": ((1.0, 0, 0, 0), (0, 0, 0, 0), (2.0, 1.0, 0, 0), (3.6, 0, 0, 0)),
    "2022Q4": ((1.0, 0, 0, 0), (1.0, 1.0, 0, 0), (1.0, 1.0, 0, 0), (2.7, 0, 0, 0)),
    "2026Q1": ((1.0, 0, 0, 0), (1.0, 1.0, 0, 0), (2.0, 0, 1.0, 0), (0, 0, 0, 0)),
    "2026Q2": ((3.0, 1.0, 0, 0), (3.0, 0, 0, 0), (2.0, 0, 0, 0), (0.5, 0, 0, 0.5)),
}
REPORTED: Final = {"2022Q1": 2, "2022Q2": 3, "2022Q3": 4, "2022Q4": 4, "2026Q1": 4, "2026Q2": 4}
"""How many of the PCNs, from the first on, are in each release."""
D: Final = 3
"""Number of the fourth PCN."""
_SURVEYS: Final = {quarter: 2026 if quarter.startswith("2026") else 2022 for quarter in QUARTERS}
LIST_SIZE_D: Final = {"2022Q3": 9000.0, "2022Q4": 9000.0}
"""Patients of the fourth PCN where not 10,000: Z90009 had closed, and its patients are in no later extract."""

RELEASES: Final = Releases(
    quarters=QUARTERS,
    totals=("2022-01",),
    by_age=("2022-07", "2026-07"),
    by_area="2022-07",
    memberships_ccg="2022-06",
    memberships="2026-07",
    maps_ccg="2022-01",
    maps="2026-07",
    practices="2026-07",
    surveys=(2022, 2026),
)


def make(places: Places, seed: int) -> tuple[World, Truth]:
    """The miniature; the seed is only recorded, as nothing in it is drawn."""
    areas = chosen_areas(places)
    blocks = np.concatenate([[number] * (last - first + 1) for number, (first, last) in enumerate(_BLOCKS)])
    areas11 = pd.DataFrame(
        {
            "lsoa11_code": areas["lsoa11_code"],
            "lsoa11_name": areas["lsoa11_name"],
            "imd_score": np.asarray(_IMD_2019)[blocks],
            "residents_count": 1000,
            "ruc_code": np.asarray(_RUC, dtype=object)[blocks],
        }
    )
    areas21, lookup = _areas21(areas11)
    practices, spells = _practices()
    codes = areas11["lsoa11_code"].tolist()
    rows = [
        (code, codes[number - 1], each)
        for code, _, _, (first, last), each in PRACTICES
        for number in range(first, last + 1)
    ]
    by_area = pd.DataFrame([*rows, *WITHOUT_AREA], columns=["practice_code", "area_code", "patients"])
    # Everybody is 30 to 34 or 65 to 69, half of them women.
    pcn = {code: number for code, number, *_ in PRACTICES}
    banded = []
    lists = _lists()
    for code, release, patients in zip(
        lists["practice_code"], lists["release"], lists["patients"].tolist(), strict=True
    ):
        if release not in RELEASES.by_age:
            continue
        own = pcn[code]
        older = round(patients * _AGED_65[own if own is not None else 0] / 2)
        for sex in (0, 1):
            banded += [(code, release, sex, 6, patients // 2 - older), (code, release, sex, 13, older)]
    world = World(
        scale="miniature",
        seed=seed,
        releases=RELEASES,
        places=places,
        areas11=areas11.sort_values("lsoa11_code", ignore_index=True),
        areas21=areas21.sort_values("lsoa21_code", ignore_index=True),
        lookup=lookup,
        practices=practices,
        pcns=pd.DataFrame(
            {
                "pcn_code": PCNS,
                "pcn_name": [f"{MARK}PCN {number:04}" for number in range(1, len(PCNS) + 1)],
                "sub_icb_code": [SUB_ICBS[location] for location in PCN_SUB_ICB],
                "opened": "2019-10-01",
                "closed": None,
            }
        ),
        spells=spells,
        lists=lists,
        by_area=by_area.sort_values(["practice_code", "area_code"], ignore_index=True),
        ages=pd.DataFrame(banded, columns=["practice_code", "release", "sex", "band", "patients"]),
        survey=_survey(),
        staff=_staff(),
    )
    return world, _truth(places, seed)


def chosen_areas(places: Places) -> pd.DataFrame:
    """Forty real small areas in the order the tables above number them: 20 of each sub-ICB location.

    They are the area with the smallest code and the 19 nearest to it, in order of distance, then of code.
    """
    parts = []
    for location in SUB_ICBS:
        here = places.lsoas[places.lsoas["sub_icb_code"] == location].sort_values("lsoa11_code")
        away = np.hypot(here["easting_m"] - here["easting_m"].iloc[0], here["northing_m"] - here["northing_m"].iloc[0])
        parts.append(here.assign(away=away).sort_values("away", kind="stable").head(AREAS // 2))
    return pd.concat(parts, ignore_index=True)


def _areas21(areas11: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    pcn = np.arange(AREAS) // 10
    counts = pd.DataFrame({group: np.asarray(values)[pcn] for group, values in _GROUPS.items()})
    counts["white"] = 1000 - counts.sum(axis=1)
    rows = counts.assign(
        lsoa21_code=areas11["lsoa11_code"],
        lsoa21_name=areas11["lsoa11_name"],
        imd_score=areas11["imd_score"] + _ADDED_2025,
        ruc_code=np.where(areas11["ruc_code"] == "D1", "RLN1", "UN1"),
    )
    groups = [*_GROUPS, "white"]
    half = rows.iloc[[0, 0]].assign(lsoa21_code=list(SPLIT))
    half[groups] //= 2
    both = rows.iloc[[38]].assign(lsoa21_code=MERGED)
    both[groups] *= 2
    lookup = pd.DataFrame({"lsoa11_code": areas11["lsoa11_code"], "lsoa21_code": areas11["lsoa11_code"], "change": "U"})
    split = lookup.iloc[[0, 0]].assign(lsoa21_code=list(SPLIT), change="S")
    merged = lookup.iloc[[38, 39]].assign(lsoa21_code=MERGED, change="M")
    pairs = pd.concat([split, lookup.iloc[1:38], merged], ignore_index=True)
    return pd.concat([half, rows.iloc[1:38], both], ignore_index=True), pairs


def _practices() -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = [code for code, *_ in PRACTICES]
    practices = pd.DataFrame(
        {
            "practice_code": codes,
            "practice_name": [f"{MARK}PRACTICE {number:05}" for number in range(1, len(codes) + 1)],
            "postcode": [f"ZZ{number} 1ZZ" for number in range(1, len(codes) + 1)],
            "sub_icb_code": [SUB_ICBS[location] for _, _, location, *_ in PRACTICES],
            "opened": "1974-04-01",
            "closed": [CLOSED if code == "Z90009" else None for code in codes],
            "successor_code": ["Z90008" if code == "Z90009" else None for code in codes],
        }
    )
    members = [(code, PCNS[pcn]) for code, pcn, *_ in PRACTICES if pcn is not None]
    spells = pd.DataFrame(members, columns=["practice_code", "pcn_code"])
    ends = [CLOSED if code == "Z90009" else None for code, _ in members]
    return practices, spells.assign(valid_from="2019-10-01", valid_to=pd.Series(ends, dtype=object))


def _lists() -> pd.DataFrame:
    rows = []
    for release in RELEASES.lists:
        for code, _, _, (first, last), each in PRACTICES:
            patients = each * (last - first + 1) + sum(count for owner, _, count in WITHOUT_AREA if owner == code)
            if release > CLOSED[:7]:
                patients = {"Z90008": 5000, "Z90009": 0}.get(code, patients)
            rows.append((code, release, patients))
    table = pd.DataFrame(rows, columns=["practice_code", "release", "patients"])
    return table[table["patients"] > 0].reset_index(drop=True)


def _survey() -> pd.DataFrame:
    rows = []
    for year, shares in NO_SHARE.items():
        for code, pcn, *_ in PRACTICES:
            closed = code == "Z90009"
            if closed and year > int(CLOSED[:4]):
                continue
            needed = 5.0 if closed else 100.0
            no = needed * (shares[pcn] if pcn is not None else 0.5)
            rows.append((year, code, 500, 200, (needed - no) / 2, (needed - no) / 2, no, 80.0, 20.0))
    names = [
        "year",
        "practice_code",
        "distributed",
        "received",
        "yes_definitely",
        "yes_some",
        "no",
        "not_needed",
        "unsure",
    ]
    return pd.DataFrame(rows, columns=names)


def _staff() -> pd.DataFrame:
    """Link workers in whole posts and a rest; each PCN in a release also has a pharmacist."""
    rows: list[tuple[str, str, int, float, int]] = []
    for quarter in QUARTERS:
        for number in range(REPORTED[quarter]):
            plain, contracted, adult, young = FTE[quarter][number]
            only_contracted = quarter == "2026Q1" and number == D
            rows.append((quarter, PCNS[number], roles.PHARMACIST, 1.0, 0 if only_contracted else 100 + number))
            kinds = ((roles.PLAIN, plain), (roles.MENTAL_HEALTH_ADULT, adult), (roles.MENTAL_HEALTH_YOUNG, young))
            posts: list[tuple[int, float]] = []
            for role, fte in kinds:
                posts += [(role, 1.0)] * int(fte)
                rest = round(fte % 1, 9)
                posts += [(role, rest)] if rest else []
            for order, (role, post) in enumerate(posts):
                rows.append((quarter, PCNS[number], role, post, 1000 + 10 * number + order))
            if contracted:
                rows.append((quarter, PCNS[number], roles.PLAIN, contracted, 0))
    table = pd.DataFrame(rows, columns=["quarter", "pcn_code", "role", "fte", "identifier"])
    return table.assign(contracted=table["identifier"] == 0).sort_values(
        ["quarter", "contracted", "pcn_code", "role"], kind="stable", ignore_index=True
    )


def _truth(places: Places, seed: int) -> Truth:
    rows = []
    for quarter in QUARTERS:
        year = _SURVEYS[quarter]
        added = _ADDED_2025 if quarter.startswith("2026") else 0.0
        locations = places.locations(Quarter.parse(quarter).end.isoformat())
        for number, code in enumerate(PCNS):
            patients = LIST_SIZE_D.get(quarter, 10_000.0) if number == D else 10_000.0
            fte = sum(FTE[quarter][number])
            icb = locations["icb_code"][SUB_ICBS[PCN_SUB_ICB[number]]]
            rows.append(
                {
                    "pcn_code": code,
                    "quarter": quarter,
                    "region_code": places.icbs["region_code"][icb],
                    "list_size": patients,
                    "need_true": NO_SHARE[year][number],
                    PARAMETER_NEED: NO_SHARE[year][number],
                    "imd_score": IMD_2019[number] + added,
                    "minority_ethnic": sum(values[number] for values in _GROUPS.values()) / 1000,
                    "expected_fte_per_10k": fte / patients * 10_000,
                    "fte_per_10k": fte / patients * 10_000,
                    "fte": fte,
                    "is_reported": number < REPORTED[quarter],
                }
            )
    pcns = pd.DataFrame(rows)
    slopes = true_slopes(pcns, (PARAMETER_NEED, "imd_score", "minority_ethnic"), dict.fromkeys(QUARTERS, float("nan")))
    words = {"provision": "chosen by hand", "reporting": "the first 2, 3, 4, 4, 4 and 4 PCNs", "see": "tests/miniature"}
    return Truth(scale="miniature", seed=seed, slopes=slopes, pcns=pcns, mechanism=words)
