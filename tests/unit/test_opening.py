"""Opening files: what is data is opened, what is not is refused with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from sp_geo.core.errors import DamagedFile, SpGeoError, UnrecognisedFile, UsageError
from sp_geo.workspace import opening
from sp_geo.workspace.opening import open_path
from tests.unit.files import zipped as archive


def opened(folder: Path, name: str, data: bytes) -> list[opening.Member]:
    """The members of a file with this name and these bytes."""
    path = folder / name
    path.write_bytes(data)
    return open_path(path)


def refusal(folder: Path, name: str, data: bytes) -> SpGeoError:
    """The one refusal that a file meets, whether at its outside or inside."""
    try:
        members = opened(folder, name, data)
    except SpGeoError as fault:
        return fault
    assert len(members) == 1
    assert members[0].document is None
    assert members[0].refusal is not None
    return members[0].refusal


@pytest.mark.parametrize(
    ("name", "data", "kind", "words"),
    [
        ("a.csv", b"", DamagedFile, "the file is empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", DamagedFile, "the file is empty"),
        ("a.csv", b"\x00" * 100, DamagedFile, "the file is empty"),
        ("a.csv", b"<!DOCTYPE html><html>Sign in</html>", UnrecognisedFile, "it is a web page"),
        ("a.zip", b"\r\n<html lang='en'>", UnrecognisedFile, "it is a web page"),
        ("a.csv", b"%PDF-1.7", UnrecognisedFile, "it is a PDF"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", UnrecognisedFile, "it is a picture"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, UnrecognisedFile, "before 2007"),
        ("a.csv", b"a,b\n1,\x00\x01\x02", UnrecognisedFile, "it is not text"),
        ("a.xml", b"<?xml version='1.0'?><a/>", UnrecognisedFile, "it is XML"),
        ("a.zip", archive({"x": b"a,b\n"})[:40], DamagedFile, "archive cannot be opened"),
        ("a.zip", archive({}), DamagedFile, "archive is empty"),
    ],
    # An archive holds the time at which it was made: a name made of its bytes would differ between processes.
    ids=lambda value: value[:6].hex() if isinstance(value, bytes) else None,
)
def test_what_is_no_data_is_refused(tmp_path: Path, name: str, data: bytes, kind: type[SpGeoError], words: str) -> None:
    """What is no data is refused in one line that says what it is."""
    fault = refusal(tmp_path, name, data)
    assert type(fault) is kind
    assert words in fault.line()
    assert "\n" not in fault.line()


def test_damage_is_noticed(tmp_path: Path) -> None:
    """A changed byte, a member that lies about its size and a cut archive are refused as damage."""
    data = bytearray(archive({"data.csv": b"PRACTICE_CODE,NUMBER_OF_PATIENTS\n" * 50}))
    data[60] ^= 0xFF
    assert isinstance(refusal(tmp_path, "flipped.zip", bytes(data)), DamagedFile)
    data = bytearray(archive({"bomb.csv": b"0" * 50_000}))
    for place in (data.index(b"PK\x01\x02") + 24, 22):
        data[place : place + 4] = (100).to_bytes(4, "little")
    assert isinstance(refusal(tmp_path, "bomb.zip", bytes(data)), DamagedFile)
    data = bytearray(workbook({"xl/sheet1": bytes(range(256)) * 200}))
    data[data.index(b"xl/sheet1") + 30] ^= 0xFF
    assert isinstance(refusal(tmp_path, "book.xlsx", bytes(data)), DamagedFile)
    whole = archive({"data.csv": bytes(range(256)) * 400})
    for cut in (len(whole) - 10, len(whole) // 2, 30):
        fault = refusal(tmp_path, "cut.zip", whole[:cut])
        assert isinstance(fault, DamagedFile)
        assert "download it again" in fault.line()


def test_zip_bombs_are_refused_before_they_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive or workbook of implausible size or number is refused before it is unpacked, over inner archives too."""
    monkeypatch.setattr(opening, "LARGE_BYTES", 100_000)
    fault = refusal(tmp_path, "bomb.zip", archive({"zeros.csv": b"0" * 3_000_000}))
    assert "implausible size" in fault.line()
    fault = refusal(tmp_path, "book.xlsx", workbook({"xl/sheet1.xml": b"0" * 3_000_000}))
    assert "implausible size" in fault.line()
    monkeypatch.undo()
    monkeypatch.setattr(opening, "MOST_BYTES", 1_000_000)
    large = {f"{number}.csv": b"0" * 400_000 for number in range(2)}
    for members in (large | {"2.csv": b"0" * 400_000}, {"a.zip": archive(large), "b.zip": archive(large)}):
        assert "implausible size" in refusal(tmp_path, "bomb.zip", archive(members)).line()
    monkeypatch.setattr(opening, "MOST_MEMBERS", 2)
    assert "too many files" in refusal(tmp_path, "many.zip", archive({f"{n}.csv": b"a,b\n" for n in range(3)})).line()


def test_archives_within_archives_end(tmp_path: Path) -> None:
    """An archive within an archive is opened, one within that refused; members keep names apart and never lead outside."""
    one = archive({"a.csv": b"a,b\n1,2\n"})
    assert [member.name for member in opened(tmp_path, "two.zip", archive({"one.zip": one}))] == ["a.csv"]
    assert "within archives" in refusal(tmp_path, "three.zip", archive({"two.zip": archive({"one.zip": one})})).line()
    inner = {"a.zip": archive({"lists.csv": b"a,b\n1,2\n"}), "b.zip": archive({"lists.csv": b"a,b\n3,4\n"})}
    found = [member.member for member in opened(tmp_path, "outer.zip", archive(inner))]
    assert found == ["a.zip > lists.csv", "b.zip > lists.csv"]
    members = opened(tmp_path, "evil.zip", archive({"../../evil.csv": b"a,b\n1,2\n", "C:\\x.csv": b"a,b\n"}))
    assert {member.name for member in members} <= {"evil.csv", "C:\\x.csv", "x.csv"}
    assert {path.suffix for path in tmp_path.iterdir()} == {".zip"}
    assert opened(tmp_path, "keys.csv", b"PK,NAME\n1,one\n")[0].document is not None


def test_names_written_in_utf8_without_saying_so_are_readable(tmp_path: Path) -> None:
    """Names in UTF-8 are read, whether the archive says so or not."""
    data = bytearray(archive({"PCN – June.csv": b"a,b\n1,2\n"}))
    central = data.index(b"PK\x01\x02")
    data[7] &= ~0x08  # the flag that says the name is UTF-8, in the member's own header and in the directory
    data[central + 9] &= ~0x08
    document = opened(tmp_path, "n.zip", bytes(data))[0].document
    assert document.label == "n.zip > PCN – June.csv"


def workbook(more: dict[str, bytes]) -> bytes:
    """A zip that looks like a workbook, with more parts."""
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", **more})


def test_passwords_macros_and_missing_files_are_told(tmp_path: Path) -> None:
    """A locked archive or workbook, one with macros, and a path that is not there are told as such."""
    data = bytearray(archive({"lists.csv": b"a,b\n1,2\n"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "password" in refusal(tmp_path, "locked.zip", bytes(data)).line()
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(tmp_path, "locked.xlsx", locked).line()
    types = b"<Types><Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>"
    for members in (
        {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/vbaProject.bin": b"x"},
        {"[Content_Types].xml": types, "xl/workbook.xml": b""},
    ):
        fault = refusal(tmp_path, "book.xlsx", archive(members))
        assert isinstance(fault, UnrecognisedFile)
        assert "macros" in fault.line()
    with pytest.raises(UsageError, match="no such file"):
        open_path(tmp_path / "none.csv")
