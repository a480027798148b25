"""Speaks up where a measurement is over 20 % worse than the committed one.

    python benchmarks/guard.py FOLDER [--accept]

Compared are ratios, for seconds differ from machine to machine: time against the peer's or the yardstick's, cold and
warm, memory against the peer's, and the exponent of growth. Seconds are told beside them. Exit code 1 if anything got
worse, or two sides did not agree. ``--accept`` writes the new figures instead, and the table in docs/quality.md; a
quick run is never accepted.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMITTED = Path(__file__).with_name("figures.json")
PAGE = COMMITTED.parents[1] / "docs" / "quality.md"
BEGIN, END = "<!-- figures of make bench: begin -->", "<!-- figures of make bench: end -->"
TOLERATED = 0.20
KINDS = {"warm": "time", "cold": "time from a cold start", "peak": "memory"}
ERRORS = 2.0
"""An exponent is worse only if it lies further from the committed one than so many of its own standard errors."""
NOISE = 1e-9
Figure = Mapping[str, Any]


@dataclass(frozen=True)
class Worse:
    """One thing that got worse.

    Attributes:
        name: of the figure.
        what: time, memory, growth or agreement.
        by: share by which it costs more than was committed; infinite where results do not agree.
        words: for people.
    """

    name: str
    what: str
    by: float
    words: str


def worse(committed: Mapping[str, Figure], new: Mapping[str, Figure], tolerated: float = TOLERATED) -> list[Worse]:
    """What costs over ``tolerated`` more than was committed, in the order of the names.

    Args:
        committed: figures by name.
        new: the same, of a new run; a name that only one of them has is not compared.
        tolerated: share by which a cost may rise; exactly so much is tolerated.
    """
    found = []
    for name in sorted(new):
        figure = new[name]
        if "agreement" in figure and not figure["agreement"] <= figure["agreement_limit"]:
            words = f"results are apart by {figure['agreement']:.1e}, {figure['agreement_limit']:.0e} is allowed"
            found.append(Worse(name, "agreement", math.inf, words))
        if name in committed:
            found += _costs(name, committed[name], figure, tolerated)
            found += _growth(name, committed[name], figure, tolerated)
    return found


def _costs(name: str, old: Figure, new: Figure, tolerated: float) -> list[Worse]:
    found = []
    for kind, what in KINDS.items():
        if kind in old and kind in new:
            before, now = old[kind]["ratio"], new[kind]["ratio"]
            by = before / now - 1 if now > 0 else math.inf
            if by > tolerated + NOISE:
                words = f"ratio {before:.3g} fell to {now:.3g}, so ours costs {100 * by:.0f} % more"
                if kind != "peak":
                    words += f" ({old[kind]['ours']['median']:.3g} s then, {new[kind]['ours']['median']:.3g} s now)"
                found.append(Worse(name, what, by, words))
    return found


def _growth(name: str, old: Figure, new: Figure, tolerated: float) -> list[Worse]:
    if "growth" not in old or "growth" not in new:
        return []
    before, now = old["growth"]["exponent"], new["growth"]["exponent"]
    error = new["growth"]["std_error"]
    # Near level growth 20 % of the exponent is nothing: the tolerance is a share of proportional growth at least.
    by = (now - before) / max(abs(before), 1.0)
    if by > tolerated + NOISE and not now - before <= ERRORS * error:
        return [Worse(name, "growth", by, f"the exponent rose from {before:.2f} to {now:.2f} (± {error:.2f})")]
    return []


def read_folder(folder: Path) -> dict[str, dict[str, Any]]:
    """Figures of a run, by name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def read_committed(path: Path = COMMITTED) -> dict[str, dict[str, Any]]:
    """The committed figures; none if there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def accepted(committed: Mapping[str, Figure], new: Mapping[str, Figure]) -> str:
    """The committed figures with the new ones in their place, as text.

    Raises:
        ValueError: a figure comes from a quick run, or its sides do not agree.
    """
    for name, figure in new.items():
        if figure.get("quick"):
            raise ValueError(f"{name} comes from a quick run")
        if "agreement" in figure and not figure["agreement"] <= figure["agreement_limit"]:
            raise ValueError(f"the two sides of {name} do not agree")
    return json.dumps({**committed, **new}, indent=1, sort_keys=True) + "\n"


def table(figures: Mapping[str, Figure]) -> str:
    """The committed figures as a table in Markdown; a sign stands for what is not measured."""
    rows = [
        "| figure | what | ours, s (least to most) | against | time ratio | cold ratio | memory ratio | exponent "
        "| times its limit | asked | load | date |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*rows, *(_row(name, figures[name]) for name in sorted(figures))])


def _row(name: str, figure: Figure) -> str:
    ours = figure["warm"]["ours"]
    grown, limit, promise = figure.get("growth"), figure.get("limit"), figure.get("promise")
    asked = "-"
    if promise is not None:
        asked = f"ratio {promise['ratio']:g}" if "ratio" in promise else f"{promise['seconds']:g} s"
        asked += ", met" if promise["met"] else ", **missed**"
    cells = [
        f"`{name}`",
        figure["what"],
        f"{ours['median']:.3g} ({ours['low']:.3g} to {ours['high']:.3g})",
        figure["peer_name"],
        *(f"{figure[kind]['ratio']:.3g}" if kind in figure else "-" for kind in KINDS),
        f"{grown['exponent']:.2f} ± {grown['std_error']:.2f}" if grown else "-",
        f"{limit['times']:.3g} ({limit['name']})" if limit else "-",
        asked,
        f"{figure['load']:g}",
        figure["date"],
    ]
    return f"| {' | '.join(cells)} |"


def with_table(page: str, figures: Mapping[str, Figure]) -> str:
    """The page with the table between its two marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table(figures)}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Compare, or accept."""
    parser = argparse.ArgumentParser(description="Compare measurements with the committed ones.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--accept", action="store_true", help="make the new figures the committed ones")
    chosen = parser.parse_args()
    committed, new = read_committed(), read_folder(chosen.folder)
    if not new:
        sys.exit(f"nothing was measured in {chosen.folder}")
    if chosen.accept:
        try:
            text = accepted(committed, new)
        except ValueError as fault:
            sys.exit(f"not accepted: {fault}")
        COMMITTED.write_text(text, encoding="utf-8")
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), json.loads(text)), encoding="utf-8")
        print(f"{len(new)} figures are the committed ones now")
        return
    if any(figure.get("quick") for figure in new.values()):
        print("a quick run is not compared: its sizes are not those of the committed figures")
        return
    found = worse(committed, new)
    for item in found:
        print(f"WORSE {item.name}, {item.what}: {item.words}")
    compared = sorted(set(committed) & set(new))
    print(f"{len(compared)} figures compared, {len(found)} worse by over {100 * TOLERATED:.0f} %")
    for name in sorted(set(new) - set(committed)):
        print(f"new, nothing to compare with: {name}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
