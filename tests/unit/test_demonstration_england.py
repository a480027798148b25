"""England and its region at full number: calibrated, consistent, and with the truth that its files tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.synthetic import DEFAULT_SEED, Truth, calibration, make
from sp_geo.synthetic.world import World

Made = tuple[World, Truth]


@pytest.fixture(scope="module")
def region() -> Made:
    """One NHS region."""
    return make("region", DEFAULT_SEED)


def _link_workers(world: World) -> pd.DataFrame:
    rows = world.staff[world.staff["role"] < 3]
    return rows.assign(kind=np.where(rows["role"] == 0, "plain", "mental_health"))


def test_region_has_all_quarters_and_its_share_of_the_fte(region: Made) -> None:
    """The region has every quarter and its share of England's FTE."""
    world, truth = region
    share = truth.mechanism["share_of_england"]
    assert 0.1 < share < 0.16
    sums = _link_workers(world).query("kind == 'plain'").groupby("quarter")["fte"].sum()
    assert tuple(sums.index) == calibration.QUARTERS
    expected = [calibration.at_quarter(calibration.PLAIN_FTE, quarter) * share for quarter in calibration.QUARTERS]
    assert sums.to_numpy() == pytest.approx(expected, rel=0.02)


def test_no_practice_is_in_two_pcns_on_one_day(region: Made) -> None:
    """On a day each open practice is in one PCN at most; spells begin and end within quarters, each once."""
    world, _ = region
    for quarter in ("2020-03-31", "2022-06-30", "2026-06-30"):
        members = world.membership_on(quarter)
        assert not members.index.duplicated().any()
        assert set(members.index) <= set(world.practices_on(quarter)["practice_code"])
    spells = region[0].spells
    changes = pd.concat([spells["valid_from"], spells["valid_to"].dropna()])
    assert not changes.str[5:].isin(["04-01", "07-01", "01-01", "03-31", "06-30", "09-30", "12-31"]).any()
    assert (spells["valid_to"].fillna("9999") > spells["valid_from"]).all()
    assert not spells.duplicated(["practice_code", "pcn_code", "valid_from"]).any()


def test_a_practice_has_as_many_patients_by_area_and_by_age_as_in_all(region: Made) -> None:
    """Lists by area, by age and in all give a practice the same patients."""
    world, _ = region
    lists = world.lists.set_index(["release", "practice_code"])["patients"]
    by_area = world.by_area.groupby("practice_code")["patients"].sum()
    assert by_area.equals(lists["2022-07"].reindex(by_area.index))
    assert not world.by_area.duplicated(["practice_code", "area_code"]).any()
    for month in world.releases.by_age:
        ages = world.ages[world.ages["release"] == month].groupby("practice_code")["patients"].sum()
        assert ages.equals(lists[month].reindex(ages.index))


def test_who_reports_and_how_much_is_what_the_truth_says(region: Made) -> None:
    """Published FTE, reporters and slopes are those of the truth; staff have an identifier each, and contracts none."""
    world, truth = region
    published = _link_workers(world).groupby(["quarter", "pcn_code"])["fte"].sum()
    reported = truth.pcns[truth.pcns["is_reported"]].set_index(["quarter", "pcn_code"])["fte"]
    assert published.reindex(reported.index).fillna(0).to_numpy() == pytest.approx(reported.to_numpy(), abs=1e-8)
    releases = world.staff.drop_duplicates(["quarter", "pcn_code"]).groupby("quarter").size()
    assert releases.to_dict() == reported.groupby("quarter").size().to_dict()
    staff = region[0].staff
    own = staff[staff["identifier"] > 0]
    assert not own.duplicated(["quarter", "identifier"]).any()
    assert 0.1 < (staff["identifier"] == 0).mean() < 0.4
    slopes = region[1].slopes.query("need == 'need_true'").set_index("quarter")["population_slope"]
    for quarter, slope in slopes.items():
        assert slope == pytest.approx(calibration.true_slope(str(quarter)), abs=1e-9)


@pytest.mark.slow
def test_england_is_calibrated() -> None:
    """England has the published FTE, PCNs, coverage, practices, patients, sizes, zeros and rates."""
    world, truth = make("full", DEFAULT_SEED)
    fte = _link_workers(world).pivot_table(index="quarter", columns="kind", values="fte", aggfunc="sum")
    plain = [calibration.at_quarter(calibration.PLAIN_FTE, quarter) for quarter in calibration.QUARTERS]
    assert fte["plain"].to_numpy() == pytest.approx(plain, rel=0.02)
    assert fte.loc["2026Q2", "mental_health"] == pytest.approx(110.1, rel=0.02)
    active = truth.pcns.groupby("quarter")["pcn_code"].size()
    assert active[["2020Q1", "2021Q2", "2023Q1", "2026Q2"]].tolist() == pytest.approx(
        [1250, 1255, 1263, 1298], rel=0.005
    )
    coverage = truth.pcns.groupby("quarter")["is_reported"].mean()
    assert coverage[["2020Q1", "2020Q4", "2022Q1", "2023Q1"]].tolist() == pytest.approx(
        [0.15, 0.605, 0.845, 0.981], abs=0.001
    )
    practices = [len(world.practices_on(day)) for day in ("2021-07-01", "2026-07-01")]
    assert practices == pytest.approx([6506, 6139], rel=0.02)
    assert world.lists.groupby("release")["patients"].sum()[["2022-07", "2026-07"]].tolist() == pytest.approx(
        [61.8e6, 63.4e6], rel=0.001
    )
    sizes = truth.pcns.query("quarter == '2022Q2'")["list_size"]
    assert 47_000 < sizes.mean() < 49_500
    assert sizes.median() == pytest.approx(45_000, rel=0.03)
    assert sizes.std() == pytest.approx(20_400, rel=0.05)
    assert 0.52 < sizes.between(30_000, 50_000).mean() < 0.57
    reported = truth.pcns[truth.pcns["is_reported"]]
    zeros = (reported["fte"] == 0).groupby(reported["quarter"]).mean()
    assert zeros.between(0.15, 0.20).all()
    latest = reported.query("quarter == '2026Q2'")["fte_per_10k"]
    assert latest.mean() == pytest.approx(0.443, rel=0.04)
    assert latest.std() == pytest.approx(0.37, rel=0.12)
    assert 800_000 < len(world.by_area) < 900_000
    spread = truth.pcns.groupby("quarter")["lack_of_support"].std()
    assert spread.between(0.065, 0.08).all()
    icbs = world.practices.set_index("practice_code")["sub_icb_code"].map(world.places.sub_icbs["icb_code_2022"])
    members = world.membership_on("2022-06-30")
    pairs = pd.DataFrame({"pcn": members, "icb": icbs.reindex(members.index)}).drop_duplicates()
    assert 2 <= pairs["pcn"].duplicated().sum() <= 8
