"""Boundaries, footprints and the crosswalk on the real published files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from sp_geo.geography import boundaries, catchment, crosswalk, simplify
from tests.realdata.conftest import plain

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def lookup(real: Path) -> pd.DataFrame:
    """The published lookup of small areas."""
    table = plain(real / "geography" / "LSOA_2011_to_LSOA_2021_to_LAD_2022.zip", dtype=str)
    names = {"F_LSOA11CD": "lsoa11_code", "LSOA21CD": "lsoa21_code", "CHGIND": "change"}
    return table.rename(columns=names)[list(names.values())]


@pytest.fixture(scope="module")
def residents11(real: Path) -> pd.Series:
    """Mid-2020 residents."""
    table = plain(real / "geography" / "population20_lsoa11.zip")
    return table.set_index("lsoa11_code")["total_population"]


@pytest.fixture(scope="module")
def ethnicity(real: Path) -> pd.DataFrame:
    """Census counts: total and white."""
    table = plain(real / "ethnicity" / "census2021-ts021-lsoa.zip").set_index("geography code")
    total = next(column for column in table if "Total" in column)
    white = next(column for column in table if column.endswith("White"))
    return table[[total, white]].set_axis(["total", "white"], axis="columns")


@pytest.fixture(scope="module")
def footprints(real: Path, by_area: pd.DataFrame) -> pd.DataFrame:
    """Footprints of all PCNs of January 2022 with the lists of July 2022."""
    table = plain(real / "organisations" / "gp-reg-pat-prac-map.2022-01.zip", dtype=str)[["PRACTICE_CODE", "PCN_CODE"]]
    members = table.set_axis(["practice_code", "pcn_code"], axis="columns")
    members = members[members["pcn_code"].fillna("").str.fullmatch(r"U\d{5}")]
    return catchment.footprints_of(by_area, members, boundaries.lsoa11(), sorted(members["pcn_code"].unique()))


def test_census_total_survives_the_change_of_vintage(
    lookup: pd.DataFrame, residents11: pd.Series, ethnicity: pd.DataFrame
) -> None:
    """59.6 million residents are counted once in either vintage, and what is missing touches only its own areas."""
    shares = crosswalk.weights(lookup)
    old = crosswalk.to_lsoa11(ethnicity, shares)
    assert np.allclose(old.sum(), ethnicity.sum(), rtol=1e-12)
    assert len(old) == 34_753
    assert (residents11.index[residents11.index.str.startswith("E01")].isin(boundaries.lsoa11()["lsoa11_code"])).all()
    assert lookup.loc[lookup["change"] == "X", "lsoa11_code"].nunique() < 60
    merged = lookup.loc[lookup["change"] == "M", "lsoa21_code"].iloc[0]
    people = ethnicity["total"].astype(float)
    holed = crosswalk.to_lsoa11(people.mask(people.index == merged).to_frame("n"), shares)["n"]
    assert set(holed.index[holed.isna()]) == set(lookup.loc[lookup["lsoa21_code"] == merged, "lsoa11_code"])


def test_plain_shares_differ_from_apportioned_ones_for_irregular_areas_only(
    lookup: pd.DataFrame, ethnicity: pd.DataFrame
) -> None:
    """Plain shares and apportioned ones differ for redrawn areas alone."""
    plain = crosswalk.shares_across(ethnicity["white"], ethnicity["total"], lookup, "lsoa11_code", "lsoa21_code")
    counts = crosswalk.to_lsoa11(ethnicity, crosswalk.weights(lookup))
    differ = plain.index[(plain - counts["white"] / counts["total"]).abs() > 1e-9]
    assert set(differ) <= set(lookup.loc[lookup["change"] == "X", "lsoa11_code"])
    assert len(plain) == 34_753


def test_small_areas_have_the_parents_that_ons_publishes(real: Path) -> None:
    """Each small area has the sub-ICB location and ICB that ONS publishes."""
    published = plain(real / "geography" / "lookup_lsoa11_sicbl22_icb22_ltla22.zip", dtype=str)
    ours = boundaries.lsoa11().merge(published, on="lsoa11_code", validate="one_to_one")
    assert len(ours) == 32_844
    assert (ours["sub_icb_ons_code"] == ours["sicbl22_code"]).all()
    assert (ours["icb_ons_code"] == ours["icb22_code"]).all()


def test_footprints_cover_england_once(footprints: pd.DataFrame) -> None:
    """Footprints cover England once, without gaps."""
    assert footprints["areas_count"].sum() == 32_844
    assert np.isclose(footprints.area.sum(), boundaries.lsoa11().area.sum())
    assert shapely.coverage_is_valid(footprints.geometry.to_numpy())
    assert 70 < footprints["patients_inside_pct"].median() < 85


@pytest.mark.parametrize("tolerance_m", [60.0, 150.0, 250.0])
def test_display_of_all_footprints_is_whole_and_light(footprints: pd.DataFrame, tolerance_m: float) -> None:
    """Simplified footprints are valid, fit together and are light."""
    shown = simplify.for_display(footprints[["pcn_code", "geometry"]], tolerance_m)
    shapes = shown.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert not shapely.is_empty(shapes).any()
    assert sum(len(text) for text in shapely.to_geojson(shapes)) < 2_200_000
