"""The wheel installed into an empty environment: ``python -m tests.installed``.

It builds the source package and from that the wheel, installs the wheel with pip's own configuration, and works with it
in an empty folder: a demonstration, a build, a question, the application, an extra, and the code of the notebooks.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import REPOSITORY

LOCK = REPOSITORY / "requirements.lock"
QUIET = ("--quiet", "--disable-pip-version-check")
NEEDS_SERVICES = "Add a directory of services"
"""The miniature has none, so a notebook about services ends with this advice."""
APP_S = 120


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say how long something took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)


@dataclass(frozen=True)
class Place:
    """An empty environment and an empty folder.

    Attributes:
        home: folder that holds both.
    """

    home: Path

    @property
    def work(self) -> Path:
        """The folder in which a user stands."""
        return self.home / "work"

    @property
    def commands(self) -> Path:
        """Folder of the environment's commands."""
        return self.home / "environment" / ("Scripts" if os.name == "nt" else "bin")

    @property
    def variables(self) -> dict[str, str]:
        """The environment's variables: nothing in them leads to the checkout or to its environment."""
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "SP_GEO_", "VIRTUAL"))
        }
        return kept | {"PATH": f"{self.commands}{os.pathsep}{kept['PATH']}", "MPLBACKEND": "agg"}

    def run(self, *command: str, fails: bool = False, **more: str) -> str:
        """Run a command as its user does; what it said on standard output, or on standard error if it has to fail."""
        done = subprocess.run(
            [str(self.commands / command[0]), *command[1:]],
            cwd=self.work, env=self.variables | more, capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
        if (done.returncode != 0) is not fails:
            sys.exit(f"{shlex.join(command)[:300]}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stderr if fails else done.stdout


def build_wheel(folder: Path) -> Path:
    """The wheel, built from the source package alone, so that what it lacks is not found beside it."""
    code = f"import setuptools.build_meta as backend; backend.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, capture_output=True)
    [source] = folder.glob("*.tar.gz")
    build = ("wheel", *QUIET, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    subprocess.run([sys.executable, "-m", "pip", *build], cwd=folder, check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def check_contents(wheel: Path) -> None:
    """The wheel has every file of the package and the boundaries, and nothing else."""
    package, boundaries = REPOSITORY / "src" / "sp_geo", REPOSITORY / "data" / "boundaries"
    wanted = {f"sp_geo/{path.relative_to(package).as_posix()}" for path in package.rglob("*") if path.is_file()}
    wanted = {name for name in wanted if "__pycache__" not in name}
    wanted |= {f"sp_geo/data/boundaries/{path.name}" for path in boundaries.iterdir()}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == wanted, sorted(held ^ wanted)


def check_app(place: Place, workspace: str) -> None:
    """The application starts, answers with its page, and stops."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(place.commands / "sp-geo"), "--workspace", workspace, "app", "--port", str(port)]
    with subprocess.Popen(command, cwd=place.work, env=place.variables) as process:
        try:
            page = answer_of(f"http://127.0.0.1:{port}/", process)
            layout = answer_of(f"http://127.0.0.1:{port}/_dash-layout", process)
        finally:
            process.terminate()
            process.wait(timeout=30)
    assert '<html lang="en">' in page
    assert "SYNTHETIC" in layout


def answer_of(address: str, process: subprocess.Popen[bytes]) -> str:
    """What the application answers, asked until it does."""
    until = time.monotonic() + APP_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - the loopback
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    sys.exit(f"no answer from {address}")


def check_extra(place: Place, workspace: str) -> None:
    """What needs an extra says the command that installs it, and that command is true."""
    ask = ("sp-geo", "--workspace", workspace, "spatial", "--format", "json")
    said = place.run(*ask, fails=True)
    [advised] = re.findall(r"pip (install .+)$", said.strip())
    place.run("python", "-m", "pip", *shlex.split(advised), *QUIET, "--constraint", str(LOCK))
    assert json.loads(place.run(*ask))


def check_notebooks(place: Place, workspace: str, scale: str) -> None:
    """The code of each notebook runs on what is installed; on the miniature, up to the services that it lacks."""
    notebooks = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        lines = "\n".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code").splitlines()
        script = place.work / f"{path.stem}.py"
        # What only a notebook knows, such as %matplotlib, is left out, and the end says that it was reached.
        kept = [line for line in lines if not line.startswith(("%", "!"))]
        ended = "except sp_geo.SpGeoError as fault:\n    print(fault)\nelse:\n    print('reached the end')\n"
        body = "".join(f"    {line}\n" for line in kept)
        script.write_text(f"import sp_geo\n\ntry:\n{body}{ended}", encoding="utf-8")
        with timed(path.name):
            last = place.run("python", str(script), SP_GEO_WORKSPACE=workspace).splitlines()[-1]
        assert last == "reached the end" or (scale == "miniature" and NEEDS_SERVICES in last), f"{path.name}: {last}"


def check(place: Place, scale: str) -> None:
    """Everything that a user does first, in their order."""
    place.work.mkdir()
    with timed("source package and wheel built"):
        wheel = build_wheel(place.home)
    print(f"{wheel.stat().st_size / 1e6:6.2f} MB {wheel.name}")
    check_contents(wheel)
    with timed("empty environment"):
        subprocess.run([sys.executable, "-m", "venv", str(place.home / "environment")], check=True)
    with timed("wheel installed"):
        place.run("python", "-m", "pip", "install", *QUIET, "--constraint", str(LOCK), str(wheel))
    where = place.run("python", "-c", "import sp_geo; print(sp_geo.__file__)")
    assert Path(where.strip()).is_relative_to(place.home / "environment")
    with timed("sp-geo --version, the first start"):
        assert place.run("sp-geo", "--version").startswith("sp-geo ")
    workspace = "my-work"
    with timed(f"sp-geo demo --scale {scale}"):
        assert "SYNTHETIC" in place.run("sp-geo", "--workspace", workspace, "demo", "--scale", scale)
    with timed("sp-geo build"):
        assert "SYNTHETIC" in place.run("sp-geo", "--workspace", workspace, "build")
    with timed("sp-geo regress"):
        assert json.loads(place.run("sp-geo", "--workspace", workspace, "regress", "--format", "json"))
    with timed("sp-geo app: started, asked, stopped"):
        check_app(place, workspace)
    with timed("sp-geo spatial: refused, its extra installed as advised, answered"):
        check_extra(place, workspace)
    check_notebooks(place, workspace, scale)


def main(arguments: Sequence[str] | None = None) -> None:
    """Check everything in a folder that is taken away again."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", default="miniature", help="miniature, region or full; the first has no services")
    scale = asked.parse_args(arguments).scale
    with tempfile.TemporaryDirectory(prefix="sp-geo-installed-") as name, timed("altogether"):
        check(Place(Path(name)), scale)


if __name__ == "__main__":
    main()
