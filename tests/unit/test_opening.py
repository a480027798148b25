"""Opening files: archives, limits, and everything that cannot be data."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from sp_geo.errors import DamagedFile, SpGeoError, UnrecognisedFile, UsageError
from sp_geo.sources import opening
from sp_geo.sources.opening import kind_of, open_path
from sp_geo.sources.text import decode

TABLE = b"PRACTICE_CODE,NUMBER\nA81001,7\n"


def archive(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def workbook(**more: bytes) -> bytes:
    """A zip that looks like a workbook, with more parts."""
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    return archive(parts | {name.replace("__", "/"): data for name, data in more.items()})


def written(folder: Path, data: bytes, name: str = "file.zip") -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_plain_file_is_one_member(tmp_path: Path) -> None:
    """A file that is not an archive would not be read."""
    (member,) = open_path(written(tmp_path, TABLE, "lists.csv"))
    assert member.document is not None
    assert (member.document.label, member.document.kind, member.document.data) == ("lists.csv", "csv", TABLE)


def test_an_archive_gives_all_its_files_and_no_clutter(tmp_path: Path) -> None:
    """The data beside a guide would be lost, or a Mac's resource fork taken for data."""
    data = archive({"b.csv": TABLE, "a.pdf": b"%PDF-1.7", "__MACOSX/b.csv": b"x", "folder/": b""})
    members = open_path(written(tmp_path, data))
    assert [member.name for member in members] == ["a.pdf", "b.csv"]
    assert [member.document is not None for member in members] == [False, True]


def test_an_archive_within_an_archive_is_opened_once(tmp_path: Path) -> None:
    """Publishers wrap zips in zips; without end it would be an attack."""
    inner = archive({"lists.csv": TABLE})
    (member,) = open_path(written(tmp_path, archive({"inner.zip": inner})))
    assert member.document is not None
    assert member.document.data == TABLE
    with pytest.raises(DamagedFile, match="archives within archives"):
        open_path(written(tmp_path, archive({"outer.zip": archive({"inner.zip": inner})})))


def test_the_day_of_a_member_is_kept(tmp_path: Path) -> None:
    """Which of two releases is the later could not be told."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(zipfile.ZipInfo("lists.csv", (2022, 7, 14, 9, 30, 0)), TABLE)
    (member,) = open_path(written(tmp_path, buffer.getvalue()))
    assert member.dated == "2022-07-14"


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_a_truncated_archive_is_damaged(tmp_path: Path, share: float) -> None:
    """Half a download would be read as if it were whole."""
    whole = archive({"lists.csv": TABLE * 500 + bytes(range(256)) * 40})
    with pytest.raises(DamagedFile, match="cut short: download it again"):
        open_path(written(tmp_path, whole[: int(len(whole) * share)]))


def test_a_member_that_fails_its_checksum_is_damaged(tmp_path: Path) -> None:
    """Bytes that changed on the way would be read as data."""
    data = bytearray(archive({"lists.csv": bytes(range(256)) * 200}))
    data[60] ^= 0xFF
    with pytest.raises(DamagedFile, match="lists.csv"):
        open_path(written(tmp_path, bytes(data)))


def test_a_workbook_that_fails_its_checksum_is_damaged(tmp_path: Path) -> None:
    """A damaged workbook would end in a traceback."""
    data = bytearray(workbook(xl__sheet1=bytes(range(256)) * 200))
    data[data.index(b"xl/sheet1") + 30] ^= 0xFF
    (member,) = open_path(written(tmp_path, bytes(data), "book.xlsx"))
    assert isinstance(member.refusal, DamagedFile)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes would fill the memory."""
    monkeypatch.setattr(opening, "LARGE_BYTES", 1_000_000)
    monkeypatch.setattr(opening, "MOST_RATIO", 100)
    with pytest.raises(DamagedFile, match="implausible size"):
        open_path(written(tmp_path, archive({"bomb.csv": b"0" * 5_000_000})))


def test_an_archive_of_many_large_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Members that are each allowed would together fill the memory."""
    monkeypatch.setattr(opening, "MOST_BYTES", 1_000_000)
    data = archive({f"{number}.csv": b"0" * 400_000 for number in range(4)})
    with pytest.raises(DamagedFile, match="implausible size"):
        open_path(written(tmp_path, data))


def test_a_bomb_within_a_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook is an archive too."""
    monkeypatch.setattr(opening, "LARGE_BYTES", 1_000_000)
    monkeypatch.setattr(opening, "MOST_RATIO", 100)
    (member,) = open_path(written(tmp_path, workbook(xl__sheet1=b"0" * 5_000_000), "book.xlsx"))
    assert isinstance(member.refusal, DamagedFile)


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The limit would be passed by a false entry in the archive's list."""
    data = bytearray(archive({"bomb.csv": b"0" * 50_000}))
    for place in (data.index(b"PK\x01\x02") + 24, 22):
        data[place : place + 4] = struct.pack("<I", 100)
    with pytest.raises(DamagedFile):
        open_path(written(tmp_path, bytes(data)))


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    """No publication has more than a thousand files in one archive."""
    data = archive({f"{number}.csv": b"x" for number in range(opening.MOST_MEMBERS + 1)})
    with pytest.raises(DamagedFile, match="too many files"):
        open_path(written(tmp_path, data))


def test_names_that_climb_out_of_the_archive_do_no_harm(tmp_path: Path) -> None:
    """An archive could write over files beside the workspace."""
    inside = tmp_path / "inside"
    inside.mkdir()
    path = written(inside, archive({"../escaped.csv": TABLE, "/tmp/absolute.csv": TABLE}))  # noqa: S108
    members = open_path(path)
    assert sorted(member.name for member in members) == ["absolute.csv", "escaped.csv"]
    assert [item.name for item in tmp_path.rglob("*.csv")] == []


def test_an_empty_archive_and_a_missing_path_are_told(tmp_path: Path) -> None:
    """Nothing to add would look like success."""
    with pytest.raises(DamagedFile, match="the archive is empty"):
        open_path(written(tmp_path, archive({})))
    with pytest.raises(UsageError, match="there is no such file"):
        open_path(tmp_path / "absent.csv")


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    """A locked archive would end in a traceback."""
    data = bytearray(archive({"lists.csv": TABLE}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(DamagedFile, match="password"):
        open_path(written(tmp_path, bytes(data)))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (b"", DamagedFile, "the file is empty"),
        (b"\xef\xbb\xbf\r\n", DamagedFile, "the file is empty"),
        (b"\x00" * 500, DamagedFile, "the file is empty"),
        (b"\n<!DOCTYPE html><html></html>", UnrecognisedFile, "web page"),
        (b"\xef\xbb\xbf<html lang='en'>", UnrecognisedFile, "web page"),
        (b"%PDF-1.7 ...", UnrecognisedFile, "PDF"),
        (b"\x89PNG\r\n\x1a\n....", UnrecognisedFile, "picture"),
        (b"\xff\xd8\xff\xe0....", UnrecognisedFile, "picture"),
        (OLE + b"\x00" * 600, UnrecognisedFile, "before 2007.*Save it as .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), UnrecognisedFile, "password"),
        (b"<?xml version='1.0'?><Error/>", UnrecognisedFile, "XML"),
        (b"PAR1\x15\x00\x15\x04\x00\x00", UnrecognisedFile, "not text"),
        (workbook(), None, ""),
        (workbook(**{"xl__vbaProject.bin": b"macro"}), UnrecognisedFile, "macros.*Save it as .xlsx"),
        (
            archive({"[Content_Types].xml": b"vnd.ms-excel.sheet.macroEnabled.main+xml", "xl/workbook.xml": b""}),
            UnrecognisedFile,
            "macros",
        ),
    ],
)
def test_what_cannot_be_data_is_refused_with_its_reason(data: bytes, kind: type[SpGeoError] | None, said: str) -> None:
    """A saved web page or a macro would be read as a table, or fail without a reason."""
    if kind is None:
        assert kind_of(data, "file") == "workbook"
        return
    with pytest.raises(kind, match=said):
        kind_of(data, "file")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TABLE, "csv"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "geopackage"),
        (b'\xef\xbb\xbf {"type": 1}', "json"),
        ("CODE,NAME\nA,B\n".encode("utf-16"), "csv"),
    ],
)
def test_layouts_are_told_from_bytes(data: bytes, kind: str) -> None:
    """A file with the wrong ending would be read wrongly."""
    assert kind_of(data, "file.wrong") == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_the_same_in_every_encoding(encoding: str) -> None:
    """An en dash or an accent in a name would be damaged."""
    text = "NAME\nCaf\u00e9 \u2013 one\n"
    assert decode(text.encode(encoding)) == text
