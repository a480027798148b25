"""Pages that are made from the program, or that must keep up with it, do."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields

import yaml

from sp_geo.core.parameters import Parameters
from sp_geo.services.assumptions import Assumptions
from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"
SOURCE = REPOSITORY / "src" / "sp_geo"
_WRITER = runpy.run_path(str(REPOSITORY / "scripts" / "write_commands.py"))
_PATH = re.compile(r"`([\w.]+(?:/[\w.]+)*/?)`")


def test_the_command_reference_is_that_of_the_program() -> None:
    """The page of commands is what the program says; `make commands` writes it."""
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert written == _WRITER["as_markdown"](), "run 'make commands'"


def test_every_variable_of_the_environment_is_told() -> None:
    """Every variable of the environment that the code reads is in the documentation."""
    used = set()
    for path in SOURCE.rglob("*.py"):
        used |= set(re.findall(r"\bSP_GEO_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    assert used == set(_WRITER["VARIABLES"])


def test_every_parameter_is_in_the_assumptions_log() -> None:
    """Each choice that moves results has its reason in the log of assumptions."""
    text = (DOCS / "assumptions.md").read_text(encoding="utf-8")
    names = [item.name for kind in (Parameters, Assumptions) for item in fields(kind) if item.name != "services"]
    assert [name for name in names if f"`{name}" not in text] == []
    values = yaml.safe_load((SOURCE / "services" / "assumptions.yaml").read_text(encoding="utf-8"))
    said = {name: float(found) for name, found in re.findall(r"`(\w+): ([\d.]+)`", text)}
    assert {name: said[name] for name in values} == {name: float(held["value"]) for name, held in values.items()}


def test_defaults_in_the_assumptions_log_are_those_of_the_program() -> None:
    """The log gives the defaults that the program has."""
    text = (DOCS / "assumptions.md").read_text(encoding="utf-8")
    for item in fields(Parameters):
        if isinstance(item.default, (str, int)):
            assert f"`{item.name}: {item.default}`" in text, item.name


def test_every_path_in_the_logs_exists() -> None:
    """The evidence that a log names is there."""
    lost = []
    for name, root in (("quality_log.md", REPOSITORY), ("assumptions.md", SOURCE), ("accessibility.md", REPOSITORY)):
        text = (DOCS / name).read_text(encoding="utf-8")
        for path in _PATH.findall(text):
            is_path = "/" in path or path.endswith((".py", ".md", ".toml", ".lock", ".yaml", ".cff"))
            if (
                is_path
                and path not in {"manifest.json", "parameters.yaml", "src/sp_geo"}
                and not (root / path).exists()
            ):
                lost.append(f"{name}: {path}")
    assert lost == []


def test_assumptions_are_numbered_without_a_gap() -> None:
    """Each assumption has a number of its own, without a gap."""
    text = (DOCS / "assumptions.md").read_text(encoding="utf-8")
    numbers = [int(found) for found in re.findall(r"^\| A(\d+) \|", text, flags=re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_modules_that_pages_name_are_in_the_code() -> None:
    """Every module that a page names, with or without one of its functions, is there."""
    lost = []
    for path in DOCS.rglob("*.md"):
        if path.name == "decisions.md":
            continue  # tells what was, too
        for name in re.findall(r"`sp_geo\.([a-z0-9_.]*[a-z0-9_])`", path.read_text(encoding="utf-8")):
            where = [SOURCE / name.replace(".", "/"), SOURCE / name.rpartition(".")[0].replace(".", "/")]
            if not any(place.with_suffix(".py").exists() or place.is_dir() for place in where):
                lost.append(f"{path.name}: sp_geo.{name}")
    assert lost == []


def test_the_readme_is_one_screen_and_its_links_arrive() -> None:
    """README fits a screen, its links and its three pictures are there, and the pictures are light."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert text.count("\n") <= 60
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 10
    assert [link for link in links if not (REPOSITORY / link).exists()] == []
    pictures = [REPOSITORY / link for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)]
    assert {path.stem for path in pictures} == {"map", "plan", "deserts"}
    assert all(path.stat().st_size < 200_000 for path in pictures)
