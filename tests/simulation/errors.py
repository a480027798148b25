"""The full run, on a built workspace: ``python -m tests.simulation.errors --workspace DIR --quarter 2026Q2``; ``make simulate``.

Prints what it found as Markdown, and writes it into docs/quality.md with ``--write``.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.workspace.store import Store
from tests.conftest import REPOSITORY
from tests.simulation.designs import CORRELATIONS, NEEDS, Design, cluster_errors, permutation_errors

PAGE = REPOSITORY / "docs" / "quality.md"
BEGIN, END = "<!-- simulated: begin -->", "<!-- simulated: end -->"


def within(rows: pd.DataFrame, need: str, draws: int) -> str:
    """One line of the table of ICBs."""
    default, plain, refused = [], [], Counter[str]()
    for number, (_, held) in enumerate(rows.groupby("icb_code")):
        design = Design.of(held, need)
        reason = design.refusal()
        if reason:
            refused[re.sub(r"of [\d.]+ on the line, more than", "above", reason).split(":")[0]] += 1
            continue
        found = permutation_errors(design, draws, number)
        default.append(100 * found["default"])
        plain.append(100 * found["HC1"])
    inside = int(np.sum((np.array(default) >= 3.5) & (np.array(default) <= 6.5)))
    why = "; ".join(f"{count} {reason}" for reason, count in refused.most_common())
    return (
        f"| {need} | {len(default)} | {min(default):.1f} to {max(default):.1f} | {inside} of {len(default)} | "
        f"{min(plain):.1f} to {max(plain):.1f} | {sum(refused.values())}: {why or 'none'} |"
    )


def over_icbs(rows: pd.DataFrame, need: str, correlation: float, draws: int) -> str:
    """One line of the table of England."""
    found = cluster_errors(Design.of(rows, need), correlation, draws, 1)
    return f"| {need} | {correlation:g} | {100 * found['default']:.1f} | {100 * found['HC1']:.1f} | {found['degrees']:.1f} |"


def told(rows: pd.DataFrame, quarter: str, draws: int) -> str:
    """Both tables, with what they are of."""
    needs = [need for need in NEEDS if rows[need].notna().any()]
    error = 100 * np.sqrt(0.05 * 0.95 / draws)
    return "\n".join(
        [
            f"`make simulate`, {datetime.now(UTC):%Y-%m-%d}: {quarter}, {len(rows):,} PCNs, {draws:,} draws a cell (Monte "
            f"Carlo error {error:.2f} points). Errors in per cent at nominal 5 %.",
            "",
            "Provision dealt anew among the PCNs of one ICB (permutation of need), ICBs that are estimable:",
            "",
            "| need | ICBs | default | within 3.5 to 6.5 | HC1, the former default | not estimable |",
            "|---|---|---|---|---|---|",
            *(within(rows, need, draws) for need in needs),
            "",
            "Provision dealt anew over England, with planted correlation of PCNs of one ICB:",
            "",
            "| need | correlation | default (CR2 by ICB) | HC1 | degrees of freedom |",
            "|---|---|---|---|---|",
            *(over_icbs(rows, need, correlation, draws) for need in needs for correlation in CORRELATIONS),
        ]
    )


def main() -> None:
    """Read the options, simulate, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--quarter", default="2026Q2")
    parser.add_argument("--draws", type=int, default=20_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    panel = Build(Store(given.workspace)).table("out_pcn_quarter")
    text = told(panel[panel["quarter"] == given.quarter], given.quarter, given.draws)
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
