"""Archives that are cut, locked, bombs, nested, or whose members have names that lead elsewhere."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from tests.corruption.model import Mutant, Mutator, Seed
from tests.corruption.render import as_zip

_DAY = (2026, 7, 1, 0, 0, 0)


def _zipped(change: Callable[[Seed, Random], bytes | None], **more: Any) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator whose file is an archive, named after the seed's file."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        made = change(seed, random)
        return None if made is None else Mutant(made, file=_name(seed), **({"says": seed.content} | more))

    return mutate


def _name(seed: Seed) -> str:
    return seed.file.rpartition(".")[0] + ".zip"


def _members(seed: Seed) -> dict[str, bytes]:
    return {seed.file: seed.render()}


def _plain(seed: Seed, _: Random) -> bytes:
    return as_zip(_members(seed))


def _one(info: zipfile.ZipInfo, data: bytes) -> bytes:
    held = io.BytesIO()
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, data)
    return held.getvalue()


def _truncated(seed: Seed, random: Random) -> bytes:
    data = as_zip(_members(seed))
    return data[: random.randrange(20, len(data) - 1)]


def _wrong_sum(seed: Seed, random: Random) -> bytes:
    """A byte of the packed content changed, so that the check sum is wrong."""
    data = bytearray(as_zip(_members(seed)))
    name, extra = struct.unpack("<HH", data[26:30])
    packed = struct.unpack("<I", data[18:22])[0]
    at = 30 + name + extra + random.randrange(packed)
    data[at] ^= 1 << random.randrange(8)
    return bytes(data)


@cache
def _zeros(size: int) -> bytes:
    return _one(zipfile.ZipInfo("zeros.csv", _DAY), bytes(size))


def _bomb(seed: Seed, random: Random) -> bytes:
    """200 MB of zeros: more than a thousandfold."""
    return _zeros(200_000_000)


def _lying_bomb(seed: Seed, random: Random) -> bytes:
    """150 MB that are said to be 100 bytes."""
    data = bytearray(_zeros(150_000_000))
    central = data.rindex(b"PK\x01\x02")
    data[22:26] = struct.pack("<I", 100)
    data[central + 24 : central + 28] = struct.pack("<I", 100)
    return bytes(data)


def _nested_bombs(seed: Seed, random: Random) -> bytes:
    inner, held = _zeros(90_000_000), io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for number in range(30):
            archive.writestr(zipfile.ZipInfo(f"{number:02d}.zip", _DAY), inner)
    return held.getvalue()


def _overlapping(seed: Seed, random: Random) -> bytes:
    """Many entries of the list that all point at the same packed bytes."""
    data = _zeros(90_000_000)
    central, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entries = data[central:end] * 60
    tail = bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", 60, 60)
    tail[12:16] = struct.pack("<I", len(entries))
    return data[:central] + entries + bytes(tail)


def _within(depth: int) -> Callable[[Seed, Random], bytes | None]:
    def change(seed: Seed, _: Random) -> bytes | None:
        if depth == 1 and seed.form == "package":
            return None  # a package is an archive already
        data = as_zip(_members(seed))
        for level in range(depth):
            data = as_zip({f"level{level}.zip": data})
        return data

    return change


def _leading_away(seed: Seed, random: Random) -> bytes:
    name = random.choice(
        [
            "../../evil.csv",
            "/evil.csv",
            "..\\..\\evil.csv",
            "C:\\evil.csv",
            "a/../../../evil.csv",
            "//host/evil.csv",
            "./../evil.csv",
            "~/evil.csv",
            "inbox/../../workspace/evil.csv",
            "../workspace/sources/evil.csv",
        ]
    )
    return _one(zipfile.ZipInfo(name, _DAY), seed.render())


def _link(seed: Seed, random: Random) -> bytes:
    info = zipfile.ZipInfo("link.csv", _DAY)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return _one(info, random.choice([b"/etc/passwd", b"../../../secret.csv", b"link.csv"]))


def _same_name(seed: Seed, random: Random) -> bytes:
    """Two members of one name, of which the second is empty of sense."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first, second = seed.render(), b"other,columns\n1,2\n"
            for content in (first, second) if random.random() < 0.5 else (second, first):
                archive.writestr(zipfile.ZipInfo(seed.file, _DAY), content)
    return held.getvalue()


def _locked(seed: Seed, random: Random) -> bytes:
    """Marked as encrypted, in both places that say so."""
    data = bytearray(as_zip(_members(seed)))
    central = data.rindex(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def _odd_method(seed: Seed, random: Random) -> bytes:
    data = bytearray(as_zip(_members(seed)))
    central = data.rindex(b"PK\x01\x02")
    method = struct.pack("<H", random.choice([1, 6, 9, 12, 14, 93, 97, 99]))
    data[8:10], data[central + 10 : central + 12] = method, method
    return bytes(data)


@cache
def _crowd() -> bytes:
    return as_zip({f"{n}.csv": b"a,b\n1,2\n" for n in range(1_200)})


def _too_many(seed: Seed, random: Random) -> bytes:
    return _crowd()


def _empty(seed: Seed, random: Random) -> bytes:
    return random.choice([as_zip({}), as_zip({"folder/": b""}), as_zip({"__MACOSX/._a": b"x"})])


def _companions(seed: Seed, random: Random) -> bytes:
    others = {
        "guide.pdf": b"%PDF-1.7 guide",
        "read me.csv": b"term,meaning\na,b\n",
        "__MACOSX/._x.csv": b"\x00\x05",
        "empty/": b"",
    }
    chosen = random.sample(sorted(others), random.randrange(1, len(others) + 1))
    return as_zip({name: others[name] for name in chosen} | _members(seed))


def _odd_name(seed: Seed, random: Random) -> bytes:
    name = random.choice(
        [
            "a\nb.csv",
            "a\x1b[31mb.csv",
            "\u202evsc.exe",
            "x" * 400 + ".csv",
            "é–ü.csv",
            "a\tb.csv",
            "CON.csv",
            " .csv",
            "a\u200bb.csv",
            "-rf.csv",
            "$(id).csv",
            "%s%n.csv",
        ]
    )
    return _one(zipfile.ZipInfo(name, _DAY), seed.render())


def _prefixed(seed: Seed, random: Random) -> bytes:
    return random.choice([b"MZ" + bytes(200), b"\n", b"junk"]) + as_zip(_members(seed))


def _commented(seed: Seed, random: Random) -> bytes:
    held = io.BytesIO(as_zip(_members(seed)))
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = b"made by hand " * random.randrange(1, 50)
    return held.getvalue()


def _old_day(seed: Seed, random: Random) -> bytes:
    """Days that no calendar has: month 0, or 15."""
    data = bytearray(as_zip(_members(seed)))
    central = data.rindex(b"PK\x01\x02")
    day = struct.pack("<H", random.choice([0, 0xFFFF, 15 << 5 | 31, (127 << 9) | (13 << 5)]))
    data[12:14], data[central + 14 : central + 16] = day, day
    return bytes(data)


def _ending(seed: Seed, random: Random) -> Mutant | None:
    stem = seed.file.rpartition(".")[0]
    ending = random.choice(
        [item for item in (".csv", ".xlsx", ".json", ".zip", ".txt") if not seed.file.endswith(item)]
    )
    return Mutant(seed.render(), file=stem + ending, same=True, must="accept")


def _odd_file_name(seed: Seed, random: Random) -> Mutant | None:
    name = random.choice(
        [
            "a\nb",
            "a\x1b[31mb",
            "\u202evsc.exe",
            "x" * 200,
            "é–ü",
            "a\u200bb",
            "-rf",
            "$(id)",
            "%s%n",
            "' OR 1=1",
            "a b",
            "...",
            "{0}",
        ]
    )
    # What the seed is called stays a part of the name: some publications say their year nowhere else.
    return Mutant(seed.render(), file=f"{name}.{seed.file}", says=seed.content)


def _half_bad(seed: Seed, random: Random) -> bytes:
    """The sound file beside a member whose check sum is wrong."""
    data = bytearray(as_zip(_members(seed) | {"zz.csv": b"a,b\n" + b"1,2\n" * 20}))
    at = data.index(b"zz.csv") + 8
    data[at] ^= 255
    return bytes(data)


MUTATORS = [
    Mutator("zip", "archive", _zipped(_plain, same=True, must="accept"), 1),
    Mutator("zip_in_zip", "archive", _zipped(_within(1), same=True, must="accept"), 1),
    Mutator("zip_in_zip_in_zip", "archive", _zipped(_within(2), must="refuse"), 1),
    Mutator("zip_very_deep", "archive", _zipped(_within(40), must="refuse"), 1),
    Mutator("zip_cut", "archive", _zipped(_truncated, must="refuse")),
    Mutator("zip_wrong_sum", "archive", _zipped(_wrong_sum, same=True)),
    Mutator("zip_bomb", "archive", _zipped(_bomb, must="refuse"), 1),
    Mutator("zip_lying_bomb", "archive", _zipped(_lying_bomb, must="refuse"), 1),
    Mutator("zip_nested_bombs", "archive", _zipped(_nested_bombs, must="refuse"), 1),
    Mutator("zip_overlapping", "archive", _zipped(_overlapping, must="refuse"), 1),
    Mutator("zip_leading_away", "archive", _zipped(_leading_away, same=True), 6),
    Mutator("zip_link", "archive", _zipped(_link, must="refuse"), 2),
    Mutator("zip_same_name_twice", "archive", _zipped(_same_name), 2),
    Mutator("zip_locked", "archive", _zipped(_locked, must="refuse"), 1),
    Mutator("zip_odd_method", "archive", _zipped(_odd_method, must="refuse"), 4),
    Mutator("zip_too_many", "archive", _zipped(_too_many, must="refuse"), 1),
    Mutator("zip_empty", "archive", _zipped(_empty, must="refuse"), 2),
    Mutator("zip_with_companions", "archive", _zipped(_companions, same=True, must="accept"), 4),
    Mutator("zip_odd_member_name", "archive", _zipped(_odd_name, same=True), 8),
    Mutator("zip_prefixed", "archive", _zipped(_prefixed), 3),
    Mutator("zip_commented", "archive", _zipped(_commented, same=True, must="accept"), 1),
    Mutator("zip_impossible_day", "archive", _zipped(_old_day, same=True), 3),
    Mutator("zip_half_bad", "archive", _zipped(_half_bad), 1),
    Mutator("wrong_ending", "archive", _ending, 3),
    Mutator("odd_file_name", "archive", _odd_file_name, 6),
]
