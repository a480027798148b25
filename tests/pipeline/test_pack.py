"""The pack for an ICB: every file of it, as its reader opens it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import sqlite3
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from csvw import CSVW
from PIL import Image

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.questions.requests.workspace import PackRequest
from sp_geo.questions.run_record import read_record
from sp_geo.reports.pack import files
from sp_geo.reports.pack.data import material_of
from sp_geo.reports.pack.files import FILES, pack_again, pack_files, write_pack
from sp_geo.reports.pack.services import services_of
from sp_geo.workspace.store import Store
from tests.conftest import Run

AREA, QUARTER = "QOP", "2022Q2"
MADE = date(2026, 11, 21)
MARKS = {"[x]", "[c]", "[u]", "[z]"}


@pytest.fixture(scope="module")
def panel(region: Path) -> pd.DataFrame:
    """The panel that the pack is made of."""
    return Store(region).read("out_pcn_quarter")


@pytest.fixture(scope="module")
def here(panel: pd.DataFrame) -> pd.DataFrame:
    """PCNs of the pack's area and quarter."""
    return panel[(panel["icb_code"] == AREA) & (panel["quarter"] == QUARTER)]


@pytest.fixture(scope="module")
def words(pack: Path) -> str:
    """Everything that the summary says, without tags and pictures."""
    text = (pack / "summary.html").read_text(encoding="utf-8")
    body = text.split("<body>")[1].split('<script type="application/json"')[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split()).replace("&#x27;", "'")


def table(pack: Path, name: str) -> pd.DataFrame:
    """One of its CSV files."""
    return pd.read_csv(pack / "tables" / f"{name}.csv", keep_default_na=False, na_values=[""])


def test_everything_that_was_promised_is_there(pack: Path) -> None:
    """Every file that the README names is in the pack."""
    for name in FILES:
        assert (pack / name).exists(), name
    assert {path.suffix for path in (pack / "pictures").iterdir()} == {".png", ".svg"}
    assert not [path for path in pack.rglob("*") if path.name.startswith(".")]
    readme = (pack / "README.txt").read_text(encoding="utf-8")
    for path in (pack / "tables").iterdir():
        assert f"tables/{path.name}" in readme


def test_every_file_is_marked_and_dated(pack: Path) -> None:
    """Every file says SYNTHETIC and its day; pictures say source, licence and coverage as well."""
    for name in ("README.txt", "summary.html", "map.html", "csv-metadata.json", "run_record.json"):
        text = (pack / name).read_text(encoding="utf-8")
        assert "SYNTHETIC" in text, name
        assert "2026-11-21" in text or "21 November 2026" in text, name
    for path in (pack / "tables").iterdir():
        assert set(table(pack, path.stem)["provenance"]) == {"SYNTHETIC"}, path.name
    for path in (pack / "pictures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        coverage = "A directory covers" if path.stem == "map_services" else "reported"
        for said in ("SYNTHETIC", "Licence", "Source", "21 November 2026", coverage):
            assert said in text, (path.name, said)


def test_the_rate_and_the_change_are_those_of_the_panel(words: str, panel: pd.DataFrame, here: pd.DataFrame) -> None:
    """The summary says the rate and the change that follow from the panel."""
    told = here.dropna(subset=["splw_fte"])
    rate = 10_000 * told["splw_fte"].sum() / told["list_size"].sum()
    assert f"{told['splw_fte'].sum():,.1f} full-time equivalent link workers in {QUARTER}: {rate:.2f}" in words
    assert f"{len(told)} PCNs that reported ({100 * len(told) / len(here):.0f} % of {len(here)})" in words
    before = panel[(panel["icb_code"] == AREA) & (panel["quarter"] == "2021Q2")].dropna(subset=["splw_fte"])
    both = told.merge(before, on="pcn_code", suffixes=("", "_then"))
    change = both["splw_fte"].sum() - both["splw_fte_then"].sum()
    share = 100 * change / both["splw_fte_then"].sum()
    assert f"The {len(both)} PCNs that reported both now and in 2021Q2 have {abs(change):,.1f} more" in words
    assert f"({share:+.1f} %)" in words


def test_silence_is_counted_and_never_as_zero(words: str, here: pd.DataFrame) -> None:
    """Silent PCNs are counted apart from those without link workers."""
    silent = here[here["reporting_status"] == "not_reported"]
    zero = here[here["reporting_status"] == "true_zero"]
    assert len(silent)
    assert len(zero)
    assert f"{len(zero)} of them had no link worker, and {len(silent)} did not say" in words
    assert f"{len(silent)} PCNs with {silent['list_size'].sum():,.0f} patients did not report" in words
    floor = 10_000 * here["splw_fte"].sum() / here["list_size"].sum()
    assert f"would be {floor:.2f}: it cannot be less" in words


def test_the_slope_is_told_under_every_treatment(words: str, pack: Path, here: pd.DataFrame) -> None:
    """The summary tells the slope under all four ways of handling non-response."""
    told = here.dropna(subset=["splw_fte", "imd_score"])
    x = np.column_stack([np.ones(len(told)), told["imd_score"]])
    slope = 10 * np.linalg.lstsq(x, told["splw_fte"] / told["list_size"] * 10_000, rcond=None)[0][1]
    assert f"reporters only {slope:+.3f} (" in words
    for label in ("absent as zero", "balanced panel", "reweighted to all PCNs"):
        assert re.search(rf"{label} [+-]\d\.\d{{3}} \(-?\d\.\d{{3}} to -?\d\.\d{{3}}, \d+ PCNs\)", words), label
    rows = table(pack, "slopes")
    found = rows[(rows["area_code"] == AREA) & (rows["quarter"] == QUARTER)]
    assert len(found) == 4
    own = found.loc[found["non_response_words"] == "Reporters only", "estimate"].iloc[0]
    assert own == pytest.approx(slope)


def test_high_need_and_little_provision_are_those_of_england(words: str, pack: Path, panel: pd.DataFrame) -> None:
    """PCNs are named by England's fifths of need and provision, silent ones never."""
    england = panel[panel["quarter"] == QUARTER]
    need = england["imd_score"].rank(ascending=False, pct=True) <= 0.4
    rate = england["splw_fte_per_10k"].rank(pct=True) <= 0.4
    short = england[need & rate & (england["icb_code"] == AREA)]
    rows = table(pack, "need_and_provision")
    assert set(rows.loc[rows["both"] == "High need, little provision", "pcn_code"]) == set(short["pcn_code"])
    judged = england[(england["icb_code"] == AREA) & england["splw_fte"].notna() & england["imd_score"].notna()]
    assert f"{len(short)} of {len(judged)} PCNs of Greater Manchester had high need" in words
    silent = rows[rows["status"] == "Did not report"]
    assert not (silent["both"] == "High need, little provision").any()
    assert silent["splw_fte_per_10k"].isna().all()


def test_deserts_are_those_of_the_build(words: str, region: Path) -> None:
    """The pack says what the page of services says."""
    from sp_geo.web.pages.services.page import PAGE
    from sp_geo.web.pages.services.words import covered_words, desert_words, recorded_words
    from sp_geo.web.state import read_view

    build = Build(Store(region))
    view, _ = read_view(f"?area={AREA}", PAGE.fields(build))
    for sentence in (
        desert_words(build, view)[0],
        *covered_words(build, view),
        *recorded_words(build, view)[:1],
    ):
        assert sentence in words


def test_the_first_page_says_the_same(words: str, region: Path) -> None:
    """The pack says what the first page says."""
    from sp_geo.web.pages.overview.headline import things_to_know

    for _, said in things_to_know(Build(Store(region)), QUARTER, AREA, "imd_score"):
        for sentence in re.split(r"(?<=[.:]) (?=[A-Z])", said)[1:]:
            assert sentence in words, sentence


def test_a_icb_of_few_pcns_is_told_that_they_are_few(region: Path) -> None:
    """From a handful of PCNs nothing is concluded, and England stands in."""
    build = Build(Store(region))
    made = material_of(build, PackRequest(AREA, QUARTER))
    assert made.is_enough
    few = material_of(build, PackRequest(AREA, "2020Q1"))
    assert not few.is_enough
    assert few.told_of[0].is_england
    content = pack_files_of_messages(few)
    assert "nothing is concluded" in content["association"]
    assert "England" in content["association"]
    assert set(few.fifths["area_code"]) == {"E92000001"}


def pack_files_of_messages(made: object) -> dict[str, str]:
    """Headline and points of each message by key."""
    from sp_geo.reports.pack.messages import messages

    found = messages(made, {}, {}, {}, None)  # type: ignore[arg-type]
    return {message.key: " ".join([message.headline, *message.points]) for message in found}


def test_sentences_are_short(pack: Path) -> None:
    """Sentences of the summary have under 16 words on average and under 40 at most."""
    text = (pack / "summary.html").read_text(encoding="utf-8")
    items = re.findall(r"<li>(.*?)</li>|<p>(.*?)</p>|<h2[^>]*>(.*?)</h2>", text)
    said = [re.sub(r"\([^)]*\)", "", part) for item in items for part in item if part]
    sentences = [part for text in said for part in re.split(r"(?<=[.;:]) ", text) if len(part.split()) > 3]
    counts = [len(sentence.split()) for sentence in sentences]
    assert sum(counts) / len(counts) < 16
    assert max(counts) < 40, max(sentences, key=lambda sentence: len(sentence.split()))


def test_the_workbook_is_one_that_anybody_can_read(pack: Path) -> None:
    """Each sheet has a title, one table, frozen headings, and no formula or merged cell."""
    book = openpyxl.load_workbook(pack / "workbook.xlsx")
    assert book.sheetnames[:4] == ["Cover", "Contents", "Notes", "Columns"]
    assert set(book.sheetnames[4:-1]) == {path.stem for path in (pack / "tables").iterdir()}
    for sheet in book:
        assert sheet["A1"].value
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        if sheet.title != "Cover":
            assert len(sheet.tables) == 1, sheet.title
            assert sheet.freeze_panes, sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title} {cell.coordinate}"
    marks = {row[0].value for row in book["Notes"].iter_rows(min_row=4)}
    assert marks >= MARKS
    links = {row[0].hyperlink.location for row in book["Contents"].iter_rows(min_row=4) if row[0].hyperlink}
    assert {f"'{name}'!A1" for name in book.sheetnames if name not in {"Contents", "run_record"}} <= links | {
        "'Contents'!A1"
    }


def test_no_cell_of_the_workbook_is_empty_and_each_row_says_where(pack: Path) -> None:
    """A gap has its mark, and each row the code of its area."""
    book = openpyxl.load_workbook(pack / "workbook.xlsx")
    coded = {"Code", "ICB code", "Area code"}
    for name in ("pcns", "need_and_provision", "icbs", "quarters", "slopes", "fifths", "figures", "access",
                 "deserts", "services", "reconciliation", "unmatched"):  # fmt: skip
        sheet = book[name]
        (held,) = sheet.tables.values()
        first, *rows = sheet[held.ref]
        headings = [cell.value for cell in first]
        assert coded & set(headings), name
        assert all(cell.value is not None for row in rows for cell in row), name
    silent = [row for row in book["pcns"].iter_rows(min_row=6, values_only=True) if "Did not report" in row]
    assert silent
    assert all("[x]" in row for row in silent)
    units = [row[11].value for row in book["figures"].iter_rows(min_row=6)]
    assert all(units)


def test_the_tables_are_what_their_metadata_say(pack: Path) -> None:
    """Keys, types and joins are as the metadata say; the judge is the csvw package."""
    found = CSVW(str(pack / "csv-metadata.json"), validate=True)
    assert found.is_valid
    assert not found.warnings
    described = {str(item.url) for item in found.tables}
    assert described == {f"tables/{path.name}" for path in (pack / "tables").iterdir()} | {"data_dictionary.csv"}
    record = json.loads((pack / "csv-metadata.json").read_text(encoding="utf-8"))
    by_url = {item["url"]: item["tableSchema"] for item in record["tables"]}
    joined = {
        (url, key["reference"]["resource"]) for url, schema in by_url.items() for key in schema.get("foreignKeys", ())
    }
    assert ("tables/figures.csv", "tables/pcns.csv") in joined
    assert ("tables/pcns.csv", "tables/icbs.csv") in joined
    assert record["dc:license"]
    assert record["dc:source"]


def test_a_broken_key_is_found_by_the_judge(pack: Path, tmp_path: Path) -> None:
    """The judge of the test above finds a key that is broken."""
    copy = tmp_path / "pack"
    shutil.copytree(pack, copy)
    path = copy / "tables" / "pcns.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="primary key"):
        assert CSVW(str(copy / "csv-metadata.json"), validate=True).is_valid


def test_every_column_is_in_the_dictionary_once(pack: Path) -> None:
    """Every column has one meaning in the dictionary of the pack."""
    rows = pd.read_csv(pack / "data_dictionary.csv", keep_default_na=False)
    assert not rows[["table", "column"]].duplicated().any()
    for path in (pack / "tables").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        assert set(rows.loc[rows["table"] == path.stem, "column"]) == set(names), path.name


def test_each_figure_is_in_a_row_with_its_unit(pack: Path, here: pd.DataFrame) -> None:
    """The long table holds the figures of the wide one, with unit, base and interval."""
    rows = table(pack, "figures")
    assert rows["unit"].notna().all()
    assert rows[["pcn_code", "icb_code", "region_code", "quarter"]].notna().all(axis=None)
    wide = rows.pivot(index="pcn_code", columns="measure", values="value").loc[here["pcn_code"]]
    assert np.allclose(wide["imd_score"], here["imd_score"], equal_nan=True)
    assert np.allclose(wide["lack_of_support"], 100 * here["lack_of_support"], equal_nan=True)
    assert np.allclose(wide["splw_fte_per_10k"], here["splw_fte_per_10k"], equal_nan=True)
    survey = rows[(rows["measure"] == "lack_of_support") & rows["value"].notna()]
    assert (survey["low"] < survey["value"]).all()
    assert (survey["base_count"] >= 5).all()


def test_a_value_that_rests_on_few_answers_is_withheld(region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that rests on four answers is withheld."""
    from sp_geo.reports.pack import tables

    made = material_of(Build(Store(region)), PackRequest(AREA, QUARTER, "lack_of_support"))
    needs, panel = made.build.table("out_pcn_need"), made.build.panel
    code = panel.loc[(panel["icb_code"] == AREA) & (panel["quarter"] == QUARTER), "pcn_code"].iloc[0]
    few = (needs["pcn_code"] == code) & (needs["need"] == "lack_of_support") & (needs["quarter"] == QUARTER)
    changed = needs.assign(base_count=needs["base_count"].mask(few, 4.0))
    read = made.build.table
    monkeypatch.setattr(
        made.build, "table", lambda name, *more: changed if name == "out_pcn_need" else read(name, *more)
    )
    rows = tables.figures(made).rows.set_index(["pcn_code", "measure"])
    row = rows.loc[(code, "lack_of_support")]
    assert row[["value", "low", "high", "base_count"]].isna().all()
    assert row["state"] == "[c]"
    assert pd.isna(tables.pcns(made).rows.set_index("pcn_code").loc[code, "lack_of_support"])
    side = tables.shortfall(made).rows.set_index("pcn_code").loc[code]
    assert pd.isna(side["lack_of_support"])


def test_layers_open_styled(pack: Path) -> None:
    """Layers open in QGIS with a legend that has its own entry for gaps."""
    import pyogrio

    path = pack / "places.gpkg"
    layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    assert layers >= {"pcns", "icbs", "access", "deserts", "services"}
    with sqlite3.connect(path) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    assert set(styles) == {"pcns", "icbs", "access", "deserts", "services"}
    assert "Not available [x]" in styles["pcns"]
    rows = pyogrio.read_dataframe(path, layer="pcns")
    assert str(rows.crs) == "EPSG:27700"
    silent = rows[rows["status"] == "Did not report"]
    assert len(silent)
    assert silent["splw_fte_per_10k"].isna().all()


def test_pictures_are_large_enough_and_say_what_they_show(pack: Path) -> None:
    """Each picture is sharp enough for a slide and has its words."""
    summary = (pack / "summary.html").read_text(encoding="utf-8")
    names = {path.stem for path in (pack / "pictures").glob("*.png")}
    assert names == {
        "map_provision", "map_need", "map_services", "reporting", "slopes", "fifths", "need_and_provision",
    }  # fmt: skip
    for name in names:
        with Image.open(pack / "pictures" / f"{name}.png") as picture:
            assert picture.width >= 1_400, name
            assert len(picture.convert("L").getcolors() or []) > 10, name
    alternatives = re.findall(r'<img alt="([^"]+)"', summary)
    assert len(alternatives) == 5
    assert all(len(words) > 60 for words in alternatives)


def test_slides_are_one_a_message(pack: Path) -> None:
    """Every message has a slide of its own."""
    from pptx import Presentation

    deck = Presentation(str(pack / "slides.pptx"))
    summary = (pack / "summary.html").read_text(encoding="utf-8")
    titles = [slide.shapes.title.text for slide in deck.slides]
    headlines = re.findall(r"<h2[^>]*>\d\. (.*?)</h2>", summary)
    assert len(headlines) == 5
    assert titles[:5] == headlines


def test_the_summary_asks_nothing_of_a_network(pack: Path) -> None:
    """The summary holds all that it shows."""
    text = (pack / "summary.html").read_text(encoding="utf-8")
    body = text.split('<script type="application/json"')[0]
    assert not re.findall(r'(?:src|href)="(?!data:|#)', body)
    assert "url(" not in body.split("<body>")[0]
    assert 'lang="en-GB"' in text
    assert body.count("<caption") == 1


def test_the_record_names_every_file_and_lies_in_each(pack: Path) -> None:
    """The record has the hash of every file, and each file has the record."""
    record = read_record(pack)
    there = {path.relative_to(pack).as_posix(): path for path in pack.rglob("*") if path.is_file()}
    assert set(record.files) == set(there) - {"run_record.json"}
    for name, digest in record.files.items():
        assert hashlib.sha256(there[name].read_bytes()).hexdigest() == digest, name
    assert record.asked == {
        "command": "export", "area": AREA, "quarter": QUARTER, "need": "imd_score", "icbs": "as_then",
    }  # fmt: skip
    assert record.made == MADE
    for name in ("workbook.xlsx", "slides.pptx", "summary.html", "map.html", "places.gpkg", "pictures/slopes.png",
                 "pictures/slopes.svg"):  # fmt: skip
        assert read_record(pack / name).asked == record.asked, name


def test_the_same_day_gives_the_same_bytes(pack: Path, region: Path) -> None:
    """A pack is made a second time from its record, to the byte."""
    again = pack_again(Build(Store(region)), read_record(pack), "")
    for name, content in again.items():
        assert (pack / name).read_bytes() == content, name
    assert set(again) == {path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()}


def test_england_and_a_region_and_another_need(region: Path) -> None:
    """A pack can be of England, of a region, and of a survey need."""
    build = Build(Store(region))
    made = material_of(build, PackRequest())
    assert made.area.is_england
    assert made.quarter == max(made.quarters)
    said = pack_files_of_messages(made)
    assert said["provision"].startswith("England had ")
    code = str(made.england["region_code"].iloc[0])
    whole = material_of(build, PackRequest(code.lower(), QUARTER, "lack_of_support"))
    assert whole.area.code == code
    said = pack_files_of_messages(whole)
    assert "its 95 % interval reaches over the limit of high need" in said["shortfall"]
    assert services_of(whole) is not None


def test_a_workspace_without_services_says_nothing_of_them(region: Path, tmp_path: Path) -> None:
    """Without a directory the pack has no word on services."""
    build = Build(Store(region))
    made = material_of(build, PackRequest(AREA, QUARTER))
    manifest = build.manifest
    bare = Store(tmp_path)
    entry = manifest.tables["out_service"]
    tables = {**manifest.tables, "out_service": type(entry)(rows=0, sha256=entry.sha256, step=entry.step)}
    bare.__dict__["manifest"] = type(manifest)(tables=tables)
    assert services_of(type(made)(Build(bare), made.area, made.quarter, made.need)) is None


def test_a_folder_that_holds_something_is_left_alone(pack: Path, region: Path, tmp_path: Path) -> None:
    """A folder that holds something is refused, and stays as it is."""
    del pack
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="not empty"):
        write_pack(Build(Store(region)), tmp_path / "out", PackRequest(AREA, QUARTER), MADE)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_nothing_is_left_of_a_pack_that_could_not_be_written(
    region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack is written whole or not at all."""
    written: list[str] = []

    def full(path: Path, content: bytes) -> None:
        written.append(path.name)
        if len(written) > 1:
            raise WorkspaceError("cannot write: No space left on device", file=str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    monkeypatch.setattr(files, "pack_files", lambda *_, **__: {"a.txt": b"1", "b.txt": b"2"})
    monkeypatch.setattr(files, "write_aside", full)
    with pytest.raises(WorkspaceError, match="No space left"):
        write_pack(Build(Store(region)), tmp_path / "out", PackRequest(AREA, QUARTER), MADE)
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_a_folder_and_a_zip(
    region: Path, tmp_path: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--zip packs what the folder holds, with the pack's day as the date of each file."""
    content = {"README.txt": b"one", "tables/pcns.csv": b"two", "run_record.json": b"{}"}
    asked: list[PackRequest] = []

    def made(_store: Store, request: PackRequest, *_: object, **__: object) -> dict[str, bytes]:
        asked.append(request)
        return content

    monkeypatch.setattr(files, "pack_files", made)
    out = tmp_path / "out"
    code, told, _ = sp_geo(
        region, "export", "--area", AREA, "--quarter", QUARTER, "--out", str(out), "--zip", "--made", "2026-11-21"
    )
    assert code == 0
    assert asked == [PackRequest(AREA, QUARTER)]
    assert told.splitlines()[-1] == str(tmp_path / "out.zip")
    first = (tmp_path / "out.zip").read_bytes()
    with ZipFile(BytesIO(first)) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == content
        assert {item.date_time for item in packed.infolist()} == {(2026, 11, 21, 0, 0, 0)}
    code, _, err = sp_geo(region, "export", "--out", str(tmp_path / "out"), "--zip")
    assert code == 6
    assert "not empty" in err


def test_a_icb_that_was_not_there_yet_is_refused(built: Path) -> None:
    """An ICB without an active PCN in the quarter is refused."""
    with pytest.raises(UsageError, match="no PCN of the area was active"):
        pack_files(Build(Store(built)), PackRequest("S9B9J", "2022Q1"), MADE)


def test_a_quarter_in_which_nobody_reported_has_a_pack_too(built: Path) -> None:
    """A quarter in which nobody reported has a pack that says so."""
    content = pack_files(Build(Store(built)), PackRequest("QRL", "2022Q1"), MADE)
    readme = content["README.txt"].decode()
    assert "No PCN of Hampshire and Isle of Wight reported in 2022Q1." in readme
    assert "None of the 2 PCNs of Hampshire and Isle of Wight reported" in readme
    assert "0.0 full-time" not in readme
    assert "nan" not in content["summary.html"].decode().split("<body>")[1].split("data:image")[0]
