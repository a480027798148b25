"""Pictures to take away: each says what it shows, of what, from where, and whether it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.errors import UsageError
from sp_geo.store import write_aside

FORMS: Final = (".png", ".svg")
_INK, _QUIET = "#212b32", "#768692"
_SIGNS: Final = {
    "more provision where need is higher": ("#005eb8", "o"),
    "less provision where need is higher": ("#b8560b", "s"),
    "no clear association": (_QUIET, "D"),
}
_CHOICES: Final = (
    ("need", "Need"),
    ("series", "Provision"),
    ("treatment", "Silence"),
    ("weights", "Weights"),
    ("covariates", "Held constant"),
)


@dataclass(frozen=True)
class Caption:
    """What is burnt into a picture.

    Attributes:
        title: what it shows.
        below: period, coverage, source and licence.
        mark: ``SYNTHETIC`` or empty.
    """

    title: str
    below: str
    mark: str


def specification_picture(curve: pd.DataFrame, caption: Caption) -> Any:
    """The specification curve: slopes with intervals in their order above, the choices behind each below.

    Args:
        curve: rows of one quarter (or pooled) of the specification table.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: no specification gives an estimate.
    """
    from matplotlib.figure import Figure

    held = curve.dropna(subset=["estimate"]).sort_values("rank")
    if held.empty:
        raise UsageError("no specification gives an estimate, so there is nothing to draw")
    rows = _rows(held)
    figure = Figure(figsize=(11, 4.2 + 0.2 * len(rows)), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.2, 0.2 * len(rows)])
    place = np.arange(len(held))
    above.axhline(0, color=_INK, linewidth=0.8)
    above.vlines(place, held["ci_low"], held["ci_high"], color="#c8d1d6", linewidth=0.8)
    for words, (colour, sign) in _SIGNS.items():
        chosen = (held["conclusion"] == words).to_numpy()
        label = f"{words} ({int(chosen.sum()):,})"
        above.scatter(place[chosen], held["estimate"][chosen], s=9, color=colour, marker=sign, label=label, zorder=3)
    above.set_ylabel("FTE per 10,000\nper step of need", color=_INK)
    above.legend(loc="upper left", fontsize=8, frameon=False)
    _choices(below, held, rows)
    _caption(figure, above, caption)
    return figure


def _rows(held: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Choice, value and words of every row of the lower part, for choices that vary."""
    return [
        (column, value, f"{words}: {value or 'nothing'}")
        for column, words in _CHOICES
        for value in sorted(held[column].unique())
        if len(held[column].unique()) > 1
    ]


def _choices(axes: Any, held: pd.DataFrame, rows: Sequence[tuple[str, str, str]]) -> None:
    for height, (column, value, _) in enumerate(rows):
        at = np.flatnonzero((held[column] == value).to_numpy())
        axes.scatter(at, np.full(len(at), height), s=34, marker="|", color=_INK, linewidths=1.1)
    axes.set_yticks(range(len(rows)), [words for _, _, words in rows], fontsize=7.5)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_xlabel(f"{len(held):,} specifications, smallest slope first", color=_INK)
    axes.grid(axis="y", color="#eceff1", linewidth=0.8)
    axes.set_axisbelow(True)


def _caption(figure: Any, axes: Any, caption: Caption) -> None:
    axes.set_title(caption.title, loc="left", fontsize=13, fontweight="bold", color=_INK)
    figure.supxlabel(caption.below, fontsize=7.5, color="#4c6272", x=0.01, ha="left")
    if caption.mark:
        axes.text(
            0.995,
            0.02,
            caption.mark,
            transform=axes.transAxes,
            ha="right",
            fontsize=14,
            color="#a32a1d",
            fontweight="bold",
        )
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)


def save(figure: Any, path: Path) -> None:
    """Write a picture; the same figure gives the same bytes.

    Raises:
        UsageError: the name does not end in .png or .svg.
    """
    if path.suffix.lower() not in FORMS:
        raise UsageError("a picture's name must say its form", found=path.name, expected=" or ".join(FORMS))
    import matplotlib as mpl

    buffer = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "sp_geo", "font.family": "DejaVu Sans"}):
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
        figure.savefig(buffer, format=path.suffix.lower()[1:], dpi=150, metadata=metadata)
    write_aside(path, buffer.getvalue())
