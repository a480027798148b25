"""What an extra is needed for says, where it is not installed, how to get it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.core.extras import EXTRAS, has_extra
from sp_geo.geography import boundaries
from sp_geo.services import placing
from sp_geo.web.pages.pcn.search import search
from tests.conftest import REPOSITORY, Run


def hide(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an extra look as if it were not installed."""
    assert has_extra(extra)
    for module in EXTRAS[extra]:
        monkeypatch.setitem(sys.modules, module, None)
    assert not has_extra(extra)


def test_extras_are_those_that_can_be_installed() -> None:
    """Each extra that the program asks for is one of pyproject.toml, and ``all`` takes them all."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert extras["all"] == [f"sp-geo[{','.join(EXTRAS)}]"]
    assert {name: len(extras[name]) for name in EXTRAS} == {name: len(modules) for name, modules in EXTRAS.items()}


@pytest.mark.parametrize(
    ("extra", "what", "arguments"),
    [
        ("slides", "the slides of a pack", ["export", "--area", "QOP", "--quarter", "2022Q2"]),
        ("spatial", "spatial statistics", ["spatial", "--need", "imd_score"]),
        ("spatial", "spatial statistics", ["spatial", "--local"]),
        ("postgresql", "plans in PostgreSQL", ["plan", "list", "--plans", "postgresql+psycopg://127.0.0.1:9/plans"]),
    ],
)
def test_a_command_says_which_extra_it_needs(
    extra: str,
    what: str,
    arguments: list[str],
    built: Path,
    tmp_path: Path,
    sp_geo: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A command that needs an extra ends with one line that says how to install it."""
    hide(extra, monkeypatch)
    more = ["--out", str(tmp_path / "pack")] if extra == "slides" else []
    code, out, err = sp_geo(built, *arguments, *more)
    assert (code, out) == (2, "")
    assert err == f'error: {what} need packages that are not installed. Install them: pip install "sp-geo[{extra}]"\n'


def test_postcodes_say_which_extra_they_need(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site with a postcode alone, and a postcode looked up on a page, name the extra that knows postcodes."""
    hide("postcodes", monkeypatch)
    sites = pd.DataFrame({"latitude": [None], "longitude": [None], "postcode": ["LS1 4AP"]}).astype({"postcode": "str"})
    sites = sites.astype({"latitude": "float64", "longitude": "float64"})
    [cause] = placing.placed(sites, boundaries.lsoa11())["cause"]
    assert 'pip install "sp-geo[postcodes]"' in cause
    assert 'pip install "sp-geo[postcodes]"' in search(Build.open(built), "LS1 4AP").words
