"""The pages in a real Chromium: alone, accessible, and answering to keyboard and address."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest

from sp_geo.build.view import Build
from sp_geo.web.application import PAGES
from sp_geo.web.page import Page
from tests.conftest import held_against_axe
from tests.dashboard.conftest import Watched, forged, watched

pytestmark = pytest.mark.browser
OF_A_REGION = {"over-time", "services", "plan-posts", "plan-funding"}
"""Pages that show less of four PCNs and no service: no fifths, no deserts, no plan worth the name."""
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
NARROW_TARGETS = """() => [...document.querySelectorAll('main a, main button, main select, main input, nav a')]
  .filter(e => e.offsetParent !== null && getComputedStyle(e).display !== 'inline')
  .filter(e => { const box = e.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
  .map(e => e.outerHTML.slice(0, 120))"""
CAPTIONED = "[...document.querySelectorAll('main table')].every(t => t.caption && t.caption.textContent.trim())"
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].filter(e => e.offsetParent).map(e => +e.tagName[1])"


@every_page
def test_every_page_is_open_to_everyone_and_closed_to_the_outside(
    browser: Any, request: pytest.FixtureRequest, page: Page
) -> None:
    """Every page serves keyboards, screen readers, phones and 400 % zoom, and asks nothing of another host."""
    address = request.getfixturevalue("region_address" if page.name in OF_A_REGION else "address")
    found = watched(browser, address, 1440, 900)
    found.open(f"{address}{page.path}")
    drawn = found.page.locator("main .map, main .js-plotly-plot, main [data-small-areas]").count()
    assert len(found.page.screenshot()) > 15_000, "the page is blank"
    for summary in found.page.locator("main summary").all():
        summary.click()
    for width, height in ((1440, 900), (320, 800)):
        found.page.set_viewport_size({"width": width, "height": height})
        found.page.wait_for_load_state("networkidle")
        held_against_axe(found.page, contrast=width == 1440)
        assert found.page.evaluate(NARROW_TARGETS) == []
    levels = found.page.evaluate(HEADINGS)
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), levels
    assert drawn == 0 or found.page.locator("main table").count() >= 1, "a picture without its table"
    assert found.page.evaluate(CAPTIONED), "a table without a caption"
    assert "SYNTHETIC" in found.page.locator(".banner").inner_text()
    assert found.page.title().endswith(" - sp_geo")
    assert found.outside == []
    assert found.faults == []
    found.page.close()


def test_a_forged_address_is_answered_kindly(desk: Watched, address: str, build: Build) -> None:
    """Nonsense in every field of an address gives the page, and none of it becomes markup."""
    (page,) = (page for page in PAGES if page.name == "need-and-provision")
    desk.open(f"{address}{page.path}?{forged(page, build)}")
    assert desk.page.locator("main h1").count() == 1
    assert desk.page.locator("main img[src='x']").count() == 0
    assert desk.faults == []


def test_stepping_changes_map_table_and_address(desk: Watched, address: str) -> None:
    """Map, table, control and address show the same quarter after a step, and after going back."""
    desk.open(f"{address}/need-and-provision?quarter=2022Q4")
    desk.page.get_by_role("button", name="Earlier").click()
    desk.page.wait_for_selector("[data-table='need-and-provision/pcns'] caption:has-text('2022Q3')")
    desk.page.wait_for_selector("#part-need-words:has-text('2022Q3')")
    assert "quarter=2022Q3" in desk.page.url
    assert desk.page.locator("#control-quarter").input_value() == "2022Q3"
    desk.page.go_back()
    desk.page.wait_for_selector("[data-table='need-and-provision/pcns'] caption:has-text('2022Q4')")
    assert desk.faults == []


def test_a_link_opens_the_same_view(desk: Watched, address: str) -> None:
    """The link of a page opens the quarter, the measure and the maps that were on it."""
    desk.open(f"{address}/need-and-provision?quarter=2022Q1&measure=lack_of_support&maps=one")
    desk.page.wait_for_selector("caption:has-text('2022Q1')")
    assert "Reported lack of local support" in desk.page.locator("#part-need-legends").inner_text()
    assert "2 of 4 active PCNs reported" in desk.page.locator("#part-need-words").inner_text()
    link = desk.page.locator("#link").input_value()
    before = desk.page.locator("main").inner_text()
    desk.open(link)
    assert desk.page.locator("main").inner_text() == before


def test_what_is_chosen_goes_along_to_the_next_page(desk: Watched, address: str, build: Build) -> None:
    """The chosen ICB stays chosen on the next page, and the focus goes to its content."""
    area = build.choices.areas[0]
    desk.open(f"{address}/")
    desk.page.get_by_label("Area", exact=True).select_option(area)
    desk.page.wait_for_selector(f"[data-table='overview/pcns'] caption:has-text('{build.area_names[area]}')")
    desk.page.get_by_role("link", name="Need and provision").click()
    desk.page.wait_for_selector("h1:has-text('Need and provision')")
    desk.page.wait_for_selector(f"#part-need-words:has-text('{build.area_names[area]}')")
    assert desk.page.get_by_label("Area", exact=True).input_value() == area
    assert desk.page.evaluate("document.activeElement.id") == "content"
    desk.page.go_back()
    desk.page.wait_for_selector("h1:has-text('by primary care network')")


def test_the_table_is_sorted_by_keyboard(desk: Watched, address: str) -> None:
    """Enter on a heading sorts the table one way, then the other, and keeps the focus."""
    desk.open(address)
    table = desk.page.locator("[data-table='overview/pcns']")
    table.get_by_role("button", name="Patients (registered)").press("Enter")
    desk.page.wait_for_selector("th[aria-sort='ascending']:has-text('Patients')")
    assert desk.page.evaluate("document.activeElement.dataset.sort") == "list_size"
    table.get_by_role("button", name="Patients (registered)").press("Enter")
    desk.page.wait_for_selector("th[aria-sort='descending']:has-text('Patients')")


def test_the_first_tab_stop_skips_to_the_content(desk: Watched, address: str) -> None:
    """The first tab stop is the link that leads past the head of the page."""
    desk.open(address)
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "content"


def test_the_keyboard_reaches_every_control_and_is_seen(desk: Watched, address: str) -> None:
    """Tab reaches every control, and the one in use is outlined."""
    desk.open(f"{address}/need-and-provision")
    reached = set()
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        state = desk.page.evaluate(
            "[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle, "
            "document.activeElement.className, document.activeElement.tagName]"
        )
        reached.add(state[0])
        # At the end the focus leaves the document for the browser's own bar.
        assert state[1] != "none" or state[3] in {"BODY", "HTML"}, state
    assert {"control-area", "control-quarter", "slide-quarter", "play", "control-measure", "control-second"} <= reached


def test_a_click_on_the_map_tells_of_the_pcn(desk: Watched, address: str, build: Build) -> None:
    """A click on a PCN shows its facts and puts its code in the address."""
    area = build.choices.areas[0]
    desk.open(f"{address}/need-and-provision?maps=one&area={area}")
    desk.page.wait_for_selector(".map canvas")
    desk.page.wait_for_timeout(700)
    desk.page.locator(".map").scroll_into_view_if_needed()
    box = desk.page.locator(".map").bounding_box()
    for across, down in product((0.5, 0.35, 0.65, 0.2, 0.8), (0.5, 0.35, 0.65, 0.2, 0.8)):
        desk.page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        desk.page.wait_for_timeout(250)
        if desk.page.locator("#part-need-chosen dl").count():
            break
    assert "SYNTHETIC PCN" in desk.page.locator("#part-need-chosen").inner_text()
    assert "pcn=U9" in desk.page.url


def test_playing_goes_on_and_stops(desk: Watched, address: str) -> None:
    """Play steps to the next quarter, and Stop stays at the one shown."""
    desk.open(f"{address}/?quarter=2022Q1")
    desk.page.get_by_role("button", name="Play").click()
    desk.page.wait_for_selector("[data-table='overview/pcns'] caption:has-text('2022Q2')")
    desk.page.get_by_role("button", name="Stop").click()
    desk.page.wait_for_selector("#play[aria-pressed='false']")
    shown = desk.page.url
    desk.page.wait_for_timeout(2000)
    assert desk.page.url == shown


def test_pcns_lie_above_the_backdrop_whichever_arrives_first(desk: Watched, address: str) -> None:
    """PCNs are drawn above the outlines of ICBs even where the outlines arrive last."""
    desk.page.route("**/shapes/icb-*", lambda route: (desk.page.wait_for_timeout(1500), route.continue_()))
    desk.open(f"{address}/need-and-provision?maps=one")
    shown = (
        "[...document.querySelectorAll('.map canvas')].map(c => +getComputedStyle(c.closest('.leaflet-pane')).zIndex)"
    )
    for _ in range(300):
        heights = sorted(desk.page.evaluate(shown))
        if len(heights) == 2:
            break
        desk.page.wait_for_timeout(100)
    assert heights == [350, 400]


def test_the_map_is_recoloured_before_the_page_follows(desk: Watched, address: str) -> None:
    """A step recolours the map at once; table and chart follow."""
    desk.open(f"{address}/need-and-provision?maps=one&quarter=2022Q4")
    first = desk.page.evaluate(
        """async () => {
          performance.clearMarks('map-recoloured');
          let settled = 0;
          // The page waits 400 ms for its map and no longer; here as long as a busy machine needs.
          const wait = window.setTimeout.bind(window);
          window.setTimeout = (done, ms) => wait(done, ms === 400 ? 60000 : ms);
          document.addEventListener('sp-geo-settled', () => { settled = performance.now(); }, { once: true });
          document.querySelector("[data-step='-1']").click();
          while (!settled) { await new Promise(done => setTimeout(done, 5)); }
          return performance.getEntriesByName('map-recoloured')[0]?.startTime <= settled;
        }"""
    )
    assert first
