"""Patients and FTE from the publishers' files to every table, page and file: the same sums, values and three states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.questions import panel as queries
from sp_geo.questions.requests.statistics import PanelRequest
from sp_geo.workspace.store import Store
from tests.conftest import Run
from tests.invariants import reading
from tests.invariants.publishers import Published
from tests.invariants.reading import Figures

AREA: Final = "QOP"
QUARTERS: Final = ("2020Q1", "2022Q2", "2026Q2")
"""The first, in which most are silent; the one of the published study; the last, whose memberships are a snapshot."""
EXACT: Final = 1e-9
NAMES: Final = ("pcn_code", "splw_fte", "list_size")
NAMES_BY_QUARTER: Final = ("quarter", "splw_fte", "list_size")
FTE_SHOWN: Final = 0.005 + 1e-9
"""Two digits after the point."""


def same(found: Figures, wanted: Figures, fte_within: float = EXACT) -> None:
    """Every PCN once, and each cell missing, zero or a number as it should be."""
    assert set(found) == set(wanted)
    for pcn, cells in wanted.items():
        for cell, want, within in zip(found[pcn], cells, (fte_within, EXACT), strict=True):
            assert (cell is None) == (want is None), (pcn, found[pcn], cells)
            if want is not None and cell is not None:
                assert (cell == 0) == (want == 0), (pcn, cell, want)
                assert abs(cell - want) <= within, (pcn, cell, want)


def shown_rows(client: Any, address: str) -> list[dict[str, str]]:
    """Every row of a table as the pages show it, page after page."""
    pages = [client.get(address).get_json()]
    pages += [client.get(f"{address}&table-start={start}").get_json() for start in range(1, pages[0]["pages"])]
    names = [column["name"] for column in pages[0]["columns"]]
    return [dict(zip(names, row, strict=True)) for page in pages for row in page["rows"]]


def in_frame(rows: pd.DataFrame) -> Figures:
    """FTE and patients of a frame with the columns of the panel."""
    return reading.figures(rows.to_dict("records"), *NAMES)


def part_of(wanted: Figures, pcns: Iterable[str]) -> Figures:
    """The expectation of some PCNs."""
    return {pcn: wanted[pcn] for pcn in pcns}


@pytest.fixture(scope="module")
def members(panel: pd.DataFrame) -> Mapping[str, list[str]]:
    """PCNs of the area by quarter."""
    rows = panel[panel["icb_code"] == AREA]
    return {str(quarter): list(part["pcn_code"]) for quarter, part in rows.groupby("quarter")}


def test_the_expectation_knows_all_three_states(expected: Mapping[str, Figures]) -> None:
    """The files have missing values, zeros and others, so that each is compared."""
    for quarter in QUARTERS:
        cells = [fte for fte, _ in expected[quarter].values()]
        assert None in cells
        assert 0.0 in cells
        assert any(cells)


def test_core_tables_hold_what_the_files_hold(region: Path, published: Published) -> None:
    """Posts and patients of the core tables add up to those of the files."""
    store = Store(region)
    lists = store.read("core_practice_list")
    assert set(lists["release"]) == set(published.patients)
    for month, rows in lists.groupby("release"):
        held = dict(zip(rows["practice_code"], rows["patients_count"].astype(int), strict=True))
        assert held == published.patients[str(month)]
    posts = store.read("core_pcn_workforce")
    posts = posts[posts["role"].str.startswith("splw")]
    held_fte = posts.groupby(["quarter", "pcn_code"])["fte"].sum()
    releases = store.read("core_pcn_release").groupby("quarter")["pcn_code"].agg(set)
    assert set(releases.index) == set(published.fte)
    for quarter, wanted in published.fte.items():
        assert releases[quarter] == set(wanted)
        for pcn, fte in wanted.items():
            assert held_fte.get((quarter, pcn), 0.0) == pytest.approx(fte, abs=EXACT)


def test_the_panel_holds_what_the_files_hold(panel: pd.DataFrame, expected: Mapping[str, Figures]) -> None:
    """The panel gives each PCN its posts and patients of the files, and none for its silence."""
    assert set(panel["quarter"]) == set(expected)
    for quarter, rows in panel.groupby("quarter"):
        same(in_frame(rows), expected[str(quarter)])
        for status, fte in zip(rows["reporting_status"], rows["splw_fte"], strict=True):
            assert status == ("not_reported" if pd.isna(fte) else "true_zero" if fte == 0 else "reported")


def test_what_is_lost_on_the_way_is_what_is_said_to_be(
    region: Path, published: Published, expected: Mapping[str, Figures]
) -> None:
    """What the panel lacks of the files is what the account of unmatched rows lists."""
    store = Store(region)
    ended, unmatched = store.read("out_reconciliation"), store.read("out_unmatched")
    source = store.read("out_quarter_coverage").set_index("quarter")["membership_source"]
    for quarter, wanted in expected.items():
        patients = published.patients[published.list_release(quarter)]
        pcn = published.members(str(source[quarter]), quarter)
        lost = {practice: count for practice, count in patients.items() if practice not in pcn}
        silent = {code: fte for code, fte in published.fte[quarter].items() if fte and code not in wanted}
        for measure, whole, left_out in (
            ("list_patients", sum(patients.values()), lost),
            ("splw_fte", sum(published.fte[quarter].values()), silent),
        ):
            parts = ended[(ended["quarter"] == quarter) & (ended["measure"] == measure)]
            assert parts["amount"].sum() == pytest.approx(whole, abs=EXACT)
            matched = parts["cause"] == "matched"
            assert parts.loc[~matched, "amount"].sum() == pytest.approx(sum(left_out.values()), abs=EXACT)
            listed = unmatched[(unmatched["quarter"] == quarter) & (unmatched["measure"] == measure)]
            held = dict(zip(listed["org_code"], listed["amount"], strict=True))
            # A practice without patients is listed too: nothing of it is lost.
            assert {code: amount for code, amount in held.items() if amount} == pytest.approx(left_out)
        assert sum(size or 0 for _, size in wanted.values()) == sum(patients.values()) - sum(lost.values())


def test_icbs_of_every_set_add_up_to_the_panel(region: Path, panel: pd.DataFrame) -> None:
    """Each PCN is once in each set, in its own ICB where that is of the day, and ICBs add up to the panel."""
    store = Store(region)
    icbs = store.read("out_pcn_icb")
    sets = set(store.read("out_icb_set")["icb_set"])
    assert set(icbs["icb_set"]) == sets
    assert icbs["share_pct"].dropna().between(0, 100 + EXACT).all()
    keys = panel[["quarter", "pcn_code", "splw_fte", "list_size"]]
    own = icbs[icbs["matched_by"] == "icb_of_the_day"].merge(panel, on=["quarter", "pcn_code"], suffixes=("", "_then"))
    assert len(own)
    assert (own["icb_code"] == own["icb_code_then"]).all()
    for name, rows in icbs.groupby("icb_set"):
        both = keys.merge(rows, on=["quarter", "pcn_code"], how="outer", validate="one_to_one", indicator=True)
        assert (both["_merge"] == "both").all(), name
        # NaN as a name of its own: a PCN without an ICB is in no sum of ICBs, and must be in the total.
        summed = both.groupby(["quarter", both["icb_code"].fillna("none")])[["splw_fte", "list_size"]].sum()
        whole = keys.groupby("quarter")[["splw_fte", "list_size"]].sum()
        pd.testing.assert_frame_equal(summed.groupby("quarter").sum(), whole, check_exact=False, rtol=0, atol=1e-6)


def test_the_answer_of_panel_on_every_set(region: Path, panel: pd.DataFrame, expected: Mapping[str, Figures]) -> None:
    """The command shows the figures of the files on every set of ICBs."""
    build = Build(Store(region))
    for icbs in (AS_THEN, *build.table("out_icb_set")["icb_set"]):
        for quarter in QUARTERS:
            whole = queries.panel(build, PanelRequest(quarter, icbs=icbs)).rows
            same(in_frame(whole), expected[quarter])
            parts = [
                in_frame(queries.panel(build, PanelRequest(quarter, area, icbs)).rows)
                for area in sorted(whole["icb_code"].dropna().unique())
            ]
            placed = {pcn: cells for part in parts for pcn, cells in part.items()}
            assert sum(map(len, parts)) == len(placed)
            same(placed, part_of(expected[quarter], whole.loc[whole["icb_code"].notna(), "pcn_code"]))
    assert len(panel) == sum(map(len, expected.values()))


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_command_line(region: Path, expected: Mapping[str, Figures], quarter: str, sp_geo: Run) -> None:
    """CSV and JSON of the command hold the figures of the files unrounded, and silence is no zero."""
    _, text, _ = sp_geo(region, "panel", "--quarter", quarter, "--format", "csv")
    same(reading.figures(reading.csv_rows(text), *NAMES), expected[quarter])
    _, text, _ = sp_geo(region, "panel", "--quarter", quarter, "--format", "json")
    same(reading.figures(json.loads(text), *NAMES), expected[quarter])


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_overview_and_what_is_taken_from_it(
    client: Any, expected: Mapping[str, Figures], members: Mapping[str, list[str]], quarter: str, tmp_path: Path
) -> None:
    """A page, its CSV, its workbook and its layer hold the figures of the files."""
    wanted = part_of(expected[quarter], members[quarter])
    asked = f"?quarter={quarter}&area={AREA}"
    shown = shown_rows(client, f"/table/overview/pcns{asked}")
    same(reading.figures(shown, *NAMES), wanted, FTE_SHOWN)
    files = {form: client.get(f"/take/overview.{form}{asked}").data for form in ("csv", "xlsx", "gpkg")}
    rows = reading.zipped_csv(files["csv"], "pcns.csv")
    same(reading.figures(rows, *NAMES), wanted)
    book = reading.sheet_rows(files["xlsx"], "pcns", "Code")
    same(reading.figures(book, "Code", "Link workers (FTE)", "Patients (registered)"), wanted)
    (tmp_path / "taken.gpkg").write_bytes(files["gpkg"])
    layer = reading.layer_rows(tmp_path / "taken.gpkg", "pcns")
    same(reading.figures(layer, *NAMES), wanted)


def test_the_history_of_a_pcn(client: Any, expected: Mapping[str, Figures]) -> None:
    """A PCN's own page has each quarter once, and its silence as silence."""
    kinds = {
        kind: next(pcn for pcn, (fte, _) in expected["2020Q1"].items() if test(fte))
        for kind, test in (("silent", lambda fte: fte is None), ("none", lambda fte: fte == 0), ("some", bool))
    }
    for pcn in kinds.values():
        wanted = {quarter: rows[pcn] for quarter, rows in expected.items() if pcn in rows}
        asked = f"?pcn={pcn}&quarter=2022Q2"
        # Quarters stand in the place of PCNs: each once, with its FTE and patients.
        same(reading.figures(shown_rows(client, f"/table/pcn/history{asked}"), *NAMES_BY_QUARTER), wanted, FTE_SHOWN)
    rows = reading.zipped_csv(client.get(f"/take/pcn.csv{asked}").data, "history.csv")
    same(reading.figures(rows, *NAMES_BY_QUARTER), wanted)
    # Excel keeps the name "history" for itself.
    book = reading.sheet_rows(client.get(f"/take/pcn.xlsx{asked}").data, "history_2", "Quarter")
    same(reading.figures(book, "Quarter", "Link workers (FTE)", "Patients (registered)"), wanted)


def test_a_pcns_practices_are_its_patients(client: Any, region: Path, published: Published) -> None:
    """Practices on a PCN's page have the patients of the files."""
    source = Store(region).read("out_quarter_coverage").set_index("quarter")["membership_source"]["2022Q2"]
    pcn = published.members(str(source), "2022Q2")
    patients = published.patients[published.list_release("2022Q2")]
    for code in sorted(set(pcn.values()))[:3]:
        wanted = {practice: float(n) for practice, n in patients.items() if n and pcn.get(practice) == code}
        rows = shown_rows(client, f"/table/pcn/practices?pcn={code}&quarter=2022Q2")
        assert {row["practice_code"]: reading.number(row["patients_count"]) for row in rows} == wanted


def test_the_pack(pack: Path, expected: Mapping[str, Figures], members: Mapping[str, list[str]]) -> None:
    """Workbook, tables, layers, map and summary of a pack hold the figures of the files."""
    wanted = part_of(expected["2022Q2"], members["2022Q2"])
    headings = ("Code", "Link workers (FTE)", "Patients (registered)")
    rows = reading.csv_rows((pack / "tables" / "pcns.csv").read_text(encoding="utf-8-sig"))
    same(reading.figures(rows, *NAMES), wanted)
    same(reading.figures(reading.layer_rows(pack / "places.gpkg", "pcns"), *NAMES), wanted)
    book = reading.sheet_rows((pack / "workbook.xlsx").read_bytes(), "pcns", "Code")
    same(reading.figures(book, *headings), wanted)
    for name, within in (("map.html", EXACT), ("summary.html", FTE_SHOWN)):
        found = reading.html_rows((pack / name).read_text(encoding="utf-8"), "Link workers (FTE)")
        some = reading.figures(found, *headings)
        same(some, part_of(wanted, some) if name == "summary.html" else wanted, within)
    left_out = len(wanted) - len(some)
    assert f"{left_out} more rows are in the workbook" in (pack / "summary.html").read_text(encoding="utf-8")


def test_totals_of_icbs_and_quarters_in_the_pack(
    pack: Path, panel: pd.DataFrame, expected: Mapping[str, Figures]
) -> None:
    """Sums by ICB and quarter are those of the PCNs beneath them."""
    icbs = dict(zip(panel["pcn_code"] + panel["quarter"], panel["icb_code"], strict=True))
    rows = reading.csv_rows((pack / "tables" / "quarters.csv").read_text(encoding="utf-8-sig"))
    assert {row["area_code"] for row in rows} == {AREA, "E92000001"}
    for row in rows:
        here = [
            cells
            for pcn, cells in expected[row["quarter"]].items()
            if row["area_code"] != AREA or icbs.get(pcn + row["quarter"]) == AREA
        ]
        told = [fte for fte, _ in here if fte is not None]
        assert int(float(row["active_pcns"])) == len(here)
        assert int(float(row["reporting_pcns"])) == len(told)
        assert int(float(row["true_zero_pcns"])) == told.count(0.0)
        assert reading.number(row["splw_fte"]) == (pytest.approx(sum(told), abs=EXACT) if told else None)
        assert float(row["patients_count"]) == sum(size or 0 for _, size in here)
        assert float(row["silent_patients_count"]) == sum(size or 0 for fte, size in here if fte is None)


def test_a_missing_value_made_zero_would_be_seen(expected: Mapping[str, Figures]) -> None:
    """The comparison finds a missing value made zero, a zero made missing, and a lost size."""
    wanted = expected["2022Q2"]
    silent = next(pcn for pcn, (fte, _) in wanted.items() if fte is None)
    zero = next(pcn for pcn, (fte, _) in wanted.items() if fte == 0)
    some = next(pcn for pcn, (fte, _) in wanted.items() if fte)
    size = wanted[some][1]
    for pcn, cells in ((silent, (0.0, size)), (zero, (None, size)), (some, (wanted[some][0] or 0 + 1e-6, None))):
        with pytest.raises(AssertionError):
            same({**wanted, pcn: cells}, wanted)
