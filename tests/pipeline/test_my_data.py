"""The room behind the page "My data": nothing is kept unseen, nothing is half kept, and everything can be undone."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from sp_geo.build.pipeline import LOCK
from sp_geo.core import lock
from sp_geo.core.errors import InvalidContent, SpGeoError, UsageError, WorkspaceError
from sp_geo.web import uploads
from sp_geo.web.uploads import Busy, Upload, child, examine_here, keep_here, undo_here
from sp_geo.web.uploads import keeping as keeping_room
from sp_geo.web.uploads.lock import held, is_held
from sp_geo.web.uploads.progress import BUILDING, State, read_state, write_state
from sp_geo.web.uploads.record import Record, read_record, write_record
from sp_geo.web.uploads.uploads import MOST_BYTES, safe_name
from sp_geo.workspace.opening import open_path
from sp_geo.workspace.shelf import list_shelved
from sp_geo.workspace.store import Store
from tests.conftest import Run, contents

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
POSTS = "post_id,pcn_code,first_quarter,last_quarter,role,fte,employer,funded_by\n"
GAPS = "report_id,reported,area_code,category,cause,people\n"
SERVICES = (
    "service_id,name,category,latitude,longitude,places_per_quarter,free_share,waiting_days,description\n"
    "a,<img src=x onerror=alert(1)>,money,53.4,-2.2,40,0.5,7,Ring 0161 496 0000 or a@example.org\n"
    "b,Swapped,money,-2.2,53.4,5,,,\n"
    "c,Negative,money,53.4,-2.2,-5,,,\n"
)
REFERRALS = "quarter,area_code,category,fifth,sex,age_band,patients,referrals,contacted,supported,waiting\n"


def upload(text: str | bytes, kind: str, name: str = "my-list.csv", **more: object) -> Upload:
    """A file that says of itself that it is made up, as the miniature is."""
    content = text.encode() if isinstance(text, str) else text
    return Upload(name, content, kind, **({"is_invented": True} | more))  # type: ignore[arg-type]


def posts(workspace: Path, count: int = 2) -> str:
    """Local posts of PCNs that the workspace has."""
    panel = Store(workspace).read("out_pcn_quarter", ["pcn_code", "quarter"])
    return POSTS + "".join(
        f"p{number},{row.pcn_code},{row.quarter},{row.quarter},link_worker,0.5,charity,icb\n"
        for number, row in enumerate(panel.head(count).itertuples(), start=1)
    )


def state_of(workspace: Path) -> dict[str, bytes]:
    """All bytes that mean something; the lock and the progress of jobs do not."""
    return {name: data for name, data in contents(workspace).items() if not name.startswith(".my_data")}


def tables_of(workspace: Path) -> dict[str, str]:
    """Hash of every table."""
    return {name: entry.sha256 for name, entry in Store(workspace).manifest.tables.items()}


def workbook(write: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> bytes:
    """A workbook with the header of local posts."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("posts")
        sheet.write_row(0, 0, POSTS.strip().split(","))
        write(book, sheet)
    return buffer.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_part(book: bytes, name: str) -> bytes:
    """A workbook with one part more."""
    buffer = io.BytesIO(book)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"x")
    return buffer.getvalue()


class Killed(BaseException):
    """Like a signal."""


def die(*_: object) -> None:
    """The process ends here."""
    raise Killed


def added(workspace: Path, sp_geo: Run, text: str) -> tuple[int, str, str]:
    """The same file through the command line."""
    path = workspace.with_name("my-list.csv")
    path.write_text(text)
    path.with_name("my-list.csv.origin.yaml").write_text("is_synthetic: true\n")
    return sp_geo(workspace, "add", str(path))


def shelf_of(workspace: Path) -> dict[str, str]:
    """When each file was added, by its hash."""
    return {item.origin.sha256: item.origin.added_at for item in list_shelved(workspace)}


def finished(workspace: Path, job: str) -> State:
    """The end of a job."""
    for _ in range(600):
        found = uploads.state(workspace, job)
        if not found.is_running:
            return found
        time.sleep(0.1)
    raise AssertionError("the job did not end")


# What a file would do is shown before anything is kept.


def test_an_examination_shows_everything_and_touches_nothing(built: Path) -> None:
    """What is refused, shown and changed is told, and the workspace stays."""
    before = contents(built)
    found = examine_here(upload(SERVICES, "services", covers=("E92000001:money",)), built, NOW)
    assert contents(built) == before
    assert found.may_keep
    assert found.line.startswith("May be kept: made-up Services (template), my-list, 1 rows; 2 record(s) refused")
    assert [(item.row, item.column, item.outcome) for item in found.findings] == [
        (3, "latitude", "refused"),
        (4, "places_per_quarter", "refused"),
    ]
    assert found.findings[1].found == "-5"
    assert found.findings[1].expected == "at least 0"
    assert dict(zip(found.preview_columns, found.preview[0], strict=True))["categories"] == "money"
    assert "0161" not in str(found)
    assert "example.org" not in str(found)
    assert any("E92000001" in line for line in found.changes)
    assert uploads.Examined.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("text", "kind", "places"),
    [
        (POSTS + "a,U1,2022Q1,,boss,1,trust,\n", "local_posts", [(2, "pcn_code"), (2, "role")]),
        (
            REFERRALS + "2022Q9,U90001,all,all,all,all,100,1,1,1,1\n2022Q1,U90001,all,9,all,all,100,1,2,1,1\n",
            "referrals",
            [(2, "quarter"), (3, "fifth")],
        ),
        (GAPS + "1,someday,U90001,money,full,1\n2,2026-01-01,Mrs,money,full,1\n", "gaps", [(2, "reported"), (3, "")]),
    ],
)
def test_all_faults_are_listed(built: Path, text: str, kind: str, places: list[tuple[int, str]]) -> None:
    """Every fault of a file is listed with its row, column and advice."""
    found = examine_here(upload(text, kind), built, NOW)
    assert not found.may_keep
    assert [(item.row, item.column) for item in found.findings] == places
    assert all(item.problem and item.advice for item in found.findings)


def test_a_hundred_faults_are_enough(built: Path) -> None:
    """At most a hundred faults are listed, and the answer says that they are not all."""
    found = examine_here(upload(POSTS + "a,U1,2022Q1,,other,1,trust,\n" * 500, "local_posts"), built, NOW)
    assert len(found.findings) == 100
    assert not found.is_counted_out


def test_small_counts_are_not_shown(built: Path) -> None:
    """A small count is shown as [c], and no identifier is shown."""
    rows = GAPS + "r1,2026-01-01,U90001,money,full,3\nr2,2026-01-01,U90001,money,full,7\n"
    found = examine_here(upload(rows, "gaps"), built, NOW)
    assert [row[-1] for row in found.preview] == ["[c]", "7"]
    assert "r1" not in str(found.preview)


def test_other_publications_are_named_and_refused(built: Path, miniature_files: Path) -> None:
    """A file of another kind is named with the way it can be added."""
    file = next(path for path in sorted((miniature_files / "workforce").iterdir()) if path.suffix in {".csv", ".zip"})
    release = next(item.document for item in open_path(file) if item.document and item.document.kind == "csv")
    found = examine_here(upload(release.data, "services", file.name), built, NOW)
    assert not found.may_keep
    assert "Primary Care Network Workforce" in found.line
    assert "sp-geo add" in found.line
    found = examine_here(upload(GAPS + "1,2026-01-01,U90001,money,full,5\n", "services"), built, NOW)
    assert "Choose 'gap log'" in found.line
    with pytest.raises(UsageError):
        examine_here(upload(GAPS, "boundaries"), built, NOW)


def test_made_up_and_real_are_not_mixed(built: Path) -> None:
    """A real list is refused by a workspace of invented figures."""
    found = examine_here(upload(SERVICES, "services", is_invented=False), built, NOW)
    assert not found.may_keep
    assert "made-up demonstration, and this file counts as real" in found.line


# Uploads are attacked.

NAMES = [
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "a\x00b.csv",
    "x" * 100_000 + ".csv",
    "<script>alert(1)</script>.csv",
    "list.csv.origin.yaml",
    ".hidden",
    "",
    "....",
    "/",
    "con\u202evsc.exe",
    "a; rm -rf ~.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_label(name: str, built: Path) -> None:
    """A file's name is made a plain label, which names no place and no script."""
    label = safe_name(name)
    assert len(label) <= 90
    assert set(label) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
    assert label.count(".") == 1
    assert not label.startswith((".", "-"))
    assert not label.endswith((".yaml", ".exe"))
    assert examine_here(upload(posts(built), "local_posts", name), built, NOW).name == label


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "blank": (lambda: b" \n\n", "empty"),
    "too large": (lambda: b"a" * (MOST_BYTES + 1), "too large"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "picture"),
    "web page": (lambda: b"<html><script>alert(1)</script>", "web page"),
    "binary": (lambda: bytes(range(256)) * 10, "not text"),
    "database": (lambda: b"SQLite format 3\x00" + b"\x00" * 500, "does not take files of this form"),
    "cut short": (lambda: zipped({"a.csv": b"a" * 1000})[:60], "archive"),
    "zip bomb": (lambda: zipped({"a.csv": b"0" * 160_000_000}), "too large unpacked"),
    "archive within": (lambda: zipped({"a.zip": zipped({"b.csv": b"x"})}), "archive within an archive"),
    "several files": (lambda: zipped({"a.csv": b"x,y\n", "../../b.csv": b"x,y\n"}), "several files"),
    "macros": (lambda: with_part(workbook(lambda book, sheet: None), "xl/vbaProject.bin"), "binary workbook"),
    "links": (
        lambda: with_part(workbook(lambda book, sheet: None), "xl/externalLinks/externalLink1.xml"),
        "draws on something outside",
    ),
    "far corner": (lambda: workbook(lambda book, sheet: sheet.write(1_048_575, 16_383, 1)), "too wide"),
    "formula": (
        lambda: workbook(
            lambda book, sheet: sheet.write_row(1, 0, ["=1+1", "=HYPERLINK(1)", "2022Q1", "", "other", 1])
        ),
        "cannot be used",
    ),
    "million columns": (lambda: b",".join([b"a"] * 1_000_000) + b"\n", "too wide"),
    "million rows": (lambda: POSTS.encode() + b"a\n" * 600_000, "too long"),
    "deep": (lambda: b"[" * 200_000, ""),
    "one quotation mark": (lambda: POSTS.encode() + b'"' + b"a,\n" * 1000, ""),
    "script in cells": (
        (POSTS + "a,<script>alert(1)</script>,2022Q1,,other,1,trust,\n").encode,
        "cannot be used",
    ),
    "endless cell": ((POSTS + "a," + "U" * 1_000_000 + ",2022Q1,,other,1,trust,\n").encode, "cannot be measured"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_in_a_clear_line(attack: str, built: Path) -> None:
    """An attack is refused in one line, and the workspace stays."""
    make, words = ATTACKS[attack]
    content, before = make(), contents(built)
    found = examine_here(Upload("a.csv", content, "local_posts", is_invented=True), built, NOW)
    assert not found.may_keep
    assert words in found.line
    assert len(found.line) < 700
    assert "\n" not in found.line
    assert all(len(item.found) <= 120 for item in found.findings)
    assert contents(built) == before


def test_a_reader_that_is_killed_does_not_kill_the_page(built: Path) -> None:
    """A file that exhausts its reader is refused, and the page goes on."""
    book = workbook(lambda book, sheet: sheet.write(1_048_575, 16_383, 1))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        # An address that is not told from the outside, but by a reader.
        parts = {info.filename: archive.read(info).replace(b"XFD", b"&#88;FD") for info in archive.infolist()}
    before = contents(built)
    found = uploads.examine(upload(zipped(parts), "local_posts", "a.xlsx"), built, NOW)
    assert not found.may_keep
    assert found.line.startswith("Not kept: ")
    assert contents(built) == before


# Kept, and undone.


def test_keeping_changes_the_tables_and_undoing_changes_them_back(copy: Path) -> None:
    """A receipt says which tables changed, and undoing gives the former bytes."""
    manifest, tables = (copy / "derived" / "manifest.json").read_bytes(), tables_of(copy)
    held_before = {name for name in contents(copy) if name.startswith("sources")}
    steps: list[tuple[str, str]] = []
    receipt = keep_here(upload(posts(copy), "local_posts"), copy, NOW, lambda step, told: steps.append((step, told)))
    assert ("local posts", "running") in steps
    changed = {item.table: (item.rows_before, item.rows_after) for item in receipt.changed}
    assert changed["core_local_post"] == (0, 2)
    assert changed["out_local_post_quarter"] == (0, 2)
    assert set(changed) == {"core_local_post", "out_local_post_quarter"}
    after = tables_of(copy)
    apart = set(changed)
    assert {name: sha for name, sha in after.items() if name not in apart} == {
        name: sha for name, sha in tables.items() if name not in apart
    }, "local posts entered a published figure"
    assert after["out_pcn_quarter"] == tables["out_pcn_quarter"]
    assert after["out_quarter_slope"] == tables["out_quarter_slope"]
    assert [item.id for item in uploads.kept(copy)] == [receipt.id]
    assert read_record(copy).pending is None
    line = undo_here(copy, receipt.id)
    assert line.startswith("Undone: my-list.csv")
    assert (copy / "derived" / "manifest.json").read_bytes() == manifest
    assert {name for name in contents(copy) if name.startswith("sources")} == held_before
    assert not (copy / "my_data.json").exists()
    with pytest.raises(UsageError, match="nothing of that name"):
        undo_here(copy, receipt.id)


def test_only_what_came_through_the_page_is_undone(copy: Path) -> None:
    """What did not come through the page stays, whatever a request names."""
    before = state_of(copy)
    for name in [list_shelved(copy)[0].origin.sha256, "", "../../derived", "*"]:
        with pytest.raises(UsageError):
            undo_here(copy, name)
    assert state_of(copy) == before


def test_a_new_edition_replaces_the_old_one_and_undoing_brings_it_back(copy: Path) -> None:
    """The new list is used in place of the old, and undoing gives the old one's tables."""
    keep_here(upload(posts(copy, 2), "local_posts"), copy, NOW)
    first = (copy / "derived" / "manifest.json").read_bytes()
    later = upload(posts(copy, 3), "local_posts")
    told = examine_here(later, copy, NOW).changes
    assert told[0].startswith("It takes the place of my-list.csv")
    receipt = keep_here(later, copy, NOW.replace(month=12))
    assert len(Store(copy).read("core_local_post")) == 3
    assert not examine_here(later, copy, NOW).may_keep, "the same file again"
    undo_here(copy, receipt.id)
    assert (copy / "derived" / "manifest.json").read_bytes() == first


def test_a_build_that_fails_leaves_everything_as_it_was(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed build the shelf and the tables are as before, keeping or undoing."""
    before = state_of(copy)
    real = keeping_room.build

    def fails(workspace: Path, *arguments: object) -> None:
        (workspace / "derived" / "out_local_post_quarter-0000000000000000.parquet").write_bytes(b"half")
        raise InvalidContent("two files both give the same")

    monkeypatch.setattr(keeping_room, "build", fails)
    with pytest.raises(InvalidContent, match="both give"):
        keep_here(upload(posts(copy), "local_posts"), copy, NOW)
    assert state_of(copy) == before
    monkeypatch.setattr(keeping_room, "build", real)
    receipt = keep_here(upload(posts(copy), "local_posts"), copy, NOW)
    before = state_of(copy)
    monkeypatch.setattr(keeping_room, "build", fails)
    with pytest.raises(InvalidContent, match="both give"):
        undo_here(copy, receipt.id)
    assert state_of(copy) == before


def test_two_at_once_and_the_lock_of_the_dead(copy: Path) -> None:
    """One person keeps data at a time, and the lock of a killed process is free."""
    before = state_of(copy)
    with held(copy):
        assert is_held(copy)
        assert uploads.state(copy).is_running
        with pytest.raises(Busy, match="somebody else is adding data"):
            keep_here(upload(posts(copy), "local_posts"), copy, NOW)
        with pytest.raises(Busy):
            uploads.start_keep(upload(posts(copy), "local_posts"), copy, NOW)
    assert state_of(copy) == before
    assert uploads.state(copy) == State()
    script = (
        "import sys, time; from pathlib import Path; from sp_geo.web.uploads.lock import held\n"
        "with held(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(copy)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == b"held\n"
        assert is_held(copy)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not is_held(copy)
    keep_here(upload(posts(copy), "local_posts"), copy, NOW)


def test_a_process_that_was_killed_half_way_is_tidied_up(copy: Path) -> None:
    """A file that nobody has a receipt for is taken away by the next who keeps one."""
    receipt = keep_here(upload(posts(copy), "local_posts"), copy, NOW)
    # As if the process had been killed after the file was there and before the tables were.
    undo_here(copy, receipt.id)
    text = posts(copy)
    keeping_room._placed(upload(text, "local_posts"), copy, NOW)
    write_record(copy, Record(pending=receipt))
    write_state(copy, State(BUILDING, "0" * 32, "panel", 10))
    assert uploads.state(copy, "0" * 32).phase == "failed"
    assert uploads.kept(copy) == []
    other = keep_here(upload(GAPS + "1,2026-01-01,U90001,money,full,5\n", "gaps", "gaps.csv"), copy, NOW)
    assert [item.id for item in uploads.kept(copy)] == [other.id]
    assert Store(copy).read("core_local_post").empty
    assert receipt.id not in {item.origin.sha256 for item in list_shelved(copy)}


def test_two_files_that_say_the_same_are_refused_before(copy: Path) -> None:
    """A file that says what another one does is refused, with the name of the other."""
    row = "{},U90001,all,all,all,all,100,9,8,7,0\n"
    keep_here(upload(REFERRALS + row.format("2022Q1"), "referrals"), copy, NOW)
    both = upload(REFERRALS + row.format("2022Q1") + row.format("2022Q2"), "referrals", "other.csv")
    found = examine_here(both, copy, NOW)
    assert not found.may_keep
    assert "my-list.csv gives the same" in found.line
    with pytest.raises(InvalidContent):
        keep_here(both, copy, NOW)


def test_the_page_follows_a_job_to_its_end(copy: Path) -> None:
    """The page sees each phase of a job up to its receipt or its fault."""
    wanted = upload(posts(copy), "local_posts")
    before = tables_of(copy)
    job = uploads.start_keep(wanted, copy, NOW)
    ended = finished(copy, job)
    assert ended.phase == "done", ended.line
    assert ended.receipt is not None
    assert tables_of(copy) != before
    ended = finished(copy, uploads.start_undo(copy, ended.receipt.id, NOW))
    assert ended.phase == "done", ended.line
    assert tables_of(copy) == before
    request = {"task": "undo", "job": "a" * 32, "receipt": "f" * 64}
    ended = child._ended(request, copy, copy, NOW)
    assert ended.phase == "failed"
    assert ended.reference
    assert "Traceback" not in ended.line
    for forged in ["../../my_data", "0" * 31, "x" * 32, "0" * 32]:
        assert read_state(copy, forged) == State()


def test_the_listing_shows_local_posts_apart(copy: Path, sp_geo: Run) -> None:
    """Local posts are listed under their own name, beside no published figure."""
    code, _, err = sp_geo(copy, "local-posts")
    assert code == 6
    assert "there are no local posts" in err
    keep_here(upload(posts(copy) + "x,U99999,2022Q1,2022Q1,other,1,council,\n", "local_posts"), copy, NOW)
    code, out, err = sp_geo(copy, "local-posts", "--format", "json")
    assert code == 0, err
    rows = pd.DataFrame(json.loads(out))
    assert rows["local_fte"].tolist() == [0.5, 0.5]
    assert set(rows["provenance"]) == {"SYNTHETIC"}
    assert "splw_fte" not in rows
    pcn = rows["pcn_code"].iloc[0]
    assert len(json.loads(sp_geo(copy, "local-posts", "--area", pcn, "--format", "json")[1])) == 1
    icb = rows["icb_code"].iloc[0]
    assert json.loads(sp_geo(copy, "local-posts", "--area", icb, "--show", "posts", "--format", "json")[1])
    code, out, _ = sp_geo(copy, "local-posts", "--show", "unmatched")
    assert code == 0
    assert "U99999" in out
    assert "no published figure" in out
    code, _, err = sp_geo(copy, "local-posts", "--area", "Q99")
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_the_template_comes_back_in(copy: Path, sp_geo: Run, tmp_path: Path) -> None:
    """A template that was filled in is taken, without the notes about people."""
    path = tmp_path / "posts.xlsx"
    assert sp_geo(copy, "template", "local-posts", "--out", str(path))[0] == 0
    book = openpyxl.load_workbook(path)
    pcn = Store(copy).read("out_pcn_quarter", ["pcn_code"])["pcn_code"].iloc[0]
    for place, value in enumerate(["p1", pcn, "2022Q2", None, "link_worker", 0.6, "charity", "icb", "Jane"], start=1):
        book["posts"].cell(2, place, value)
    book.save(path)
    found = examine_here(upload(path.read_bytes(), "local_posts", path.name), copy, NOW)
    assert found.may_keep, found.line
    assert "Jane" not in str(found)


def test_a_workspace_that_cannot_be_read_is_told_without_its_place(tmp_path: Path) -> None:
    """A message names no folder of the server."""
    note = tmp_path / "sources" / "gap_log" / "x" / "y" / "a.csv.origin.yaml"
    note.parent.mkdir(parents=True)
    note.write_text("nothing")
    found = examine_here(upload(GAPS + "1,2026-01-01,U90001,money,full,5\n", "gaps"), tmp_path, NOW)
    assert not found.may_keep
    assert str(tmp_path) not in found.line
    with pytest.raises(SpGeoError):
        uploads.kept(tmp_path)


def test_an_undo_that_is_killed_loses_nothing(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an undo that was killed, the file is on the shelf and in the list."""
    receipt = keep_here(upload(posts(copy), "local_posts"), copy, NOW)
    with monkeypatch.context() as patched:
        patched.setattr(keeping_room, "build", die)
        patched.setattr(keeping_room, "recover", lambda _: None)
        with pytest.raises(Killed):
            undo_here(copy, receipt.id)
    assert receipt.id not in {item.origin.sha256 for item in list_shelved(copy)}
    assert [item.id for item in uploads.kept(copy)] == [receipt.id]
    assert receipt.id in {item.origin.sha256 for item in list_shelved(copy)}
    assert undo_here(copy, receipt.id).startswith("Undone")
    assert uploads.kept(copy) == []


def test_the_command_line_waits_its_turn(copy: Path, sp_geo: Run) -> None:
    """A build from the command line is refused while the page makes tables."""
    uploads.make_ready(copy)
    with held(copy):
        code, _, said = sp_geo(copy, "build")
    assert code == 6
    assert "somebody else is adding data" in said
    assert sp_geo(copy, "build")[0] == 0


# Of what others do meanwhile nothing is lost.


def test_a_file_is_examined_when_nobody_else_can_change_the_workspace(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told of the shelf still holds when the file is put there."""
    found: list[bool] = []

    def examined(*arguments: object) -> object:
        found.append(is_held(copy))
        return examine_here(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping_room, "examine_here", examined)
    keep_here(upload(posts(copy), "local_posts"), copy, NOW)
    assert found == [True]


def test_a_file_that_somebody_else_adds_meanwhile_stays(
    copy: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that was started before the page came takes no lock: its file is not the page's to remove."""
    text = posts(copy)
    wanted = upload(text, "local_posts")
    place = keeping_room._placed

    def meanwhile(*arguments: object) -> object:
        with monkeypatch.context() as patched:
            patched.setattr("sp_geo.web.uploads.lock.FOLDER", ".nothing")
            assert added(copy, sp_geo, text)[0] == 0
        return place(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping_room, "_placed", meanwhile)
    with pytest.raises(WorkspaceError, match="put there in the meantime"):
        keep_here(wanted, copy, NOW)
    monkeypatch.undo()
    assert hashlib.sha256(wanted.content).hexdigest() in shelf_of(copy)
    assert uploads.kept(copy) == []


def test_a_file_added_after_a_kill_is_not_taken_for_the_one_that_was_left(copy: Path, sp_geo: Run) -> None:
    """The command line finishes first what the page left half done, so that its own file stays."""
    text = posts(copy)
    receipt = keep_here(upload(text, "local_posts"), copy, NOW)
    undo_here(copy, receipt.id)
    keeping_room._placed(upload(text, "local_posts"), copy, NOW)
    write_record(copy, Record(pending=receipt))
    code, out, err = added(copy, sp_geo, text)
    assert code == 0, err
    assert "took my-list.csv" in out
    mine = shelf_of(copy)[receipt.id]
    assert uploads.kept(copy) == []
    assert shelf_of(copy)[receipt.id] == mine


def test_a_file_removed_and_added_again_is_no_longer_the_pages_to_undo(copy: Path, sp_geo: Run) -> None:
    """What the command line removed and added belongs to whoever did so."""
    text = posts(copy)
    receipt = keep_here(upload(text, "local_posts"), copy, NOW)
    assert sp_geo(copy, "remove", receipt.id)[0] == 0
    assert uploads.kept(copy) == []
    assert added(copy, sp_geo, text)[0] == 0
    assert uploads.kept(copy) == []
    with pytest.raises(UsageError, match="nothing of that name"):
        undo_here(copy, receipt.id)
    assert receipt.id in shelf_of(copy)


def test_a_build_that_runs_meanwhile_keeps_its_tables(copy: Path) -> None:
    """A table that another build has written and no manifest names yet is not swept away."""
    before, wanted = shelf_of(copy), upload(posts(copy), "local_posts")
    receipt = None
    table = copy / "derived" / "out_local_post_quarter-0000000000000000.parquet"
    for _ in ("keep", "undo"):
        with lock.held(copy / "derived" / LOCK, "somebody builds"):
            table.write_bytes(b"not committed yet")
            task = partial(undo_here, copy, receipt.id) if receipt else partial(keep_here, wanted, copy, NOW)
            with pytest.raises(Busy, match="another build"):
                task()
            assert table.exists()
        assert shelf_of(copy) == before
        receipt = receipt or keep_here(wanted, copy, NOW)
        before = shelf_of(copy)


def test_of_two_uploads_at_once_both_are_told_and_none_is_half_kept(copy: Path) -> None:
    """Each job says truly whether its file was kept."""
    wanted = [
        upload(posts(copy), "local_posts"),
        upload(GAPS + "1,2026-01-01,U90001,money,full,5\n", "gaps", "gaps.csv"),
    ]
    jobs = []
    for item in wanted:
        with suppress(Busy):
            jobs.append(uploads.start_keep(item, copy, NOW))
    ended = [finished(copy, job) for job in jobs]
    done = {item.receipt.id for item in ended if item.phase == "done" and item.receipt}
    assert done
    assert {item.id for item in uploads.kept(copy)} == done
    assert all("somebody else is adding data" in item.line for item in ended if item.phase == "failed")
    assert done <= {str(item["sha256"]) for item in Store(copy).manifest.inputs}


# What is said after a kill is true.


@pytest.mark.parametrize("is_undo", [False, True])
def test_a_job_that_is_killed_after_the_tables_were_made_is_told_as_done(
    is_undo: bool, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads that nothing was changed would add the file again, or plan with tables that are others."""
    job, receipt = "1" * 32, None
    wanted = upload(posts(copy), "local_posts")
    if is_undo:
        receipt = keep_here(wanted, copy, NOW)
    before = tables_of(copy)
    make = keeping_room.build

    def killed(*arguments: object) -> None:
        make(*arguments)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(keeping_room, "build", killed)
        patched.setattr(keeping_room, "recover", lambda _: None)
        task = partial(undo_here, copy, receipt.id) if receipt else partial(keep_here, wanted, copy, NOW, job=job)
        with pytest.raises(Killed):
            task()
    write_state(copy, State(BUILDING, job, "panel", 10, undoes=receipt.id if receipt else ""))
    assert tables_of(copy) != before
    ended = uploads.state(copy, job)
    assert ended.phase == "done"
    assert "othing was changed" not in ended.line
    assert ended.line.startswith("Undone" if is_undo else "Kept: my-list.csv")
    assert [item.job for item in uploads.kept(copy)] == ([] if is_undo else [job])
    assert (ended.receipt is None) == is_undo


def test_a_job_that_is_killed_before_the_tables_were_made_is_told_as_failed(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing was changed, and that is said."""
    before, job = state_of(copy), "2" * 32
    with monkeypatch.context() as patched:
        patched.setattr(keeping_room, "build", die)
        patched.setattr(keeping_room, "recover", lambda _: None)
        with pytest.raises(Killed):
            keep_here(upload(posts(copy), "local_posts"), copy, NOW, job=job)
    write_state(copy, State(BUILDING, job, "panel", 10))
    ended = uploads.state(copy, job)
    assert ended.phase == "failed"
    assert "Nothing was changed" in ended.line
    assert state_of(copy) == before


@pytest.mark.parametrize("fault", [WorkspaceError("cannot write: No space left on device"), OSError(28, "full")])
def test_a_fault_after_the_tables_were_made_is_told_as_done(
    fault: Exception, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills after the commit takes no receipt, but the tables have the file."""
    wanted, make = upload(posts(copy), "local_posts"), keeping_room.build
    (tmp_path / child.CONTENT).write_bytes(wanted.content)
    said = {"name": wanted.name, "kind": wanted.kind, "covers": [], "directory": "", "is_invented": True, "told": {}}
    request = {"task": "keep", "job": "3" * 32, "receipt": "", "upload": said}

    def fails(*arguments: object) -> None:
        make(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(keeping_room, "write_record", full)
        raise fault

    def full(*_: object) -> None:
        raise WorkspaceError("cannot write: No space left on device")

    with monkeypatch.context():
        monkeypatch.setattr(keeping_room, "build", fails)
        ended = child._ended(request, tmp_path, copy, NOW)
    monkeypatch.undo()
    assert (ended.phase, ended.line) == ("done", "Kept: my-list.csv, local posts, my-list")
    assert [item.job for item in uploads.kept(copy)] == ["3" * 32]
