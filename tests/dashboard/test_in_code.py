"""What a page offers as commands and as Python is what the page shows."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.questions.answers import answer
from sp_geo.questions.requests.statistics import RegressRequest
from sp_geo.web.application import PAGES
from sp_geo.web.components.parts import in_code
from sp_geo.web.page import Page
from sp_geo.web.state import View, read_view

ASKING = [page for page in PAGES if page.asks is not None]


def asked(page: Page, build: Build, search: str = "") -> tuple[View, list]:
    """The view of an address, and what the page asks in it."""
    view, unknown = read_view(search, page.fields(build))
    assert not unknown
    assert page.asks is not None
    return view, list(page.asks(build, view))


@pytest.mark.parametrize("page", ASKING, ids=lambda page: page.name)
def test_every_line_asks_what_the_page_asks_and_is_answered(page: Page, region_build: Build) -> None:
    """Each command and line of Python stands on the page, is read back to the same request, and has an answer."""
    _, requests = asked(page, region_build)
    assert requests
    shown = json.dumps(in_code(requests).to_plotly_json(), default=lambda held: held.to_plotly_json())
    for request in requests:
        assert type(request).from_command(request.as_command()) == request
        assert json.dumps(request.as_command())[1:-1] in shown
        assert json.dumps(request.as_python())[1:-1] in shown
        assert answer(region_build, request).title


def test_slopes_over_time_are_those_of_the_line(region_build: Build) -> None:
    """The slopes of the page are the rows of the question that it offers, for England and for an ICB of a set."""
    page = next(page for page in PAGES if page.name == "over-time")
    area = region_build.on("2026").choices.areas[0]
    for search, icbs in (("", "as_then"), (f"?icbs=2026&area={area}", "2026")):
        build = region_build.on(icbs)
        view, requests = asked(page, build, search)
        (regress,) = [request for request in requests if isinstance(request, RegressRequest)]
        rows = answer(region_build.base, regress).rows
        shown = page.sheet("slopes", build, view).rows
        keys = ["quarter", "non_response"]
        both = rows.merge(shown, on=keys, suffixes=("", "_shown"), validate="one_to_one")
        assert len(both) == len(shown) > 0
        pd.testing.assert_series_equal(both["estimate"], both["estimate_shown"], check_names=False, rtol=1e-12)
