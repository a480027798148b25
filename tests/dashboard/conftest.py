"""A served application over the miniature England, and a browser that may reach nothing else."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import waitress

from sp_geo.build.view import Build
from sp_geo.web.application import create_app
from sp_geo.web.page import Page
from sp_geo.web.plans import actions
from sp_geo.web.present import Present
from sp_geo.workspace.store import Store


@pytest.fixture(scope="session")
def workspace(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built miniature; a copy, as whoever serves a workspace leaves a mark in it; read only."""
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("dashboard") / "workspace"))


@dataclass(frozen=True)
class Rebuilt:
    """A workspace that was built again with another choice of lists while the application looked on.

    Attributes:
        folder: the workspace; read only.
        present: what the application holds of it.
        before: what it held before the second build.
    """

    folder: Path
    present: Present
    before: Build


@pytest.fixture(scope="session")
def rebuilt(workspace: Path, one_list: Path, tmp_path_factory: pytest.TempPathFactory) -> Rebuilt:
    """The miniature whose tables give way to those with the lists of January 2022 for every quarter."""
    folder = tmp_path_factory.mktemp("rebuilt") / "workspace"
    shutil.copytree(workspace, folder)
    present = Present(folder)
    before = present.build()
    assert present.build() is before
    assert set(before.panel["list_release"]) != {"2022-01"}
    shutil.copytree(one_list, folder, dirs_exist_ok=True)
    return Rebuilt(folder, present, before)


MOMENT = "2026-01-31T09:30:00+00:00"


def keep(build: Build, url: str, name: str, search: str, kind: str = "posts", note: str = "") -> str:
    """Save the plan of an address; gives what the page says."""
    return str(actions.save(build, url, lambda: actions.plan_of(build, kind, search, name, "A team", note, MOMENT)))


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database of plans, which the environment names."""
    url = f"sqlite:///{(tmp_path / 'plans.sqlite').as_posix()}"
    monkeypatch.setenv("SP_GEO_PLANS", url)
    return url


@pytest.fixture(scope="session")
def build(workspace: Path) -> Build:
    """The tables of the miniature."""
    return Build(Store(workspace))


@pytest.fixture(scope="session")
def region_build(region: Path) -> Build:
    """The tables of a synthetic region with its services."""
    return Build(Store(region))


def forged(page: Page, build: Build) -> str:
    """The search of an address with nonsense in every field of a page."""
    nonsense = (f"{item.name}=<img src=x onerror=alert(1)>%00.." for item in page.fields(build))
    return f"{'&'.join(nonsense)}&x={'y' * 2000}"


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """The address of an application that is served while the block runs."""
    server = waitress.create_server(create_app(Store(workspace)).server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def address(workspace: Path) -> Iterator[str]:
    """The application over the miniature."""
    with served(workspace) as found:
        yield found


@pytest.fixture(scope="session")
def region_address(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over a synthetic region with services; a copy, because pages may change it."""
    copy = tmp_path_factory.mktemp("served") / "workspace"
    shutil.copytree(region, copy)
    with served(copy) as found:
        yield found


_IS_READY = """() => !document.querySelector('main').innerText.includes('Being worked out')
  && [...document.querySelectorAll('[data-table]')].every(place => place.getAttribute('aria-busy') === 'false')"""


@dataclass
class Watched:
    """A page, and what it did that it should not have."""

    page: Any
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Open an address and wait until everything on the page is there."""
        self.page.goto(address)
        self.page.wait_for_selector("main h1")
        # Asked again and again from outside: the page's own policy forbids the usual way of waiting, as it should.
        for _ in range(300):
            if self.page.evaluate(_IS_READY):
                break
            self.page.wait_for_timeout(100)
        assert self.page.evaluate(_IS_READY), "something on the page is never finished"
        self.page.wait_for_load_state("networkidle")


def watched(browser: Any, address: str, width: int, height: int) -> Watched:
    """A new page of a size, watched for requests to anywhere else and for faults."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.set_default_timeout(30_000)
    found = Watched(page)
    here = (address, "data:", "blob:", "about:")
    page.on("request", lambda request: None if request.url.startswith(here) else found.outside.append(request.url))
    page.on("pageerror", lambda fault: found.faults.append(str(fault)))
    page.on("console", lambda line: found.faults.append(line.text) if line.type == "error" else None)
    return found


@pytest.fixture
def desk(browser: Any, address: str) -> Iterator[Watched]:
    """A page as on a desk."""
    found = watched(browser, address, 1440, 900)
    yield found
    found.page.close()
