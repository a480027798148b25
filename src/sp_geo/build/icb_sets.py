"""Views by ICB: each quarter's own ICBs, or all quarters on one set; and which of them it is, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.core.errors import UsageError

AS_THEN: Final = "as_then"
COLUMNS: Final = ("icb_code", "icb_name", "region_code", "region_name")
"""What changes in a row of the panel when it is shown on a set of ICBs."""
_KEY: Final = ["quarter", "pcn_code"]


@dataclass(frozen=True, eq=False)
class OnSet:
    """One set of ICBs, with the PCNs in it.

    Attributes:
        name: such as ``2026``.
        words: such as ``ICBs of April 2026``.
        valid_from: its first day.
        is_declared: whether a user's own file begins it.
        members: rows of out_pcn_icb of this set.
    """

    name: str
    words: str
    valid_from: str
    is_declared: bool
    members: pd.DataFrame

    @property
    def of(self) -> str:
        """Month of the set in words, such as ``April 2026``."""
        return self.words.removeprefix("ICBs of ")

    def refuse_other(self, panel: pd.DataFrame, code: str) -> None:
        """Refuse the code of an ICB of another day, and say where its PCNs are.

        Args:
            panel: rows with the ICBs of their day.
            code: that was asked for.

        Raises:
            UsageError: the code is an ICB of the rows, and not one of the set.
        """
        rows = panel[panel["icb_code"] == code]
        if rows.empty or (self.members["icb_code"] == code).any():
            return
        found = ", ".join(sorted(self.shown(rows)["icb_code"].dropna().unique()))
        raise UsageError(
            f"{code} is not among the {self.words}",
            found=f"its PCNs in {found}" if found else "none of its PCNs placed",
            expected="one of these, or --icbs as_then",
        )

    def shown(self, panel: pd.DataFrame, columns: Sequence[str] = COLUMNS) -> pd.DataFrame:
        """Rows of the panel with the ICBs of the set in place of those of the day.

        Args:
            panel: with quarter and pcn_code.
            columns: of :data:`COLUMNS`, those that are replaced; only such as the panel has.
        """
        wanted = [name for name in columns if name in panel]
        placed = self.members.set_index(_KEY)[wanted].reindex(pd.MultiIndex.from_frame(panel[_KEY]))
        return panel.assign(**{name: placed[name].to_numpy() for name in wanted})

    def note(self, panel: pd.DataFrame) -> str:
        """Which ICBs these are, and how surely the rows of a panel are in them."""
        keys = pd.MultiIndex.from_frame(panel[_KEY])
        rows = self.members.set_index(_KEY).reindex(keys)
        moved = rows["matched_by"] != "icb_of_the_day"
        lost, across = int(rows["icb_code"].isna().sum()), int((moved & (rows["share_pct"] < 100)).sum())  # noqa: PLR2004
        declared = " declared in your own file, not published" if self.is_declared else ""
        told = f"ICBs: those of {self.of}{declared}; PCNs of other days stand where they would be or were."
        if across:
            told += f" {across:,} straddle a border or are placed in part; each is where most of its patients are."
        return told + (f" {lost:,} could not be placed and are in no ICB." if lost else "")


def note_of(on: OnSet | None, panel: pd.DataFrame) -> str:
    """Which ICBs rows are shown on, in a sentence."""
    return "ICBs: as they were at each quarter." if on is None else on.note(panel)
