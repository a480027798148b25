"""Bytes flipped, cut, doubled and put in; encodings mixed; line ends, separators and quotation marks changed."""

from __future__ import annotations

import base64
import csv
import gzip
from collections.abc import Callable
from random import Random
from typing import Any

from tests.corruption.model import Mutant, Mutator, Seed, reparsed
from tests.corruption.render import as_csv

_TEXTS = {"csv", "tsv", "json"}
Change = Callable[[Seed, Random], "bytes | None"]


def spoilt(seed: Seed, data: bytes, **more: Any) -> Mutant:
    """Spoilt bytes: a text file is read plainly, an archive must say what it said."""
    if seed.form in _TEXTS:
        says = reparsed(seed, data)
        if says is None and seed.form == "csv" and b'"' in data:
            more |= {"either": "quotation marks that do not match: the rows they touch are listed"}
        return Mutant(data, says=says, **more)
    if seed.form == "geopackage":
        return Mutant(data, **({"either": "a base has no check sum, and is not read twice"} | more))
    return Mutant(data, says=seed.content, is_sure=False, **more)


def _on_bytes(change: Callable[[bytes, Random], bytes], **more: Any) -> Callable[[Seed, Random], Mutant | None]:
    def mutate(seed: Seed, random: Random) -> Mutant | None:
        data = seed.render()
        made = change(data, random)
        return None if made == data else spoilt(seed, made, **more)

    return mutate


def _on_text(change: Change, *forms: str, same: bool = False, **more: Any) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator of text files; what says the same where records are named by their row need not be the same tables."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        made = change(seed, random) if seed.form in (forms or _TEXTS) else None
        return None if made is None else spoilt(seed, made, same=same and not seed.by_record, **more)

    return mutate


def _flip(data: bytes, random: Random) -> bytes:
    made = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 8])):
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)
    return bytes(made)


def _put_in(odd: Callable[[Random], bytes]) -> Callable[[bytes, Random], bytes]:
    def change(data: bytes, random: Random) -> bytes:
        at = random.randrange(len(data))
        return data[:at] + odd(random) + data[at:]

    return change


def _hole(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + b"\x00" * min(512, len(data) - start) + data[start + 512 :]


def _missing_part(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + data[start + random.randrange(1, 200) :]


def _doubled_part(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data))
    end = start + random.randrange(1, 200)
    return data[:end] + data[start:end] + data[end:]


_NOTHING = (b"", b" ", b"\n\n\n", b"\x00", b"\x00" * 1000, b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n", b"\t")
_SOMETHING_ELSE = (
    *(b"%PDF-1.7\n...", b"<!DOCTYPE html><html><body>Sign in</body></html>", b"<?xml version='1.0'?><a/>"),
    *(
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"Rar!\x1a\x07\x00" + bytes(50),
    ),
    *(b"7z\xbc\xaf\x27\x1c" + bytes(50), b"SQLite format 3\x00" + bytes(100), b"PK\x03\x04" + bytes(30)),
    *(b"PK\x05\x06" + bytes(18), b"PAR1" + bytes(50) + b"PAR1", b"{\\rtf1 hello}", b"{", b"[", b"null", b"[]", b"{}"),
    *(b"404 Not Found", b"a,b\n1,2\n", b"\xff\xd8\xff\xe0" + bytes(50), b"BZh9" + bytes(50), b"MZ" + bytes(60)),
    *(b"<html>" + b"x" * 5000, b"#!/bin/sh\nrm -rf /\n", b'"', b",,,,\n" * 50, b"\xfd7zXZ\x00" + bytes(50)),
)


def _wide(seed: Seed, random: Random) -> bytes:
    text = seed.render().decode()
    marked = b"\xff\xfe" + text.encode("utf-16-le"), b"\xfe\xff" + text.encode("utf-16-be")
    return random.choice([text.encode("utf-16"), *marked])


def _wide_unmarked(seed: Seed, random: Random) -> bytes:
    return seed.render().decode().encode(random.choice(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-32"]))


def _windows(seed: Seed, _: Random) -> bytes | None:
    data = seed.render().decode()
    return data.encode("cp1252", errors="replace") if not data.isascii() else None


def _named(*signs: bytes) -> Change:
    """A sound file into one of whose names some bytes are put."""

    def change(seed: Seed, random: Random) -> bytes | None:
        data = seed.render()
        at = data.find(b"SYNTHETIC ", random.randrange(len(data) // 2 + 1))
        return None if at < 0 else data[: at + 10] + random.choice(signs) + data[at + 10 :]

    return change


def _mixed(seed: Seed, random: Random) -> bytes | None:
    """A byte of Windows-1252 in a file that has names in UTF-8 as well."""
    made = _named(b"\x92", b"\xe9", b"\xa3", b"\x96")(seed, random)
    return None if made is None else made.replace(b"SYNTHETIC ", "SYNTHETIC é–".encode(), 1)


_NO_TEXT = (b"\xed\xa0\x80", b"\xc0\xaf", b"\xff", b"\x81", b"\xf8\x88\x80\x80\x80", b"\xf0\x9f\x98")


def _line_ends(seed: Seed, _: Random) -> bytes | None:
    old, new = (b"\r\n", b"\n") if seed.form == "tsv" else (b"\n", b"\r\n")
    return seed.render().replace(old, new)


def _mixed_ends(seed: Seed, random: Random) -> bytes:
    return b"".join(line + random.choice([b"\n", b"\r\n", b"\r"]) for line in seed.render().splitlines())


def _blank_lines(seed: Seed, random: Random) -> bytes | None:
    lines = seed.render().splitlines()
    for _ in range(random.randrange(1, 5)):
        lines.insert(random.randrange(1, len(lines) + 1), b"")
    return None if seed.by_row else b"\n".join(lines) + b"\n" * random.randrange(4)


def _open_quote(seed: Seed, random: Random) -> Mutant | None:
    """A stray quotation mark: what it touches may be left out, and every other row says what it said."""
    if seed.form != "csv":
        return None
    data = seed.render()
    at = random.choice([place for place, sign in enumerate(data) if sign in b",\n"] or [0])
    return Mutant(data[: at + 1] + b'"' + data[at + 1 :], says=seed.content, is_sure=False)


def _titled(seed: Seed, random: Random) -> bytes:
    title = random.choice([b"Published 1 July 2026\n\n", b"sep=,\n", b"# made by hand\n", b"Title,,\n,,\n"])
    return title + seed.render()


def _separated(seed: Seed, random: Random) -> Mutant | None:
    """Lists that people keep may have tabs; whatever is accepted must say the same."""
    if seed.form != "csv":
        return None
    return Mutant(as_csv(seed.content[""], delimiter=random.choice(";|\t:^")).encode(), says=seed.content)


def _packed(data: bytes, random: Random) -> bytes:
    return random.choice([gzip.compress(data, mtime=0), base64.b64encode(data), data[::-1], data.hex().encode()])


MUTATORS = (
    [
        Mutator(name, "bytes", _on_bytes(change))
        for name, change in {
            "cut_anywhere": lambda data, random: data[: random.randrange(1, len(data))],
            "cut_at_the_end": lambda data, random: data[: -random.randrange(1, min(60, len(data)))],
            "cut_at_the_start": lambda data, random: data[random.randrange(1, min(len(data), 200)) :],
            "flip_bits": _flip,
            "noise": _put_in(lambda random: random.randbytes(random.choice([1, 4, 64]))),
            "nul_bytes": _put_in(lambda random: b"\x00" * random.choice([1, 2, 512])),
            "hole_of_nuls": _hole,
            "part_missing": _missing_part,
            "part_doubled": _doubled_part,
        }.items()
    ]
    + [
        Mutator("file_twice_over", "bytes", _on_bytes(lambda data, _: data + data), 1),
        Mutator("nothing_in_it", "bytes", _on_bytes(lambda _, random: random.choice(_NOTHING), must="refuse"), 4),
        Mutator(
            "something_else", "bytes", _on_bytes(lambda _, random: random.choice(_SOMETHING_ELSE), must="refuse"), 8
        ),
        Mutator("packed_otherwise", "bytes", _on_bytes(_packed, must="refuse"), 4),
        Mutator("windows_names", "bytes", _on_text(_windows), 1),
        Mutator("mixed_encodings", "bytes", _on_text(_mixed)),
        Mutator("bytes_of_no_text", "bytes", _on_text(_named(*_NO_TEXT))),
        Mutator("wide_unmarked", "bytes", _on_text(_wide_unmarked, must="refuse"), 4),
        Mutator("open_quote", "bytes", _open_quote),
        Mutator("end_mark", "bytes", _on_text(lambda seed, _: seed.render() + b"\x1a"), 1),
        Mutator("old_mac_line_ends", "bytes", _on_text(lambda seed, _: seed.render().replace(b"\n", b"\r"), "csv"), 1),
        Mutator("mixed_line_ends", "bytes", _on_text(_mixed_ends, "csv"), 4),
        Mutator("other_separators", "bytes", _separated, 4),
        Mutator("title_above", "bytes", _on_text(_titled, "csv"), 4),
    ]
    + [
        Mutator(name, "bytes", _on_text(change, *forms, same=True, must="accept"), most)
        for name, change, forms, most in (
            ("byte_order_mark", lambda seed, _: b"\xef\xbb\xbf" + seed.render(), (), 1),
            ("utf_16", _wide, (), 3),
            ("line_ends", _line_ends, (), 1),
            ("blank_lines", _blank_lines, ("csv",), 1_000),
            ("no_last_line_end", lambda seed, _: seed.render().rstrip(b"\r\n"), ("csv", "tsv"), 1),
            ("all_quoted", lambda seed, _: as_csv(seed.content[""], quote=csv.QUOTE_ALL).encode(), ("csv",), 1),
        )
    ]
)
