"""Columns and rows dropped, renamed, repeated, reordered, shifted, and what stands around a table."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.corruption.model import Content, Grid, Mutant, Mutator, Seed

Change = Callable[[Grid, Random, int], "bool | None"]
"""Spoils a grid in place, from its first row below the header; False where it cannot."""
_LATIN, _CYRILLIC = "aeocpAEOCP", "аеосрАЕОСР"


def sheet_of(seed: Seed, random: Random) -> str:
    """One of the seed's sheets or members."""
    return random.choice(sorted(seed.content))


def first_row(seed: Seed) -> int:
    """Where a grid's first row below the header stands."""
    return 1 if seed.has_header else 0


def changed(
    change: Change, *, needs_header: bool = True, has_lengths: bool = False, **more: Any
) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that spoils one grid; with ``has_lengths`` not of a workbook, whose rows have no length of their own."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if (needs_header and not seed.has_header) or (has_lengths and seed.form == "workbook"):
            return None
        content: Content = copy.deepcopy(seed.content)
        if change(content[sheet_of(seed, random)], random, first_row(seed)) is False:
            return None
        return Mutant(seed.render(content), says=content, **more)

    return mutate


def _drop(grid: Grid, random: Random, _: int) -> None:
    at = random.randrange(len(grid[0]))
    for row in grid:
        del row[at]


def _renamed(rename: Callable[[str, Random], str | None]) -> Change:
    def change(grid: Grid, random: Random, _: int) -> bool:
        at = random.randrange(len(grid[0]))
        new = rename(grid[0][at], random)
        grid[0][at] = new if new is not None else grid[0][at]
        return new is not None

    return change


def _other_name(text: str, random: Random) -> str:
    return random.choice([text + "_NEW", "column 7", "X" + text, text[::-1] + "x"])


def _typo(text: str, random: Random) -> str | None:
    if len(text) < 3:
        return None
    place = random.randrange(1, len(text) - 1)
    return text[:place] + random.choice([text[place + 1 :], "z" + text[place:], "\u200b" + text[place:]])


def _homoglyph(text: str, random: Random) -> str | None:
    places = [place for place, sign in enumerate(text) if sign in _LATIN]
    if not places:
        return None
    place = random.choice(places)
    return text[:place] + _CYRILLIC[_LATIN.index(text[place])] + text[place + 1 :]


def _repeat(grid: Grid, random: Random, _: int) -> None:
    at = random.randrange(len(grid[0]))
    for row in grid:
        row.append(row[at])


def _repeat_other(grid: Grid, random: Random, _: int) -> None:
    at = random.randrange(len(grid[0]))
    for number, row in enumerate(grid):
        row.append(row[at] if number == 0 else (grid[1 + number % (len(grid) - 1)][at] + "1"))


def _reorder(grid: Grid, random: Random, _: int) -> None:
    order = random.sample(range(len(grid[0])), len(grid[0]))
    for row in grid:
        row[:] = [row[at] for at in order]


def _swap_headers(grid: Grid, random: Random, _: int) -> bool:
    if len(grid[0]) < 2:
        return False
    first, second = random.sample(range(len(grid[0])), 2)
    grid[0][first], grid[0][second] = grid[0][second], grid[0][first]
    return True


def _extra(grid: Grid, random: Random, _: int) -> None:
    at = random.randrange(len(grid[0]) + 1)
    name = random.choice(["remarks of ours", "Unnamed: 0", "index", "checked_2", "Прим"])
    for number, row in enumerate(grid):
        row.insert(at, name if number == 0 else str(number))


def _header_case(grid: Grid, random: Random, _: int) -> None:
    grid[0][:] = map(random.choice([str.upper, str.lower, str.title]), grid[0])


def _header_spaces(grid: Grid, random: Random, _: int) -> None:
    signs = ["  {} ", "{}\u00a0", " {}", "{}  ", "\ufeff{}"]
    grid[0][:] = [random.choice(signs).format(cell).replace(" ", random.choice([" ", "  "])) for cell in grid[0]]


def _repeat_row(grid: Grid, random: Random, start: int) -> None:
    row = random.randrange(start, len(grid))
    grid.insert(random.randrange(row, len(grid)) + 1, list(grid[row]))


def _drop_row(grid: Grid, random: Random, start: int) -> bool:
    row = random.randrange(start, len(grid))
    del grid[row : row + (len(grid) - start > 1)]
    return len(grid) - start > 1


def _shuffle_rows(grid: Grid, random: Random, start: int) -> None:
    grid[start:] = random.sample(grid[start:], len(grid) - start)


def _shift(grid: Grid, random: Random, start: int) -> None:
    row = grid[random.randrange(start, len(grid))]
    row.insert(random.randrange(len(row)), "")
    row.pop()


def _shift_all(grid: Grid, _: Random, start: int) -> None:
    for row in grid[start:]:
        row[:] = ["", *row[:-1]]


def _short_row(grid: Grid, random: Random, start: int) -> bool:
    row = grid[random.randrange(start, len(grid))]
    is_wide = len(row) > 2
    del row[random.randrange(1, max(2, len(row))) :]
    return is_wide


def _footer(grid: Grid, random: Random, _: int) -> None:
    notes = ["Source: NHS England", "[c] suppressed", "Notes:", "End of file", "© Crown copyright"]
    grid.append([random.choice(notes)])


def contradict(seed: Seed, random: Random) -> Mutant | None:
    """Totals that contradict each other."""
    if not seed.contradict:
        return None
    content = random.choice(seed.contradict)(seed.content, random)
    return Mutant(seed.render(content), says=content, must="tell")


_SAME = {"same": True, "must": "accept"}
MUTATORS = [
    Mutator(name, "table", mutate)
    for name, mutate in {
        "drop_column": changed(_drop),
        "rename_column": changed(_renamed(_other_name)),
        "misspell_header": changed(_renamed(_typo)),
        "homoglyph_header": changed(_renamed(_homoglyph)),
        "blank_header": changed(_renamed(lambda _, random: random.choice(["", "  ", "\u00a0"]))),
        "repeat_column": changed(_repeat),
        "repeat_column_other_values": changed(_repeat_other),
        "swap_headers": changed(_swap_headers),
        "extra_column": changed(_extra),
        "no_header": changed(lambda grid, *_: grid.__delitem__(0)),
        "header_in_the_middle": changed(
            lambda grid, random, _: grid.insert(random.randrange(2, len(grid) + 1), grid[0])
        ),
        "repeat_row": changed(_repeat_row, needs_header=False),
        "repeat_all_rows": changed(lambda grid, _, start: grid.extend(grid[start:]), needs_header=False),
        "drop_row": changed(_drop_row, needs_header=False),
        "drop_all_rows": changed(lambda grid, _, start: grid.__delitem__(slice(start, None)), needs_header=False),
        "shift_row": changed(_shift, needs_header=False),
        "shift_all_rows": changed(_shift_all, needs_header=False),
        "short_row": changed(_short_row, needs_header=False, has_lengths=True),
        "long_row": changed(
            lambda grid, random, start: grid[random.randrange(start, len(grid))].extend(["one", "more"]),
            needs_header=False,
            has_lengths=True,
        ),
        "row_of_blanks": changed(
            lambda grid, random, start: grid.insert(random.randrange(start, len(grid) + 1), [""] * len(grid[0])),
            needs_header=False,
        ),
        "total_row": changed(
            lambda grid, random, _: grid.append(["Total", *(str(random.randrange(100, 9999)) for _ in grid[0][1:])]),
            needs_header=False,
        ),
        "footer": changed(_footer, needs_header=False),
        "reorder_columns": changed(_reorder, **_SAME),
        # The same tables, unless a record is known by its row or the first of two names counts.
        "reorder_rows": changed(_shuffle_rows, needs_header=False, must="accept"),
        "header_case": changed(_header_case, **_SAME),
        "header_spaces": changed(_header_spaces, **_SAME),
        "contradictory_totals": contradict,
    }.items()
]
