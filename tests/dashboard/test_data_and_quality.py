"""Data and quality: files, gaps in the series, totals, what did not match, choices in force."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.core.parameters import Parameters
from sp_geo.reports.findings import quality
from sp_geo.reports.sheet import Column, cell_text
from sp_geo.tables.outputs import OUTPUT_TABLES
from sp_geo.web.pages.data_and_quality import changes, unmatched, views
from sp_geo.web.pages.data_and_quality import page as data_and_quality
from sp_geo.web.state import read_view
from sp_geo.workspace.store import Manifest, Store
from tests.dashboard.conftest import Rebuilt

PAGE = data_and_quality.PAGE


def without(build: Build, **changes: object) -> Build:
    """The same build with another manifest."""
    found = Build(build.store)
    found.manifest = replace(build.manifest, **changes)
    return found


def test_every_file_of_the_build_is_used(build: Build) -> None:
    """Each input of the build is listed as used, with its hash and the day it was published."""
    rows = views.file_rows(build)
    assert set(rows["state"]) == {views.USED}
    assert len(rows) == len(build.manifest.inputs)
    assert rows["hash_prefix"].str.fullmatch(r"[0-9a-f]{12}").all()
    assert rows["publication"].iloc[0] == "pcn_workforce"
    assert not (rows["published"] == "").any(), "a release without a date is missing, not an empty text"


def test_superseded_waiting_and_removed_files_are_told_apart(copy: Path) -> None:
    """Displaced files, files not yet built and removed files each have a state of their own."""
    from sp_geo.workspace.shelf import list_shelved, place, take_away

    build = Build(Store(copy))
    shelf = [item for item in list_shelved(copy) if item.origin.publication == "pcn_workforce"]
    source = copy / "copy.csv"
    source.write_bytes(shelf[0].path.read_bytes())
    older = replace(shelf[0].origin, sha256="a" * 64, published="1999-01-01")
    newer = replace(shelf[1].origin, sha256="b" * 64, published="2099-01-01")
    place(copy, source, older)
    place(copy, source, newer)
    take_away(copy, shelf[2].origin.sha256)
    rows = views.file_rows(build).set_index("hash_prefix")["state"]
    assert rows["a" * 12].startswith(views.DISPLACED)
    assert rows["b" * 12] == views.WAITING
    assert rows[shelf[2].origin.sha256[:12]] == views.REMOVED
    said = views.state_counts(views.file_rows(build))
    assert "displaced by another file" in said
    assert "run 'sp-geo build'" in said


def test_a_damaged_shelf_leaves_the_files_of_the_build(copy: Path) -> None:
    """One unreadable origin leaves the list of the build's files as it was."""
    build = Build(Store(copy))
    next((copy / "sources").rglob("*.origin.yaml")).write_text("{", encoding="utf-8")
    assert len(views.file_rows(build)) == len(build.manifest.inputs)


def test_missing_quarters_are_named(build: Build) -> None:
    """Quarters without a release and quarters that could not be built are named apart."""
    files = views.file_rows(build)
    assert "no workforce release is loaded for 2023Q1 to 2025Q4 (12 quarters)" in views.missing_words(build, files)
    full = Build(build.store)
    full.__dict__["panel"] = build.panel[build.panel["quarter"] < "2023"]
    assert "4 quarters; none between them is missing" in views.missing_words(full, files)
    short = Build(build.store)
    short.__dict__["panel"] = build.panel[build.panel["quarter"].isin(["2022Q1", "2022Q3"])]
    assert views.missing_quarters(short, files) == [("2022Q2", True)]
    assert "no figures could be built for 2022Q2" in views.missing_words(short, files)
    assert views.runs(["2022Q1", "2022Q3", "2022Q4"]) == "2022Q1, 2022Q3 to 2022Q4 (2 quarters)"


def test_shares_of_a_total_add_up(build: Build) -> None:
    """The parts of each total sum to the whole, and their causes are told in words."""
    quarter = build.choices.quarters[-1]
    rows = views.reconciliation_rows(build, quarter)
    assert rows.groupby("measure_words")["share"].sum().dropna().to_numpy() == pytest.approx(1.0)
    assert not rows["cause_words"].str.contains("_").any()
    said = views.reconciliation_words(rows, quarter)
    assert "patients by practice: " in said
    assert "Nothing was joined" in views.reconciliation_words(rows.iloc[:0], quarter)


def test_unmatched_are_listed_and_counted(build: Build) -> None:
    """Each organisation that matched nothing is listed and counted, and an unknown amount stays missing."""
    quarters = build.choices.quarters
    rows = pd.concat([unmatched.stray_rows(build, quarter) for quarter in quarters])
    nothing = views.reconciliation_rows(build, "1999Q1")
    counted = unmatched.stray_causes(rows, nothing)
    assert counted["organisations"].sum() == len(rows)
    assert len(rows) == len(build.table("out_unmatched"))
    unknown = pd.DataFrame(
        {
            "measure": ["memberships"],
            "measure_words": ["Memberships"],
            "cause_words": ["x"],
            "unit": ["practices"],
            "amount": [float("nan")],
        }
    )
    assert unmatched.stray_causes(unknown, nothing)["amount"].isna().all(), "nobody told us is not zero"


def ended(amount: float) -> pd.DataFrame:
    """Totals of a quarter in which practices of a small-area release are in no network."""
    return quality.amounts(
        pd.DataFrame(
            {
                "quarter": "2026Q2",
                "measure": ["area_patients", "area_patients", "splw_fte"],
                "measure_words": ["Patients by practice and small area"] * 2 + ["Link workers"],
                "cause": ["matched", "practice_without_pcn", "matched"],
                "cause_words": ["Reached a PCN", quality.cause_words("practice_without_pcn"), "Reached a PCN"],
                "units_count": [6055, 356, 1078],
                "amount": [100.0 - amount, amount, 0.6],
                "unit": ["patients", "patients", "FTE"],
                "share": [1 - amount / 100, amount / 100, 1.0],
            }
        )
    )


def test_patients_lost_by_small_area_are_said_and_counted(build: Build) -> None:
    """Patients of practices outside any PCN are counted, with the release they come from and why."""
    none = unmatched.stray_rows(build, "1999Q1")
    counted = unmatched.stray_causes(none, ended(25.0))
    assert counted[["organisations", "amount"]].to_numpy().tolist() == [[356, 25.0]]
    assert counted["listed"].item() == "No: in the total only"
    said = unmatched.area_words(ended(25.0), "2026Q2", "2022-07")
    assert "25 patients (25.00 %) are of 356 practices that are in no PCN" in said
    assert "of the release of 2022-07. A practice that closed or merged between then and the quarter" in said
    assert "closed or merged" not in unmatched.area_words(ended(25.0), "2022Q1", "2022-07")
    assert "nearest to the quarter" in unmatched.area_words(ended(25.0), "2026Q2", "")
    assert unmatched.area_words(ended(25.0).iloc[[0, 2]], "2026Q2", "2022-07") == ""
    quarter = build.choices.quarters[-1]
    assert re.fullmatch(r"\d{4}-\d{2}", unmatched.area_release(build, quarter))
    assert unmatched.area_release(build, "1999Q1") == ""


def test_patients_are_whole_and_a_post_is_not() -> None:
    """Patients are shown without decimals, and posts with one."""
    rows = ended(25.0)
    columns = [Column("people", "Amount", "", 0, state="people_mark"), Column("fte", "FTE", "", 1, state="fte_mark")]
    shown = [[cell_text(column, row) for column in columns] for _, row in rows.iterrows()]
    assert shown == [["75", "[z]"], ["25", "[z]"], ["[z]", "0.6"]]


def test_nothing_to_add_is_blank_and_publications_have_names(build: Build) -> None:
    """An empty detail is blank, not missing, and sources are named as publications."""
    for quarter in build.choices.quarters:
        assert unmatched.stray_rows(build, quarter)["detail"].notna().all()
    assert not views.coverage_rows(build)["membership_source"].str.contains("_|epcn").any()
    assert views.membership_words("practice_map 2026-07") == "Practice map 2026-07"
    assert views.membership_words("epcn 2026-05") == "ePCN workbook 2026-05"


def test_every_known_cause_has_words() -> None:
    """Each cause has words of its own, and a new cause is readable too."""
    causes = "matched", "no_pcn", "between_two_pcns", "suppressed", "in_two_pcns", "in_two_pcns_on_another_day"
    for cause in causes:
        assert quality.cause_words(cause) == quality.CAUSES[cause]
    assert quality.cause_words("some_new_cause") == "some new cause"
    assert {"out_reconciliation", "out_unmatched"} <= {table.name for table in OUTPUT_TABLES}


def test_choices_that_were_changed_are_marked(build: Build) -> None:
    """A parameter that differs from its default is marked as changed, with the default beside it."""
    rows = views.parameter_rows(build)
    assert set(rows["changed"]) == {"Default"}
    assert len(rows) >= len(Parameters().as_record()) - 2
    other = {**build.manifest.parameters, "survey_year": "2019", "services": {"hold_days": 28}}
    other |= {"cost_per_place_gbp": {"money": 90}}
    found = views.parameter_rows(without(build, parameters=other)).set_index("parameter")
    assert found.loc[found["changed"] == "Changed", "value"].to_dict() == {
        "survey year": "2019",
        "services: hold days": "28",
        "cost per place: money": "90",
    }
    assert found.loc["services: hold days", "default"] == "84"


def test_service_faults_are_counted_by_cause(region_build: Build) -> None:
    """Refused and unplaced services are counted by cause, and none is left out."""
    refused, unplaced = views.refused_rows(region_build), views.unplaced_rows(region_build)
    counted = views.service_causes(refused, unplaced)
    assert counted["records"].sum() == len(refused) + len(unplaced)
    assert unplaced["cause"].notna().all()
    assert "services were taken in" in str(data_and_quality._services(region_build))


def test_an_empty_workspace_has_a_page(tmp_path: Path) -> None:
    """An empty workspace gets a page that says what is missing."""
    build = Build(Store(tmp_path))
    assert build.manifest == Manifest()
    view, _ = read_view("", PAGE.fields(build))
    for part in PAGE.parts:
        part.make(build, view)
    text = str(PAGE.layout(build, view, lambda name: None))
    assert "No directory of services is loaded" in text
    assert PAGE.fields(build) == ()
    for name in PAGE.sheets:
        sheet = PAGE.sheet(name, build, view)
        assert {column.name for column in sheet.columns} <= set(sheet.rows.columns)


def test_without_a_build_before_the_page_says_so(build: Build) -> None:
    """After a first build the page says that there is nothing to compare with."""
    found = changes.shown(build)
    assert found.sentence == "There is no build before this one to compare with."
    view, _ = read_view("", PAGE.fields(build))
    for name in ("changes_causes", "changes_figures", "changes_pcns"):
        assert PAGE.sheet(name, build, view).rows.empty


def test_what_changed_is_told_with_its_causes_and_the_largest_first(
    rebuilt: Rebuilt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables of the page say what the command says, and no more rows than a page can hold."""
    held = Build(Store(rebuilt.folder))
    view, _ = read_view("", PAGE.fields(held))
    found = changes.shown(held)
    assert found is changes.shown(held), "compared once a held"
    assert "The largest: Registered patients of U90004 in 2026Q1: 10,000 before, 9,000 now." in found.sentence
    causes = PAGE.sheet("changes_causes", held, view).rows
    assert causes["sentence"].iloc[0] == "The choice list release is 2022-01, before nearest."
    sheet = PAGE.sheet("changes_pcns", held, view)
    shown = [cell_text(column, sheet.rows.iloc[0]) for column in sheet.columns if not column.is_aside]
    assert shown[:7] == [
        "U90004", "SYNTHETIC PCN 0004", "2026Q1", "Registered patients", "10,000", "9,000", "-1,000.000",
    ]  # fmt: skip
    assert sheet.rows["size"].is_monotonic_decreasing
    figures = PAGE.sheet("changes_figures", held, view).rows
    assert not figures["figure"].str.startswith("slope").any(), "two ICBs bear no slope, before or after"
    monkeypatch.setattr(changes, "MOST_ROWS", 2)
    cut = PAGE.sheet("changes_pcns", Build(Store(rebuilt.folder)), view)
    assert len(cut.rows) == 2
    assert cut.notes[-1].startswith("The 2 largest of 3;")


def test_a_lost_table_of_the_build_before_leaves_the_page_whole(rebuilt: Rebuilt, tmp_path: Path) -> None:
    """The figures of this build do not hang on what they are compared with."""
    shutil.copytree(rebuilt.folder, tmp_path / "workspace")
    store = Store(tmp_path / "workspace")
    before = store.before()
    path = before.path_of("out_pcn_quarter")
    path.unlink()
    found = changes.shown(Build(store))
    assert found.sentence.startswith("The build before cannot be compared: ")
    assert found.pcns.empty
