"""The application in a real Chromium: how long until a page is drawn, a map recoloured, a click answered.

Limits of the project on two cores: first page drawn within 2 s of navigation; PCNs recoloured within 150 ms and
10 KB; a click answered within 200 ms. First: a browser that has nothing kept. Again: the same once more. Growth: one,
two, four and seven NHS regions. The yardstick is a fixed piece of work, taken before each run.
"""

from __future__ import annotations

import logging
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measuring import RUNS, alone, growth, yardstick
from telling import main
from workspaces import REGIONS, built

STEPS = RUNS + 2
FIRST_S, RECOLOURED_S, CLICK_S, BYTES = 2.0, 0.150, 0.200, 10_000
FRAME = {"name": "one frame of a screen", "seconds": 1 / 60}
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
STEP = """async (selector) => {
  performance.clearMarks('map-recoloured');
  const start = performance.now();
  document.querySelector(selector).click();
  while (!performance.getEntriesByName('map-recoloured').length) { await new Promise(done => setTimeout(done, 2)); }
  return performance.getEntriesByName('map-recoloured')[0].startTime - start;
}"""
CHOOSE = """async (code) => {
  const before = document.querySelector('#part-need-chosen').innerText;
  const start = performance.now();
  window.spGeo.address.set({ pcn: code });
  while (document.querySelector('#part-need-chosen').innerText === before) {
    await new Promise(done => setTimeout(done, 2));
  }
  return performance.now() - start;
}"""
Timed = tuple[list[float], list[float]]
"""Seconds, and the yardstick's before each."""


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """The address of an application while it runs."""
    import waitress

    from sp_geo.web.application import create_app
    from sp_geo.workspace.store import Store

    # A browser asks for many files at once; that some of them wait their turn is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(create_app(Store(workspace)).server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def opened(browser: Any, address: str, drawn: str) -> tuple[float, float]:
    """Seconds from navigation to what is to be drawn, with nothing kept, and once more."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(drawn)
        seconds.append(time.perf_counter() - start)
    context.close()
    return seconds[0], seconds[1]


def openings(browser: Any, address: str, drawn: str, runs: int) -> tuple[Timed, Timed]:
    """Cold and warm openings."""
    sticks, times = [], []
    for _ in range(runs):
        sticks.append(yardstick())
        times.append(opened(browser, address, drawn))
    return ([first for first, _ in times], sticks), ([again for _, again in times], sticks)


def empty_page(browser: Any, root: str) -> dict[str, Any]:
    """The least that a page takes: one small file from the same server in a browser that has nothing kept."""
    seconds = [opened(browser, f"{root}/assets/style.css", "body")[0] for _ in range(RUNS)]
    return {"name": "a page of one file from the same server", "seconds": statistics.median(seconds)}


def recoloured(page: Any, runs: int) -> tuple[Timed, int]:
    """Another quarter chosen, until the PCNs have its colours; bytes sent for it."""
    received: list[int] = []
    page.on("response", lambda answer: received.append(len(answer.body())) if "/values/" in answer.url else None)
    sticks, steps = [], []
    for _ in range(runs):
        sticks.append(yardstick())
        steps.append(page.evaluate(STEP, "[data-step='-1']") / 1000)
        page.wait_for_timeout(1200)
    return (steps, sticks), max(received)


def chosen(page: Any, codes: list[str]) -> Timed:
    """A PCN chosen, until its figures are shown."""
    sticks, clicks = [], []
    for code in codes:
        sticks.append(yardstick())
        clicks.append(page.evaluate(CHOOSE, code) / 1000)
        page.wait_for_timeout(800)
    return clicks, sticks


def need_page(browser: Any, root: str) -> Any:
    """The page of the map, drawn and at rest."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{root}/need-and-provision?maps=one")
    page.wait_for_selector(".map canvas")
    page.wait_for_load_state("networkidle")
    return page


def pcns(workspace: Path) -> list[str]:
    """Codes of all PCNs."""
    from sp_geo.workspace.store import Store

    return sorted(Store(workspace).read("out_pcn_quarter", ["pcn_code"])["pcn_code"].unique())


def against(limit: dict[str, Any], seconds: list[float]) -> dict[str, Any]:
    """How near to a limit."""
    return {**limit, "times": statistics.median(seconds) / limit["seconds"]}


def smaller(browser: Any, sizes: list[str], runs: int) -> list[tuple[int, float, float]]:
    """PCNs, seconds of the first page, and of a recolouring, in smaller Englands."""
    found = []
    for size in sizes:
        workspace = built(size)
        with served(workspace) as root:
            opened(browser, root, "[data-table] table")
            (first, _), _ = openings(browser, root, ".map canvas", runs)
            page = need_page(browser, root)
            (steps, _), _ = recoloured(page, runs)
            page.close()
        found.append((len(pcns(workspace)), statistics.median(first), statistics.median(steps)))
    return found


def measured(browser: Any, sizes: list[str], runs: int) -> dict[str, dict[str, Any]]:
    """Every figure, at the greatest size."""
    from sp_geo.web.application import PAGES

    less = smaller(browser, sizes[:-1], runs)
    workspace = built(sizes[-1])
    counts = [*(count for count, _, _ in less), len(pcns(workspace))]
    with served(workspace) as root:
        opened(browser, root, "[data-table] table")
        empty = empty_page(browser, root)
        (first, sticks), (again, _) = openings(browser, root, ".map canvas", STEPS)
        slowest: tuple[str, Timed] = ("", ([0.0], [1.0]))
        for page in PAGES:
            cold, _ = openings(browser, f"{root}{page.path}", "main h1 ~ *", runs)
            slowest = max(slowest, (page.path, cold), key=lambda found: statistics.median(found[1][0]))
        page = need_page(browser, root)
        (steps, step_sticks), sent = recoloured(page, STEPS)
        clicks, click_sticks = chosen(page, pcns(workspace)[:STEPS])

    def grown(position: int, seconds: list[float]) -> dict[str, Any]:
        return asdict(growth(counts, [*(point[position] for point in less), statistics.median(seconds)]))

    stick = "yardstick"
    return {
        "page_first": alone(
            "first page, nothing kept in the browser, to table and map", first, sticks, stick, promise=FIRST_S,
            growth=grown(1, first), unit="PCNs", limit=against(empty, first),
        ),
        "page_again": alone("the same once more", again, sticks, stick, promise=FIRST_S, limit=against(empty, again)),
        "page_slowest": alone(
            f"the slowest of {len(PAGES)} pages ({slowest[0]}), nothing kept, to its first section", *slowest[1], stick,
            promise=FIRST_S, limit=against(empty, slowest[1][0]),
        ),
        "recolour": alone(
            "PCNs recoloured for another quarter", steps, step_sticks, stick, promise=RECOLOURED_S,
            growth=grown(2, steps), unit="PCNs", limit=against(FRAME, steps),
            notes={"ours": {"bytes": sent, "bytes allowed": BYTES}},
        ),
        "click": alone(
            "a PCN chosen, until its figures are shown", clicks, click_sticks, stick, promise=CLICK_S,
            limit=against(FRAME, clicks),
        ),
    }  # fmt: skip


def figures(quick: bool, _folder: Path) -> dict[str, dict[str, Any]]:
    """Measure in one browser."""
    from playwright.sync_api import sync_playwright

    sizes = list(REGIONS)[:2] if quick else list(REGIONS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        found = measured(browser, sizes, 2 if quick else RUNS)
        browser.close()
    return found


if __name__ == "__main__":
    main(__file__, alone=figures)
