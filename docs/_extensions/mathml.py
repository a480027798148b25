"""Equations as MathML, made when the site is built: browsers draw them without a script and without a network.

Browsers need a font with a table of mathematics to stretch brackets and roots. Many computers have none, so the build
cuts one down to the signs that equations use and puts it into a style sheet of the site.
"""

from __future__ import annotations

import base64
import io
import logging
import xml.etree.ElementTree as ET
from importlib import resources
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

STYLE: Final = "equations.css"
_SIGNS: Final = (
    (0x20, 0x7E),  # letters, digits, brackets
    (0xA0, 0xFF),
    (0x300, 0x305),  # hats and bars
    (0x391, 0x3C9),  # Greek
    (0x2010, 0x2037),  # dashes and primes
    (0x2061, 0x2064),
    (0x210E, 0x210E),
    (0x2200, 0x22FF),  # operators
    (0x1D434, 0x1D467),  # italic
    (0x1D6E2, 0x1D71B),  # italic Greek
)
_NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
_PRIME: Final = "\u2032"
_DISTRIBUTED: Final = "\u223c"
_BAR: Final = "\u2015"
_FUNCTIONS: Final = ("ln", "log", "exp")


def as_mathml(latex: str, display: str) -> str:
    """One equation.

    Args:
        latex: between the dollar signs.
        display: ``inline`` or ``block``.

    Raises:
        ExtensionError: the equation cannot be converted; a page with a hole in it must not be built.
    """
    try:
        made = ET.fromstring(convert(latex, display=display))  # noqa: S314 - our own pages
    except Exception as fault:  # the converter has no base class for its faults
        raise ExtensionError(f"equation cannot be converted: {latex!r}") from fault
    _mend(made)
    made.set("alttext", latex.strip())
    ET.register_namespace("", _NAMESPACE)
    return ET.tostring(made, encoding="unicode")


def _named(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _operator(sign: str, **attributes: str) -> ET.Element:
    made = ET.Element(_named("mo"), attributes)
    made.text = sign
    return made


def _mend(equation: ET.Element) -> None:
    """What the converter writes and browsers draw badly: primes, accents, and functions without a space after them."""
    for parent in list(equation.iter()):
        if parent.tag == _named("mover"):
            parent.set("accent", "true")
            for inner in parent.iter(_named("mo")):
                inner.attrib.pop("movablelimits", None)
                inner.set("stretchy", "true")
        if parent.text == _DISTRIBUTED:
            parent.tag = _named("mo")
            parent.attrib |= {"lspace": "0.28em", "rspace": "0.28em"}
        for place, child in reversed(list(enumerate(list(parent)))):
            if child.tag in {_named("msup"), _named("msubsup")} and child[-1].text == _PRIME:
                parent[place] = _with_prime(child)
            if child.tag == _named("mover") and child[1].text == _BAR:
                # No font stretches a bar over several letters; a border does.
                parent[place] = ET.Element(_named("mrow"), {"class": "overline"})
                parent[place].append(child[0])
            if child.text in _FUNCTIONS and place + 1 < len(parent) and parent[place + 1].tag != _named("mo"):
                parent.insert(place + 1, ET.Element(_named("mspace"), {"width": "0.17em"}))


def _with_prime(scripts: ET.Element) -> ET.Element:
    """The prime beside its letter: as a script it would be drawn too small to be seen."""
    row = ET.Element(_named("mrow"))
    base = scripts[0]
    if scripts.tag == _named("msubsup"):
        base = ET.Element(_named("msub"))
        base.extend([scripts[0], scripts[1]])
    row.extend([base, _operator(_PRIME, lspace="0", rspace="0.05em")])
    return row


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(as_mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    # A long equation scrolls by itself, with the keyboard as well, so that the page does not scroll sideways.
    opening = '<div class="equation" tabindex="0" role="group" aria-label="Equation">'
    translator.body.append(f"{opening}{as_mathml(node.astext(), 'block')}</div>\n")
    raise nodes.SkipNode


def _font() -> bytes:
    """STIX Two Math (SIL Open Font License), as the package ziamath ships it, with the signs that we use."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff", layout_features=["*"], name_IDs=["*"], notdef_outline=True)
    with resources.as_file(resources.files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf") as path:
        font = TTFont(path, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[sign for first, last in _SIGNS for sign in range(first, last + 1)])
    cutter.subset(font)
    font.flavor = "woff"
    held = io.BytesIO()
    font.save(held)
    return held.getvalue()


def _write_style(app: Sphinx) -> None:
    target = Path(app.outdir) / "_static" / STYLE
    if app.builder.format != "html" or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    held = base64.b64encode(_font()).decode("ascii")
    rule = f'@font-face {{ font-family: "Equations"; src: url("data:font/woff;base64,{held}") format("woff"); }}'
    target.write_text(f'{rule}\nmath {{ font-family: "Equations", math; }}\n', encoding="ascii")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this; ``html_math_renderer = "mathml"`` then chooses it."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("builder-inited", _write_style)
    app.add_css_file(STYLE)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
