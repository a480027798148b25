"""One value replaced: blanks, words, huge numbers, odd signs, impossible days, and other values that are sound."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from tests.corruption.model import Mutant, Mutator, Seed
from tests.corruption.mutate_tables import is_table, sheet_of

WORDS = (
    "n/a",
    "NA",
    "NULL",
    "none",
    "-",
    "--",
    "*",
    "[c]",
    "[x]",
    "[z]",
    "..",
    ":",
    "unknown",
    "#REF!",
    "#N/A",
    "TRUE",
    "x",
    "?",
    "tbc",
    ".",
)
FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "@SUM(1,2)", "+1+1", "-1-1")
HUGE = ("1e308", "1e400", "9" * 30, "99999999999", "1e9", "123456789012", "1E+15", "0.1e10", "9" * 400)
NEGATIVE = ("-1", "-0.5", "-999999", "-1000", "-1e6", "-0", "-99")
NOT_FINITE = ("NaN", "nan", "inf", "-inf", "Infinity", "+inf", "-NaN", "1e999", "nan(1)", "INF")
MARKED = (
    "12%",
    "1,234",
    "£12",
    "12.5.1",
    "12 345",
    "1,5",
    "(12)",
    "'12",
    "12-",
    "0x1F",
    "1_000",
    "12\u00a0345",
    "1.234,5",
    "12p",
    "<5",
    "~7",
    "5-10",
    "1e",
    "1/2",
    "½",
    "²",
)
DATES = (
    "31/02/2022",
    "2022-13-01",
    "00000000",
    "20220631",
    "1850-01-01",
    "9999-12-31",
    "44562",
    "0001-01-01",
    "2022-02-30",
    "30FEB2022",
    "2022Q5",
    "0000Q1",
    "2022-6",
    "06/2022",
    "yesterday",
    "2022-06-30T25:00:00",
    "20221301",
)
FIGURES = {**{str(n): chr(0x0660 + n) for n in range(10)}}
WIDE = {**{str(n): chr(0xFF10 + n) for n in range(10)}}
LOOKALIKE = {
    "A": "А",
    "B": "В",
    "C": "С",
    "E": "Е",
    "H": "Н",
    "K": "К",
    "M": "М",
    "O": "О",
    "P": "Р",
    "S": "ſ",
    "T": "Т",
    "X": "Х",
    "I": "ı",
    "U": "Ս",
    "Z": "Ζ",
    "Q": "Ԛ",
}

LONGEST_CELL = 32_000

Replace = Callable[[str, Random], "str | None"]


def cell(
    replace: Replace, *, roles: tuple[str, ...] = (), same: bool = False, must: str = ""
) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that replaces one cell."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if not is_table(seed):
            return None
        content = copy.deepcopy(seed.content)
        sheet = sheet_of(seed, random)
        grid = content[sheet]
        if roles and not seed.has_header:
            return None
        places = [
            at
            for at in range(len(grid[0]))
            if not roles or seed.roles.get(sheet, {}).get(_header(seed, sheet, at)) in roles
        ]
        if not places:
            return None
        row, at = random.randrange(1 if seed.has_header else 0, len(grid)), random.choice(places)
        new = replace(grid[row][at], random)
        if (
            new is None
            or new == grid[row][at]
            or ("\n" in new and seed.form == "tsv")
            or ("\r" in new and seed.form == "tsv")
        ):
            return None
        if seed.form == "workbook" and len(new) > LONGEST_CELL:
            return None
        grid[row][at] = new
        return Mutant(seed.render(content), says=content, same=same, must=must)  # type: ignore[arg-type]

    return mutate


def _header(seed: Seed, sheet: str, at: int) -> str:
    wanted = " ".join(str(seed.content[sheet][0][at]).split())
    return next((name for name in seed.roles.get(sheet, {}) if " ".join(name.split()).lower() == wanted.lower()), "")


def _any(*texts: str) -> Replace:
    return lambda _, random: random.choice(texts)


def _odd_sign(text: str, random: Random) -> str | None:
    """One sign replaced by one that looks like it, or an invisible one put in."""
    if not text:
        return None
    at = random.randrange(len(text))
    sign = text[at]
    like = [table[key] for table in (FIGURES, WIDE, LOOKALIKE) for key in (sign, sign.upper()) if key in table]
    invisible = [sign + odd for odd in ("\u200b", "\u200d", "\u2060", "\u00ad", "\u202e", "\u0301", "\ufeff", "\u180e")]
    return text[:at] + random.choice(like * 3 + invisible) + text[at + 1 :]


def _spaces(text: str, random: Random) -> str | None:
    if not text:
        return None
    before, after = (random.choice(["", " ", "   ", "\u00a0", "\u2003"]) for _ in range(2))
    return before + text + after


def _case(text: str, random: Random) -> str:
    return random.choice([text.lower(), text.upper(), text.title(), text.swapcase()])


def _long(text: str, random: Random) -> str:
    return random.choice(["x", "9", "é", "ab ", text or "y"]) * random.choice([700, 5_000, 40_000])


def _breaks(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(["\n", "\r\n", "\n\n", '"', '""', ",", ";", "|"]) + text[at:]


def _control(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(["\x1b[31m", "\x07", "\x08", "\x7f", "\x01", "\u2028", "\u0085"]) + text[at:]


def _nudge(text: str, random: Random) -> str | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return str(int(value) + random.randrange(1, 9)) if value == int(value) else f"{value + random.random():.4f}"


def _swap(seed: Seed, random: Random) -> Mutant | None:
    """Two cells of a row exchanged."""
    return _moved(seed, random, across=True)


def _copy(seed: Seed, random: Random) -> Mutant | None:
    """A cell that says what another row's says."""
    return _moved(seed, random, across=False)


def _moved(seed: Seed, random: Random, *, across: bool) -> Mutant | None:
    if not is_table(seed):
        return None
    content = copy.deepcopy(seed.content)
    sheet = sheet_of(seed, random)
    grid, start = content[sheet], 1 if seed.has_header else 0
    if len(grid) - start < 2 or len(grid[0]) < 2:
        return None
    row, other = random.sample(range(start, len(grid)), 2)
    at, place = random.sample(range(len(grid[0])), 2)
    if across:
        grid[row][at], grid[row][place] = grid[row][place], grid[row][at]
    else:
        grid[row][at] = grid[other][at]
    return Mutant(seed.render(content), says=content)


_NUMERIC = ("count", "number")
MUTATORS = [
    Mutator("blank_cell", "cell", cell(_any("", " ", "\u00a0"))),
    Mutator("word_in_cell", "cell", cell(_any(*WORDS))),
    Mutator("word_for_number", "cell", cell(_any(*WORDS), roles=_NUMERIC)),
    Mutator("formula_in_cell", "cell", cell(_any(*FORMULAS))),
    Mutator("huge_number", "cell", cell(_any(*HUGE), roles=_NUMERIC)),
    Mutator("negative_number", "cell", cell(_any(*NEGATIVE), roles=_NUMERIC)),
    Mutator("nan_or_inf", "cell", cell(_any(*NOT_FINITE), roles=_NUMERIC)),
    Mutator("marked_number", "cell", cell(_any(*MARKED), roles=_NUMERIC)),
    Mutator(
        "wrong_type",
        "cell",
        cell(_any("2022-06-30", "A81001", "3.7", "yes", "[1, 2]", "{}", "12:30", "None", "0", "1")),
    ),
    Mutator("odd_sign", "cell", cell(_odd_sign, roles=("key", "code", "word"))),
    Mutator("odd_sign_in_number", "cell", cell(_odd_sign, roles=(*_NUMERIC, "date"))),
    Mutator("odd_sign_anywhere", "cell", cell(_odd_sign)),
    Mutator("letter_case", "cell", cell(_case, roles=("key", "code", "word"))),
    Mutator("impossible_day", "cell", cell(_any(*DATES), roles=("date",))),
    Mutator("endless_text", "cell", cell(_long)),
    Mutator("break_or_quote", "cell", cell(_breaks)),
    Mutator("control_sign", "cell", cell(_control)),
    Mutator("other_number", "cell", cell(_nudge, roles=_NUMERIC)),
    Mutator("swap_cells", "cell", _swap),
    Mutator("copy_cell", "cell", _copy),
    Mutator("spaces_around", "cell", cell(_spaces, same=True, must="accept")),
]
