"""The application in a real Chromium: how long until a page is drawn, a map recoloured, a click answered.

Limits of the project on two cores: first page drawn within 2 s of navigation; networks recoloured within 150 ms and
10 KB; a click answered within 200 ms. Each figure is the median of the runs, with the worst beside it.

    python benchmarks/bench_pages.py [WORKSPACE]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import waitress

from sp_geo.dashboard.application import PAGES, create_app
from sp_geo.store import Store

RUNS = 7
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


def told(name: str, seconds: list[float], limit: float) -> None:
    """One line of the result."""
    middle = statistics.median(seconds)
    print(f"{name:<58} {1000 * middle:7.0f} ms (worst {1000 * max(seconds):.0f}), limit {1000 * limit:.0f}")


def opened(browser: Any, address: str, drawn: str) -> tuple[float, float]:
    """Seconds from navigation to the table and the picture, in a browser that has nothing kept."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(drawn)
    first = time.perf_counter() - start
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(drawn)
    again = time.perf_counter() - start
    context.close()
    return first, again


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    workspace = Path(sys.argv[1] if len(sys.argv) > 1 else "data/derived/demonstration")
    server = waitress.create_server(create_app(Store(workspace)).server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    root = f"http://127.0.0.1:{server.effective_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        opened(browser, root, "[data-table] table")
        times = [opened(browser, root, ".map canvas") for _ in range(RUNS)]
        told("first page, nothing kept in the browser, to table and map", [first for first, _ in times], 2.0)
        told("the same once more", [again for _, again in times], 2.0)
        for page in PAGES:
            times = [opened(browser, f"{root}{page.path}", "main h1 ~ *") for _ in range(3)]
            told(f"page {page.path}, nothing kept, to its first section", [first for first, _ in times], 2.0)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{root}/need-and-provision?maps=one")
        page.wait_for_selector(".map canvas")
        page.wait_for_load_state("networkidle")
        received: list[int] = []
        page.on("response", lambda answer: received.append(len(answer.body())) if "/values/" in answer.url else None)
        steps = []
        for _ in range(RUNS):
            steps.append(page.evaluate(STEP, "[data-step='-1']") / 1000)
            page.wait_for_timeout(1200)
        told("networks recoloured for another quarter", steps, 0.150)
        print(f"{'bytes for it':<58} {max(received):7,} , limit 10,000")
        codes = sorted(Store(workspace).read("out_pcn_quarter")["pcn_code"].unique())[:RUNS]
        clicks = []
        for code in codes:
            clicks.append(page.evaluate(CHOOSE, code) / 1000)
            page.wait_for_timeout(800)
        told("a network chosen, until its figures are shown", clicks, 0.200)
        browser.close()
    server.close()


if __name__ == "__main__":
    main()
