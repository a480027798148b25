"""Bad input: one clear line, the documented exit code, and a workspace that stays as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipeline.conftest import contents

Run = Callable[..., tuple[int, str, str]]


def unzipped(path: Path) -> tuple[str, bytes]:
    """The one member of an archive that is a CSV file."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        return name, archive.read(name)


def workforce(files: Path) -> str:
    """A workforce release of the miniature as text."""
    return unzipped(next((files / "workforce").glob("*June 2022*.zip")))[1].decode("cp1252")


def first_row(text: str) -> tuple[list[str], list[str]]:
    """Header and first row."""
    lines = text.splitlines()
    return lines[0].split(","), lines[1].split(",")


def with_cell(text: str, column: str, value: str, row: int = 2) -> str:
    """The text with one value replaced; rows count from 1, the header."""
    lines = text.splitlines()
    position = lines[0].split(",").index(column)
    cells = lines[row - 1].split(",")
    cells[position] = value
    lines[row - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


WORKFORCE_FAULTS: dict[str, tuple[Callable[[str], str], int, list[str]]] = {
    "renamed column": (lambda text: text.replace("FTE", "FTE_VALUE", 1), 5, ["column FTE is missing", "FTE_VALUE"]),
    "the file twice over": (lambda text: text + "".join(line + "\n" for line in text.splitlines()[1:]), 5, ["row"]),
    "two months": (lambda text: with_cell(text, "CENSUS_MONTH", "3", row=3), 5, ["row 3"]),
    "no rows": (lambda text: text.splitlines()[0] + "\n", 5, ["no row below the header"]),
    "empty": (lambda _text: "", 4, ["the file is empty"]),
    "ragged": (lambda text: text.rstrip() + ",one,more,cell\n", 5, ["too many values"]),
    "cut in the last row": (lambda text: text.rstrip()[:-40], 4, ["row ends too early"]),
    "a header twice": (
        lambda text: text.replace("PCN_NAME", "PCN_CODE", 1),
        5,
        ["row 2", "two columns mean the same and differ"],
    ),
}


@pytest.mark.parametrize("fault", WORKFORCE_FAULTS)
def test_a_workforce_file_with_a_fault(
    fault: str, miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run
) -> None:
    """A wrong figure would enter every map and slope, or the user would not learn where it stands."""
    change, code, words = WORKFORCE_FAULTS[fault]
    bad = tmp_path / "release.csv"
    bad.write_text(change(workforce(miniature_files)), encoding="utf-8")
    before = contents(copy)
    got, out, err = sp_geo(copy, "add", str(bad))
    line = (out + err).strip()
    assert got == code, line
    assert "\n" not in line
    assert line.startswith("refused: release.csv")
    assert all(word in line for word in words), line
    assert contents(copy) == before


ODD_CELLS = [
    ("FTE", "n/a", "left out"),
    ("FTE", "", "left out"),
    ("FTE", "-0.5", "kept"),
    ("FTE", "inf", "left out"),
    ("FTE", "1e9", "left out"),
    ("PCN_CODE", "U90001A", "left out"),
]


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


def test_a_truncated_archive(miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Half a release would be taken for a whole one."""
    whole = next((miniature_files / "workforce").glob("*June 2022*.zip")).read_bytes()
    bad = tmp_path / "cut.zip"
    bad.write_bytes(whole[: len(whole) // 2])
    before = contents(copy)
    code, out, _ = sp_geo(copy, "add", str(bad))
    assert code == 4
    assert "cut.zip" in out
    assert "download it again" in out
    assert contents(copy) == before


def test_a_workbook_with_macros(miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A workbook that runs code would be taken in."""
    source = next((miniature_files / "organisations").glob("*.xlsx"))
    bad = tmp_path / "ePCN.xlsm"
    buffer = io.BytesIO(source.read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    bad.write_bytes(buffer.getvalue())
    code, out, _ = sp_geo(copy, "add", str(bad))
    assert code == 3
    assert "macros" in out


def test_a_file_of_the_wrong_kind(copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A list of charities would be taken for something, or end in a traceback."""
    bad = tmp_path / "charities.csv"
    bad.write_text("charity,postcode,income\nA,M1 1AA,100\n")
    before = contents(copy)
    code, out, _ = sp_geo(copy, "add", str(bad))
    assert code == 3
    assert "sp-geo publications" in out
    assert contents(copy) == before


def test_good_files_of_the_same_call_are_kept(miniature_files: Path, tmp_path: Path, sp_geo: Run) -> None:
    """One bad download would cost the user all the others."""
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    code, out, _ = sp_geo(tmp_path / "new", "add", str(bad), str(miniature_files / "deprivation"))
    assert code == 3
    assert len([line for line in out.splitlines() if line.startswith("took ")]) == 3


def test_added_twice_is_said_and_nothing_changes(miniature_files: Path, copy: Path, sp_geo: Run) -> None:
    """The same file would stand on the shelf twice."""
    before = contents(copy)
    code, out, _ = sp_geo(copy, "add", str(miniature_files / "survey"))
    assert code == 0
    assert all(line.startswith("already here") for line in out.splitlines())
    assert contents(copy) == before


def test_a_failed_write_leaves_nothing_half_added(
    miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk would leave a file without its origin, or half a file."""
    text = workforce(miniature_files).replace("0.5,", "0.6,")
    (tmp_path / "new.csv").write_text(text + text.splitlines()[1].replace(",1,", ",0.25,") + "\n")
    before = contents(copy)

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    code, out, _ = sp_geo(copy, "add", str(tmp_path / "new.csv"))
    monkeypatch.undo()
    assert code == 6
    assert "No space left" in out
    assert contents(copy) == before


def test_real_and_synthetic_do_not_mix(miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Invented figures would be read as real ones."""
    real = tmp_path / "real.csv"
    real.write_text(workforce(miniature_files).replace("SYNTHETIC ", ""), encoding="utf-8")
    before = contents(copy)
    code, out, _ = sp_geo(copy, "add", str(real))
    assert code == 6
    assert "a real file cannot go into a workspace with synthetic files" in out
    assert contents(copy) == before


def test_a_path_that_is_not_there(copy: Path, sp_geo: Run) -> None:
    """A mistyped path would end in a traceback."""
    code, _, err = sp_geo(copy, "add", "/nowhere/at/all.csv")
    assert code == 2
    assert "no such file or folder" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["regress", "--need", "imd"], 2, "no such need measure"),
        (["regress", "--need", "imd_score", "--per", "0"], 2, "step is not usable"),
        (["regress", "--need", "imd_score", "--treatment", "reporter"], 2, "Did you mean 'reporters'?"),
        (["regress", "--need", "imd_score", "--se", "HC9"], 2, "HC1"),
        (["regress", "--need", "imd_score", "--weights", "gold"], 2, "patients"),
        (["regress", "--need", "imd_score", "--area", "QXX"], 2, "no such area"),
        (["regress", "--need", "imd_score", "--role", "nurse"], 2, "no such role"),
        (["regress", "--need", "imd_score", "--covariate", "height"], 2, "no such need measure"),
        (["panel", "--quarter", "2022"], 2, "2022Q2"),
        (["panel", "--quarter", "2019Q1"], 2, "no such quarter"),
        (["panel", "--format", "xml"], 2, "xml"),
        (["remove", "abc"], 2, "which file is meant"),
        (["nothing"], 2, "nothing"),
    ],
)
def test_a_mistyped_command(arguments: list[str], code: int, words: str, built: Path, sp_geo: Run) -> None:
    """A typing mistake would end in a traceback or be ignored."""
    got, out, err = sp_geo(built, *arguments)
    assert got == code
    assert words in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize("command", [["build"], ["status"], ["regress"], ["panel"], ["export", "--out", "x"]])
def test_an_empty_workspace_says_what_to_do(command: list[str], tmp_path: Path, sp_geo: Run) -> None:
    """A new user would see a traceback."""
    code, _, err = sp_geo(tmp_path / "empty", *command)
    assert code == 6
    assert "sp-geo" in err


def test_errors_as_json(tmp_path: Path, sp_geo: Run) -> None:
    """A program could not tell one mistake from another."""
    import json

    code, _, err = sp_geo(tmp_path / "empty", "--json-errors", "build")
    record = json.loads(err)
    assert (code, record["exit_code"], record["kind"]) == (6, 6, "WorkspaceError")


def test_a_workspace_without_any_need_says_so(miniature_files: Path, tmp_path: Path, sp_geo: Run) -> None:
    """An analyst with provision and lists alone would see a traceback, in the terminal or in the browser."""
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


@pytest.mark.parametrize("port", ["99999", "0", "-1"])
def test_a_port_that_is_none(port: str, built: Path, sp_geo: Run) -> None:
    """The application would listen nowhere and say nothing."""
    code, _, err = sp_geo(built, "app", f"--port={port}")
    assert code == 2
    assert "not a port" in err
