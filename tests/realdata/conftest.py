"""One workspace of real published files for all tests that build them: made once, by whichever process comes first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sp_geo.cli.main import run
from tests.conftest import made_once

RECIPE = (
    "workforce/*2020*.zip",
    "workforce/*2021*.zip",
    "workforce/*2022*.zip",
    "organisations/ePCN.2023-01.xlsx",
    "lists/gp-reg-pat-prac-lsoa-male-female-July-2022.zip",
    "deprivation/IoD2019_File_7_selected_columns.zip",
    "ethnicity/census2021-ts021-lsoa.zip",
    "geography/LSOA_2011_to_LSOA_2021_to_LAD_2022.zip",
)
LATER = (
    "workforce/PCNWFIndividualCSV.062026.zip",
    "organisations/gp-reg-pat-prac-map.2026-07.zip",
    "lists/gp-reg-pat-prac-quin-age.2026-07.zip",
    "deprivation/fingertips-imd-2025-gp-practice.csv",
    "survey/gm_gpps2025_healthsupport_practice.csv",
    "geography/lookup_lsoa11_sicbl22_icb22_ltla22.zip",
    "geography/population20_lsoa11.zip",
    "geography/ruc11_lsoa11.zip",
)
MEASURES = {
    "loneliness_england_lsoa.humaniverse.zip": (
        "--name", "Loneliness", "--sheet", "england_cls_loneliness_lsoa.csv", "--column", "perc", "--direction", "more",
    ),
    "samhi_21_01_2011_2018_LSOA.zip": (
        "--name", "SAMHI 2018", "--column", "samhi_index.2018", "--unit", "index", "--direction", "more",
    ),
    "fuel_poverty_2020_data.zip": (
        "--name", "Fuel poverty", "--column", "Number of households in fuel poverty",
        "--base-column", "Number of households", "--period", "2020",
    ),
    "PREVALENCE_2425.zip": (
        "--name", "Depression", "--rows", "GROUP_CODE=DEP", "--column", "REGISTER",
        "--base-column", "PRACTICE_LIST_SIZE",
    ),
    "census2021-ts045-lsoa.zip": (
        "--name", "No car", "--column", "Number of cars or vans: No cars or vans in household",
        "--base-column", "Number of cars or vans: Total: All households",
    ),
}  # fmt: skip
"""Files of own measures, and what is said of each."""
TRAFFORD = "E08000009"
SERVICES = {
    "warm_spaces_2022.csv": "E92000001:isolation",
    "charities_operating_in_trafford.csv": TRAFFORD,
    "trafford_mental_health_services.csv": TRAFFORD,
}
"""Lists of services, and what each covers."""


def call(workspace: Path, *words: str) -> None:
    """A command that must succeed."""
    assert run(["--workspace", str(workspace), "--quiet", *words]) == 0, words


def add(workspace: Path, real: Path, patterns: tuple[str, ...]) -> None:
    """Add the files that fit some patterns."""
    files = [str(path) for pattern in patterns for path in sorted(real.glob(pattern))]
    assert len(files) >= len(patterns)
    call(workspace, "add", *files)


@pytest.fixture(scope="session")
def recipe(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the files of the reference recipe and no others; read only."""

    def make(workspace: Path) -> None:
        add(workspace, real, RECIPE)
        call(workspace, "build")

    return made_once(tmp_path_factory, "recipe", make)


@pytest.fixture(scope="session")
def latest(recipe: Path, real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to which June 2026, five own measures and the lists of services were added; read only."""

    def make(workspace: Path) -> None:
        shutil.copytree(recipe, workspace)
        add(workspace, real, LATER)
        for file, told in MEASURES.items():
            call(workspace, "add", str(real / "measures" / file), "--measure", *told)
        for file, covers in SERVICES.items():
            call(workspace, "add", str(real / "services" / file), "--covers", covers)
        call(workspace, "build")

    return made_once(tmp_path_factory, "latest", make)
