"""Mutation testing of panel, analysis and planning: how many small faults the tests notice.

mutmut makes the mutants; of all that it can make a sample is drawn with a seed, in proportion to the files, and each is
judged by the tests that reach its function. What is told: caught and survived by room and file, the share with its 95 %
interval (Wilson), and every survivor with its change.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
MADE: Final = REPOSITORY / "mutants"
ROOMS: Final = ("panel", "analysis", "planning")
Z: Final = 1.959964
_OUTCOMES: Final = {
    0: "survived", 1: "caught", 3: "caught", 5: "not reached", 33: "not reached", 34: "left out", 37: "caught",
    None: "not run",
}  # fmt: skip


def outcome(code: int | None) -> str:
    """What became of a mutant; whatever ended its process otherwise counts as ran out of time."""
    return _OUTCOMES.get(code, "out of time")


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = hits / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def drawn(names: Mapping[str, list[str]], wanted: int, seed: int) -> list[str]:
    """A sample of mutants with every file in proportion, and at least one of each."""
    total = sum(len(held) for held in names.values())
    if wanted >= total:
        return sorted(name for held in names.values() for name in held)
    draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
    chosen: list[str] = []
    for _, held in sorted(names.items()):
        chosen += draw.sample(sorted(held), min(len(held), max(1, round(wanted * len(held) / total))))
    return sorted(chosen)


def codes() -> dict[str, dict[str, int | None]]:
    """Exit codes by file and mutant, as mutmut wrote them down."""
    found = {}
    for path in sorted(MADE.rglob("*.py.meta")):
        file = path.relative_to(MADE / "src" / "sp_geo").with_suffix("").as_posix()
        held = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if held and file.split("/")[0] in ROOMS:
            found[file] = held
    return found


def mutmut(*words: str) -> str:
    """What a command of mutmut printed."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "mutmut", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def table(results: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Rows by file and room, in Markdown."""
    lines = ["| file | mutants | caught | survived | out of time | caught, % (95 %) |", "|---|---|---|---|---|---|"]
    by_room: dict[str, Counter[str]] = defaultdict(Counter)
    for file, held in sorted(results.items()):
        counted = Counter(held.values())
        by_room[file.split("/")[0]] += counted
        lines.append(_row(file, counted))
    lines += [_row(f"**{room}**", by_room[room]) for room in ROOMS if room in by_room]
    return [*lines, _row("**all**", sum(by_room.values(), Counter()))]


def _row(name: str, counted: Counter[str]) -> str:
    number, caught = counted.total(), counted["caught"]
    low, high = wilson(caught, number)
    survived = counted["survived"] + counted["not reached"]
    share = f"{100 * caught / number:.0f} ({100 * low:.0f} to {100 * high:.0f})" if number else ""
    return f"| {name} | {number} | {caught} | {survived} | {counted['out of time']} | {share} |"


def survivors(results: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    """Every mutant that was not caught, with its change."""
    for _, held in sorted(results.items()):
        for name, found in sorted(held.items()):
            if found != "caught":
                changed = [
                    line
                    for line in mutmut("show", name).splitlines()
                    if line[:1] in "+-" and not line.startswith(("+++", "---"))
                ]
                yield f"{name} ({found})\n" + "\n".join(f"    {line}" for line in changed)


def main() -> int:
    """Draw, judge, tell; exit code 1 where fewer are caught than promised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=400, help="how many mutants are judged")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose names begin so, such as planning/posts")
    parser.add_argument("--promise", type=float, default=85.0, help="caught at least, in percent")
    asked = parser.parse_args()

    # mutmut copies the tests but takes none away that are gone.
    shutil.rmtree(MADE / "tests", ignore_errors=True)
    # It makes mutants only when it also judges some: here one that few tests reach.
    print(mutmut("run", "sp_geo.statistics.quantiles.x_fifth_words__mutmut_1")[-300:])
    made = {file: list(held) for file, held in codes().items() if file.startswith(asked.only)}
    chosen = drawn(made, asked.sample, asked.seed)
    print(f"{len(chosen):,} of {sum(map(len, made.values())):,} mutants in {len(made)} files, seed {asked.seed}")
    said = mutmut("run", *chosen)
    wanted = set(chosen)
    results = {
        file: {name: outcome(code) for name, code in held.items() if name in wanted} for file, held in codes().items()
    }
    results = {file: held for file, held in results.items() if held}
    if any(found == "not run" for held in results.values() for found in held.values()):
        print(said[-2_000:])
        return 1
    print("\n".join(table(results)))
    print("\n".join(survivors(results)))
    every = Counter(found for held in results.values() for found in held.values())
    return 0 if 100 * every["caught"] / every.total() >= asked.promise else 1


if __name__ == "__main__":
    sys.exit(main())
