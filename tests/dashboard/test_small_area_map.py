"""The map of small areas: what is sent, and what a real Chromium draws, with WebGL and without."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
import waitress
from dash import Dash, Input, Output, html
from matplotlib.image import imread

from sp_geo.geography import boundaries
from sp_geo.web.map import small_area_map as sam
from tests.conftest import ARGUMENTS, CHROMIUM, REPOSITORY, held_against_axe
from tests.dashboard.conftest import watched

LOOKS = {
    "a": sam.Look("#0b4a7f", "High"),
    "b": sam.Look("#b5d0e4", "Low"),
    **sam.STATE_LOOKS,
}
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'"
)
ASSETS = REPOSITORY / "src/sp_geo/web/assets"


def _letters(turn: int) -> pd.Series:
    areas = boundaries.lsoa11()
    west = areas["easting_m"] < areas["easting_m"].median()
    letters = np.where(west.to_numpy() == (turn == 0), "a", "b")
    return pd.Series(np.where(areas["northing_m"] > 500_000, "n", letters), index=areas["lsoa11_code"])


@pytest.fixture(scope="module")
def app() -> Dash:
    """A page with the map alone, under the policy of the application."""
    app = Dash(__name__, assets_folder=str(ASSETS), compress=False, title="Small areas")
    app.index_string = sam_page()
    sam.register_routes(app)
    packed = [sam.pack_letters(_letters(turn)) for turn in (0, 1)]
    app.server.add_url_rule(
        "/letters/<int:turn>", "letters", lambda turn: sam.letters_response(packed[turn]), methods=["GET"]
    )
    shown = sam.view("/letters/0", LOOKS)
    the_map = sam.small_area_map("areas", "Example measure by small area", shown, sam.legend(LOOKS))
    app.layout = html.Main(
        [
            html.H1("Small areas"),
            html.Button("Other", id="other"),
            html.Button("Away", id="away"),
            html.Div(the_map, id="holder"),
            html.P(id="answer"),
        ]
    )
    app.callback(Output("areas", "data-view"), Input("other", "n_clicks"), prevent_initial_call=True)(
        lambda _: sam.view("/letters/1", LOOKS, ((51.2, -0.6), (51.8, 0.4)), "QMF")
    )
    app.callback(Output("answer", "children"), Input("areas-chosen", "data"), prevent_initial_call=True)(str)
    app.callback(Output("holder", "children"), Input("away", "n_clicks"), prevent_initial_call=True)(
        lambda clicks: None if clicks % 2 else the_map
    )
    policy = POLICY.format(hashes=" ".join(app.csp_hashes()))

    def close(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = policy
        return response

    app.server.after_request(close)
    return app


def sam_page() -> str:
    """The page around the test's application."""
    return (
        '<!DOCTYPE html><html lang="en"><head>{%metas%}<title>{%title%}</title>{%css%}</head><body>{%app_entry%}'
        "<footer hidden>{%config%}{%scripts%}{%renderer%}</footer></body></html>"
    )


@pytest.fixture(scope="module")
def place(app: Dash) -> Iterator[str]:
    """The address of that page."""
    sam.prepare()
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@dataclass
class Seen:
    """A page with the map drawn."""

    watched: Any
    is_changed: bool = False

    def fresh(self, *, changes: bool = True) -> None:
        """Draw the page again if a test before has changed it."""
        if self.is_changed:
            self.page.reload()
            self.until("small-areas-drawn")
        self.is_changed = changes

    @property
    def page(self) -> Any:
        """Playwright's page."""
        return self.watched.page

    def colours(self, *places: tuple[int, int]) -> list[tuple[int, ...]]:
        """Colours at places of the map, from its top left corner."""
        picture = imread(BytesIO(self.page.locator("#areas").screenshot()), format="png")
        return [tuple(round(float(part) * 255) for part in picture[y, x][:3]) for x, y in places]

    def until(self, name: str, times: int = 1) -> None:
        """Wait until a mark was set so often; the page's policy lets no waiting text of Playwright's be evaluated."""
        for _ in range(300):
            if self.page.evaluate(f"performance.getEntriesByName('{name}').length") >= times:
                return
            self.page.wait_for_timeout(100)
        pytest.fail(f"{name} was not marked")


@pytest.fixture(scope="module")
def plain(browser: Any) -> Iterator[Any]:
    """A Chromium without WebGL."""
    started = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, "--disable-3d-apis"])
    yield started
    started.close()


@pytest.fixture(scope="module", params=["webgl", "plain"])
def seen(request: pytest.FixtureRequest, browser: Any, plain: Any, place: str) -> Iterator[Seen]:
    """The page, drawn with WebGL and without; tests ask for a fresh one."""
    found = watched(plain if request.param == "plain" else browser, place, 1000, 1000)
    found.page.goto(place)
    has_webgl = found.page.evaluate("Boolean(document.createElement('canvas').getContext('webgl2'))")
    if request.param == "webgl" and not has_webgl:
        found.page.close()
        pytest.skip("this Chromium has no WebGL, not even in software: start it with --enable-unsafe-swiftshader")
    assert has_webgl == (request.param == "webgl")
    drawn = Seen(found)
    drawn.until("small-areas-drawn")
    yield drawn
    assert found.outside == []
    assert found.faults == []
    found.page.close()


def _decoded() -> tuple[list[int], dict[str, list[int]], list[int]]:
    """The row of areas, read by a second, slow reader: points of the grid and what stands before them."""
    numbers, value, shift = [], 0, 0
    for byte in gzip.decompress(sam.prepare()["areas.bin"].packed):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value, shift = 0, 0
    count = numbers[0]
    parts, at = {}, 1
    for name, length in (("codes", count), ("rings", count)):
        parts[name] = numbers[at : at + length]
        at += length
    parts["points"] = numbers[at : at + sum(parts["rings"])]
    at += len(parts["points"])
    parts["triangles"] = numbers[at : at + count]
    at += count
    parts["corners"] = numbers[at : at + 3 * sum(parts["triangles"])]
    at += len(parts["corners"])
    return numbers, parts, numbers[at:]


def test_triangles_cover_each_area_in_the_order_of_codes() -> None:
    """Areas are sent in the order of codes, and triangles cover each shape."""
    _, parts, steps = _decoded()
    areas = boundaries.lsoa11()
    codes = [f"E01{number:06d}" for number in np.cumsum(parts["codes"])]
    assert codes == areas["lsoa11_code"].tolist()
    signed = np.array([-(step + 1) // 2 if step % 2 else step // 2 for step in steps]).reshape(-1, 2)
    xy = np.cumsum(signed, axis=0)
    starts = np.cumsum([0, *parts["points"]])
    rings = np.cumsum([0, *parts["rings"]])
    triangles = np.cumsum([0, *parts["triangles"]])
    corners = np.array(parts["corners"]).reshape(-1, 3)
    mercator = areas.geometry.to_crs(3857)
    metres = 2 * 20_037_508.342789244 / sam.GRID
    for place in range(0, len(areas), 997):
        points = xy[starts[rings[place]] : starts[rings[place + 1]]] * metres
        pieces = points[corners[triangles[place] : triangles[place + 1]]]
        covered = shapely.area(shapely.polygons(pieces)).sum()
        shape = mercator.iloc[place]
        assert covered == pytest.approx(shape.area, abs=shape.length * metres)


def test_letters_stand_in_the_order_of_codes() -> None:
    """Each letter stands in the place of its area's code, and an area without one gets a dash."""
    codes = boundaries.lsoa11()["lsoa11_code"]
    row = gzip.decompress(sam.pack_letters(pd.Series(["q", "x"], index=[codes.iloc[7], codes.iloc[-1]])))
    assert len(row) == len(codes) == 32_844
    assert (row[7:8], row[-1:], row.count(b"-")) == (b"q", b"x", 32_842)


@pytest.mark.parametrize(
    "letters",
    [
        pd.Series(["a"], index=["E01999999"]),
        pd.Series(["a", "b"], index=["E01000001", "E01000001"]),
        pd.Series(["ab"], index=["E01000001"]),
        pd.Series(["é"], index=["E01000001"]),
    ],
)
def test_wrong_letters_are_refused(letters: pd.Series) -> None:
    """Unknown codes, repeated codes and letters that are not one ASCII sign are refused."""
    with pytest.raises(ValueError, match="letter"):
        sam.pack_letters(letters)


def test_a_recolouring_is_light() -> None:
    """New colours for every small area take under 10 kB."""
    rows = boundaries.lsoa11()
    fifths = pd.qcut(rows["easting_m"] + rows["northing_m"], 5, labels=list("01234")).astype(str)
    assert len(sam.pack_letters(pd.Series(fifths.to_numpy(), index=rows["lsoa11_code"]))) < 10_240


def test_what_is_sent_once_is_kept_for_a_year(app: Dash) -> None:
    """Assets are sent packed, under the hash of their content, to be kept for a year."""
    client = app.server.test_client()
    for name, asset in sam.prepare().items():
        answer = client.get(asset.address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert re.fullmatch(rf"/small-areas/[0-9a-f]{{16}}/{re.escape(name)}", asset.address)


@pytest.mark.parametrize(
    "path",
    [
        "/small-areas/0000000000000000/areas.bin",
        "/small-areas/x/../../../pyproject.toml",
        "/small-areas/x/..%2f..%2fpyproject.toml",
        "/small-areas/%2e%2e/%2e%2e%2f__init__.py",
        "/small-areas/x/ipywidget.js",
        "/small-areas/x/areas.bin%00.js",
    ],
)
def test_routes_refuse_everything_else(app: Dash, path: str) -> None:
    """No other path gives a file."""
    answer = app.server.test_client().get(path)
    # Dash answers an address of a page with its own empty page; what must not come is a file.
    assert answer.status_code == 404 or b"_dash-config" in answer.data
    assert b"[project]" not in answer.data


def test_letters_are_not_sent_twice(app: Dash) -> None:
    """Letters that the browser has are answered with 304."""
    client = app.server.test_client()
    first = client.get("/letters/0")
    assert client.get("/letters/0", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_names_cannot_become_markup() -> None:
    """The browser's part of every page writes text only, and patterns are those that are known."""
    scripts = list(ASSETS.glob("*.js"))
    assert ASSETS / "small_areas.js" in scripts
    for script in scripts:
        assert not re.search(
            r"innerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setHTML", script.read_text("utf-8")
        )
    shown = json.loads(sam.view("/letters/0", {"a": sam.Look("#000000", "<b>High</b>")}))
    assert shown["looks"]["a"]["label"] == "<b>High</b>"
    with pytest.raises(ValueError, match="pattern"):
        sam.Look("#000000", "High", "stars")


@pytest.mark.browser
def test_states_carry_a_pattern(seen: Seen) -> None:
    """Areas without a value carry a pattern as well as a colour."""
    seen.fresh(changes=False)
    found = set(seen.colours(*((x, 130) for x in range(500, 535))))
    assert {(255, 255, 255), (76, 98, 114)} <= found, found


@pytest.mark.browser
def test_axe_finds_nothing(seen: Seen) -> None:
    """The map is a named region without a finding of axe."""
    held_against_axe(seen.page)
    assert seen.page.get_by_role("region", name="Example measure by small area").count() == 1


@pytest.mark.browser
def test_may_leave_the_page_and_come_back(seen: Seen) -> None:
    """A map that left the page is drawn again when it returns."""
    seen.fresh()
    seen.page.get_by_role("button", name="Away").click()
    seen.page.wait_for_selector("#areas", state="detached")
    seen.page.get_by_role("button", name="Away").click()
    seen.page.wait_for_selector("#areas canvas")
    seen.until("small-areas-drawn", 2)
    assert seen.colours((470, 480)) == [(11, 74, 127)]


@pytest.mark.browser
def test_draws_recolours_and_answers(seen: Seen) -> None:
    """The map draws, recolours to another view, and answers a click with the area under it."""
    seen.fresh()
    assert seen.colours((470, 480)) == [(11, 74, 127)], "the west is not in its colour"
    seen.page.get_by_role("button", name="Other").click()
    seen.until("small-areas-recoloured")
    # The middle of the map is now the middle of the bounds, in the east: letter a, the dark one.
    box = seen.page.locator("#areas").bounding_box()
    seen.page.locator("#areas canvas").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    seen.page.wait_for_selector("#answer:has-text('E01')")
    code = seen.page.locator("#answer").inner_text()
    area = boundaries.lsoa11().set_index("lsoa11_code").loc[[code]].to_crs(4326)
    middle = shapely.Point(-0.1, 51.5)
    assert area.geometry.iloc[0].distance(middle) < 0.005
    seen.page.wait_for_timeout(300)
    x, y = round(box["width"] / 2) + 60, round(box["height"] / 2) + 60
    found = seen.colours(*((x + step, y) for step in range(0, 12, 3)))
    assert (11, 74, 127) in found, "the east has not changed its colour"
    assert f"Chosen: {code}. High" in seen.page.locator("#areas-words").inner_text()


@pytest.mark.browser
def test_keyboard_alone_is_enough(seen: Seen) -> None:
    """The keyboard zooms and chooses an area, and buttons are large enough."""
    seen.fresh()
    seen.page.locator("#areas canvas").focus()
    seen.page.keyboard.press("+")
    seen.page.wait_for_timeout(400)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#areas-words:has-text('Chosen')")
    seen.page.wait_for_selector("#answer:has-text('E01')")
    for button in seen.page.locator("#areas button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24
