"""One value replaced: blanks, words, huge numbers, odd signs, impossible days, and other values that are sound."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.corruption.model import Mutant, Mutator, Seed
from tests.corruption.mutate_tables import first_row, sheet_of

WORDS = "n/a NA NULL none - -- * [c] [x] [z] .. : unknown #REF! #N/A TRUE x ? tbc ."
FORMULAS = "=1+1 =cmd|'/C+calc'!A0 @SUM(1,2) +1+1 -1-1"
HUGE = f"1e308 1e400 99999999999 1e9 123456789012 1E+15 0.1e10 {'9' * 30} {'9' * 400}"
NEGATIVE = "-1 -0.5 -999999 -1000 -1e6 -0 -99"
NOT_FINITE = "NaN nan inf -inf Infinity +inf -NaN 1e999 nan(1) INF"
MARKED = "12% 1,234 £12 12.5.1 12_345 1,5 (12) '12 12- 0x1F 1_000 12~345 1.234,5 12p <5 c.7 5-10 1e 1/2 ½ ²"
DATES = (
    "31/02/2022 2022-13-01 00000000 20220631 1850-01-01 9999-12-31 44562 0001-01-01 2022-02-30 30FEB2022 2022Q5 0000Q1 "
    "2022-6 06/2022 yesterday 2022-06-30T25:00:00 20221301"
)
WRONG = "2022-06-30 A81001 3.7 yes [1,2] {} 12:30 None 0 1"
LIKE = [
    {str(n): chr(0x0660 + n) for n in range(10)},
    {str(n): chr(0xFF10 + n) for n in range(10)},
    dict(zip("ABCEHKMOPSTXIUZQ", "АВСЕНКМОРſТХıՍΖԚ", strict=True)),
]
INVISIBLE = "\u200b\u200d\u2060\u00ad\u202e\u0301\ufeff\u180e"
LONGEST_CELL = 32_000

Replace = Callable[[str, Random], "str | None"]


def cell(replace: Replace, *roles: str, **more: Any) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that replaces one cell, of a column of one of the roles if any are given."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        content, sheet = copy.deepcopy(seed.content), sheet_of(seed, random)
        grid = content[sheet]
        places = [at for at in range(len(grid[0])) if not roles or role_of(seed, sheet, at) in roles]
        if not places:
            return None
        row, at = random.randrange(first_row(seed), len(grid)), random.choice(places)
        new = replace(grid[row][at], random)
        if new is None or new == grid[row][at] or (seed.form == "tsv" and {"\n", "\r"} & set(new)):
            return None
        if seed.form == "workbook" and len(new) > LONGEST_CELL:
            return None
        grid[row][at] = new
        return Mutant(seed.render(content), says=content, **more)

    return mutate


def role_of(seed: Seed, sheet: str, at: int) -> str:
    """What stands in a column of a sheet; empty where there is no header."""
    wanted = " ".join(str(seed.content[sheet][0][at]).split()).lower()
    roles = seed.roles.get(sheet, {}) if seed.has_header else {}
    return next((role for name, role in roles.items() if " ".join(name.split()).lower() == wanted), "")


def _any(texts: str) -> Replace:
    return lambda _, random: random.choice(texts.split(" ")).replace("~", "\u00a0")


def _odd_sign(text: str, random: Random) -> str | None:
    """One sign replaced by one that looks like it, or an invisible one put in."""
    if not text:
        return None
    at = random.randrange(len(text))
    like = [table[key] for table in LIKE for key in (text[at], text[at].upper()) if key in table]
    return text[:at] + random.choice(like * 3 + [text[at] + odd for odd in INVISIBLE]) + text[at + 1 :]


def _put_in(*odd: str) -> Replace:
    def replace(text: str, random: Random) -> str:
        at = random.randrange(len(text) + 1)
        return text[:at] + random.choice(odd) + text[at:]

    return replace


def _spaces(text: str, random: Random) -> str | None:
    before, after = (random.choice(["", " ", "   ", "\u00a0", "\u2003"]) for _ in range(2))
    return before + text + after if text else None


def _case(text: str, random: Random) -> str:
    return random.choice([text.lower(), text.upper(), text.title(), text.swapcase()])


def _long(text: str, random: Random) -> str:
    return random.choice(["x", "9", "é", "ab ", text or "y"]) * random.choice([700, 5_000, 40_000])


def _nudge(text: str, random: Random) -> str | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return str(int(value) + random.randrange(1, 9)) if value == int(value) else f"{value + random.random():.4f}"


def _moved(*, across: bool) -> Callable[[Seed, Random], Mutant | None]:
    """Two cells of a row exchanged, or a cell that says what another row's says."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        content, sheet = copy.deepcopy(seed.content), sheet_of(seed, random)
        grid, start = content[sheet], first_row(seed)
        if len(grid) - start < 2 or len(grid[0]) < 2:
            return None
        row, other = random.sample(range(start, len(grid)), 2)
        at, place = random.sample(range(len(grid[0])), 2)
        if across:
            grid[row][at], grid[row][place] = grid[row][place], grid[row][at]
        else:
            grid[row][at] = grid[other][at]
        return Mutant(seed.render(content), says=content)

    return mutate


_NUMERIC = ("count", "number")
_CODED = ("key", "code", "word")
MUTATORS = [
    Mutator(name, "cell", mutate)
    for name, mutate in {
        "blank_cell": cell(lambda _, random: random.choice(["", " ", "\u00a0"])),
        "word_in_cell": cell(_any(WORDS)),
        "word_for_number": cell(_any(WORDS), *_NUMERIC),
        "formula_in_cell": cell(_any(FORMULAS)),
        "huge_number": cell(_any(HUGE), *_NUMERIC),
        "negative_number": cell(_any(NEGATIVE), *_NUMERIC),
        "nan_or_inf": cell(_any(NOT_FINITE), *_NUMERIC),
        "marked_number": cell(_any(MARKED), *_NUMERIC),
        "wrong_type": cell(_any(WRONG)),
        "odd_sign": cell(_odd_sign, *_CODED),
        "odd_sign_in_number": cell(_odd_sign, *_NUMERIC, "date"),
        "odd_sign_anywhere": cell(_odd_sign),
        "letter_case": cell(_case, *_CODED),
        "impossible_day": cell(_any(DATES), "date"),
        "endless_text": cell(_long),
        "break_or_quote": cell(_put_in("\n", "\r\n", "\n\n", '"', '""', ",", ";", "|")),
        "control_sign": cell(_put_in("\x1b[31m", "\x07", "\x08", "\x7f", "\x01", "\u2028", "\u0085")),
        "other_number": cell(_nudge, *_NUMERIC),
        "swap_cells": _moved(across=True),
        "copy_cell": _moved(across=False),
        "spaces_around": cell(_spaces, same=True, must="accept"),
    }.items()
]
