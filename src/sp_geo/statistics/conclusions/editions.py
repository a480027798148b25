"""Whether one need rests on several editions of its source within a trend."""

from __future__ import annotations

import pandas as pd

_MOST_NAMED = 4


def mixed_editions(needs: pd.DataFrame, name: str, label: str) -> str:
    """A warning where quarters of one need rest on different sources; empty where they rest on one.

    Args:
        needs: rows of out_pcn_need of the quarters and PCNs in question: need, quarter, source.
        name: of the need.
        label: of the need, for people.
    """
    rows = needs[needs["need"] == name]
    # What follows the semicolon says whose patients the weights are, and is no other edition.
    edition = rows["source"].str.split(";").str[0]
    per_quarter = edition.groupby(rows["quarter"]).agg(lambda values: values.value_counts().index[0]).sort_index()
    if len(per_quarter.unique()) < 2:  # noqa: PLR2004 - one edition throughout
        return ""
    spans = [
        f"{edition} in {part.index[0]}" + (f" to {part.index[-1]}" if len(part) > 1 else "")
        for edition, part in per_quarter.groupby(per_quarter, sort=False)
    ]
    named = "; ".join(spans[:_MOST_NAMED]) + ("; and others" if len(spans) > _MOST_NAMED else "")
    return f"{label} mixes editions over these quarters ({named}): a change may be the index's and not provision's."
