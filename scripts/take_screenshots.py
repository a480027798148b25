"""Pictures for docs/: a window of each page under the page's mark of invented data, saved with few colours.

Run it with the path of a workspace, or with none for the demonstration: the tour, every page. With ``pictures`` before
the path it takes those of the README; with ``howto`` those of the how-tos, from the practice folder as
docs/howto/voluntary_sector.md leaves it.
"""

from __future__ import annotations

import io
import shutil
import sys
import threading
from pathlib import Path

import waitress
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from sp_geo.web.application import create_app
from sp_geo.workspace.store import Store

DOCS = Path(__file__).resolve().parents[1] / "docs"
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
COLOURS = 192
# Name of the picture, address, and what stands at its top: a heading, or a part by its .class.
TOUR = (
    ("overview", "/?area=QOP&quarter=2022Q2", "Three things to know"),
    ("need_and_provision", "/need-and-provision?area=QOP&quarter=2022Q2", "PCNs on the map"),
    ("two_measures", "/need-and-provision?area=QOP&quarter=2022Q2&maps=pair", "PCNs on the map"),
    ("over_time", "/over-time", "Slope by quarter"),
    ("pcn", "/pcn?pcn=U90042&quarter=2022Q2", "Its figures beside England's"),
    ("services", "/services?area=QOP", ".small-areas-frame"),
    ("deserts", "/services?area=QOP", "Deserts, ranked"),
    ("plan_posts", "/plan-posts?area=QOP", "The plan in words"),
    ("plan_funding", "/plan-funding?area=QOP", "The plan in words"),
    ("compare_plans", "/compare-plans", "Compare plans"),
    ("my_data", "/my-data", "My data"),
    ("data_and_quality", "/data-and-quality", "Data and quality"),
    ("methods", "/methods", "Methods and limits"),
)
README = (
    ("map", "/need-and-provision?area=QOP&quarter=2022Q2", "PCNs on the map"),
    ("plan", "/plan-posts?area=QOP&fte=12", "The plan in words"),
    ("deserts", "/services?area=QOP&category=money&show=deserts", ".small-areas-frame"),
)
HOWTO = (
    ("planner_overview", "/?area=QOP&quarter=2026Q2", "Three things to know"),
    ("planner_need", "/need-and-provision?area=QOP&quarter=2020Q4", "PCNs on the map"),
    ("planner_posts", "/plan-posts?area=QOP&fte=12&unreported=exclude", "The plan in words"),
    ("voluntary_my_data", "/my-data", "My data"),
    ("voluntary_access", "/services?area=QYG&category=money", ".small-areas"),
)


def picture(page: Page, address: str, heading: str) -> Image.Image:
    """One window of a page, its heading at the top, and above it the page's mark of invented data."""
    page.goto(address)
    page.wait_for_selector("main h1")
    for _ in range(200):
        if "Being worked out" not in page.inner_text("main"):
            break
        page.wait_for_timeout(200)
    page.wait_for_load_state("networkidle")
    mark = Image.open(io.BytesIO(page.locator(".banner").screenshot()))
    main = page.locator("main")
    top = main.locator(heading) if heading.startswith(".") else main.get_by_role("heading", name=heading, exact=True)
    top.first.evaluate("heading => window.scrollTo(0, heading.getBoundingClientRect().top + window.scrollY - 24)")
    page.wait_for_timeout(1500)
    window = Image.open(io.BytesIO(page.screenshot()))
    whole = Image.new("RGB", (window.width, mark.height + window.height), "white")
    whole.paste(mark, (0, 0))
    whole.paste(window, (0, mark.height))
    return whole


def main() -> None:
    """Serve, look, save."""
    named = sys.argv[1:]
    sets = {"tour": TOUR, "pictures": README, "howto": HOWTO}
    chosen = named.pop(0) if named and named[0] in sets else "tour"
    views, folder = sets[chosen], DOCS / chosen
    workspace = Path(named[0] if named else "data/derived/demonstration")
    folder.mkdir(exist_ok=True)
    server = waitress.create_server(create_app(Store(workspace)).server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        for name, path, heading in views:
            shown = picture(page, f"http://127.0.0.1:{server.effective_port}{path}", heading)
            shown.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)
            print(name, (folder / f"{name}.png").stat().st_size)
        browser.close()
    server.close()


if __name__ == "__main__":
    main()
