"""Where the real published files are, and the small tables that several kinds of test share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from sp_geo.build.demo import make_demonstration
from sp_geo.build.view import Build
from sp_geo.cli.main import run

# The same examples in every run, so that a failure is of the change and not of the day; others are looked for with
# ``pytest --hypothesis-profile=wide tests/properties``. No example has a deadline: it would say how busy the machine is.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("wide", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("fixed")

REPOSITORY = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    # Maps of small areas need WebGL, which Chromium draws in software where there is no graphics card.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def real_folder() -> Path | None:
    """The folder with real published files, if this machine has one."""
    named = os.environ.get("SP_GEO_REAL")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "real"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real() -> Path:
    """Folder with real published files; the test is skipped without it."""
    folder = real_folder()
    if folder is None:
        pytest.skip("the real published files are not here: set SP_GEO_REAL to their folder")
    return folder


@pytest.fixture(scope="session")
def reference(real: Path) -> Path:
    """Folder with the reference figures that belong to the real files."""
    folder = real.parent / "reference"
    if not folder.is_dir():
        pytest.skip("the reference figures are not beside the real files")
    return folder


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one synthetic region, its services and the truth of both; read only."""
    folder = tmp_path_factory.mktemp("region") / "workspace"
    make_demonstration(folder, "region", 1, datetime(2026, 1, 1, tzinfo=UTC), lambda *_: None)
    return folder


@pytest.fixture(scope="session")
def pack(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of one ICB of that region, of 2022Q2; read only."""
    from sp_geo.reports.pack.files import write_pack
    from sp_geo.reports.pack.request import PackRequest
    from sp_geo.workspace.store import Store

    folder = tmp_path_factory.mktemp("pack") / "pack"
    write_pack(Build(Store(region)), folder, PackRequest("QOP", "2022Q2"), date(2026, 11, 21))
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium, one for all kinds of test: a process can drive only one."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: the pages are not tested in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def sp_geo(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command and gives its exit code, standard output and standard error."""

    def call(workspace: Path, *arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--workspace", str(workspace), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
