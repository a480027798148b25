"""Write docs/dependencies.md: each direct dependency with its reason, licence, oldest and pinned version."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
_HEAD = """# Dependencies

Made by `python scripts/write_dependencies.py` from `docs/dependencies.yaml`, `pyproject.toml` and `requirements.lock`.
`make test` runs with the pinned versions, `make oldest` with the oldest allowed ones and `make newest` with the newest;
`make sbom` writes the bill of materials `sbom.cdx.json` (CycloneDX), and `make audit` asks for known vulnerabilities.

What few people need is an extra: `pip install "sp-geo[slides]"` adds one, and `sp-geo[all]` adds slides, spatial,
postgresql and postcodes. Where an extra is needed and not installed, the program says so in one line with that command.
"""
_TITLES = {
    "runtime": "The program",
    "slides": "Extra: slides of a pack",
    "spatial": "Extra: spatial statistics",
    "postgresql": "Extra: plans that several machines share",
    "postcodes": "Extra: postcodes",
    "tests": "Tests",
    "oracles": "Peers that results are compared with",
    "check": "Style and types",
    "boundaries": "Making the boundaries again",
    "docs": "This documentation",
}
_EXTRA_OF = {"tests": "test"}


def declared() -> dict[str, dict[str, Requirement]]:
    """Direct dependencies of pyproject.toml by group, then by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = {"runtime": project["dependencies"]} | {
        group: project["optional-dependencies"][_EXTRA_OF.get(group, group)] for group in _TITLES if group != "runtime"
    }
    return {
        group: {canonicalize_name(found.name): found for found in map(Requirement, lines) if found.name != "sp-geo"}
        for group, lines in lists.items()
    }


def pinned() -> dict[str, str]:
    """Version of each package in requirements.lock."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(";")[0].strip().split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in pairs}


def licence(name: str) -> str:
    """Licence that a package declares, as short as it says it; ``not declared`` if it does not."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    classes = [text.split(" :: ")[-1] for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    classes = [text for text in classes if text not in {"OSI Approved", "DFSG approved"}]
    if classes:
        return " and ".join(classes)
    said = (about.get("License") or "").strip().splitlines()
    return said[0][:60] if said else "not declared"


def page() -> str:
    """The page as text.

    Raises:
        SystemExit: a dependency has no reason, or a reason no dependency.
    """
    reasons = yaml.safe_load((ROOT / "docs" / "dependencies.yaml").read_text(encoding="utf-8"))
    versions = pinned()
    parts = [_HEAD]
    for group, found in declared().items():
        why = {canonicalize_name(name): text for name, text in reasons.get(group, {}).items()}
        if set(why) != set(found):
            sys.exit(f"docs/dependencies.yaml and pyproject.toml differ in {group}: {sorted(set(why) ^ set(found))}")
        parts += [
            f"\n## {_TITLES[group]}\n",
            "| package | what for | licence | allowed | pinned |",
            "|---|---|---|---|---|",
        ]
        for name, requirement in sorted(found.items()):
            allowed = re.sub(r",", ", ", str(requirement.specifier))
            parts.append(f"| {name} | {why[name]} | {licence(name)} | {allowed} | {versions.get(name, 'not pinned')} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
