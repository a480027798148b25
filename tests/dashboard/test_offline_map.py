"""The map of one file in a real Chromium without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sp_geo.build.view import Build
from sp_geo.questions.requests.workspace import MapRequest
from sp_geo.reports.offline_map import offline_map
from sp_geo.workspace.store import Store
from tests.conftest import held_against_axe

pytestmark = pytest.mark.browser
QUARTER = "2020Q1"
"""When many PCNs did not report."""
PLACES = 1_300
"""PCNs in England, at most."""
POINT_IN = """place => {
  const path = layers(place), box = path.getBoundingClientRect();
  for (let down = 0.05; down < 1; down += 0.05) for (let right = 0.05; right < 1; right += 0.05) {
    const [x, y] = [box.left + right * box.width, box.top + down * box.height];
    if (document.elementFromPoint(x, y) === path) return [x, y];
  }
  return null;
  function layers(id) { let found; places.eachLayer(l => { if (l.feature.id === id) found = l.getElement(); }); return found; }
}"""


@dataclass
class Opened:
    """A page of the file, and what it asked for or complained of."""

    page: Any
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def file(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of a synthetic region as a file."""
    path = tmp_path_factory.mktemp("stick") / "map.html"
    path.write_bytes(offline_map(Build(Store(region)), MapRequest(QUARTER), date(2026, 8, 1)))
    return path


def opened(browser: Any, file: Path, **options: Any) -> Opened:
    """The file in a browser whose PCN is off."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True, **options)
    found = Opened(context.new_page())
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on("pageerror", lambda fault: found.faults.append(str(fault)))
    found.page.on("console", lambda line: found.faults.append(line.text) if line.type == "error" else None)
    found.page.goto(file.as_uri())
    return found


@pytest.fixture
def desk(browser: Any, file: Path) -> Iterator[Opened]:
    """The file as on a desk."""
    found = opened(browser, file)
    yield found
    found.page.context.close()


def test_the_file_opens_without_a_network_and_for_everyone(desk: Opened, file: Path) -> None:
    """The file opens offline, asks for nothing, and serves screen readers, phones and small hands alike."""
    for width in (1440, 320):
        desk.page.set_viewport_size({"width": width, "height": 900})
        held_against_axe(desk.page)
        small = desk.page.evaluate(
            "[...document.querySelectorAll('button, input, a')].filter(e => e.offsetParent && !e.matches('.skip'))"
            ".filter(e => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24; })"
            ".map(e => e.outerHTML)"
        )
        assert small == []
    assert desk.asked == [file.as_uri()]
    assert desk.faults == []


def test_map_and_table_hold_the_same_places(desk: Opened) -> None:
    """Each PCN has a row and, where it has a boundary, a shape in the class of that row."""
    drawn = desk.page.evaluate(
        "() => { const found = {}; places.eachLayer(l => found[l.feature.id] = l.getElement().getAttribute('fill'));"
        " return found; }"
    )
    rows = desk.page.evaluate(
        "() => [...document.querySelectorAll('tbody tr')].map(row => ({id: row.dataset.place, kind: row.dataset.class,"
        " status: row.textContent, said: row.cells[0].textContent.trim(), button: !!row.querySelector('button')}))"
    )
    paints = desk.page.evaluate(
        "() => [...document.querySelectorAll('symbol')].map(key => key.querySelector('rect').getAttribute('fill'))"
    )
    assert {row["id"] for row in rows if row["button"]} == set(drawn)
    assert all(row["said"] == "No boundary" for row in rows if not row["button"])
    assert all(drawn[row["id"]] == paints[int(row["kind"])] for row in rows if row["button"])
    labels = [item.inner_text() for item in desk.page.locator(".legend .label").all()]
    silent = [row for row in rows if "Did not report" in row["status"]]
    assert len(silent) > 10
    assert {labels[int(row["kind"])] for row in silent} == {"Did not report"}
    assert f"Did not report ({len(silent)})" in desk.page.locator(".legend").inner_text()
    assert paints[labels.index("Did not report")].startswith("url(#pattern-")


def test_a_place_is_found_by_keyboard(desk: Opened) -> None:
    """The keyboard finds a PCN, shows it on the map, moves and zooms."""
    page = desk.page
    wanted = page.locator("tbody tr").nth(20)
    code = wanted.locator("td").nth(2).inner_text()
    name = wanted.locator("th").inner_text()
    before = page.evaluate("map_of_places.getZoom()")
    page.get_by_label("Find a place by name or code").focus()
    page.keyboard.type(code.lower())
    assert page.locator("#found").inner_text().startswith("1 of ")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent") != "Show":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#chosen h3").inner_text() == name
    assert code in page.locator("#chosen dl").inner_text()
    assert wanted.locator("button").get_attribute("aria-pressed") == "true"
    assert page.evaluate("map_of_places.getZoom()") > before
    page.get_by_role("button", name="Show all places").press("Enter")
    assert page.evaluate("map_of_places.getZoom()") == before
    page.locator("#map_of_places").focus()
    start = page.evaluate("map_of_places.getCenter().lng")
    page.keyboard.press("ArrowRight")
    # The map glides, and slowly where there is much else to do.
    for _ in range(100):
        if page.evaluate("map_of_places.getCenter().lng") > start:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("map_of_places.getCenter().lng") > start
    page.keyboard.press("+")
    assert page.evaluate("map_of_places.getZoom()") > before
    assert desk.faults == []


def test_a_place_on_the_map_finds_its_row(desk: Opened) -> None:
    """Hovering names a PCN, and a click leads to its row."""
    page = desk.page
    point = page.evaluate(POINT_IN, 30)
    page.mouse.move(*point)
    name = page.locator("tr[data-place='30'] th").inner_text()
    assert name in page.locator(".leaflet-tooltip").inner_text()
    page.mouse.click(*point)
    assert page.locator("tr.chosen").get_attribute("data-place") == "30"
    assert page.locator("tr.chosen").evaluate("row => row.getBoundingClientRect().top < innerHeight")
    page.get_by_role("button", name="Go to its row").click()
    assert page.evaluate("document.activeElement.closest('tr').dataset.place") == "30"


def test_the_table_is_sorted_with_missing_values_last(desk: Opened) -> None:
    """Missing values stand last in either order."""
    page = desk.page
    values = "() => [...document.querySelectorAll('tbody tr')].map(row => row.cells[2].textContent)"
    heading = page.locator("thead th").nth(2)
    for direction, is_falling in (("ascending", False), ("descending", True)):
        heading.locator("button").press("Enter")
        assert heading.get_attribute("aria-sort") == direction
        shown = page.evaluate(values)
        numbers = [float(text) for text in shown if text != "[x]"]
        assert numbers == sorted(numbers, reverse=is_falling)
        assert shown.index("[x]") == len(numbers)


def test_without_scripts_there_is_the_table(browser: Any, file: Path) -> None:
    """Without scripts the table is whole, and the page says what the map needs."""
    found = opened(browser, file, java_script_enabled=False)
    assert not found.page.locator("#map_of_places").is_visible()
    assert "needs JavaScript" in found.page.locator("noscript").inner_text()
    row = found.page.locator("tbody tr", has_text="Did not report").first
    assert row.is_visible()
    assert row.locator("td").first.inner_text().strip() == "Did not report"
    found.page.context.close()


def test_on_paper_there_are_map_legend_and_table(desk: Opened) -> None:
    """Printed, the page has map, legend and the whole table, and no controls."""
    desk.page.emulate_media(media="print")
    for shown in ("#map_of_places", ".legend", "caption", "tbody tr:last-child"):
        assert desk.page.locator(shown).is_visible()
    for hidden in ("#find", "#whole", "td.place button >> nth=0"):
        assert not desk.page.locator(hidden).is_visible()
    assert desk.page.locator(".scroll").evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_the_policy_holds(desk: Opened) -> None:
    """A foreign script and a foreign address are blocked by the page's own policy."""
    desk.page.evaluate(
        "() => { const bad = document.createElement('script'); bad.textContent = 'window.ran = 1';"
        " document.body.append(bad); const seen = document.createElement('img');"
        " seen.src = 'http://127.0.0.1:9/seen.png'; seen.setAttribute('onerror', 'window.ran = 2');"
        " document.body.append(seen); }"
    )
    for _ in range(300):
        blocked = " ".join(fault for fault in desk.faults if "Content Security Policy" in fault)
        if "inline script" in blocked and "seen.png" in blocked:
            break
        desk.page.wait_for_timeout(100)
    assert "inline script" in blocked
    assert "seen.png" in blocked
    assert desk.page.evaluate("window.ran") is None


def test_a_map_of_england_stays_small_enough_to_send(region: Path, file: Path) -> None:
    """The file grows with its PCNs to less than 6 MB for England."""
    area = str(Store(region).read("out_pcn_quarter")["icb_code"].iloc[0])
    part = offline_map(Build(Store(region)), MapRequest(QUARTER, area), date(2026, 8, 1))
    whole = file.read_bytes()
    counts = [content.count(b"<tr data-place=") for content in (part, whole)]
    each = (len(whole) - len(part)) / (counts[1] - counts[0]) if counts[1] > counts[0] else len(whole) / counts[1]
    assert len(whole) + each * (PLACES - counts[1]) < 6_000_000
