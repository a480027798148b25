"""Pictures of charts: quarters in a row, areas in their order, one measure against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.colours import GRID, INK, SERIES, SOFT
from sp_geo.reports.pictures.pictures import Caption, frame_in, layout, plain

MOST_SERIES: Final = len(SERIES)
MOST_RANKED: Final = 120
_WIDTH: Final = 10.0
_MOST_TICKS: Final = 14
_KEYS_ON_A_LINE: Final = 3
Floats = npt.NDArray[np.float64]


def slope_picture(slopes: Mapping[str, pd.DataFrame], coverage: pd.Series, unit: str, caption: Caption) -> Any:
    """Slopes by quarter with their intervals, a sign for each treatment, over the coverage of the quarter.

    Args:
        slopes: by the treatment's name for people, at most four, rows with quarter, estimate, ci_low and ci_high; a
            quarter without an estimate stays empty.
        coverage: share of PCNs that reported in percent, by quarter; its index gives the quarters and their order.
        unit: of the slope, such as ``FTE per 10,000 patients per 10 points``.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: no quarter has an estimate, or there are too many treatments.
    """
    held = {name: rows.dropna(subset=["estimate"]) for name, rows in slopes.items()}
    _check(held, [len(rows) for rows in held.values()])
    place = {str(quarter): number for number, quarter in enumerate(coverage.index)}
    figure = _figure(6.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    above.axhline(0, color=INK, linewidth=0.9)
    for number, (name, rows) in enumerate(held.items()):
        colour, sign, _ = SERIES[number]
        drawn = rows[rows["quarter"].isin(place)]
        x = drawn["quarter"].map(place).to_numpy(dtype=float) + (number - (len(held) - 1) / 2) * 0.17
        above.vlines(x, drawn["ci_low"], drawn["ci_high"], color=colour, linewidth=1.3)
        above.scatter(x, drawn["estimate"], s=30, color=colour, marker=sign, label=plain(name), zorder=3)
    above.set_ylabel(plain(_two_lines(unit)), color=INK, fontsize=9)
    _key_above(above)
    below.bar(range(len(place)), coverage.to_numpy(dtype=float), width=0.7, color="#768692")
    below.set_ylim(0, 100)
    below.set_yticks([0, 50, 100])
    below.set_ylabel("Coverage,\n% of PCNs", color=INK, fontsize=9)
    _quarters(below, list(place))
    _quiet(above, below)
    frame_in(figure, caption)
    return figure


def line_picture(
    series: Mapping[str, pd.Series], unit: str, caption: Caption, quarters: Sequence[str] | None = None
) -> Any:
    """Up to four series by quarter; a quarter without a value is a gap in the line, marked at the foot.

    Args:
        series: by name for people, values by quarter; missing is a gap and never zero.
        unit: of the values.
        caption: burnt in.
        quarters: all shown, in order; those of the series if None.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: there is no value, or there are too many series.
    """
    shown = list(quarters or sorted({str(quarter) for values in series.values() for quarter in values.index}))
    held = {name: values.reindex(shown).to_numpy(dtype=float) for name, values in series.items()}
    _check(held, [int(np.isfinite(values).sum()) for values in held.values()])
    figure = _figure(5.6)
    axes = figure.add_subplot()
    for number, (name, values) in enumerate(held.items()):
        colour, sign, line = SERIES[number]
        axes.plot(
            values, color=colour, marker=sign, markersize=5, linestyle=line, linewidth=1.7, label=plain(name), zorder=3
        )
    _gaps(axes, held)
    axes.set_ylabel(plain(_two_lines(unit)), color=INK, fontsize=9)
    _key_above(axes)
    _quarters(axes, shown)
    _quiet(axes)
    frame_in(figure, caption)
    return figure


def ranked_picture(rows: pd.DataFrame, unit: str, caption: Caption) -> Any:
    """Areas in the order of the rows, the first at the top, a dot for each value and a line for its interval.

    Args:
        rows: name, value, low, high (NaN where there is no interval); optionally is_chosen (drawn apart), and mark (why
            a value is missing). Rows without a value are named at the bottom with their mark.
        unit: of the values.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: there is no value, or there are too many rows to read.
    """
    held, missing = rows[rows["value"].notna()], rows[rows["value"].isna()]
    if held.empty:
        raise UsageError("there is no value, so there is nothing to draw")
    if len(rows) > MOST_RANKED:
        raise UsageError(
            "there are too many rows for a picture",
            found=f"{len(rows):,}",
            expected=f"at most {MOST_RANKED}",
            advice="Choose an area, or take the workbook",
        )
    figure = _figure(1.7 + 0.21 * max(len(rows), 6))
    axes = figure.add_subplot()
    chosen = (
        held["is_chosen"].fillna(value=False).to_numpy(dtype=bool) if "is_chosen" in held else np.zeros(len(held), bool)
    )
    y = np.arange(len(held))
    values = held["value"].to_numpy(dtype=float)
    for mask, (colour, sign, _) in zip((~chosen, chosen), SERIES, strict=False):
        axes.hlines(y[mask], held["low"][mask], held["high"][mask], color=colour, linewidth=1.5, alpha=0.75)
        axes.scatter(values[mask], y[mask], s=34, marker=sign, color=colour, zorder=3)
    if min(values.min(), held["low"].min()) >= 0:
        axes.set_xlim(left=0)
    axes.axvline(0, color=INK, linewidth=0.9)
    said = missing["mark"].fillna("[x]") if "mark" in missing else pd.Series("[x]", index=missing.index)
    for place, word in enumerate(said, start=len(held)):
        axes.text(
            0.008, place, plain(str(word)), transform=axes.get_yaxis_transform(), va="center", fontsize=8, color=SOFT
        )
    names = [plain(str(name)) for name in (*held["name"], *missing["name"])]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    for label, is_chosen in zip(axes.get_yticklabels(), chosen, strict=False):
        label.set_fontweight("bold" if is_chosen else "normal")
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(plain(unit), color=INK, fontsize=9)
    _quiet(axes, across=True)
    frame_in(figure, caption)
    return figure


def _gaps(axes: Any, held: Mapping[str, Floats]) -> None:
    """A cross for every quarter without a value, in a strip of its own under all values, one line a series."""
    lowest = min(float(np.nanmin(values)) for values in held.values() if np.isfinite(values).any())
    low, high = axes.get_ylim()
    foot, top = (0.0, high or 1.0) if lowest >= 0 else (low, high)
    ticks = [tick for tick in axes.get_yticks() if foot <= tick <= top]
    step, lines = (top - foot) * 0.05, 1
    for number, (name, values) in enumerate(held.items()):
        gaps = np.flatnonzero(~np.isfinite(values))
        if len(gaps):
            label = plain(f"{name}: no value ({len(gaps):,} of {len(values):,} quarters)")
            height = np.full(len(gaps), foot - step * lines)
            axes.scatter(gaps, height, marker="x", s=22, linewidths=1.1, color=SERIES[number][0], label=label)
            lines += 1
    axes.axhline(foot, color=INK, linewidth=0.9, zorder=1)
    axes.set_ylim(foot - step * lines if lines > 1 else foot, top)
    axes.set_yticks(ticks)


def _check(held: Mapping[str, Any], counts: Sequence[int]) -> None:
    if not any(counts):
        raise UsageError("there is no value, so there is nothing to draw")
    if len(held) > MOST_SERIES:
        raise UsageError("too many series for one picture", found=str(len(held)), expected=f"at most {MOST_SERIES}")


def _figure(height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(_WIDTH, height), layout=layout(), facecolor="#ffffff")


def _two_lines(words: str) -> str:
    """Long words in two lines, cut where the halves are most alike."""
    parts = words.split(" ")
    if len(words) <= 28 or len(parts) == 1:  # noqa: PLR2004 - letters beside an axis
        return words
    cut = min(range(1, len(parts)), key=lambda place: abs(2 * len(" ".join(parts[:place])) - len(words)))
    return " ".join(parts[:cut]) + "\n" + " ".join(parts[cut:])


def _key_above(axes: Any) -> None:
    """Between the title and the axes."""
    is_long = len(axes.get_legend_handles_labels()[1]) > _KEYS_ON_A_LINE
    style = {"frameon": False, "fontsize": 8.5, "labelcolor": INK, "borderaxespad": 0.2, "handletextpad": 0.5}
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2 if is_long else _KEYS_ON_A_LINE, **style)


def _quarters(axes: Any, quarters: Sequence[str]) -> None:
    every = max(1, -(-len(quarters) // _MOST_TICKS))
    axes.set_xticks(
        range(0, len(quarters), every), list(quarters[::every]), rotation=45, ha="right", rotation_mode="anchor"
    )
    axes.set_xlim(-0.6, len(quarters) - 0.4)


def _quiet(*all_axes: Any, across: bool = False) -> None:
    """Light lines behind the marks, no box."""
    for axes in all_axes:
        axes.grid(axis="x" if across else "y", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.tick_params(colors=INK, labelsize=8, length=3 if across else 0)
        for spine in ("top", "right", "left"):
            axes.spines[spine].set_visible(False)
    for axes in all_axes[:-1]:
        axes.spines["bottom"].set_visible(False)
