"""How the site is built: `make docs`. Nothing in it asks anything of another host."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_extensions"))

project = "sp_geo"
author = "sp_geo"
language = "en"  # the catalogue of en_GB lacks the sentence that ends a search
html_title = "sp_geo"
_version = re.search(r'__version__ = "([^"]+)"', (HERE.parent / "src" / "sp_geo" / "__init__.py").read_text("utf-8"))
version = release = _version.group(1) if _version else ""

extensions = ["myst_parser", "mathml"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 3

html_theme = "furo"
html_math_renderer = "mathml"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # a page that was opened from a folder may not read other pages
html_use_index = False
html_permalinks_icon = "#"
html_theme_options = {"top_of_page_buttons": []}


def setup(app: Sphinx) -> None:
    """Sphinx calls this; small files of values are shown as they are."""
    app.add_lexer("csv", TextLexer)
