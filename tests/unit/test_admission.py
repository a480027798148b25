"""Adding files: what is said of each, what lies on the shelf afterwards, and that nothing half-done stays."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sp_geo.core.errors import DamagedFile, InvalidContent, SpGeoError, UnrecognisedFile, UsageError, WorkspaceError
from sp_geo.publications.add import Declared, Outcome, add
from sp_geo.workspace.provenance import read_origin
from sp_geo.workspace.shelf import current, list_shelved, open_shelved, take_away, tidy
from tests.faults.child import Spots
from tests.unit.files import WORKFORCE, zipped

NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
FINGERTIPS = "Indicator ID,Indicator Name,Area Code,Area Type,Sex,Category,Time period,Value"


def release(fte: str = "1", month: int = 6, header: str = WORKFORCE) -> bytes:
    """A workforce release of one post."""
    role = "Social Prescribing Link Worker"
    row = f"NWRS Staff,2022,{month},U00001,ONE PCN,01A,One,QAA,ONE ICB,Y01,North,Group,Role,{role},{fte},1"
    return f"{header}\n{row}\n".encode()


def written(folder: Path, name: str, data: bytes) -> Path:
    """The bytes as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def archive(folder: Path, name: str, members: dict[str, bytes], day: tuple[int, int, int] = (2022, 7, 14)) -> Path:
    """An archive whose members carry a day."""
    return written(folder, name, zipped(members, day))


def lines(outcome: Outcome) -> list[str]:
    """What is said of each file."""
    return [item.line for item in outcome.admissions]


def files(folder: Path) -> list[str]:
    """Every file below a folder but the one that stands for the lock."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return sorted(str(path.relative_to(folder)) for path in found)


def test_a_file_is_copied_unchanged_beside_its_origin(inbox: Path, workspace: Path) -> None:
    """The shelf holds the file's own bytes beside a full origin."""
    path = archive(inbox, "any name.zip", {"inner.csv": release()})
    outcome = add([path], workspace, NOW)
    assert lines(outcome) == [
        "took any name.zip > inner.csv for Primary Care Network Workforce, individual level, 2022Q2, 1 row"
    ]
    (shelved,) = list_shelved(workspace)
    digest = hashlib.sha256(release()).hexdigest()
    place = workspace / "sources" / "pcn_workforce" / "2022Q2" / digest[:12]
    assert shelved.path == place / "any name.zip"
    assert shelved.path.read_bytes() == path.read_bytes()
    origin = read_origin(place / "any name.zip.origin.yaml")
    assert origin == shelved.origin == outcome.admissions[0].origin
    assert (origin.publisher, origin.licence) == ("NHS England", "Open Government Licence v3.0")
    assert (origin.sha256, origin.member, origin.published) == (digest, "inner.csv", "2022-07-14")
    assert (origin.file_sha256, origin.size) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    assert origin.added_at.startswith("2026-07-10T12:00")
    assert origin.is_synthetic is False
    assert open_shelved(shelved).data == release()


def test_the_same_content_is_added_once(inbox: Path, workspace: Path) -> None:
    """The same content under any name, in an archive too, is on the shelf once."""
    paths = [
        written(inbox, "one.csv", release()),
        written(inbox, "two.csv", release()),
        archive(inbox, "three.zip", {"inner.csv": release()}),
    ]
    said = lines(add(paths, workspace, NOW))
    assert said[0].startswith("took one.csv")
    assert [line.split(":")[0] for line in said[1:]] == ["already here", "already here"]
    assert len(list_shelved(workspace)) == 1


def test_a_revision_without_a_day_comes_with_the_way_to_use_it(inbox: Path, workspace: Path) -> None:
    """An unzipped file has no day, so a dated zip is used: whoever knows better is told which file to remove."""
    add([archive(inbox, "old.zip", {"a.csv": release("0.5")})], workspace, NOW)
    revised = written(inbox, "revised.csv", release("0.8"))
    (said,) = lines(add([revised], workspace, NOW + timedelta(days=1)))
    (used,) = current(list_shelved(workspace))
    assert used.path.name == "old.zip"
    assert said.endswith(f"; if it is newer, say 'sp-geo remove {used.origin.sha256[:12]}'")
    take_away(workspace, used.origin.sha256[:12])
    assert [item.path.name for item in current(list_shelved(workspace))] == ["revised.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "area,lonely\nE01000001,5\nE01000002,6\n",
        "Practice,Carers\nA81001,5\nA81002,6\n",
        "Title\n,\nname,pcn,n\nOne,U00001,5\nTwo,u00002,6\n",
    ],
)
def test_a_table_of_codes_that_is_not_known_is_told_how_to_be_a_measure(
    text: str, inbox: Path, workspace: Path
) -> None:
    """Nobody need guess that a list of codes and numbers may be added at all."""
    (said,) = lines(add([written(inbox, "a.csv", text.encode())], workspace, NOW))
    assert "If it is a measure of need of your own, say 'sp-geo add FILE --measure --name WORDS'" in said
    other = "name,colour\nOne,red\nTwo,E01000002\nThree,blue\n"
    (said,) = lines(add([written(inbox, "b.csv", other.encode())], workspace, NOW))
    assert "--measure" not in said


def test_the_licence_of_an_own_measure_is_what_its_owner_says(inbox: Path, workspace: Path) -> None:
    """Told on adding or in the template it goes with the note; unsaid it is the user's to check."""
    template = b"area_code,value,name,higher_means,licence\nE01000001,5,Lonely,more,CC BY 4.0\nE01000002,6,,,\n"
    told = (("name", "Other"), ("unit", "points"))
    for name, text, said in [("a.csv", template, ()), ("b.csv", MEASURE, told)]:
        add([written(inbox, name, text)], workspace, NOW, Declared(told=said))
    other = (("name", "Third"), ("unit", "points"), ("licence", "ODbL"))
    add([written(inbox, "c.csv", MEASURE)], workspace, NOW, Declared(told=other))
    found = {item.origin.period: item.origin.licence for item in list_shelved(workspace)}
    assert found == {
        "own_lonely": "CC BY 4.0",
        "own_other": "the user's own; check before sharing",
        "own_third": "ODbL",
    }


@pytest.mark.parametrize("earlier_first", [True, False])
def test_the_later_published_wins_and_the_earlier_is_kept(inbox: Path, workspace: Path, earlier_first: bool) -> None:
    """The later published file is used, whichever was added first, and both are kept."""
    old = archive(inbox, "old.zip", {"a.csv": release("0.5")}, (2022, 7, 14))
    new = archive(inbox, "new.zip", {"a.csv": release("0.8")}, (2022, 9, 1))
    first, second = (old, new) if earlier_first else (new, old)
    add([first], workspace, NOW)
    (said,) = lines(add([second], workspace, NOW + timedelta(days=1)))
    reason = "(dated 2022-09-01, the other 2022-07-14)"
    assert said.endswith(
        f"used instead of old.zip, which is kept {reason}" if earlier_first else f"but new.zip is used {reason}"
    )
    assert [item.path.name for item in current(list_shelved(workspace))] == ["new.zip"]
    assert len(list_shelved(workspace)) == 2


AREAS = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE_{0},SEX,NUMBER_OF_PATIENTS\nL,01APR2025,A81001,ONE,E01000001,ALL,7\n"
PERIODS = {
    "2022Q1 2022Q2 2022Q3": [release(month=month).decode() for month in (3, 6, 9)],
    "93553-2022-23 94240-2022-23": [
        f"{FINGERTIPS}\n{number},One,A81001,GPs,Persons,,2022/23,30.5\n" for number in (94240, 93553)
    ],
    "94240-1990-to-2025": [
        "\n".join([FINGERTIPS, *(f"94240,One,A81001,GPs,Persons,,{year},30.5" for year in range(1990, 2026)), ""])
    ],
    "2025-04 2025-04-lsoa21": [AREAS.format(2011), AREAS.format(2021)],
}


@pytest.mark.parametrize("periods", PERIODS)
def test_what_is_about_other_periods_stands_beside_each_other(periods: str, inbox: Path, workspace: Path) -> None:
    """Quarters, indicators of a year and areas of both censuses are all in use, under periods that folders can have."""
    paths = [written(inbox, f"{number}.csv", text.encode()) for number, text in enumerate(PERIODS[periods])]
    add(paths, workspace, NOW)
    assert " ".join(item.origin.period for item in current(list_shelved(workspace))) == periods


REFUSED: dict[str, tuple[bytes, type[SpGeoError], str]] = {
    "empty": (b"", DamagedFile, "the file is empty"),
    "header only": (f"{WORKFORCE}\n".encode(), InvalidContent, "no row"),
    "web page": (b"<!DOCTYPE html><html>", UnrecognisedFile, "web page"),
    "cut archive": (b"PK\x03\x04" + b"x" * 100, DamagedFile, "download it again"),
    "renamed column": (release(header=WORKFORCE.replace(",FTE,", ",FTE_VALUE,")), InvalidContent, "FTE_VALUE"),
    "bad value": (release("n/a"), InvalidContent, "row 2.*'n/a'"),
    "wrong kind": (b"charity,postcode\nOne,M1 1AA\n", UnrecognisedFile, "sp-geo publications"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_nothing_of_a_refused_file_is_left(fault: str, inbox: Path, workspace: Path) -> None:
    """A refused file leaves one line and no workspace."""
    data, kind, said = REFUSED[fault]
    outcome = add([written(inbox, "bad.csv", data)], workspace, NOW)
    assert isinstance(outcome.first_refusal, kind)
    (line,) = lines(outcome)
    assert line.startswith("refused: bad.csv")
    assert "\n" not in line
    with pytest.raises(kind, match=said):
        raise outcome.first_refusal
    assert not workspace.exists()


def test_good_files_of_a_call_stay_and_the_first_refusal_counts(inbox: Path, workspace: Path) -> None:
    """Good files of a call are added, and its first refusal is its result."""
    paths = [
        written(inbox, "a.csv", b""),
        written(inbox, "b.csv", release()),
        written(inbox, "c.csv", b"one,two\n1,2\n"),
    ]
    outcome = add(paths, workspace, NOW)
    assert [line.split(" ")[0] for line in lines(outcome)] == ["refused:", "took", "refused:"]
    assert isinstance(outcome.first_refusal, DamagedFile)
    assert len(list_shelved(workspace)) == 1


def test_companions_in_an_archive_are_passed_over_and_said(inbox: Path, workspace: Path) -> None:
    """Guides beside the data are passed over, with a line each; an archive of nothing else is refused."""
    path = archive(inbox, "a.zip", {"guide.pdf": b"%PDF-1.7", "notes.csv": b"term,meaning\na,b\n", "w.csv": release()})
    outcome = add([path], workspace, NOW)
    assert outcome.first_refusal is None
    assert [line.split(" ")[0] for line in lines(outcome)] == ["took", "passed", "passed"]
    alone = add([archive(inbox, "b.zip", {"guide.pdf": b"%PDF-1.7"})], workspace, NOW)
    assert isinstance(alone.first_refusal, UnrecognisedFile)


def test_a_folder_is_walked_in_order(inbox: Path, workspace: Path) -> None:
    """A folder is added in order of names, and what is no data is said; a path that is not there stops the call at once."""
    written(inbox / "b", "z.csv", release(month=9))
    written(inbox, "a.csv", release(month=6))
    for name in ("README.md", "LICENSE", ".hidden.csv", "a.csv.origin.yaml"):
        written(inbox, name, b"x")
    written(inbox / ".cache", "c.csv", release(month=3))
    said = lines(add([inbox], workspace, NOW))
    assert [line.split(" for ")[0] for line in said] == [
        "took a.csv",
        "took z.csv",
        "passed over 2 files: not data (LICENSE, README.md)",
    ]
    with pytest.raises(UsageError, match="no such file"):
        add([inbox / "a.csv", inbox / "absent"], workspace / "new", NOW)
    with pytest.raises(UsageError, match="no file to add"):
        add([written(inbox / "empty", ".hidden", b"").parent], workspace / "new", NOW)
    assert not (workspace / "new").exists()


def test_a_note_beside_the_file_says_that_it_is_synthetic(inbox: Path, workspace: Path) -> None:
    """A synthetic origin beside a file makes its data synthetic."""
    path = written(inbox, "a.csv", release())
    note = {"is_synthetic": True, "publisher": "demonstration", "licence": "none needed"}
    written(inbox, "a.csv.origin.yaml", yaml.safe_dump(note).encode())
    (admission,) = add([path], workspace, NOW).admissions
    assert " for SYNTHETIC Primary Care Network Workforce" in admission.line
    assert (admission.origin.is_synthetic, admission.origin.publisher) == (True, "demonstration")


@pytest.mark.parametrize("synthetic_first", [True, False])
def test_synthetic_and_real_files_do_not_share_a_workspace(inbox: Path, workspace: Path, synthetic_first: bool) -> None:
    """A workspace holds synthetic files or real ones, whichever came first."""
    real = written(inbox, "real.csv", release(month=6))
    invented = written(inbox, "invented.csv", release(month=9))
    written(inbox, "invented.csv.origin.yaml", b"is_synthetic: true\n")
    first, second = (invented, real) if synthetic_first else (real, invented)
    outcome = add([first, second], workspace, NOW)
    assert isinstance(outcome.first_refusal, WorkspaceError)
    assert "Use another workspace" in lines(outcome)[1]
    assert [item.path.name for item in list_shelved(workspace)] == [first.name]


def test_a_stop_half_way_leaves_nothing_that_counts(
    inbox: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that is stopped leaves nothing on the shelf and nothing in the way."""
    path = written(inbox, "a.csv", release())

    def stop(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", stop)
        with pytest.raises(KeyboardInterrupt):
            add([path], workspace, NOW)
    assert files(workspace) == []
    # What a kill that no clean-up survives leaves behind is neither listed nor in the way.
    written(workspace / "sources" / ".adding" / "0123456789ab", "a.csv.origin.yaml", b"half")
    assert list_shelved(workspace) == []
    add([path], workspace, NOW)
    assert [Path(name).name for name in files(workspace)] == ["a.csv", "a.csv.origin.yaml"]


SERVICES = b"""service_id,name,category,latitude,longitude,places_per_quarter,free_share,waiting_days
a,Advice,money,53.4,-2.2,40,0.5,7
"""
MEASURE = b"area_code,score\nE01000001,5\nE01000002,6\n"
ANEW = [
    pytest.param(SERVICES, Declared("one"), Declared("two"), id="a directory under another name"),
    pytest.param(SERVICES, Declared("one", ("E08000009",)), Declared("one", ("E08000003",)), id="other areas claimed"),
    pytest.param(
        MEASURE,
        Declared(told=(("name", "Lonely"), ("unit", "points"))),
        Declared(told=(("name", "Lonely"), ("unit", "marks"))),
        id="a measure in another unit",
    ),
]


def test_a_file_told_anew_is_on_the_shelf_wherever_the_process_is_killed(inbox: Path, tmp_path: Path) -> None:
    """The new note stands before the old copy goes: one of the two is there, whole, and adding again ends it."""
    content = b"pcn_code,quarter,role,fte,employer\nU12345,2022Q1,other,0.5,trust\n"
    path, before, after = written(inbox, "list.csv", content), Declared("one"), Declared("two")

    def killed(workspace: Path, at: int) -> bool:
        process = os.fork()
        if not process:
            Spots(at).watch()
            add([path], workspace, NOW + timedelta(days=1), after)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL

    told, at, was_killed = [], 0, True
    while was_killed:
        at += 1
        workspace = tmp_path / f"workspace{at}"
        add([path], workspace, NOW, before)
        (old,) = list_shelved(workspace)
        was_killed = killed(workspace, at)
        (found,) = list_shelved(workspace)
        assert open_shelved(found).data == content
        told.append(found.origin != old.origin)
        add([path], workspace, NOW + timedelta(days=2), after)
        (found,) = list_shelved(workspace)
        assert (old.origin.period, found.origin.period) == ("one", "two")
        tidy(workspace)
        assert len(files(workspace)) == 2, "the file and its note, nothing else"
        assert take_away(workspace, found.origin.sha256) == "list.csv"
        assert files(workspace) == []
    assert told == sorted(told), "once it is told anew it stays so"
    assert {False, True} == set(told)
    assert at > 10


@pytest.mark.parametrize(("content", "before", "after"), ANEW)
def test_a_full_disk_keeps_the_copy_that_is_told_anew(
    content: bytes, before: Declared, after: Declared, inbox: Path, workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The old copy stays where the new one finds no room."""
    path = written(inbox, "list.csv", content)
    add([path], workspace, NOW, before)
    held = files(workspace)

    def full(*given: Any, **_: object) -> None:
        if step == "copyfile":
            Path(given[1]).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    for step in ("mkdir", "copyfile", "write_text", "rename"):
        with monkeypatch.context() as patched:
            patched.setattr(shutil if step == "copyfile" else Path, step, full)
            outcome = add([path], workspace, NOW, after)
        assert isinstance(outcome.first_refusal, WorkspaceError), step
        assert "No space left on device" in lines(outcome)[0], step
        assert files(workspace) == held, step
    assert add([path], workspace, NOW, after).first_refusal is None
    assert len(list_shelved(workspace)) == 1


def test_a_torn_mark_takes_no_other_file_away(inbox: Path, workspace: Path) -> None:
    """Only the same content under its own publication is ever replaced, whatever a mark says."""
    add([written(inbox, "a.csv", release()), written(inbox, "b.csv", release(month=9))], workspace, NOW)
    first, second = list_shelved(workspace)
    held = files(workspace)
    for text in ("", ".", "..", "../..", "2022Q2", f"2022Q2/{first.path.parent.name}", "2022Q2/../.."):
        second.path.with_name(".instead").write_text(text)
        assert list_shelved(workspace) == [first, second]
        tidy(workspace)
    second.path.with_name(".instead").unlink()
    assert files(workspace) == held


def test_a_file_that_changed_on_the_shelf_is_not_read(inbox: Path, workspace: Path) -> None:
    """A file whose bytes are not those of its origin, a lost file and a spoilt note are told."""
    add([written(inbox, "a.csv", release())], workspace, NOW)
    (shelved,) = list_shelved(workspace)
    shelved.path.write_bytes(release("0.5"))
    with pytest.raises(DamagedFile, match="changed since it was added"):
        open_shelved(shelved)
    note = shelved.path.with_name("a.csv.origin.yaml")
    whole = note.read_bytes()
    note.write_bytes(b"title: [")
    with pytest.raises(WorkspaceError, match="origin cannot be read"):
        list_shelved(workspace)
    note.write_bytes(whole)
    shelved.path.unlink()
    with pytest.raises(WorkspaceError, match="an added file is gone"):
        list_shelved(workspace)


def test_a_file_is_taken_away_by_its_hash(inbox: Path, workspace: Path) -> None:
    """A file is removed by a beginning of its hash that is clear."""
    add([written(inbox, "a.csv", release()), written(inbox, "b.csv", release(month=9))], workspace, NOW)
    first = list_shelved(workspace)[0]
    with pytest.raises(UsageError, match="which file is meant"):
        take_away(workspace, first.origin.sha256[:3])
    assert take_away(workspace, first.origin.sha256[:8]) == "a.csv"
    assert [Path(name).name for name in files(workspace)] == ["b.csv", "b.csv.origin.yaml"]
