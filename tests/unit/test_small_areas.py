"""Small areas of 2011 with their people, their link workers and their need, on three areas worked out by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest

from sp_geo.core.errors import WorkspaceError
from sp_geo.panel.measures import READS
from sp_geo.panel.small_areas import crossed, small_areas
from sp_geo.tables import TABLES

A, B, C = "E01000001", "E01000002", "E01000003"


def areas() -> gpd.GeoDataFrame:
    """Three areas of one ICB."""
    frame = pd.DataFrame({"lsoa11_code": [A, B, C], "sub_icb_ons_code": "E38000001", "icb_ons_code": "E54000001"})
    return gpd.GeoDataFrame(frame.assign(easting_m=0.0, northing_m=0.0, geometry=None), geometry="geometry")


def tables(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every table that is read, empty but for those given."""
    read = ("core_practice_list_lsoa11", "core_practice_list_lsoa21", *READS)
    return {name: given.get(name, TABLES[name].empty()) for name in read}


def lists(release: str, counts: dict[tuple[str, str], int], vintage: str = "11") -> pd.DataFrame:
    """Patients by practice and area of a release."""
    rows = [(release, practice, area, count) for (practice, area), count in counts.items()]
    return pd.DataFrame(rows, columns=["release", "practice_code", f"lsoa{vintage}_code", "patients_count"])


def pcns(fte: dict[str, float], quarter: str = "2022Q2") -> pd.DataFrame:
    """Rows of the panel of one quarter."""
    return pd.DataFrame({"pcn_code": list(fte), "quarter": quarter, "splw_fte": list(fte.values())})


def members(**of: str) -> pd.DataFrame:
    """Practices and their PCNs."""
    return pd.DataFrame({"practice_code": list(of), "pcn_code": list(of.values())})


def lookup(*pairs: tuple[str, str, str]) -> pd.DataFrame:
    """Pairs of areas of 2011 and 2021, and what changed."""
    return pd.DataFrame(pairs, columns=["lsoa11_code", "lsoa21_code", "change"])


NOBODY = pcns({}), pd.DataFrame({"practice_code": [], "pcn_code": []}, dtype="str")


def test_posts_go_where_the_patients_of_a_pcn_live() -> None:
    """A PCN's FTE are divided by where its patients live, silent ones have none, and the last district is shown."""
    counts = {
        ("P00001", A): 30, ("P00001", B): 10, ("P00002", B): 40, ("P00002", "W01000001"): 20, ("P00003", C): 5,
    }  # fmt: skip
    given = tables(core_practice_list_lsoa11=lists("2022-04", counts))
    found = small_areas(
        given, pcns({"U00001": 2.0, "U00002": math.nan}), members(P00001="U00001", P00002="U00002"), areas()
    ).set_index("lsoa11_code")
    assert found["patients_count"].to_dict() == {A: 30.0, B: 50.0, C: 5.0}
    assert found["patients_basis"].unique().tolist() == ["registered patients 2022-04"]
    # Three quarters of the first PCN's forty patients live in A, the rest in B; the second did not report.
    assert found["link_worker_fte"].to_dict() == pytest.approx({A: 1.5, B: 0.5, C: math.nan}, nan_ok=True)
    assert found["reporting_share"].to_dict() == pytest.approx({A: 1.0, B: 0.2, C: 0.0})
    assert found["pcn_code"].fillna("none").to_dict() == {A: "U00001", B: "U00002", C: "none"}
    assert found["quarter"].unique().tolist() == ["2022Q2"]
    assert found["icb_ons_code"].unique().tolist() == ["E54000001"]
    parents = pd.DataFrame(
        {
            "lsoa11_code": [A, A, A, B],
            "parent_type": ["local_authority", "local_authority", "ward", "ward"],
            "edition": ["2020", "2023", "2024", "2024"],
            "parent_ons_code": ["E07000001", "E06000002", "E05000001", "E05000002"],
        }
    )
    given = tables(core_practice_list_lsoa11=lists("2022-04", {("P00001", A): 30}), core_lsoa11_parent=parents)
    found = small_areas(given, *NOBODY, areas()).set_index("lsoa11_code")["local_authority_code"]
    assert found[A] == "E06000002"
    assert found[[B, C]].isna().all()


def test_the_latest_extract_counts_and_that_of_2011_before_that_of_2021() -> None:
    """The latest extract counts; of one month, that by areas of 2011."""
    older, newer = lists("2021-10", {("P00001", A): 99}), lists("2022-01", {("P00001", B): 7})
    found = small_areas(tables(core_practice_list_lsoa11=pd.concat([older, newer])), *NOBODY, areas())
    assert found["patients_count"].tolist() == [0.0, 7.0, 0.0]
    both = tables(
        core_practice_list_lsoa11=newer,
        core_practice_list_lsoa21=lists("2022-01", {("P00001", A): 50}, "21"),
        core_lsoa_lookup=lookup((A, A, "U")),
    )
    assert small_areas(both, *NOBODY, areas())["patients_count"].tolist() == [0.0, 7.0, 0.0]
    later = both | {"core_practice_list_lsoa21": lists("2024-04", {("P00001", A): 50}, "21")}
    found = small_areas(later, *NOBODY, areas())
    assert found["patients_count"].tolist() == [50.0, 0.0, 0.0]
    assert found["patients_basis"].iloc[0] == "registered patients 2024-04"
    assert found["link_worker_fte"].isna().all()
    assert found["reporting_share"].tolist() == [0.0, 0.0, 0.0]


def test_areas_of_2021_are_carried_over_with_their_totals() -> None:
    """Patients by areas of 2021 keep their totals, and need the lookup."""
    pairs = lookup((A, "E01000011", "S"), (A, "E01000012", "S"), (B, "E01000013", "M"), (C, "E01000013", "M"))
    by21 = lists(
        "2024-04",
        {
            ("P00001", "E01000011"): 3,
            ("P00001", "E01000012"): 4,
            ("P00002", "E01000013"): 10,
            ("P00002", "W01000009"): 6,
        },
        "21",
    )
    rows = crossed(by21, tables(core_lsoa_lookup=pairs))
    sums = rows.groupby(["practice_code", "lsoa11_code"])["patients_count"].sum()
    assert sums.to_dict() == {("P00001", A): 7.0, ("P00002", B): 5.0, ("P00002", C): 5.0}
    with pytest.raises(WorkspaceError, match=r"small areas of 2021.*LSOA \(2011\) to LSOA \(2021\) lookup"):
        crossed(by21, tables())


def test_residents_stand_in_for_patients() -> None:
    """Without lists residents stand in and are named: of areas of 2011, then the newest of 2021, then of the census."""
    population = pd.DataFrame({"lsoa11_code": [A, B, A], "year": [2020, 2020, 2015], "residents_count": [100, 200, 1]})
    census = pd.DataFrame({"lsoa21_code": [A, "E01000013"], "total_count": [70, 90]})
    census = census.assign(
        asian_count=0, black_count=0, mixed_count=0, other_count=0, white_count=census["total_count"]
    )
    pairs = lookup((A, A, "U"), (B, "E01000013", "M"), (C, "E01000013", "M"))
    found = small_areas(tables(core_lsoa11_population=population), *NOBODY, areas())
    assert found["patients_count"].tolist() == [100.0, 200.0, 0.0]
    assert found["patients_basis"].unique().tolist() == ["residents mid-2020"]
    assert found["link_worker_fte"].isna().all()
    assert found["reporting_share"].tolist() == [0.0, 0.0, 0.0]
    assert found["pcn_code"].isna().all()
    assert found["quarter"].tolist() == ["", "", ""]
    given = tables(core_lsoa21_ethnicity=census, core_lsoa_lookup=pairs)
    found = small_areas(given, *NOBODY, areas())
    assert found["patients_count"].tolist() == [70.0, 45.0, 45.0]
    assert found["patients_basis"].unique().tolist() == ["residents, Census 2021"]
    for short in ("core_lsoa21_ethnicity", "core_lsoa_lookup"):
        with pytest.raises(WorkspaceError, match=r"nothing says how many people live.*by LSOA"):
            small_areas(given | {short: TABLES[short].empty()}, *NOBODY, areas())
    newer = pd.DataFrame(
        {"lsoa21_code": [A, A, "E01000013"], "year": [2021, 2022, 2022], "residents_count": [1, 80, 60]}
    )
    given = tables(core_lsoa21_population=newer, core_lsoa21_ethnicity=census, core_lsoa_lookup=pairs)
    found = small_areas(given, *NOBODY, areas())
    assert found["patients_count"].tolist() == [80.0, 30.0, 30.0]
    assert found["patients_basis"].unique().tolist() == ["residents mid-2022"]
    older = pd.DataFrame({"lsoa11_code": [A, B], "year": 2020, "residents_count": [100, 200]})
    found = small_areas(given | {"core_lsoa11_population": older}, *NOBODY, areas())
    assert found["patients_basis"].unique().tolist() == ["residents mid-2020"]


@pytest.mark.parametrize(
    ("quarter", "edition"), [("2022Q2", "2019"), ("2025Q3", "2019"), ("2025Q4", "2025"), ("2026Q1", "2025")]
)
def test_each_quarter_has_the_deprivation_in_force(quarter: str, edition: str) -> None:
    """Each quarter has the edition in force, or the one there is."""
    scores = pd.DataFrame(
        {"edition": ["2019", "2025"], "lsoa11_code": [A, A], "imd_score": [19.0, 25.0], "imd_decile": [1, 1]}
    )
    population = pd.DataFrame({"lsoa11_code": [A], "year": [2020], "residents_count": [100]})
    given = tables(
        core_practice_list_lsoa11=lists("2022-04", {("P00001", A): 30}),
        core_lsoa11_deprivation=scores,
        core_lsoa11_population=population,
    )
    found = small_areas(given, pcns({"U00001": 1.0}, quarter), members(P00001="U00001"), areas())
    assert found.set_index("lsoa11_code").loc[A, "imd_score"] == float(edition[2:])
    assert found.set_index("lsoa11_code").loc[B, "imd_score"] != found.set_index("lsoa11_code").loc[A, "imd_score"]
    alone = given | {"core_lsoa11_deprivation": scores.iloc[:1]}
    found = small_areas(alone, pcns({"U00001": 1.0}, quarter), members(P00001="U00001"), areas())
    assert found.set_index("lsoa11_code").loc[A, "imd_score"] == 19.0
    assert found["minority_ethnic"].isna().all()
    assert found["rural"].isna().all()
