"""The demonstration generator: its mechanism, and that its folder is whole, marked and reproducible."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sp_geo import synthetic
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.quarters import Quarter
from sp_geo.synthetic import calibration, panel, provision
from sp_geo.synthetic.layouts.text import archive, csv_bytes, decimals
from sp_geo.synthetic.places import read_places


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature, written."""
    target = tmp_path_factory.mktemp("demonstration") / "miniature"
    synthetic.write(target, "miniature", 7)
    return target


def test_every_file_has_an_origin_that_says_synthetic(folder: Path) -> None:
    """Each data file has a synthetic origin with seed and scale, and the truth of slopes and PCNs lies beside."""
    data = [path for path in folder.rglob("*") if path.suffix in {".zip", ".xlsx"}]
    assert len(data) == 26
    for path in data:
        record = yaml.safe_load(path.with_name(path.name + ".origin.yaml").read_text(encoding="utf-8"))
        assert record["is_synthetic"] is True
        assert record["publisher"].endswith("(synthetic)")
        assert record["seed"] == 7
        assert record["scale"] == "miniature"
    assert (folder / "SYNTHETIC.txt").read_text(encoding="utf-8").startswith("SYNTHETIC\n")
    record = json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert record["is_synthetic"] is True
    assert {row["quarter"] for row in record["slopes"]} == {"2022Q1", "2022Q2", "2022Q3", "2022Q4", "2026Q1", "2026Q2"}
    assert len(pd.read_parquet(folder / "truth" / "pcns.parquet")) == 24
    assert len(pd.read_csv(folder / "truth" / "slopes.csv")) == 18


def test_invented_names_begin_with_the_mark() -> None:
    """Invented practices and PCNs begin with the mark and have codes of their own; each area has an ICB in both sets."""
    world, _ = synthetic.make("miniature", 0)
    assert world.practices["practice_name"].str.startswith("SYNTHETIC ").all()
    assert world.pcns["pcn_name"].str.startswith("SYNTHETIC ").all()
    assert world.practices["practice_code"].str.fullmatch(r"Z\d{5}").all()
    assert world.pcns["pcn_code"].str.fullmatch(r"U9\d{4}").all()
    places = read_places()
    assert len(places.lsoas) == 32_844
    assert places.lsoas["sub_icb_code"].notna().all()
    assert places.sub_icbs.notna().all().all()
    assert set(places.sub_icbs["icb_code_2022"]) | set(places.sub_icbs["icb_code_2026"]) <= set(places.icbs.index)


def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """An unknown scale, a negative seed and a folder with content are refused, and an empty folder is filled."""
    with pytest.raises(UsageError, match="no such scale"):
        synthetic.write(tmp_path / "out", "planet", 1)
    with pytest.raises(UsageError, match="negative"):
        synthetic.write(tmp_path / "out", "miniature", -1)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine.txt").write_text("work", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="something there already"):
        synthetic.write(tmp_path, "miniature", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    (tmp_path / "out").mkdir()
    synthetic.write(tmp_path / "out", "miniature", 1)
    assert (tmp_path / "out" / "truth" / "truth.json").exists()
    with pytest.raises(WorkspaceError, match=r"lsoa11\.parquet"):
        read_places(tmp_path)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration that cannot be finished leaves no file."""
    whole, left = Path.write_bytes, [3]

    def full(path: Path, data: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return whole(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WorkspaceError, match="No space left"):
        synthetic.write(tmp_path / "out", "miniature", 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("quarter", "fte", "coverage"),
    [("2020Q1", 112, 0.15), ("2021Q4", 1612, 0.8145), ("2022Q4", 2265.4, 0.947), ("2026Q2", 2642.4, 0.979)],
)
def test_published_figures_and_straight_lines_between(quarter: str, fte: float, coverage: float) -> None:
    """England is calibrated to published figures, with straight lines between."""
    assert calibration.at_quarter(calibration.PLAIN_FTE, quarter) == pytest.approx(fte, abs=0.1)
    assert calibration.at_quarter(calibration.COVERAGE, quarter) == pytest.approx(coverage, abs=0.001)


def test_the_slope_is_zero_then_falls_then_stays() -> None:
    """The true slope is the documented one in every quarter, and that of the population is exactly the parameter."""
    slopes = [calibration.true_slope(quarter) for quarter in calibration.QUARTERS]
    by_quarter = dict(zip(calibration.QUARTERS, slopes, strict=True))
    assert by_quarter["2022Q1"] == 0
    assert by_quarter["2022Q4"] == pytest.approx(-0.175)
    assert by_quarter["2023Q3"] == by_quarter["2026Q2"] == pytest.approx(-0.35)
    assert slopes == sorted(slopes, reverse=True)
    assert len(slopes) == 26
    _, truth = panel.draw(3, 250, ("2021Q2", "2023Q3"), slope=-0.2)
    rows = truth.slopes[truth.slopes["need"] == "need_true"]
    assert rows["population_slope"].to_numpy() == pytest.approx([-0.2, -0.2], abs=1e-9)


def test_multipliers_have_mean_one_the_zeros_and_the_spread() -> None:
    """Multipliers have mean 1, the zeros and the spread asked for; hidden paths are standard normal in each quarter."""
    scores = np.random.default_rng(1).standard_normal(200_000)
    drawn = provision.multipliers(scores, zero=0.18, variation=0.9)
    assert drawn.mean() == pytest.approx(1, abs=0.01)
    assert (drawn == 0).mean() == pytest.approx(0.18, abs=0.005)
    assert drawn.std() == pytest.approx(0.9, abs=0.02)
    paths = provision.hidden_paths(np.random.default_rng(2), 20_000, 12, 0.96)
    assert paths.std(axis=0) == pytest.approx(np.ones(12), abs=0.03)
    assert np.corrcoef(paths[:, 5], paths[:, 6])[0, 1] == pytest.approx(0.96, abs=0.01)


def test_reporters_and_their_fte_are_the_published_ones() -> None:
    """Coverage and FTE are the published ones, PCNs of higher need report less often, and a seed repeats itself."""
    table, _ = panel.draw(4, 400, ("2020Q4", "2022Q3"))
    for quarter, rows in table.groupby("quarter"):
        reported = rows["reporting_status"] != "not_reported"
        assert reported.mean() == pytest.approx(calibration.at_quarter(calibration.COVERAGE, str(quarter)), abs=0.002)
        assert rows["splw_fte"].isna().equals(~reported)
        year_patients = calibration.at_month(calibration.PATIENTS, f"{str(quarter)[:4]}-07")
        national = calibration.at_quarter(calibration.PLAIN_FTE, str(quarter)) * rows["list_size"].sum() / year_patients
        assert rows["splw_fte"].sum() == pytest.approx(national, rel=0.005)
    shares = []
    for seed in range(20):
        table, _ = panel.draw(seed, 300, ("2020Q4",))
        needy = table["need_true"] > table["need_true"].median()
        reported = table["reporting_status"] != "not_reported"
        shares.append(reported[~needy].mean() - reported[needy].mean())
    assert np.mean(shares) > 0.1
    first, second = panel.draw(5, 50), panel.draw(5, 50)
    pd.testing.assert_frame_equal(first[0], second[0])
    pd.testing.assert_frame_equal(first[1].slopes, second[1].slopes)
    assert not panel.draw(6, 50)[0].equals(first[0])


def test_text_is_quoted_only_where_needed() -> None:
    """Text is quoted, encoded and ended as the publishers do it, FTE without trailing zeros, archives without a clock."""
    columns = {"a,b": np.asarray(["x", 'say "y", z'], dtype=object), "n": np.asarray([1, 2])}
    assert csv_bytes({"n": columns["n"], "t": "q"}, 2, newline="\r\n") == b"n,t\r\n1,q\r\n2,q\r\n"
    assert csv_bytes({"x": pd.Series(["a", None])}, 2, header=False, quote_all=True) == b'"a"\n""\n'
    assert csv_bytes({"a,b": pd.Series(["x", "y, z"]), "n": columns["n"]}, 2) == b'"a,b",n\nx,1\n"y, z",2\n'
    assert (
        csv_bytes({"r": "Clinical Director – Medical"}, 1, encoding="cp1252", header=False)
        == b"Clinical Director \x96 Medical\n"
    )
    assert csv_bytes({"n": np.asarray([], dtype=np.int64)}, 0, byte_order_mark=True) == b"\xef\xbb\xbfn\n"
    assert decimals(np.asarray([1.0, 0.4, 2 / 3, np.nan]), 9).tolist() == ["1", "0.4", "0.666666667", ""]
    day = Quarter(2022, 1).end
    assert archive("a.csv", b"x", day) == archive("a.csv", b"x", day)
