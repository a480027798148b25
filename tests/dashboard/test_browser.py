"""The page in a real Chromium: alone, accessible, and answering to keyboard and address."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sp_geo.dashboard.snapshot import Snapshot
from tests.dashboard.conftest import Watched, watched

pytestmark = pytest.mark.browser


def test_no_request_leaves_this_machine(desk: Watched, address: str) -> None:
    """The page would be blank or slow behind a hospital's firewall, or tell others who reads it."""
    desk.open(address)
    assert desk.outside == []
    assert desk.faults == []
    assert "SYNTHETIC" in desk.page.locator(".banner").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (320, 800)])
def test_axe_finds_nothing(browser: Any, address: str, width: int, height: int) -> None:
    """People who use a keyboard, a screen reader or large print would be shut out."""
    from axe_playwright_python.sync_playwright import Axe

    found = watched(browser, address, width, height)
    found.open(address)
    found.page.locator("summary").first.click()
    results = Axe().run(found.page)
    assert results.violations_count == 0, results.generate_report()
    overflow = found.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page scrolls sideways"
    found.page.close()


def test_stepping_changes_map_table_and_address(desk: Watched, address: str) -> None:
    """The quarter in the table would not be the quarter on the map."""
    desk.open(f"{address}/?quarter=2022Q4")
    desk.page.get_by_role("button", name="Earlier").click()
    desk.page.wait_for_selector("#table caption:has-text('2022Q3')")
    desk.page.wait_for_selector("#map-words:has-text('2022Q3')")
    assert "quarter=2022Q3" in desk.page.url
    desk.page.go_back()
    desk.page.wait_for_selector("#table caption:has-text('2022Q4')")
    assert desk.faults == []


def test_a_link_opens_the_same_view(desk: Watched, address: str) -> None:
    """A colleague would see another quarter than the one that was sent."""
    desk.open(f"{address}/?quarter=2022Q1&measure=lack_of_support&need=lack_of_support")
    desk.page.wait_for_selector("#table caption:has-text('2022Q1')")
    assert "Reported lack of local support" in desk.page.locator("#legend").inner_text()
    assert "2 of 4 active networks reported" in desk.page.locator("#map-words").inner_text()


def test_a_forged_address_is_answered_kindly(desk: Watched, address: str) -> None:
    """A wrong link would end in a fault, or run a script."""
    desk.open(f"{address}/?quarter=1999Q9&measure=<img src=x onerror=alert(1)>")
    desk.page.wait_for_selector("#message:has-text('which is not here')")
    assert desk.page.locator("#message img").count() == 0
    assert desk.faults == []


def test_the_table_is_sorted_and_searched_by_keyboard(desk: Watched, address: str) -> None:
    """People who cannot use a mouse could not sort or search."""
    desk.open(address)
    desk.page.get_by_role("button", name="Patients").press("Enter")
    desk.page.wait_for_selector("th[aria-sort='ascending']:has-text('Patients')")
    desk.page.get_by_role("button", name="Patients").press("Enter")
    desk.page.wait_for_selector("th[aria-sort='descending']:has-text('Patients')")
    desk.page.get_by_label("Find a network by name, code or board").press_sequentially("U90002")
    desk.page.wait_for_selector("#table caption:has-text('1 networks')")
    assert desk.page.locator("#table tbody tr").count() == 1


def test_the_first_tab_stop_skips_to_the_content(desk: Watched, address: str) -> None:
    """Keyboard users would go through the head of the page every time."""
    desk.open(address)
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "content"


def test_a_click_on_the_map_tells_of_the_network(
    desk: Watched, address: str, snapshot: Snapshot, tmp_path: Path
) -> None:
    """The map would be a picture and nothing more."""
    area = snapshot.choices.areas[0]
    desk.open(address)
    # Choosing an area brings its footprints close enough to be hit.
    desk.page.locator("#area").click()
    desk.page.get_by_role("option", name=snapshot.area_names[area]).click()
    desk.page.wait_for_selector(f"#map-words:has-text('{snapshot.area_names[area]}')")
    desk.page.wait_for_timeout(700)
    box = desk.page.locator("#map").bounding_box()
    for across, down in product((0.5, 0.35, 0.65, 0.2, 0.8), (0.5, 0.35, 0.65, 0.2, 0.8)):
        desk.page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        desk.page.wait_for_timeout(250)
        if desk.page.locator("#facts dl").count():
            break
    assert "SYNTHETIC PCN" in desk.page.locator("#facts").inner_text()
    desk.page.screenshot(path=str(tmp_path / "page.png"))
    assert (tmp_path / "page.png").stat().st_size > 20_000


def test_playing_goes_on_and_stops(desk: Watched, address: str) -> None:
    """The play button would do nothing, or never stop."""
    desk.open(f"{address}/?quarter=2022Q1")
    desk.page.get_by_role("button", name="Play").click()
    desk.page.wait_for_selector("#table caption:has-text('2022Q2')")
    desk.page.get_by_role("button", name="Stop").click()
    desk.page.wait_for_selector("#play[aria-pressed='false']")
    shown = desk.page.locator("#table caption").inner_text()
    desk.page.wait_for_timeout(2000)
    assert desk.page.locator("#table caption").inner_text() == shown


def test_networks_lie_above_the_backdrop_whichever_arrives_first(desk: Watched, address: str) -> None:
    """Outlines of boards that arrive late would cover every network, and clicks would reach nothing."""
    desk.page.route("**/shapes/icb-*", lambda route: (desk.page.wait_for_timeout(1500), route.continue_()))
    desk.open(address)
    desk.page.wait_for_timeout(2500)
    heights = desk.page.evaluate(
        "[...document.querySelectorAll('#map canvas')].map(c => +getComputedStyle(c.closest('.leaflet-pane')).zIndex)"
    )
    assert sorted(heights) == [350, 400]
