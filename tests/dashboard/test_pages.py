"""Every page in several views: each part is made, and each table has its columns, its shapes and a name that fits."""

from __future__ import annotations

import pytest
from dash.development.base_component import Component

from sp_geo.build.view import Build
from sp_geo.web.application import PAGES
from sp_geo.web.page import Page
from sp_geo.web.state import read_view
from sp_geo.web.tables import Asked, table_page

OF_THE_REGION = {"services", "plan-posts", "plan-funding"}
"""Pages that have little to show of four PCNs and no service."""
SEARCHES = {
    "over-time": ("?non_response=balanced&inequality=gini&curve=pooled", "?area=QZZ&draws=9"),
    "pcn": ("?pcn={pcn}", "?pcn={pcn}&quarter={quarter}", "?find=nobody", "?find=X99999"),
    "services": ("?area={area}&category=housing&show=deserts&attribute=evening", "?cluster=none:E0&lsoa=x&show=state"),
    "plan-posts": ("?cost=40000&need=lack_of_support",),
    "plan-funding": ("?candidates=areas",),
    "data-and-quality": ("?quarter={quarter}",),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_part_and_sheet_is_made_for_every_view(page: Page, request: pytest.FixtureRequest, plans: str) -> None:
    """Each view of a page has its parts, and tables whose columns, shapes and names fit."""
    assert plans
    shown: Build = request.getfixturevalue("region_build" if page.name in OF_THE_REGION else "build")
    codes = {"pcn": shown.footprints["pcn_code"].iloc[0], "quarter": shown.choices.quarters[0]}
    for search in ("", *SEARCHES.get(page.name, ())):
        view, _ = read_view(search.format(**codes, area=shown.choices.areas[0]), page.fields(shown))
        assert page.layout(shown, view, lambda name: None)
        for part in page.parts:
            made = part.made(shown, view)
            assert made is None or isinstance(made, Component | list | str), part.name
        for name in page.sheets:
            sheet = page.sheet(name, shown, view)
            assert sheet.name == name.replace("-", "_")
            assert len(sheet.name) <= 28
            assert {column.name for column in sheet.columns} <= set(sheet.rows.columns)
            assert sheet.shapes is None or len(sheet.shapes) == len(sheet.rows)
            assert table_page(sheet, Asked(sort=sheet.columns[0].name))["total"] == len(sheet.rows)
