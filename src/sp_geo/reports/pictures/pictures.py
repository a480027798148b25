"""Pictures to take away: each says what it shows, of what, from where, and whether it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from threading import Lock
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.questions.record_forms import into_png, into_svg
from sp_geo.workspace.store import write_aside

FORMS: Final = (".png", ".svg")
_ONE_AT_A_TIME = Lock()
"""Settings of matplotlib are shared by all threads."""
DOTS: Final = 150
"""Per inch, of pictures and of what is drawn as dots inside an SVG."""
_POINTS, _TITLE, _SMALL = 72, 13, 7.5
_BOLD_WIDTH, _PLAIN_WIDTH = 0.68, 0.56
"""Mean width of a letter in parts of its height."""
_MARK: Final[dict[str, Any]] = {"fontsize": 14, "color": "#a32a1d", "fontweight": "bold"}
_INK, _QUIET = "#212b32", "#768692"
_SIGNS: Final = {
    "more provision where need is higher": ("#005eb8", "o"),
    "less provision where need is higher": ("#b8560b", "s"),
    "cannot be told": (_QUIET, "D"),
}
_CHOICES: Final = (
    ("need", "Need"),
    ("series", "Provision"),
    ("non_response", "Non-response"),
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
    # The lower part has a row for every value of a choice that varies.
    rows = [
        (column, value, f"{words}: {value or 'nothing'}")
        for column, words in _CHOICES
        for value in sorted(held[column].unique())
        if len(held[column].unique()) > 1
    ]
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
    for height, (column, value, _) in enumerate(rows):
        at = np.flatnonzero((held[column] == value).to_numpy())
        below.scatter(at, np.full(len(at), height), s=34, marker="|", color=_INK, linewidths=1.1)
    below.set_yticks(range(len(rows)), [words for _, _, words in rows], fontsize=7.5)
    below.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    below.set_xlabel(f"{len(held):,} specifications, smallest slope first", color=_INK)
    below.grid(axis="y", color="#eceff1", linewidth=0.8)
    below.set_axisbelow(True)
    burn_in(figure, above, caption)
    return figure


def burn_in(figure: Any, axes: Any, caption: Caption, share: float = 1.0) -> None:
    """Put a caption into a figure with a constrained layout: the title above the axes, the rest under everything.

    Args:
        figure: to change.
        axes: that the title stands above.
        caption: title and the rest.
        share: of the figure's width that the title may take.
    """
    title = wrapped(caption.title, figure, share, _TITLE * _BOLD_WIDTH)
    axes.set_title(title, loc="left", fontsize=_TITLE, fontweight="bold", color=_INK)
    if caption.mark:
        axes.text(0.995, 0.02, caption.mark, transform=axes.transAxes, ha="right", **_MARK)
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)
    _below(figure, caption)


def frame_in(figure: Any, caption: Caption) -> None:
    """The same with the title from the figure's left edge and the mark beside it, where no data lie."""
    title = wrapped(caption.title, figure, 0.8 if caption.mark else 1.0, _TITLE * _BOLD_WIDTH)
    figure.suptitle(title, x=0.012, ha="left", fontsize=_TITLE, fontweight="bold", color=_INK)
    if caption.mark:
        top = 1 - 0.12 / figure.get_size_inches()[1]
        figure.text(0.988, top, caption.mark, ha="right", va="top", **_MARK)
    _below(figure, caption)


def _below(figure: Any, caption: Caption) -> None:
    text = wrapped(caption.below, figure, 1.0, _SMALL * _PLAIN_WIDTH)
    figure.supxlabel(text, fontsize=_SMALL, color="#4c6272", x=0.012, ha="left")
    figure.set_label(f"{caption.mark}: {caption.title}" if caption.mark else caption.title)


def wrapped(text: str, figure: Any, share: float, letter: float) -> str:
    """Text in lines that fit a share of the figure's width; line ends in the text stay.

    Args:
        text: to cut.
        figure: it stands in.
        share: of the width.
        letter: mean width of a letter in points.
    """
    characters = int(figure.get_size_inches()[0] * _POINTS * share / letter)
    lines = [wrap(line, characters) or [""] for line in text.split("\n")]
    return plain("\n".join(part for line in lines for part in line))


def layout() -> Any:
    """Room for everything in a figure, and a margin."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)


def plain(text: str) -> str:
    """Text in which a dollar sign does not begin a formula."""
    return text.replace("$", r"\$")


def picture_bytes(figure: Any, form: str, record: str = "") -> bytes:
    """A figure as a file; the same figure gives the same bytes, and text in an SVG stays text.

    Args:
        figure: of matplotlib; its label becomes the title of the file.
        form: ``png`` or ``svg``.
        record: text of the run record, which goes into the file unseen; empty for none.

    Raises:
        UsageError: the form is another.
    """
    if f".{form}" not in FORMS:
        raise UsageError("a picture cannot be made in this form", found=form, expected="png or svg")
    import matplotlib as mpl

    buffer = BytesIO()
    title = figure.get_label() or None
    fixed: dict[str, Any] = {"Date": None, "Language": "en-GB"} if form == "svg" else {"Software": None}
    with _ONE_AT_A_TIME, mpl.rc_context({"svg.hashsalt": "sp_geo", "svg.fonttype": "none"}):
        figure.savefig(buffer, format=form, dpi=DOTS, metadata={**fixed, "Title": title} if title else fixed)
    return (into_svg if form == "svg" else into_png)(buffer.getvalue(), record)


def save(figure: Any, path: Path, record: str = "") -> None:
    """Write a picture, with its run record inside if there is one; the same figure gives the same bytes.

    Raises:
        UsageError: the name does not end in .png or .svg.
    """
    if path.suffix.lower() not in FORMS:
        raise UsageError("a picture's name must say its form", found=path.name, expected=" or ".join(FORMS))
    write_aside(path, picture_bytes(figure, path.suffix.lower()[1:], record))
