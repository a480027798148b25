"""Archives that are cut, locked, bombs, nested, or whose members have names that lead elsewhere."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from tests.corruption.model import Mutant, Mutator, Seed
from tests.corruption.render import as_zip

_DAY = (2026, 7, 1, 0, 0, 0)
_AWAY = (
    *("../../evil.csv", "/evil.csv", "..\\..\\evil.csv", "C:\\evil.csv", "a/../../../evil.csv", "//host/evil.csv"),
    *("./../evil.csv", "~/evil.csv", "inbox/../../workspace/evil.csv", "../workspace/sources/evil.csv"),
)
_ODD_NAMES = (
    "a\nb",
    "a\x1b[31mb",
    "\u202evsc.exe",
    "é–ü",
    "a\tb",
    " ",
    "a\u200bb",
    "-rf",
    "$(id)",
    "%s%n",
    "CON",
    "{0}",
)
_ODD_NAMES += ("x" * 200, "' OR 1=1", "a b", "...")


def _zipped(
    change: Callable[[Seed, Random], bytes | bytearray | None], **more: Any
) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator whose file is an archive, named after the seed's file."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        made, name = change(seed, random), seed.file.rpartition(".")[0] + ".zip"
        return None if made is None else Mutant(bytes(made), file=name, **({"says": seed.content} | more))

    return mutate


def _plain(seed: Seed, _: Random | None = None) -> bytes:
    return as_zip({seed.file: seed.render()})


def _one(name: str, data: bytes) -> bytes:
    return _listed([(zipfile.ZipInfo(name, _DAY), data)])


def _listed(members: list[tuple[zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for info, data in members:
            archive.writestr(info, data, method)
    return held.getvalue()


def _truncated(seed: Seed, random: Random) -> bytes:
    data = _plain(seed)
    return data[: random.randrange(20, len(data) - 1)]


def _wrong_sum(seed: Seed, random: Random) -> bytearray:
    """A byte of the packed content changed, so that the check sum is wrong."""
    data = bytearray(_plain(seed))
    name, extra = struct.unpack("<HH", data[26:30])
    packed = struct.unpack("<I", data[18:22])[0]
    data[30 + name + extra + random.randrange(packed)] ^= 1 << random.randrange(8)
    return data


@cache
def _zeros(size: int) -> bytes:
    """An archive of zeros: unpacked, more than a thousandfold."""
    return _one("zeros.csv", bytes(size))


def _lying_bomb(seed: Seed, random: Random) -> bytearray:
    """150 MB that are said to be 100 bytes."""
    data = bytearray(_zeros(150_000_000))
    central = data.rindex(b"PK\x01\x02")
    data[22:26] = data[central + 24 : central + 28] = struct.pack("<I", 100)
    return data


def _nested_bombs(seed: Seed, random: Random) -> bytes:
    inner = _zeros(90_000_000)
    return _listed([(zipfile.ZipInfo(f"{number:02d}.zip", _DAY), inner) for number in range(30)], zipfile.ZIP_STORED)


def _overlapping(seed: Seed, random: Random) -> bytes:
    """Many entries of the list that all point at the same packed bytes."""
    data = _zeros(90_000_000)
    central, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entries, tail = data[central:end] * 60, bytearray(data[end:])
    tail[8:16] = struct.pack("<HHI", 60, 60, len(entries))
    return data[:central] + entries + bytes(tail)


def _within(depth: int) -> Callable[[Seed, Random], bytes | None]:
    def change(seed: Seed, _: Random) -> bytes | None:
        data = _plain(seed)
        for level in range(depth):
            data = as_zip({f"level{level}.zip": data})
        # A package is an archive already.
        return None if depth == 1 and seed.form == "package" else data

    return change


def _link(seed: Seed, random: Random) -> bytes:
    info = zipfile.ZipInfo("link.csv", _DAY)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return _listed([(info, random.choice([b"/etc/passwd", b"../../../secret.csv", b"link.csv"]))])


def _same_name(seed: Seed, random: Random) -> bytes:
    """Two members of one name, of which one is empty of sense."""
    members = [(zipfile.ZipInfo(seed.file, _DAY), data) for data in (seed.render(), b"other,columns\n1,2\n")]
    return _listed(members if random.random() < 0.5 else members[::-1])


def _in_both_places(first: int, second: int, odd: Callable[[Random], int]) -> Callable[[Seed, Random], bytearray]:
    """A number changed that an archive says before its member and again in its list."""

    def change(seed: Seed, random: Random) -> bytearray:
        data = bytearray(_plain(seed))
        central = data.rindex(b"PK\x01\x02")
        data[first : first + 2] = data[central + second : central + second + 2] = struct.pack("<H", odd(random))
        return data

    return change


_locked = _in_both_places(6, 8, lambda _: 1)
_odd_method = _in_both_places(8, 10, lambda random: random.choice([1, 6, 9, 12, 14, 93, 97, 99]))
_old_day = _in_both_places(12, 14, lambda random: random.choice([0, 0xFFFF, 15 << 5 | 31, (127 << 9) | (13 << 5)]))


@cache
def _crowd() -> bytes:
    return as_zip({f"{n}.csv": b"a,b\n1,2\n" for n in range(1_200)})


def _empty(seed: Seed, random: Random) -> bytes:
    return as_zip(random.choice([{}, {"folder/": b""}, {"__MACOSX/._a": b"x"}]))


def _companions(seed: Seed, random: Random) -> bytes:
    others = {"guide.pdf": b"%PDF-1.7 guide", "read me.csv": b"term,meaning\na,b\n", "__MACOSX/._x.csv": b"\x00\x05"}
    others["empty/"] = b""
    chosen = random.sample(sorted(others), random.randrange(1, len(others) + 1))
    return as_zip({name: others[name] for name in chosen} | {seed.file: seed.render()})


def _prefixed(seed: Seed, random: Random) -> bytes:
    return random.choice([b"MZ" + bytes(200), b"\n", b"junk"]) + _plain(seed)


def _commented(seed: Seed, random: Random) -> bytes:
    held = io.BytesIO(_plain(seed))
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = b"made by hand " * random.randrange(1, 50)
    return held.getvalue()


def _half_bad(seed: Seed, random: Random) -> bytearray:
    """The sound file beside a member whose check sum is wrong."""
    data = bytearray(as_zip({seed.file: seed.render(), "zz.csv": b"a,b\n" + b"1,2\n" * 20}))
    data[data.index(b"zz.csv") + 8] ^= 255
    return data


def _ending(seed: Seed, random: Random) -> Mutant:
    others = [item for item in ("csv", "xlsx", "json", "zip", "txt") if not seed.file.endswith(item)]
    file = seed.file.rpartition(".")[0] + "." + random.choice(others)
    return Mutant(seed.render(), file=file, same=True, must="accept")


def _odd_file_name(seed: Seed, random: Random) -> Mutant:
    # What the seed is called stays a part of the name: some publications say their year nowhere else.
    return Mutant(seed.render(), file=f"{random.choice(_ODD_NAMES)}.{seed.file}", says=seed.content)


_SAME: dict[str, Any] = {"same": True, "must": "accept"}
MUTATORS = [
    Mutator(name, "archive", mutate, most)
    for name, mutate, most in (
        ("zip", _zipped(_plain, **_SAME), 1),
        ("zip_in_zip", _zipped(_within(1), **_SAME), 1),
        ("zip_in_zip_in_zip", _zipped(_within(2), must="refuse"), 1),
        ("zip_very_deep", _zipped(_within(40), must="refuse"), 1),
        ("zip_cut", _zipped(_truncated, must="refuse"), 1_000),
        ("zip_wrong_sum", _zipped(_wrong_sum, same=True), 1_000),
        ("zip_bomb", _zipped(lambda *_: _zeros(200_000_000), must="refuse"), 1),
        ("zip_lying_bomb", _zipped(_lying_bomb, must="refuse"), 1),
        ("zip_nested_bombs", _zipped(_nested_bombs, must="refuse"), 1),
        ("zip_overlapping", _zipped(_overlapping, must="refuse"), 1),
        ("zip_leading_away", _zipped(lambda seed, random: _one(random.choice(_AWAY), seed.render()), same=True), 6),
        ("zip_link", _zipped(_link, must="refuse"), 2),
        ("zip_same_name_twice", _zipped(_same_name), 2),
        ("zip_locked", _zipped(_locked, must="refuse"), 1),
        ("zip_odd_method", _zipped(_odd_method, must="refuse"), 4),
        ("zip_too_many", _zipped(lambda *_: _crowd(), must="refuse"), 1),
        ("zip_empty", _zipped(_empty, must="refuse"), 2),
        ("zip_with_companions", _zipped(_companions, **_SAME), 4),
        (
            "zip_odd_member_name",
            _zipped(lambda seed, random: _one(random.choice(_ODD_NAMES) + ".csv", seed.render()), same=True),
            8,
        ),
        ("zip_prefixed", _zipped(_prefixed), 3),
        ("zip_commented", _zipped(_commented, **_SAME), 1),
        ("zip_impossible_day", _zipped(_old_day, same=True), 3),
        ("zip_half_bad", _zipped(_half_bad), 1),
        ("wrong_ending", _ending, 3),
        ("odd_file_name", _odd_file_name, 6),
    )
]
