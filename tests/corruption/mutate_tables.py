"""Columns and rows dropped, renamed, repeated, reordered, shifted, and what stands around a table."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from tests.corruption.model import Content, Grid, Mutant, Mutator, Seed

Change = Callable[[Grid, Random, Seed, str], bool]
"""Spoils a grid in place; False where it cannot."""


def sheet_of(seed: Seed, random: Random) -> str:
    """One of the seed's sheets or members."""
    return random.choice(sorted(key for key in seed.content if seed.form != "geopackage"))


def is_table(seed: Seed) -> bool:
    """Whether the seed has rows and columns."""
    return seed.form in {"csv", "tsv", "workbook", "package"}


def changed(
    change: Change, *, same: bool = False, must: str = "", needs_header: bool = True
) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that spoils one grid."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if not is_table(seed) or (needs_header and not seed.has_header):
            return None
        content: Content = copy.deepcopy(seed.content)
        sheet = sheet_of(seed, random)
        if not change(content[sheet], random, seed, sheet):
            return None
        return Mutant(seed.render(content), says=content, same=same, must=must)  # type: ignore[arg-type]

    return mutate


def _column(grid: Grid, random: Random) -> int:
    return random.randrange(len(grid[0]))


def _drop(grid: Grid, random: Random, *_: object) -> bool:
    at = _column(grid, random)
    for row in grid:
        del row[at]
    return True


def _rename(grid: Grid, random: Random, *_: object) -> bool:
    at = _column(grid, random)
    grid[0][at] = random.choice([grid[0][at] + "_NEW", "column " + str(at), "X" + grid[0][at], grid[0][at][::-1] + "x"])
    return True


def _typo(grid: Grid, random: Random, *_: object) -> bool:
    at = _column(grid, random)
    text = grid[0][at]
    if len(text) < 3:
        return False
    place = random.randrange(1, len(text) - 1)
    grid[0][at] = random.choice(
        [text[:place] + text[place + 1 :], text[:place] + "z" + text[place:], text[:place] + "\u200b" + text[place:]]
    )
    return grid[0][at] != text


def _homoglyph(grid: Grid, random: Random, *_: object) -> bool:
    at = _column(grid, random)
    signs = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "A": "А", "E": "Е", "O": "О", "C": "С", "P": "Р"}
    places = [place for place, sign in enumerate(grid[0][at]) if sign in signs]
    if not places:
        return False
    place = random.choice(places)
    grid[0][at] = grid[0][at][:place] + signs[grid[0][at][place]] + grid[0][at][place + 1 :]
    return True


def _repeat(grid: Grid, random: Random, *_: object) -> bool:
    at = _column(grid, random)
    for row in grid:
        row.append(row[at])
    return True


def _repeat_other(grid: Grid, random: Random, *_: object) -> bool:
    at = _column(grid, random)
    for number, row in enumerate(grid):
        row.append(row[at] if number == 0 else (grid[1 + number % (len(grid) - 1)][at] + "1"))
    return True


def _reorder(grid: Grid, random: Random, *_: object) -> bool:
    order = list(range(len(grid[0])))
    random.shuffle(order)
    for row in grid:
        row[:] = [row[at] for at in order]
    return True


def _swap_headers(grid: Grid, random: Random, *_: object) -> bool:
    if len(grid[0]) < 2:
        return False
    first, second = random.sample(range(len(grid[0])), 2)
    grid[0][first], grid[0][second] = grid[0][second], grid[0][first]
    return True


def _blank_header(grid: Grid, random: Random, *_: object) -> bool:
    grid[0][_column(grid, random)] = random.choice(["", "  ", "\u00a0"])
    return True


def _extra(grid: Grid, random: Random, *_: object) -> bool:
    at = random.randrange(len(grid[0]) + 1)
    name = random.choice(["remarks of ours", "Unnamed: 0", "index", "checked_2", "Прим"])
    for number, row in enumerate(grid):
        row.insert(at, name if number == 0 else str(number))
    return True


def _header_case(grid: Grid, random: Random, *_: object) -> bool:
    way = random.choice([str.upper, str.lower, str.title])
    grid[0][:] = [way(cell) for cell in grid[0]]
    return True


def _header_spaces(grid: Grid, random: Random, *_: object) -> bool:
    signs = ["  {} ", "{}\u00a0", " {}", "{}  ", "\ufeff{}"]
    grid[0][:] = [random.choice(signs).format(cell).replace(" ", random.choice([" ", "  "])) for cell in grid[0]]
    return True


def _no_header(grid: Grid, random: Random, *_: object) -> bool:
    del grid[0]
    return True


def _header_again(grid: Grid, random: Random, *_: object) -> bool:
    grid.insert(random.randrange(2, len(grid) + 1), list(grid[0]))
    return True


def _rows_of(grid: Grid, seed: Seed) -> int:
    return 1 if seed.has_header else 0


def _repeat_row(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    row = random.randrange(_rows_of(grid, seed), len(grid))
    grid.insert(random.randrange(row, len(grid)) + 1, list(grid[row]))
    return True


def _repeat_all(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    grid += [list(row) for row in grid[_rows_of(grid, seed) :]]
    return True


def _drop_row(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    start = _rows_of(grid, seed)
    if len(grid) - start < 2:
        return False
    del grid[random.randrange(start, len(grid))]
    return True


def _drop_all(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    del grid[_rows_of(grid, seed) :]
    return True


def _shuffle_rows(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    start = _rows_of(grid, seed)
    rows = grid[start:]
    random.shuffle(rows)
    grid[start:] = rows
    return True


def _shift(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    row = grid[random.randrange(_rows_of(grid, seed), len(grid))]
    at = random.randrange(len(row))
    row[:] = ([*row[:at], "", *row[at:]])[: len(row)]
    return True


def _shift_all(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    for row in grid[_rows_of(grid, seed) :]:
        row[:] = ["", *row[:-1]]
    return True


def _short_row(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    row = grid[random.randrange(_rows_of(grid, seed), len(grid))]
    # A sheet's rows have no length of their own.
    if len(row) < 3 or seed.form == "workbook":
        return False
    del row[random.randrange(1, len(row)) :]
    return True


def _long_row(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    grid[random.randrange(_rows_of(grid, seed), len(grid))] += ["one", "more"]
    return seed.form != "workbook"


def _commas(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    grid.insert(random.randrange(_rows_of(grid, seed), len(grid) + 1), [""] * len(grid[0]))
    return True


def _total(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    grid.append(["Total", *(str(random.randrange(100, 9999)) for _ in grid[0][1:])])
    return True


def _footer(grid: Grid, random: Random, seed: Seed, _: str) -> bool:
    grid.append(
        [random.choice(["Source: NHS England", "[c] suppressed", "Notes:", "End of file", "© Crown copyright"])]
    )
    return True


def contradict(seed: Seed, random: Random) -> Mutant | None:
    """Totals that contradict each other."""
    if not seed.contradict:
        return None
    content = random.choice(seed.contradict)(seed.content, random)
    return Mutant(seed.render(content), says=content, must="tell")


def _order(seed: Seed, random: Random) -> Mutant | None:
    """Rows in another order: the same tables, unless a record is known by its row or the first of two names counts."""
    return changed(_shuffle_rows, must="accept", needs_header=False)(seed, random)


def _reorder_columns(seed: Seed, random: Random) -> Mutant | None:
    return changed(_reorder, same=True, must="accept")(seed, random)


MUTATORS = [
    Mutator(name, "table", changed(change, needs_header=headed))
    for name, change, headed in (
        ("drop_column", _drop, True),
        ("rename_column", _rename, True),
        ("misspell_header", _typo, True),
        ("homoglyph_header", _homoglyph, True),
        ("repeat_column", _repeat, True),
        ("repeat_column_other_values", _repeat_other, True),
        ("swap_headers", _swap_headers, True),
        ("blank_header", _blank_header, True),
        ("extra_column", _extra, True),
        ("no_header", _no_header, True),
        ("header_in_the_middle", _header_again, True),
        ("repeat_row", _repeat_row, False),
        ("repeat_all_rows", _repeat_all, False),
        ("drop_row", _drop_row, False),
        ("drop_all_rows", _drop_all, False),
        ("shift_row", _shift, False),
        ("shift_all_rows", _shift_all, False),
        ("short_row", _short_row, False),
        ("long_row", _long_row, False),
        ("row_of_blanks", _commas, False),
        ("total_row", _total, False),
        ("footer", _footer, False),
    )
] + [
    Mutator("reorder_columns", "table", _reorder_columns),
    Mutator("reorder_rows", "table", _order),
    Mutator("header_case", "table", changed(_header_case, same=True, must="accept")),
    Mutator("header_spaces", "table", changed(_header_spaces, same=True, must="accept")),
    Mutator("contradictory_totals", "table", contradict),
]
