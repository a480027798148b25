"""An own measure through the page: asked, shown, kept, used, and undone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sp_geo.web import uploads
from sp_geo.web.uploads import Upload, examine_here, keep_here, undo_here
from sp_geo.workspace.shelf import list_shelved
from sp_geo.workspace.store import Store
from tests.conftest import contents

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PRACTICES = "practice,patients,carers\nZ90001,5000,500\nZ90002,5000,250\nZ90003,6000,about 60\nZ90004,4000,*\n"
COUNTED = {"name": "Carers", "column": "carers", "base_column": "patients", "direction": "more"}


def upload(text: str, **told: str) -> Upload:
    """An invented measure with what was said of it; fields left empty are sent, too."""
    given = {name: told.get(name, "") for name in uploads.QUESTIONS}
    return Upload("carers.csv", text.encode(), "own_measure", is_invented=True, told=tuple(given.items()))


def test_a_measure_is_shown_with_what_it_would_be_and_what_is_left_out(built: Path) -> None:
    """Name, form, coverage and each row that cannot be read are told before anything is kept."""
    before = contents(built)
    found = examine_here(upload(PRACTICES, **COUNTED), built, NOW)
    assert contents(built) == before
    assert found.may_keep
    assert found.period == "own_carers"
    assert [(item.row, item.problem, item.found) for item in found.findings] == [(4, "not a number", "about 60")]
    assert any(
        "need own_carers, a share, unit %, higher means more need; 2 areas (practice)" in x for x in found.changes
    )
    shown = [dict(zip(found.preview_columns, row, strict=True)) for row in found.preview]
    assert [(row["area_code"], row["state"], row["value"]) for row in shown] == [
        ("Z90001", "given", "0.1"), ("Z90002", "given", "0.05"), ("Z90003", "left_out", "[x]"),
        ("Z90004", "suppressed", "[x]"),
    ]  # fmt: skip


def test_a_number_that_looks_like_a_mark_is_a_warning(built: Path) -> None:
    """It may be kept, and the row is shown with what to do about it."""
    text = "practice,score\nZ90001,5\nZ90002,9999\nZ90003,6\nZ90004,4\n"
    found = examine_here(upload(text, name="Carers", unit="points"), built, NOW)
    assert found.may_keep, found.line
    assert [(item.row, item.found, item.outcome) for item in found.findings] == [(3, "9999", "warned")]
    assert any("look at row 3 '9999'" in line for line in found.changes)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "Say at least the name of the measure"),
        ({"column": "carers"}, "an own measure needs a name"),
        ({"name": "Carers"}, "more than one column holds numbers"),
        ({"name": "Carers", "column": "cares"}, "there is no such column"),
    ],
)
def test_what_was_not_said_is_asked_for(built: Path, told: dict[str, str], words: str) -> None:
    """The verdict says which field to fill in."""
    found = examine_here(upload(PRACTICES, **told), built, NOW)
    assert not found.may_keep
    assert words in found.line


def test_a_kept_measure_is_a_need_and_undone_it_leaves_nothing(copy: Path) -> None:
    """The tables after undoing are those before keeping."""
    tables = Store(copy).manifest.tables
    receipt = keep_here(upload(PRACTICES, **COUNTED), copy, NOW)
    panel = Store(copy).read("out_pcn_quarter")
    assert panel[panel["quarter"] == "2026Q2"].set_index("pcn_code").loc["U90001", "own_carers"] == 0.075
    assert [dict(item.origin.told) for item in list_shelved(copy) if item.origin.told] == [COUNTED]
    assert [item.period for item in uploads.kept(copy)] == ["own_carers"]
    assert undo_here(copy, receipt.id).startswith("Undone: carers.csv, own measure of need")
    assert Store(copy).manifest.tables == tables
    assert not [item for item in list_shelved(copy) if item.origin.told]


def test_what_was_said_reaches_the_process_that_examines(built: Path) -> None:
    """The page's server reads a file in a process of its own, with the same verdict."""
    asked = upload(PRACTICES, **COUNTED)
    assert uploads.examine(asked, built, NOW).line == examine_here(asked, built, NOW).line
