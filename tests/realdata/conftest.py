"""Real published files as they are read plainly, and one workspace of them, made by whichever process comes first."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sp_geo.cli.main import run
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import open_path
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


def document(path: Path) -> Document:
    """The one data file of a published file."""
    (member,) = open_path(path)
    assert member.document is not None
    return member.document


def plain(path: Path, **options: Any) -> pd.DataFrame:
    """The CSV of an archive, by pandas alone."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read(next(name for name in archive.namelist() if name.endswith(".csv")))
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", **options)


@pytest.fixture(scope="session")
def by_area(real: Path) -> pd.DataFrame:
    """Patients of July 2022 by practice and small area."""
    columns = ["PRACTICE_CODE", "LSOA_CODE", "NUMBER_OF_PATIENTS"]
    rows = plain(real / "lists" / "gp-reg-pat-prac-lsoa-male-female-July-2022.zip", usecols=columns)[columns]
    return rows.set_axis(["practice_code", "lsoa11_code", "patients_count"], axis="columns")


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
