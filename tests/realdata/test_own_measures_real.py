"""Real measures as they are published, through the command line, against a plain second reading by pandas."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.workspace.store import Store
from tests.conftest import Ask, Run

pytestmark = [pytest.mark.realdata, pytest.mark.slow]

QUARTER = "2022Q2"


def member(path: Path, name: str = "") -> io.BytesIO:
    """A file of an archive: the only one, or the one of that name."""
    with zipfile.ZipFile(path) as archive:
        return io.BytesIO(archive.read(name or archive.namelist()[0]))


@pytest.fixture(scope="module")
def measures(real: Path) -> dict[str, pd.DataFrame]:
    """Each file read plainly: value, and part and whole where it has them, by code."""
    folder = real / "measures"
    lonely = pd.read_csv(member(folder / "loneliness_england_lsoa.humaniverse.zip", "england_cls_loneliness_lsoa.csv"))
    samhi = pd.read_csv(member(folder / "samhi_21_01_2011_2018_LSOA.zip"))
    fuel = pd.read_excel(
        member(folder / "fuel_poverty_2020_data.zip"), sheet_name="Table 3", header=2, engine="openpyxl"
    )
    fuel = fuel.dropna(subset=["LSOA Code", "Number of households"])
    qof = pd.read_csv(member(folder / "PREVALENCE_2425.zip"))
    qof = qof[qof["GROUP_CODE"] == "DEP"]
    cars = pd.read_csv(member(folder / "census2021-ts045-lsoa.zip"))
    cars = cars.rename(columns=lambda name: name.removeprefix("Number of cars or vans: "))

    def counted(codes: pd.Series, part: pd.Series, whole: pd.Series) -> pd.DataFrame:
        found = pd.DataFrame({"part": part.to_numpy(), "whole": whole.to_numpy()}, index=codes.to_numpy())
        return found.assign(value=found["part"] / found["whole"])

    return {
        "own_loneliness": pd.DataFrame({"value": lonely["perc"].to_numpy() / 100}, index=lonely["lsoa21_code"]),
        "own_samhi_2018": pd.DataFrame({"value": samhi["samhi_index.2018"].to_numpy()}, index=samhi["lsoa11"]),
        "own_fuel_poverty": counted(
            fuel["LSOA Code"], fuel["Number of households in fuel poverty"], fuel["Number of households"]
        ),
        "own_depression": counted(qof["PRACTICE_CODE"], qof["REGISTER"], qof["PRACTICE_LIST_SIZE"]),
        "own_no_car": counted(
            cars["geography code"], cars["No cars or vans in household"], cars["Total: All households"]
        ),
    }


def test_every_value_is_that_of_a_plain_second_reading(latest: Path, measures: dict[str, pd.DataFrame]) -> None:
    """Value by value, and the totals that are published."""
    values = Store(latest).read("core_own_measure_value")
    assert set(values["state"]) == {"given"}
    for name, plain in measures.items():
        found = values[values["measure"] == name].set_index("area_code")
        assert set(found.index) == set(plain.index), name
        pd.testing.assert_series_equal(
            found["value"].sort_index(), plain["value"].sort_index(), check_names=False, check_index=False
        )
    totals = values.groupby("measure")[["numerator", "denominator"]].sum()
    assert totals.loc["own_fuel_poverty"].tolist() == [3_158_206, 23_868_877]
    assert totals.loc["own_depression"].tolist() == [7_317_368, 51_293_187]
    english = values[(values["measure"] == "own_no_car") & values["area_code"].str.startswith("E")]
    assert english[["numerator", "denominator"]].sum().tolist() == [5_515_948, 23_435_839]
    kinds = Store(latest).read("core_own_measure").set_index("measure")
    assert kinds["area_type"].to_dict() == {
        "own_depression": "practice", "own_fuel_poverty": "lsoa11", "own_loneliness": "lsoa21", "own_no_car": "lsoa21",
        "own_samhi_2018": "lsoa11",
    }  # fmt: skip
    assert kinds["given_count"].to_dict() == {name: len(plain) for name, plain in measures.items()}


def test_the_mean_of_a_pcn_is_that_of_its_patients(latest: Path, measures: dict[str, pd.DataFrame]) -> None:
    """By hand for one PCN: patients by small area times the value, over patients with one."""
    store = Store(latest)
    found = store.read("out_pcn_need").query("quarter == @QUARTER").set_index(["need", "pcn_code"])
    members = store.read("core_practice_membership").query("kind == 'dated'")
    held = members[(members["valid_from"] <= "2022-06-30") & ~(members["valid_to"] <= "2022-06-30")]
    # A PCN of several practices, none of which came or left within weeks of the quarter's end.
    moved = set(members.loc[members["valid_to"].between("2022-06-01", "2022-07-31"), "pcn_code"])
    panel = store.read("out_pcn_quarter").query("quarter == @QUARTER")
    settled = panel[(panel["practices_count"] >= 4) & ~panel["pcn_code"].isin(moved)]
    pcn_code = str(settled["pcn_code"].iloc[100])
    practices = set(held.loc[held["pcn_code"] == pcn_code, "practice_code"])
    patients = store.read("core_practice_list_lsoa11")
    patients = patients[patients["practice_code"].isin(practices)]
    lookup = store.read("core_lsoa_lookup")
    assert len(patients) > 50
    for name in ("own_samhi_2018", "own_fuel_poverty", "own_loneliness", "own_no_car"):
        plain = measures[name]
        by_old = plain["value"]
        if name in {"own_loneliness", "own_no_car"}:
            new = plain.assign(part=plain.get("part", plain["value"]), whole=plain.get("whole", 1.0))
            pairs = lookup.join(new, on="lsoa21_code", how="inner").groupby("lsoa11_code")[["part", "whole"]].sum()
            by_old = pairs["part"] / pairs["whole"]
        value = patients["lsoa11_code"].map(by_old)
        mean = (patients["patients_count"] * value).sum() / patients.loc[value.notna(), "patients_count"].sum()
        assert found.loc[(name, pcn_code), "value"] == pytest.approx(mean), name
    counts = measures["own_depression"].reindex(sorted(practices)).dropna()
    assert len(counts)
    assert found.loc[("own_depression", pcn_code), "value"] == pytest.approx(
        counts["part"].sum() / counts["whole"].sum()
    )


def test_slopes_and_plans_take_them(latest: Path, ask: Ask, sp_geo: Run) -> None:
    """Each is a need like any other; an index below 0 somewhere cannot weigh posts and says so."""
    wanted = [option for name in ("own_loneliness", "own_samhi_2018", "own_depression") for option in ("--need", name)]
    rows = ask(latest, "regress", *wanted, "--non-response", "reporters", "--quarter", QUARTER)
    assert rows["estimate"].notna().all()
    assert (rows["n_pcns"] > 1_000).all()
    plan = ["plan", "posts", "--fte", "1", "--unreported", "exclude", "--quarter", QUARTER, "--need"]
    ask(latest, *plan, "own_fuel_poverty")
    code, _, err = sp_geo(latest, *plan, "own_samhi_2018")
    assert code == 2
    assert "own_samhi_2018 cannot weigh posts" in err


def test_every_file_that_holds_several_columns_says_which(real: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Without the options the line lists what there is."""
    for file, words in {
        "samhi_21_01_2011_2018_LSOA.zip": "'samhi_index.2011', 'samhi_dec.2011'",
        "fuel_poverty_2020_data.zip": "'Number of households in fuel poverty'",
        "PREVALENCE_2425.zip": "'REGISTER', 'PRACTICE_LIST_SIZE'",
    }.items():
        code, out, _ = sp_geo(tmp_path, "add", str(real / "measures" / file), "--measure", "--name", "X")
        assert (code, words in out) == (5, True), file
