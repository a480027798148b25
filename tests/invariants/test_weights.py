"""Weights that divide something sum to one, so that nothing is divided twice or lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sp_geo.geography import crosswalk
from sp_geo.geography.catchment import inside_pct, majority, patients_by_pcn
from sp_geo.services.catchment_access import floating_catchment, selection_sums, straight_line_pairs
from sp_geo.services.demand import category_shares
from sp_geo.workspace.store import Store

NEAR = 1e-9
Read = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def read(region: Path) -> Read:
    """Tables of the region by name."""
    return Store(region).read


@pytest.fixture(scope="module")
def members(read: Read) -> pd.DataFrame:
    """Practices and PCNs of the first of July 2022, by the spells alone."""
    spells = read("core_practice_membership")
    dated = spells[spells["kind"] == "dated"]
    dated = dated[dated["edition"] == dated["edition"].max()]
    day = "2022-06-30"
    held = dated[(dated["valid_from"] <= day) & (dated["valid_to"].isna() | (dated["valid_to"] >= day))]
    return held.drop_duplicates("practice_code")[["practice_code", "pcn_code"]]


def test_catchment_shares_by_pcn_and_by_small_area(read: Read, members: pd.DataFrame) -> None:
    """A PCN's patients live in as many places as there are patients, each counted once."""
    by_area = read("core_practice_list_lsoa11")
    patients = patients_by_pcn(by_area, members, "lsoa11_code")
    joined = by_area[by_area["practice_code"].isin(members["practice_code"])]
    assert patients["patients_count"].sum() == joined["patients_count"].sum()
    for owner in ("pcn_code", "lsoa11_code"):
        share = patients["patients_count"] / patients.groupby(owner)["patients_count"].transform("sum")
        assert share.groupby(patients[owner]).sum().to_numpy() == pytest.approx(1.0, abs=NEAR)
    chosen = majority(patients, "lsoa11_code")
    assert chosen["lsoa11_code"].is_unique
    assert set(chosen["lsoa11_code"]) == set(patients["lsoa11_code"])
    inside = inside_pct(patients, chosen)
    outside = patients.merge(chosen[["lsoa11_code", "pcn_code"]], on="lsoa11_code", suffixes=("", "_chosen"))
    outside = outside[outside["pcn_code"] != outside["pcn_code_chosen"]]
    lost = outside.groupby("pcn_code")["patients_count"].sum().reindex(inside.index, fill_value=0)
    everyone = patients.groupby("pcn_code")["patients_count"].sum()
    assert (inside / 100 + lost / everyone).to_numpy() == pytest.approx(1.0, abs=NEAR)


def test_crosswalk_weights(read: Read) -> None:
    """Weights between small areas of 2021 and 2011 sum to one."""
    shares = crosswalk.weights(read("core_lsoa_lookup"))
    assert shares.groupby("lsoa21_code")["share_of_21"].sum().to_numpy() == pytest.approx(1.0, abs=NEAR)
    assert shares["share_of_21"].gt(0).all()


def test_needs_rest_on_no_more_patients_than_there_are(read: Read) -> None:
    """A need rests on at least half of the patients and on none twice."""
    needs = read("out_pcn_need")
    assert (needs["patients_count"] > 0).all()
    share = needs["patients_with_value"] / needs["patients_count"]
    assert share.between(0.5, 1 + NEAR).all()
    # Shares of the five ethnic groups other than White, each a mean with the same weights, add up to their whole.
    wide = read("out_pcn_quarter").dropna(subset=["minority_ethnic"])
    parts = wide[["asian", "black", "mixed", "other_ethnic"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(wide["minority_ethnic"].to_numpy(), abs=NEAR)


def test_a_need_by_area_is_the_mean_with_weights_of_one(read: Read, members: pd.DataFrame) -> None:
    """A need by area is the mean over patients with weights that sum to one."""
    by_area = read("core_practice_list_lsoa11").merge(members, on="practice_code")
    scores = read("core_lsoa11_deprivation").set_index("lsoa11_code")["imd_score"]
    known = by_area.assign(score=by_area["lsoa11_code"].map(scores)).dropna(subset=["score"])
    weight = known["patients_count"] / known.groupby("pcn_code")["patients_count"].transform("sum")
    assert weight.groupby(known["pcn_code"]).sum().to_numpy() == pytest.approx(1.0, abs=NEAR)
    mean = (weight * known["score"]).groupby(known["pcn_code"]).sum()
    panel = read("out_pcn_quarter")
    panel = panel[panel["quarter"] == "2022Q2"].set_index("pcn_code")["imd_2019_score"].dropna()
    assert len(panel) > 100
    assert mean.reindex(panel.index).to_numpy() == pytest.approx(panel.to_numpy(), abs=1e-6)


def test_small_areas_divide_the_posts_of_the_pcns_that_reported(read: Read) -> None:
    """Posts divided over where patients live add up to no more than there are."""
    people, panel = read("out_lsoa11"), read("out_pcn_quarter")
    latest = panel[panel["quarter"] == panel["quarter"].max()]
    assert people["reporting_share"].dropna().between(0, 1 + NEAR).all()
    assert people["link_worker_fte"].sum() <= latest["splw_fte"].sum() + NEAR


def test_shares_of_demand_sum_to_one(read: Read) -> None:
    """Shares of onward referrals over categories sum to one."""
    for activity in (read("core_referral_activity"), read("core_referral_activity").iloc[:0]):
        assert category_shares(activity)[0].sum() == pytest.approx(1.0, abs=NEAR)
    filed = read("out_service_category")
    if "share" in filed:
        assert filed.groupby("service_id")["share"].sum().to_numpy() == pytest.approx(1.0, abs=NEAR)


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 5))
@settings(max_examples=25)
def test_three_steps_give_out_every_place_once(seed: int, n: int, m: int) -> None:
    """What each place divides over its services is one, and what people reach is what there is less what is lost."""
    chance = np.random.default_rng(seed)
    places, services = chance.uniform(0, 10_000, (n, 2)), chance.uniform(0, 10_000, (m, 2))
    people, capacity = chance.integers(0, 500, n).astype(float), chance.integers(0, 90, (m, 1)).astype(float)
    decay = partial(np.subtract, 1.0)
    pairs = list(straight_line_pairs(places, services, 6_000.0))
    sums = selection_sums(pairs, n, 6_000.0, decay)
    chosen = np.zeros(n)
    for block in pairs:
        np.add.at(chosen, block.place, decay(block.cost / 6_000.0) / np.where(sums > 0, sums, 1.0)[block.place])
    assert chosen[sums > 0] == pytest.approx(1.0, abs=NEAR)
    found = floating_catchment(pairs, people, capacity, 6_000.0, decay, sums)
    assert (found.score * people[:, None]).sum() + found.lost.sum() == pytest.approx(capacity.sum(), abs=1e-6)
