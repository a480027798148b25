"""How much room text takes, before it is written where nobody can see it overflow.

Measured in DejaVu Sans, which is wider than the fonts of slides, so that what fits here fits there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_LEADING: Final = 1.2
"""Height of a line in parts of the size of its letters."""
_EM: Final = 200
_POINTS: Final = 72
_CUT: Final = " …"


@dataclass(frozen=True)
class Box:
    """A place on a slide, inches."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Style:
    """How text is set.

    Attributes:
        sizes: of the letters in points, from the wanted one to the smallest that may be.
        is_bold: whether it is bold.
        indent: inches that every line begins further in.
        gap: above each paragraph, in parts of the size.
        inset: inches that the box keeps free at each side; half of it above and below.
    """

    sizes: tuple[float, ...]
    is_bold: bool = False
    indent: float = 0.0
    gap: float = 0.0
    inset: float = 0.1


@dataclass(frozen=True)
class Fitted:
    """Text that fits.

    Attributes:
        size: of the letters in points.
        paragraphs: as they are to be written.
        is_cut: whether something had to be left out.
    """

    size: float
    paragraphs: tuple[str, ...]
    is_cut: bool


def fitted(paragraphs: Sequence[str], box: Box, style: Style) -> Fitted:
    """The largest size at which all paragraphs fit; at the smallest, what does not fit is cut at a word."""
    for size in style.sizes:
        if height_of(paragraphs, box.width, size, style) <= box.height:
            return Fitted(size, tuple(paragraphs), is_cut=False)
    size = style.sizes[-1]
    kept: list[str] = []
    for paragraph in paragraphs:
        part = _longest(kept, paragraph, box, size, style)
        kept += [part] if part else []
        if part != paragraph:
            break
    return Fitted(size, tuple(kept), is_cut=True)


def _longest(kept: Sequence[str], paragraph: str, box: Box, size: float, style: Style) -> str:
    """As many words of a paragraph as fit below those that are kept."""
    if height_of([*kept, paragraph], box.width, size, style) <= box.height:
        return paragraph
    words = paragraph.split()
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        text = " ".join(words[:middle]) + _CUT
        if height_of([*kept, text], box.width, size, style) <= box.height:
            low = middle
        else:
            high = middle - 1
    return " ".join(words[:low]) + _CUT if low else ""


def pages(paragraphs: Sequence[str], box: Box, style: Style) -> list[tuple[str, ...]]:
    """Paragraphs over as many boxes as they need at the smallest size; one that is too long for a box is cut."""
    found: list[tuple[str, ...]] = []
    rest = list(paragraphs)
    while rest:
        count = 1
        while count < len(rest) and height_of(rest[: count + 1], box.width, style.sizes[-1], style) <= box.height:
            count += 1
        found.append(fitted(rest[:count], box, style).paragraphs)
        rest = rest[count:]
    return found


def height_of(paragraphs: Sequence[str], width: float, size: float, style: Style) -> float:
    """Inches that paragraphs take in a box of a width, with the box's own insets."""
    room = width - 2 * style.inset - style.indent
    lines = sum(lines_in(paragraph, room, size, is_bold=style.is_bold) for paragraph in paragraphs)
    return (lines * _LEADING + len(paragraphs) * style.gap) * size / _POINTS + style.inset


def lines_in(text: str, width: float, size: float, *, is_bold: bool) -> int:
    """Lines that text takes in a width of so many inches; a word that is wider is broken."""
    room = width * _POINTS / size
    count, used = 1, 0.0
    space = _width(" ", is_bold)
    for word in text.split():
        wide = sum(_width(letter, is_bold) for letter in word)
        if used and used + space + wide <= room:
            used += space + wide
            continue
        count += 1 if used else 0
        count += int(wide // room)
        used = wide % room if wide > room else wide
    return count


@lru_cache(maxsize=4096)
def _width(letter: str, is_bold: bool) -> float:
    """In parts of the size."""
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.0
    return float(_font(is_bold).getlength(letter)) / _EM


@lru_cache(maxsize=2)
def _font(is_bold: bool) -> Any:
    import matplotlib as mpl
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name), _EM)
