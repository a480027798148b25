"""The miniature England says what tests/miniature/README.md works out by hand."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sp_geo.publications.readers import READERS
from sp_geo.synthetic import Truth, make
from sp_geo.synthetic.world import World
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document

Tables = dict[tuple[str, str], dict[str, pd.DataFrame]]


@pytest.fixture(scope="module")
def made() -> tuple[World, Truth]:
    """The miniature in memory."""
    return make("miniature", 0)


@pytest.fixture(scope="module")
def tables(miniature_files: Path) -> Tables:
    """Every file of the miniature, read by the software's own readers, by publication and period."""
    found = {}
    for note in sorted(miniature_files.rglob("*.origin.yaml")):
        record = yaml.safe_load(note.read_text(encoding="utf-8"))
        key = (record["publication"], record["period"])
        found[key] = read(note.with_name(note.name.removesuffix(".origin.yaml")), *key)
    return found


def read(path: Path, publication: str, period: str) -> dict[str, pd.DataFrame]:
    """One file through its reader, validated."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            document = Document(path.name, "csv", archive.read(archive.namelist()[0]))
    else:
        document = Document(path.name, "workbook", path.read_bytes())
    frames = READERS[publication](document, period)
    return {name: validate(frame, TABLES[name]) for name, frame in frames.items()}


@pytest.mark.parametrize(
    ("quarter", "slope"),
    [("2022Q1", 0.10), ("2022Q2", 0.10), ("2022Q3", 0.12), ("2022Q4", 0.06), ("2026Q1", -0.02), ("2026Q2", -0.10)],
)
def test_true_slopes_are_those_worked_out_by_hand(made: tuple[World, Truth], quarter: str, slope: float) -> None:
    """The miniature's truth has the slopes of the hand calculation."""
    truth = made[1]
    assert truth.slope(quarter, "imd_score") == pytest.approx(slope)
    assert truth.slope(quarter, "lack_of_support") == pytest.approx(100 * slope)


def test_the_closed_practice_takes_its_patients_out_of_the_fourth_pcn(made: tuple[World, Truth]) -> None:
    """Rates of 2022Q3 and 2022Q4 are those of the hand calculation."""
    rows = made[1].pcns.query("pcn_code == 'U90004'").set_index("quarter")
    assert rows.loc["2022Q3", ["list_size", "fte_per_10k"]].tolist() == pytest.approx([9000, 4])
    assert rows.loc["2022Q4", ["list_size", "fte_per_10k"]].tolist() == pytest.approx([9000, 3])
    assert rows.loc["2022Q2", "list_size"] == 10_000


@pytest.mark.parametrize(
    ("quarter", "fte", "pcns", "contracted"),
    [
        ("2022Q1", 3.0, 2, 1.0),
        ("2022Q2", 6.0, 3, 2.0),
        ("2022Q3", 7.6, 4, 1.0),
        ("2022Q4", 7.7, 4, 2.0),
        ("2026Q2", 10.0, 4, 1.0),
    ],
)
def test_the_releases_hold_the_fte_of_the_table(
    tables: Tables, quarter: str, fte: float, pcns: int, contracted: float
) -> None:
    """The workforce files say what the hand calculation says."""
    frames = tables["pcn_workforce", quarter]
    workers = frames["core_pcn_workforce"].query("role.str.startswith('splw')")
    assert workers["fte"].sum() == pytest.approx(fte)
    assert workers.query("employment == 'contracted'")["fte"].sum() == pytest.approx(contracted)
    assert len(frames["core_pcn_release"]) == pcns


def test_mental_health_roles_are_in_the_new_form(tables: Tables) -> None:
    """The releases of 2026 have the mental health role as its own."""
    rows = tables["pcn_workforce", "2026Q1"]["core_pcn_workforce"].set_index("role")["fte"]
    assert rows.filter(like="splw_mental_health").sum() == pytest.approx(1.0)


def test_patients_add_up_however_they_are_published(tables: Tables) -> None:
    """Totals, lists by area and lists by age have the same patients."""
    for key in (
        ("list_totals", "2022-01"),
        ("list_by_lsoa", "2022-07"),
        ("list_by_age", "2022-07"),
        ("list_by_age", "2026-07"),
    ):
        assert tables[key]["core_practice_list"]["patients_count"].sum() == 41_000


def test_answers_of_the_closed_practice_are_withheld_not_zero(tables: Tables) -> None:
    """The closed practice's answers are suppressed, and no zero."""
    rows = tables["patient_survey_2018", "2022"]["core_practice_survey"].set_index("practice_code")
    assert rows["suppressed"].sum() == 1
    assert rows.loc["Z90009", "suppressed"]
    assert pd.isna(rows.loc["Z90009", "no_share"])
    assert rows.loc["Z90007", "no_share"] == pytest.approx(0.4)
    later = tables["patient_survey_2024", "2026"]["core_practice_survey"].set_index("practice_code")
    assert later.loc["Z90007", ["no_share", "base_count"]].tolist() == pytest.approx([0.5, 100])


def test_memberships_have_the_straddler_and_the_closed_practice(tables: Tables) -> None:
    """One PCN spans two ICBs, and one practice closed."""
    for month in ("2022-06", "2026-07"):
        rows = tables["epcn", month]["core_practice_membership"].set_index("practice_code")
        assert rows.loc["Z90004", ["pcn_code", "sub_icb_code"]].tolist() == ["U90002", "D9Y0V"]
        assert "Z90010" not in rows.index
    assert (
        tables["epcn", "2026-07"]["core_practice_membership"].set_index("practice_code").loc["Z90009", "valid_to"]
        == "2022-08-14"
    )
    snapshot = tables["practice_map", "2022-01"]["core_practice_membership"].set_index("practice_code")
    assert snapshot.loc["Z90010", "pcn_code"] == "U"


def test_areas_are_split_and_merged(tables: Tables) -> None:
    """The lookup of 2011 to 2021 has areas that were split and merged."""
    lookup = tables["lsoa_lookup", "2011-2021"]["core_lsoa_lookup"]
    assert lookup["change"].value_counts().to_dict() == {"U": 37, "S": 2, "M": 2}
    counts = tables["census_ethnicity", "2021"]["core_lsoa21_ethnicity"]
    assert counts["total_count"].sum() == 40_000
    assert counts["white_count"].sum() == 40_000 - 10 * (400 + 100 + 200 + 300)
