"""How fast the map of 32,844 small areas is, in Chromium, drawn in software: medians of five visits.

Aims: England drawn under 3.5 s from navigation and recoloured under 300 ms; one ICB under 1 s; a click under 200 ms.
The yardstick is a fixed piece of work, taken before each visit.
"""

from __future__ import annotations

import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import waitress
from dash import Dash, html
from flask import Response
from measuring import RUNS, alone, yardstick
from telling import main

from sp_geo.geography import boundaries
from sp_geo.web.map.small_area_map import (
    STATE_LOOKS,
    Look,
    legend,
    letters_response,
    pack_letters,
    prepare,
    register_routes,
    small_area_map,
    view,
)

FIGURES = {
    "small_areas_drawn": ("England drawn", 3.5),
    "small_areas_recoloured": ("England recoloured", 0.3),
    "small_areas_board": ("one ICB", 1.0),
    "small_areas_click": ("click", 0.2),
}
LOOKS = {
    str(number): Look(fill, words)
    for number, (fill, words) in enumerate(
        zip(
            ("#e6f0f7", "#b5d0e4", "#6fa8cf", "#2f78b0", "#0b4a7f"),
            ("Lowest fifth", "Second", "Middle", "Fourth", "Highest fifth"),
            strict=True,
        )
    )
} | dict(STATE_LOOKS)
ICB = "QWO"
SENT = """performance.getEntriesByType('resource').filter(entry => entry.name.includes('/small-areas/'))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
SCRIPT = """([id, view]) => new Promise(done => {
  const marks = () => performance.getEntriesByName('small-areas-recoloured');
  const start = performance.now(), had = marks().length;
  document.getElementById(id).setAttribute('data-view', view);
  const wait = () => marks().length > had ? done(marks().at(-1).startTime - start) : requestAnimationFrame(wait);
  wait();
})"""


def example(turn: int) -> pd.Series:
    """Letters with runs in space, as real measures have, and every state."""
    areas = boundaries.lsoa11()
    waves = np.sin(areas["easting_m"] / 41_000 + turn) + np.cos(areas["northing_m"] / 37_000 - turn)
    noise = np.random.default_rng(turn).normal(0, 0.35, len(areas))
    letters = pd.qcut(waves + noise, 5, labels=list("01234")).astype(str)
    parts = areas["sub_icb_ons_code"].astype("category").cat.codes
    for letter, remainder in zip("zxns", (1, 4, 7, 10), strict=True):
        letters = letters.mask(parts % 13 == (remainder + turn) % 13, letter)
    return pd.Series(letters.to_numpy(), index=areas["lsoa11_code"])


def icb_bounds(code: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Corners of an ICB."""
    icbs = boundaries.icb22().to_crs(4326)
    west, south, east, north = icbs.loc[icbs["icb_code"] == code].total_bounds
    return (south, west), (north, east)


def application(packed: list[bytes]) -> Dash:
    """A page with the map and nothing else."""
    app = Dash(__name__, assets_folder=str(Path(prepare.__code__.co_filename).parent / "assets"), compress=False)
    register_routes(app)

    @app.server.get("/letters/<int:turn>")
    def letters(turn: int) -> Response:
        return letters_response(packed[turn])

    shown = view("/letters/0", LOOKS)
    app.layout = html.Main(small_area_map("areas", "Example measure by small area", shown, legend(LOOKS)))
    return app


@contextmanager
def served(app: Dash) -> Iterator[str]:
    """The address of the application while it runs."""
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()


def measure(browser: Any, address: str) -> dict[str, float]:
    """One visit with nothing kept from before: milliseconds and bytes."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('small-areas-drawn').length", timeout=60_000)
    found = {"England drawn": page.evaluate("performance.getEntriesByName('small-areas-drawn')[0].startTime")}
    found["bytes sent once"] = page.evaluate(SENT)
    found["England recoloured"] = page.evaluate(SCRIPT, ["areas", view("/letters/1", LOOKS)])
    found["bytes of a recolouring"] = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('/letters/1'))[0].encodedBodySize"
    )
    one = view("/letters/2", LOOKS, icb_bounds(ICB), ICB)
    found["one ICB"] = page.evaluate(SCRIPT, ["areas", one])
    found["one ICB recoloured"] = page.evaluate(SCRIPT, ["areas", view("/letters/3", LOOKS, icb_bounds(ICB), ICB)])
    page.evaluate(
        "document.addEventListener('pointerdown', () => { window.pressed = performance.now(); }, { capture: true })"
    )
    page.locator("#areas canvas").click(position={"x": 480, "y": 330})
    page.wait_for_function("performance.getEntriesByName('small-areas-chosen').length")
    found["click"] = page.evaluate("performance.getEntriesByName('small-areas-chosen')[0].startTime - window.pressed")
    page.close()
    return found


def figures(quick: bool, _folder: Path) -> dict[str, dict[str, Any]]:
    """Medians of several visits, each beside the yardstick; bytes are told with them."""
    from playwright.sync_api import sync_playwright

    packed = [pack_letters(example(turn)) for turn in range(4)]
    prepare()
    sticks, visits = [], []
    with served(application(packed)) as address, sync_playwright() as playwright:
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for _ in range(2 if quick else RUNS):
            sticks.append(yardstick())
            visits.append(measure(browser, address))
        browser.close()
    sent = {name: visits[-1][name] for name in visits[-1] if "bytes" in name}
    found = {}
    for name, (words, promise) in FIGURES.items():
        seconds = [visit[words] / 1000 for visit in visits]
        notes = {"ours": sent} if name == "small_areas_drawn" else {}
        limit = {"name": "one frame of a screen", "seconds": 1 / 60, "times": 60 * statistics.median(seconds)}
        what = f"32,844 small areas in software: {words}"
        found[name] = alone(what, seconds, sticks, "yardstick", promise=promise, limit=limit, notes=notes)
    return found


if __name__ == "__main__":
    main(__file__, alone=figures)
