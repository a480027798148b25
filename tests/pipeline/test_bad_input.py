"""Bad input: one clear line, the documented exit code, and a workspace that stays as it was."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run, contents


def unzipped(path: Path) -> tuple[str, bytes]:
    """The one member of an archive that is a CSV file."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        return name, archive.read(name)


def release(files: Path) -> Path:
    """A workforce release of the miniature."""
    return next((files / "workforce").glob("*June 2022*.zip"))


def workforce(files: Path) -> str:
    """The same as text."""
    return unzipped(release(files))[1].decode("cp1252")


def with_cell(text: str, column: str, value: str, row: int = 2) -> str:
    """The text with one value replaced; rows count from 1, the header."""
    lines = text.splitlines()
    position = lines[0].split(",").index(column)
    cells = lines[row - 1].split(",")
    cells[position] = value
    lines[row - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


FAULTS: dict[str, tuple[str, Callable[[Path], bytes], int, list[str]]] = {
    "renamed column": (
        "release.csv",
        lambda files: workforce(files).replace("FTE", "FTE_VALUE", 1).encode(),
        5,
        ["column FTE is missing", "FTE_VALUE"],
    ),
    "two months": (
        "release.csv",
        lambda files: with_cell(workforce(files), "CENSUS_MONTH", "3", row=3).encode(),
        5,
        ["row 3"],
    ),
    "half an archive": ("cut.zip", lambda files: release(files).read_bytes()[:500], 4, ["download it again"]),
    "another kind of list": ("list.csv", lambda _: b"charity,postcode\nA,M1 1AA\n", 3, ["sp-geo publications"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_with_a_fault_is_refused(
    fault: str, miniature_files: Path, built: Path, tmp_path: Path, sp_geo: Run
) -> None:
    """The file is refused in one line that says where the fault stands, and the workspace stays."""
    name, make, code, words = FAULTS[fault]
    bad = tmp_path / name
    bad.write_bytes(make(miniature_files))
    before = contents(built)
    got, out, err = sp_geo(built, "add", str(bad))
    line = (out + err).strip()
    assert got == code, line
    assert "\n" not in line
    assert line.startswith(f"refused: {name}")
    assert all(word in line for word in words), line
    assert contents(built) == before


ODD_CELLS = [("FTE", "n/a", "left out"), ("FTE", "-0.5", "kept"), ("PCN_CODE", "U90001A", "left out")]


@pytest.mark.parametrize(("column", "value", "outcome"), ODD_CELLS)
def test_an_odd_cell_of_a_workforce_file_is_told_and_refuses_the_file_only_where_strict(
    column: str, value: str, outcome: str, miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run
) -> None:
    """Strictly the file is refused with row and column and nothing changes; else the row is listed."""
    odd = tmp_path / "release.csv"
    odd.write_text(with_cell(workforce(miniature_files), column, value), encoding="utf-8")
    (tmp_path / "release.csv.origin.yaml").write_text("is_synthetic: true\n", encoding="utf-8")
    before = contents(copy)
    code, out, _ = sp_geo(copy, "add", "--strict", str(odd))
    assert code == 5
    assert f"row 2, column {column}" in out
    assert value in out
    assert contents(copy) == before
    code, out, _ = sp_geo(copy, "add", str(odd))
    assert code == 0
    assert f"1 {outcome}" in out


@pytest.mark.parametrize(
    "pattern",
    [
        "lists/*lsoa*.zip",
        "organisations/*map*2026*.zip",
        "deprivation/IoD2019*.zip",
        "ethnicity/*.zip",
        "survey/*2022*.zip",
    ],
)
def test_a_row_that_stands_twice_counts_once_and_is_told(
    pattern: str, miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run
) -> None:
    """Patients, areas and answers of a copied row are counted once."""
    name, data = unzipped(next(iter(sorted(miniature_files.glob(pattern)))))
    lines = data.decode("utf-8-sig").splitlines()
    bad = tmp_path / f"twice {Path(name).name}"
    bad.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    bad.with_name(f"{bad.name}.origin.yaml").write_text("is_synthetic: true\n", encoding="utf-8")
    code, out, _ = sp_geo(copy, "add", str(bad))
    assert code == 0, out
    assert "1 left out" in out


def test_a_workspace_without_any_need_says_so(miniature_files: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Provision and lists alone give a panel and pages; questions about need are refused in one line."""
    from sp_geo.web.application import create_app
    from sp_geo.workspace.store import Store

    workspace = tmp_path / "few"
    kept = [
        miniature_files / "workforce",
        miniature_files / "organisations",
        next(miniature_files.glob("lists/*all.2022*")),
    ]
    assert sp_geo(workspace, "add", *map(str, kept))[0] == 0
    assert sp_geo(workspace, "build")[0] == 0
    for command in ("regress", "describe", "panel"):
        code, _, err = sp_geo(workspace, command)
        assert code == (0 if command == "panel" else 6)
        assert "Traceback" not in err
    client = create_app(Store(workspace)).server.test_client()
    assert client.get("/_dash-layout").status_code == 200
