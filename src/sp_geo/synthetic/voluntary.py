"""Invented voluntary services about real small areas, the deserts planted among them, and what is true of both.

Drawn from a stream of its own, so that nothing else in the demonstration changes with it. The miniature has none: its
figures are worked out by hand.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from sp_geo.geography.crs import MEASURE, SHOW
from sp_geo.synthetic import voluntary_calibration as facts
from sp_geo.synthetic.world import MARK, World

Floats = NDArray[np.float64]
STREAM: Final = 5005
"""Set beside the seed, so that services are drawn independently of everything else."""


@dataclass(frozen=True)
class Voluntary:
    """The voluntary sector of one synthetic England.

    Attributes:
        services: one row a service: service_id, icb_code, name, organisation_id, organisation_name, category,
            easting_m, northing_m, latitude, longitude, serves (place, areas, remote), places, free_share, open,
            waiting_days (as they truly are), says_capacity, evening, weekend, drop_in, free_of_charge, step_free (yes,
            no, or None where the directory does not say), age_from, age_to, languages, last_checked, status, fault
            (a slip in the record: swapped, unnamed, or empty).
        icbs: icb_code, icb_ons_code, is_covered, layout (open_referral or service_template); one row an ICB.
        deserts: lsoa11_code, category, cluster: small areas that no service of the category can reach.
        areas: lsoa11_code, icb_code, easting_m, northing_m, people, imd_score, is_needy (need well in
            the top two fifths).
    """

    services: pd.DataFrame
    icbs: pd.DataFrame
    deserts: pd.DataFrame
    areas: pd.DataFrame

    @property
    def effective(self) -> Floats:
        """True places a quarter that a link worker can use: none if closed or if the wait is over twelve weeks."""
        held = self.services["open"] & (self.services["waiting_days"] <= facts.HOLD_DAYS)
        return np.where(held, self.services["places"] * self.services["free_share"], 0.0)


def draw(world: World) -> Voluntary | None:
    """The voluntary sector of a world; None for the miniature."""
    if world.scale == "miniature":
        return None
    random = np.random.default_rng([world.seed, STREAM])
    # Small areas in which somebody is registered.
    people = world.by_area.groupby("area_code")["patients"].sum()
    areas = world.places.lsoas.merge(
        world.areas11[["lsoa11_code", "imd_score", "residents_count"]], on="lsoa11_code", validate="one_to_one"
    )
    areas["people"] = areas["lsoa11_code"].map(people).fillna(0).astype(float)
    icb = world.places.sub_icbs["icb_code_2022"]
    areas["icb_code"] = areas["sub_icb_code"].map(icb)
    areas["region"] = areas["icb_code"].map(world.places.icbs["region_name"])
    areas["is_needy"] = areas["imd_score"] >= areas["imd_score"].quantile(facts.NEEDY_ABOVE)
    areas = areas[areas["people"] > 0].reset_index(drop=True)
    codes = np.array(sorted(areas["icb_code"].unique()), dtype=object)
    order = random.permutation(len(codes))
    icbs = pd.DataFrame({"icb_code": codes, "icb_ons_code": world.places.icbs["ons_code"].reindex(codes).to_numpy()})
    icbs["is_covered"] = np.isin(np.arange(len(codes)), order[: max(1, round(facts.SHARE_COVERED * len(codes)))])
    icbs["layout"] = np.where(np.arange(len(codes)) % 5 == 4, "service_template", "open_referral")  # noqa: PLR2004
    covered = areas["icb_code"].isin(icbs.loc[icbs["is_covered"], "icb_code"]).to_numpy()
    count = round(facts.SERVICES_PER_MILLION * areas.loc[covered, "people"].sum() / 1e6)
    services = _services(areas, covered, count, random)
    # Compact clusters of needy small areas, each with the categories that nobody is to offer there.
    needy = np.flatnonzero(areas["is_needy"].to_numpy() & covered)
    points = areas[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    tree = cKDTree(points[needy])
    wanted = max(2, round(facts.DESERTS_PER_MILLION * areas.loc[covered, "people"].sum() / 1e6))
    categories = np.array(list(facts.CATEGORY_SHARES), dtype=object)
    rows: list[pd.DataFrame] = []
    for number, start in enumerate(random.choice(needy, wanted, replace=False)):
        size = int(random.integers(5, 41))
        metres, near = tree.query(points[start], k=min(size, len(needy)))
        members = needy[np.atleast_1d(near)[np.atleast_1d(metres) <= facts.DESERT_WIDTH_M]]
        codes = areas["lsoa11_code"].to_numpy()[members]
        rows += [
            pd.DataFrame({"lsoa11_code": codes, "category": category, "cluster": number + 1})
            for category in random.choice(categories, int(random.integers(1, 3)), replace=False)
        ]
    found = pd.concat(rows, ignore_index=True).drop_duplicates(["lsoa11_code", "category"])
    deserts = found.sort_values(["category", "lsoa11_code"], ignore_index=True)
    # Services without those that a planted desert could reach, and without visiting ones of a desert's category.
    desert_points = areas.set_index("lsoa11_code")[["easting_m", "northing_m"]]
    reached = np.zeros(len(services), dtype=bool)
    place = services[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    for kind, planted in deserts.groupby("category"):
        here = np.flatnonzero((services["category"] == kind).to_numpy())
        dry = cKDTree(desert_points.loc[planted["lsoa11_code"]].to_numpy(dtype=np.float64))
        away, _ = dry.query(place[here])
        of_desert = areas.loc[areas["lsoa11_code"].isin(planted["lsoa11_code"]), "icb_code"].unique()
        visits = (services["serves"] == "areas") & services["icb_code"].isin(of_desert)
        reached[here] = (away <= facts.EMPTY_WITHIN_M) | visits.to_numpy()[here]
    services = services[~reached].reset_index(drop=True)
    return Voluntary(services, icbs, deserts, areas)


def _services(areas: pd.DataFrame, covered: NDArray[np.bool_], count: int, random: np.random.Generator) -> pd.DataFrame:
    factor = areas["region"].map(facts.CHARITIES_PER_1000).fillna(facts.CHARITIES_IN_ENGLAND)
    # Where need is higher there are fewer services, as there are fewer charities in Blackpool than in the Cotswolds.
    weight = areas["people"] * factor * np.exp(-facts.FEWER_BY_IMD * areas["imd_score"]) * covered
    home = random.choice(len(areas), count, p=(weight / weight.sum()).to_numpy())
    frame = pd.DataFrame(
        {
            "icb_code": areas["icb_code"].to_numpy()[home],
            "category": random.choice(list(facts.CATEGORY_SHARES), count, p=list(facts.CATEGORY_SHARES.values())),
            "easting_m": areas["easting_m"].to_numpy()[home] + random.normal(0, facts.JITTER_M, count).round(),
            "northing_m": areas["northing_m"].to_numpy()[home] + random.normal(0, facts.JITTER_M, count).round(),
            "home": home,
        }
    )
    frame = frame.sort_values(["icb_code", "category", "home"], kind="stable", ignore_index=True)
    longitude, latitude = Transformer.from_crs(MEASURE, SHOW, always_xy=True).transform(
        frame["easting_m"].to_numpy(), frame["northing_m"].to_numpy()
    )
    frame["latitude"], frame["longitude"] = np.round(latitude, 6), np.round(longitude, 6)
    count = len(frame)
    organisations = max(1, round(count * facts.ORGANISATIONS_PER_SERVICE))
    owner = random.integers(0, organisations, count)
    identifiers = np.array(_identifiers(organisations, random), dtype=object)
    words = frame["category"].map(facts.WORDS)
    frame = frame.assign(
        service_id=_identifiers(count, random),
        name=[f"{MARK}{word} {number:04d}" for number, word in enumerate(words, start=1)],
        organisation_id=identifiers[owner],
        organisation_name=[f"{MARK}Association {number:04d}" for number in owner],
    )
    count = len(frame)
    full = random.random(count) < facts.NO_SPARE_CAPACITY
    spare = random.beta(facts.SPARE_BETA * facts.SPARE_MEAN, facts.SPARE_BETA * (1 - facts.SPARE_MEAN), count)
    frame = frame.assign(
        places=np.maximum(random.lognormal(np.log(facts.PLACES_MEDIAN), 0.7, count).round(), 1.0),
        free_share=np.where(full, 0.0, np.maximum(spare.round(2), 0.01)),
        open=random.random(count) >= facts.CLOSED,
        waiting_days=random.gamma(0.8, facts.WAIT_MEAN / 0.8, count).round(),
        says_capacity=random.random(count) >= facts.CAPACITY_UNSAID,
    )
    return _with_attributes(frame, random)


def _identifiers(count: int, random: np.random.Generator) -> list[str]:
    return [str(uuid.UUID(bytes=random.bytes(16), version=4)) for _ in range(count)]


def _with_attributes(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    count = len(frame)

    def answer(share: float) -> NDArray[Any]:
        said = np.where(random.random(count) < share, "yes", "no").astype(object)
        said[random.random(count) < facts.ATTRIBUTE_UNSAID] = None
        return said

    kind = random.random(count)
    stale = random.random(count) < facts.STALE
    days = np.where(stale, random.integers(1_100, 2_000, count), random.integers(0, 500, count))
    checked = pd.Timestamp(facts.NEWEST_CHECK) - pd.to_timedelta(days, unit="D")
    slip, ages = random.random(count), random.random(count)
    return frame.assign(
        **{name: answer(share) for name, share in facts.ATTRIBUTE_SHARES.items()},
        age_from=np.where(ages < facts.FOR_OLDER, 60.0, 18.0),
        age_to=np.where(ages > 1 - facts.FOR_YOUNGER, 25.0, 120.0),
        languages=np.where(random.random(count) < facts.OTHER_LANGUAGE, "Urdu;English", "English"),
        serves=np.where(
            kind < facts.REMOTE, "remote", np.where(kind < facts.REMOTE + facts.VISITING, "areas", "place")
        ),
        last_checked=checked.strftime("%Y-%m-%d"),
        status=np.where(random.random(count) < facts.INACTIVE, "inactive", "active"),
        fault=np.where(slip < facts.SLIPS / 2, "swapped", np.where(slip < facts.SLIPS, "unnamed", "")),
    )
