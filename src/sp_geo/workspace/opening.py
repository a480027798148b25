"""Published files opened: archives unpacked in memory, and anything that is not data refused with its reason."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sp_geo.core.archives import NO_DAY, zip_bytes
from sp_geo.core.errors import DamagedFile, SpGeoError, UnrecognisedFile, UsageError
from sp_geo.workspace.document import Document, Kind, is_package
from sp_geo.workspace.shapefile import SHAPEFILE_NEEDS, SHAPEFILE_READ, shapefile_parts
from sp_geo.workspace.workbook_parts import refuse_unsafe

MOST_BYTES: Final = 2_000_000_000
"""No publication comes near two gigabytes unpacked; an archive that says so is a mistake or an attack."""
MOST_RATIO: Final = 1_000
_MOST_RATIO_NESTED: Final = 200
"""Of all that archives within an archive hold to the outer one, beyond :data:`LARGE_BYTES`; CSV files reach 20."""
LARGE_BYTES: Final = 10_000_000
MOST_MEMBERS: Final = 1_000
DEEPEST: Final = 1

_AGAIN: Final = "It was probably cut short: download it again"
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06")
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


@dataclass(frozen=True)
class Member:
    """One file found under a path.

    Attributes:
        document: its content; None if it cannot be data.
        name: its own name.
        member: its path inside the archive, empty outside one.
        dated: day the archive gives it, ISO text; empty outside one.
        refusal: why it cannot be data, where it cannot.
        size: its bytes, unpacked.
    """

    name: str
    member: str = ""
    dated: str = ""
    document: Document | None = None
    refusal: SpGeoError | None = None
    size: int = 0


def open_path(path: Path) -> list[Member]:
    """All files under a path that is a file: itself, or the members of the archive that it is.

    Raises:
        UsageError: there is no such file.
        DamagedFile: it cannot be read, or is an archive that is cut short or not plausible.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as fault:
        raise UsageError("there is no such file", file=str(path)) from fault
    except OSError as fault:
        raise DamagedFile(f"cannot be read: {fault.strerror}", file=str(path)) from fault
    if data.startswith(_ARCHIVES) and not _is_workbook(data, path.name):
        # Members as a list, stopped where archives within the archive add up to too much.
        found, size = [], 0
        for member in _members(data, path.name):
            size += member.size
            if size > MOST_BYTES or (size > LARGE_BYTES and size > _MOST_RATIO_NESTED * len(data)):
                raise _implausible(path.name, f"more than {size / 1e6:,.0f} MB")
            found.append(member)
        return found
    return [_opened(data, path.name, Member(name=path.name))]


def _is_workbook(data: bytes, label: str) -> bool:
    return any(name.startswith("xl/workbook") for name in _archive(data, label).namelist())


def _archive(data: bytes, label: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise DamagedFile("the archive cannot be opened", file=label, advice=_AGAIN) from fault


def _members(data: bytes, label: str, outer: str = "", depth: int = 0) -> Iterator[Member]:
    archive = _archive(data, label)
    listed = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not (info.filename.startswith("__MACOSX/") or Path(info.filename).name in {".DS_Store", "Thumbs.db"})
    ]
    if not listed:
        raise DamagedFile("the archive is empty", file=label, advice=_AGAIN)
    if len(listed) > MOST_MEMBERS:
        raise DamagedFile(
            "the archive holds too many files",
            file=label,
            found=f"{len(listed):,}",
            expected=f"{MOST_MEMBERS:,} at most",
        )
    _refuse_implausible(archive, label)
    _refuse_repeats(listed, label)
    if is_package(info.filename for info in listed):
        yield _package(data, label, outer)
        return
    shapefiles = shapefile_parts(info.filename for info in listed)
    parts = {name for found in shapefiles.values() for name in found.values()}
    names = Counter(Path(_readable_name(info)).name for info in listed)
    for info in sorted(listed, key=lambda item: item.filename):
        if info.filename in shapefiles:
            yield _shapefile(archive, shapefiles[info.filename], f"{label} > {_told_apart(info, names)}", outer)
        if info.filename in parts:
            continue
        content = _unpacked(archive, info, label)
        name = Path(_readable_name(info)).name
        inner = f"{label} > {_told_apart(info, names)}"
        if content.startswith(_ARCHIVES) and not _is_workbook(content, inner):
            if depth >= DEEPEST:
                raise DamagedFile(
                    "the archive holds archives within archives", file=inner, expected="one within another at most"
                )
            yield from _members(content, inner, f"{outer}{info.filename} > ", depth + 1)
            continue
        place = Member(name=name, member=outer + info.filename, dated=_day(info))
        yield _opened(content, inner, place)


def _told_apart(info: zipfile.ZipInfo, names: Mapping[str, int]) -> str:
    """How messages name a member: by its own name, and by its folder where another member is called the same."""
    path = _readable_name(info)
    name = Path(path).name
    return path if names[name] > 1 else name


def _refuse_repeats(listed: list[zipfile.ZipInfo], label: str) -> None:
    """Refuse an archive in which nobody can tell which of two files is meant."""
    names = [info.filename for info in listed]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise DamagedFile(
            "the archive holds two files of one name",
            file=label,
            found=f"'{repeated}' twice",
            advice="Unpack it yourself and add the file you need",
        )


def _package(data: bytes, label: str, outer: str) -> Member:
    """An archive whose files mean something only together, as one document; each file is unpacked once to try it."""
    archive = _archive(data, label)
    for info in archive.infolist():
        if not info.is_dir():
            _unpacked(archive, info, label)
    document = Document(label=label, kind="package", data=data)
    day = _day(max(archive.infolist(), key=lambda item: item.date_time))
    return Member(Path(label.rpartition(" > ")[2]).name, outer.removesuffix(" > "), day, document, size=len(data))


def _shapefile(archive: zipfile.ZipFile, parts: Mapping[str, str], inner: str, outer: str) -> Member:
    """The files of one shapefile as one document: an archive of them that has the same bytes every time."""
    main = archive.getinfo(parts[".shp"])
    stem = Path(_readable_name(main)).stem
    place = Member(f"{stem}.shp", outer + main.filename, _day(main))
    missing = [suffix for suffix in SHAPEFILE_NEEDS if suffix not in parts]
    if missing:
        fault = DamagedFile(
            "the shapefile is not complete",
            file=inner,
            found=f"no {stem}{missing[0]}",
            expected=f"{', '.join(SHAPEFILE_NEEDS)} and .prj together in the archive",
        )
        return replace(place, refusal=fault)
    read = {
        stem + suffix: _unpacked(archive, archive.getinfo(parts[suffix]), inner)
        for suffix in SHAPEFILE_READ
        if suffix in parts
    }
    data = zip_bytes(read, NO_DAY)
    return replace(place, document=Document(label=inner, kind="shapefile", data=data), size=len(data))


def _day(info: zipfile.ZipInfo) -> str:
    """The day that an archive gives a file, ISO text."""
    year, month, day = info.date_time[:3]
    return f"{year:04d}-{month:02d}-{day:02d}"


def _readable_name(info: zipfile.ZipInfo) -> str:
    """A member's name as it was meant: archives of the NHS write UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _refuse_implausible(archive: zipfile.ZipFile, label: str) -> None:
    """Refuse an archive whose list of sizes no publication has, before anything is unpacked."""
    infos = archive.infolist()
    size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    is_dense = size > LARGE_BYTES and size > MOST_RATIO * max(packed, 1)
    is_dense = is_dense or any(
        info.file_size > LARGE_BYTES and info.file_size > MOST_RATIO * max(info.compress_size, 1) for info in infos
    )
    if size > MOST_BYTES or is_dense:
        raise _implausible(label, f"{size / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB")


def _implausible(label: str, found: str) -> DamagedFile:
    return DamagedFile(
        "the archive unpacks to an implausible size",
        file=label,
        found=found,
        expected=f"{MOST_BYTES / 1e6:,.0f} MB at most",
        advice="Unpack it yourself and add the file you need",
    )


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> bytes:
    try:
        with archive.open(info) as file:
            content = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise DamagedFile(
            "the archive cannot be unpacked", file=f"{label} > {info.filename}", found=str(fault), advice=_AGAIN
        ) from fault
    if len(content) != info.file_size:
        raise DamagedFile("the archive does not hold what it lists", file=f"{label} > {info.filename}", advice=_AGAIN)
    return content


def _opened(data: bytes, label: str, place: Member) -> Member:
    try:
        document = Document(label=label, kind=kind_of(data, label), data=data)
    except SpGeoError as fault:
        return Member(place.name, place.member, place.dated, refusal=fault, size=len(data))
    return Member(place.name, place.member, place.dated, document=document, size=len(data))


def kind_of(data: bytes, label: str) -> Kind:
    """How bytes are laid out, told from the bytes alone.

    Raises:
        DamagedFile: there is nothing in the file.
        UnrecognisedFile: it is something that cannot be data, such as a web page or a workbook with macros.
    """
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise DamagedFile("the file is empty", file=label, advice="Download it again")
    if data.startswith(_ARCHIVES):
        archive = _archive(data, label)
        _refuse_implausible(archive, label)
        refuse_unsafe(archive, label, lambda info: _unpacked(archive, info, label))
        return "workbook"
    if data.startswith(b"SQLite format 3\x00"):
        return "geopackage"
    reason = _what_else(data)
    if reason:
        raise UnrecognisedFile(
            reason[0], file=label, expected="a CSV file, workbook, GeoPackage or archive of them", advice=reason[1]
        )
    # The first character that is neither blank nor a byte-order mark tells JSON.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = data[:4096].decode("utf-16", errors="ignore").lstrip()
    else:
        start = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").decode("latin-1")
    return "json" if start.startswith(("{", "[")) else "csv"


_STARTS: Final[tuple[tuple[tuple[bytes, ...], str, str], ...]] = (
    ((_OLD_EXCEL,), "it is a workbook of before 2007", "Save it as .xlsx and add that"),
    ((b"%PDF",), "it is a PDF", "Add the data file that the publication page offers beside it"),
    (
        (b"<!doctype html", b"<html", b"<head", b"<!--"),
        "it is a web page, not the file itself",
        "Open the publication page and download the file",
    ),
    ((b"<?xml",), "it is XML", "Add the CSV file of the same publication"),
    (_PICTURES, "it is a picture", "Add the data file"),
    (
        (b"\x00\x00\x27\x0a",),
        "it is one of the files of a shapefile",
        "Zip its .shp, .shx, .dbf and .prj together and add the zip",
    ),
)


def _what_else(data: bytes) -> tuple[str, str] | None:
    if data.startswith(_OLD_EXCEL) and _LOCKED in data:
        return "it is a workbook locked with a password", "Save it without a password and add that"
    start = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    for beginnings, problem, advice in _STARTS:
        if start.startswith(beginnings) or start.lower().startswith(beginnings):
            return problem, advice
    if b"\x00" in start and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is not text", "Add the CSV file of the publication"
    return None
