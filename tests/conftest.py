"""Where the real published files are, and the small tables that several kinds of test share."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from sp_geo.build.demo import make_demonstration
from sp_geo.build.pipeline import build
from sp_geo.build.view import Build
from sp_geo.cli.main import run
from sp_geo.core.lock import held
from sp_geo.synthetic import write

# The same 25 examples in every run, so that a failure is of the change and not of the day; more are looked for with
# ``pytest --hypothesis-profile=wide tests/properties``. No example has a deadline: it would say how busy the machine is.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=25)
settings.register_profile("wide", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("fixed")

Run = Callable[..., tuple[int, str, str]]
Ask = Callable[..., pd.DataFrame]
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


def hears_ctrl_c() -> None:
    """A child process hears Ctrl+C also where the tests run in the background, whose children are told to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A path that one process of the run makes, and that the others wait for and share; read only."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder, done = folder / name, folder / f"{name}.done"
    with held(folder.with_name(f"{name}.lock"), "another process makes it", wait_s=850):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one synthetic region, its services and the truth of both; read only."""

    def make(folder: Path) -> None:
        make_demonstration(folder, "region", 1, datetime(2026, 1, 1, tzinfo=UTC), lambda *_: None)

    return made_once(tmp_path_factory, "region", make)


@pytest.fixture(scope="session")
def pack(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of one ICB of that region, of 2022Q2; read only."""
    from sp_geo.questions.requests.workspace import PackRequest
    from sp_geo.reports.pack.files import write_pack
    from sp_geo.workspace.store import Store

    def make(folder: Path) -> None:
        write_pack(Build(Store(region)), folder, PackRequest("QOP", "2022Q2"), date(2026, 11, 21))

    return made_once(tmp_path_factory, "pack", make)


@pytest.fixture(scope="session")
def miniature_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature's files in the publishers' layouts, with its truth; tests that change them work on a copy."""
    return made_once(tmp_path_factory, "miniature_files", lambda folder: write(folder, "miniature", seed=1))


@pytest.fixture(scope="session")
def built(miniature_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace built from the miniature, file by file as its user does it; read only."""

    def make(workspace: Path) -> None:
        for arguments in (["add", *published(miniature_files)], ["build"]):
            assert run(["--workspace", str(workspace), "--quiet", *arguments]) == 0

    return made_once(tmp_path_factory, "miniature", make)


@pytest.fixture(scope="session")
def one_list(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature after a second build, with the lists of January 2022 for every quarter; read only."""

    def make(workspace: Path) -> None:
        shutil.copytree(built, workspace)
        (workspace / "parameters.yaml").write_text("list_release: 2022-01\n")
        build(workspace)

    return made_once(tmp_path_factory, "one_list", make)


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the built miniature that a test may change."""
    target = tmp_path / "workspace"
    shutil.copytree(built, target)
    return target


def published(folder: Path) -> list[str]:
    """The folders of a demonstration's files that are as published, without the truth beside them."""
    return sorted(str(path) for path in folder.iterdir() if path.is_dir() and path.name != "truth")


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


def held_against_axe(page: Any, *, contrast: bool = True) -> None:
    """Fail unless axe finds nothing on a page and nothing on it scrolls sideways.

    Args:
        page: shown in a browser.
        contrast: look at colours too, which takes nine tenths of the time and is the same at every width.
    """
    from axe_playwright_python.sync_playwright import Axe

    rules = {"color-contrast": {"enabled": contrast}}
    results = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    assert results.violations_count == 0, results.generate_report()
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    # Charts take the width of a window that was made narrower a moment later.
    for _ in range(100):
        if page.evaluate(beyond) <= 0:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(beyond) <= 0


@pytest.fixture
def sp_geo(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command and gives its exit code, standard output and standard error."""

    def call(workspace: Path, *arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--workspace", str(workspace), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def ask(sp_geo: Run) -> Ask:
    """Runs a command that must succeed, and gives its rows."""

    def call(workspace: Path, *arguments: str) -> pd.DataFrame:
        code, out, err = sp_geo(workspace, *arguments, "--format", "json")
        assert code == 0, err
        return pd.DataFrame(json.loads(out))

    return call


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
