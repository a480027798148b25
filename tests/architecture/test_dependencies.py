"""What the program is built on: pinned, allowed, justified, and under licences that go with ours."""

from __future__ import annotations

import importlib.util
import json
import re
from importlib import metadata
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY

# Licences under which a package may be used and passed on beside a program under the MIT licence. The LGPL and the
# MPL bind changes to the package itself, which we do not make; CC BY (palettes) asks that its author be named, as the
# bill of materials does.
GOES_WITH_OURS = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python|MPL|Mozilla|HPND|CMU|Zlib|0BSD|Unlicense|LGPL|Lesser General|OGL|CC0|CC-BY-4|Zope|Public Domain",
    re.IGNORECASE,
)
NEVER = re.compile(r"(?<!L)(?<!Lesser )\b(?:A?GPL|General Public License)|proprietary|non-?commercial", re.IGNORECASE)

# A package that points elsewhere for its licence, with what is there.
READ_ELSEWHERE = {"xstatic-leaflet": "BSD-2-Clause, as Leaflet"}


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """The script that makes docs/dependencies.md."""
    spec = importlib.util.spec_from_file_location(
        "write_dependencies", REPOSITORY / "scripts" / "write_dependencies.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _closure() -> set[str]:
    """Every package that the program itself brings, direct or not, with its slides and spatial statistics."""
    found: set[str] = set()
    waiting = ["sp-geo"]
    while waiting:
        name = waiting.pop()
        extras = ("", "slides", "spatial") if name == "sp-geo" else ("",)
        for needed in map(Requirement, metadata.requires(name) or []):
            marker, brought = needed.marker, canonicalize_name(needed.name)
            if brought not in found and (marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)):
                found.add(brought)
                waiting.append(brought)
    return found


def test_every_direct_dependency_has_a_reason(writer: ModuleType) -> None:
    """Each direct dependency has its reason on the page, and the page has no other."""
    assert (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8") == writer.page()


def test_pinned_versions_are_allowed(writer: ModuleType) -> None:
    """The lock pins what pyproject.toml asks for, within its bounds."""
    versions = writer.pinned()
    for group, found in writer.declared().items():
        for name, requirement in found.items():
            assert name in versions, f"{group}: {name} is not in requirements.lock"
            assert requirement.specifier.contains(versions[name]), f"{group}: {requirement} but {versions[name]}"


def test_what_is_installed_is_what_is_pinned(writer: ModuleType) -> None:
    """Tests run on the versions that are pinned."""
    versions = writer.pinned()
    differing = {
        name: (metadata.version(name), versions.get(name))
        for name in _closure()
        if versions.get(name) != metadata.version(name)
    }
    assert not differing


def test_licences_go_with_ours(writer: ModuleType) -> None:
    """Every licence lets the program be passed on under its own."""
    closure = _closure()
    assert len(closure) > 50
    said = {name: READ_ELSEWHERE.get(name, writer.licence(name)) for name in closure}
    assert not {name: text for name, text in said.items() if not GOES_WITH_OURS.search(text) or NEVER.search(text)}


def test_the_bill_of_materials_is_that_of_the_lock(writer: ModuleType) -> None:
    """The bill names the packages of the lock and no place of the machine it was made on."""
    text = (REPOSITORY / "sbom.cdx.json").read_text(encoding="utf-8")
    listed = {canonicalize_name(part["name"]): part["version"] for part in json.loads(text)["components"]}
    assert {name: listed.get(name) for name in writer.pinned()} == writer.pinned()
    assert "file://" not in text
