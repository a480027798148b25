"""The public names: sp_geo.open, every question as a method, answers that show themselves."""

from __future__ import annotations

import doctest
import inspect
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sp_geo
from sp_geo.api import answer as api_answer
from sp_geo.api import workspace as api_workspace
from sp_geo.cli.help import read_help
from sp_geo.cli.main import run
from sp_geo.questions.requests import asked
from sp_geo.questions.requests.asked import Request, fields_of
from sp_geo.questions.requests.statistics import RegressRequest

METHODS = api_workspace.methods()
AREA = "QRL"
QUESTIONS = [
    "sp-geo panel",
    "sp-geo panel --quarter 2022Q2",
    "sp-geo panel --monthly",
    f"sp-geo panel --area {AREA} --icbs 2022",
    "sp-geo regress",
    "sp-geo regress --need imd_score --per 5 --se HC3",
    "sp-geo regress --need imd_score --need minority_ethnic --non-response reporters --quarter latest",
    "sp-geo regress --need imd_score --covariate rural --weights patients --role plain",
    "sp-geo regress --need imd_score --patients weighted",
    "sp-geo regress --need imd_score --non-response balanced --from 2022Q2",
    "sp-geo silence --need imd_score --quarter latest",
    "sp-geo silence --need imd_score --pcns",
    "sp-geo need",
    "sp-geo trend --need imd_score",
    "sp-geo trend --need minority_ethnic --non-response absent_as_zero",
    "sp-geo models --quarter latest",
    "sp-geo attenuation --quarter latest",
    "sp-geo inequality --quarter latest --draws 50",
    "sp-geo inequality --need minority_ethnic --quarter 2022Q3 --draws 20 --seed 3",
    "sp-geo describe",
    "sp-geo describe --quarter 2022Q2",
    "sp-geo specifications --need imd_score --non-response reporters",
    "sp-geo outcome-note --extra-fte 2 --patients 100000",
    "sp-geo outcome-note --extra-fte 2 --patients 100000 --baseline enough_local_support=0.6",
    "sp-geo icbs",
    "sp-geo icbs --show sets",
    "sp-geo icbs --show pcns --icbs 2022",
    "sp-geo icbs --show moved --icbs 2026 --quarter 2022Q2",
    "sp-geo services --show assumptions",
    "sp-geo plan posts --fte 2 --unreported exclude",
    "sp-geo plan posts --fte 2 --unreported impute --show order",
    "sp-geo plan posts --fte 3 --unreported exclude --show effects --objective worst_first",
    "sp-geo plan posts --fte 1 --step 0.1 --unreported exclude --need minority_ethnic",
    "sp-geo changes --show causes",
    "sp-geo spatial --need imd_score --quarter latest",
]


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_method_gives_the_rows_of_its_command(line: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same question as a command and as a method has the same rows, or is refused alike."""
    kind = next(kind for kind in METHODS.values() if f"{line} ".startswith(f"sp-geo {kind.command} "))
    request = kind.from_command(line)
    words = line.split()[1:]
    code = run(["--workspace", str(built), "--quiet", *words, "--format", "json"])
    said = capsys.readouterr()
    if code:
        with pytest.raises(sp_geo.SpGeoError) as fault:
            eval(request.as_python(), {"ws": sp_geo.open(built)})  # noqa: S307 - a line of our own
        assert code == fault.value.exit_code
        assert fault.value.problem in said.err
        return
    found = eval(request.as_python(), {"ws": sp_geo.open(built)})  # noqa: S307 - a line of our own
    rows = json.loads(found.rows.to_json(orient="records", double_precision=15))
    told = json.loads(said.out)
    assert len(rows) == len(told)
    assert not rows or list(rows[0]) == list(told[0])
    numbers = found.rows.select_dtypes("number")
    expected = pd.DataFrame(told).reindex(columns=numbers.columns).astype(float)
    pd.testing.assert_frame_equal(numbers.astype(float).reset_index(drop=True), expected, rtol=1e-12)
    assert found.command == request.as_command()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_each_argument_means(name: str) -> None:
    """help(ws.regress) has the sentence of the command and a line for every argument."""
    method = getattr(sp_geo.Workspace, name)
    kind: type[Request] = METHODS[name]
    said = inspect.getdoc(method) or ""
    assert said.startswith(read_help(inspect.getdoc(kind) or "").summary)
    assert list(inspect.signature(method).parameters) == ["self", *fields_of(kind)]
    assert all(f"    {item}: " in said for item in fields_of(kind))


@pytest.mark.parametrize("module", [sp_geo, api_workspace, asked], ids=lambda module: module.__name__)
def test_examples_of_public_names_are_true(module: Any, built: Path) -> None:
    """What the docstrings show is what happens."""
    found = doctest.testmod(module, extraglobs={"example": built})
    assert found.attempted
    assert found.failed == 0


def test_an_answer_shows_itself(built: Path, tmp_path: Path) -> None:
    """A notebook sees heading, rows, notes and command; a file has its record beside it."""
    found = sp_geo.open(built).regress("imd_score", quarter="latest")
    page = found._repr_html_()
    assert found.title in page
    assert found.command in page
    assert all(note.split("&")[0][:20] in page for note in found.notes)
    assert RegressRequest.from_record(found.record["asked"]) == found.request
    assert found.rows.attrs["command"] == found.command
    assert found.to_csv(tmp_path / "slopes.csv") is None
    assert (tmp_path / "slopes.csv").read_text(encoding="utf-8") == found.to_csv()
    assert json.loads((tmp_path / "slopes.csv.run_record.json").read_text(encoding="utf-8"))["asked"]["per"] == 10.0
    assert len(found.figure().data) >= 4
    with pytest.raises(sp_geo.SpGeoError, match="no shapes"):
        found.map()
    with pytest.raises(sp_geo.SpGeoError, match="no picture"):
        sp_geo.open(built).panel().figure()


def test_answers_with_places_are_drawn(region: Path) -> None:
    """Deserts are drawn on a page of their own that a notebook shows and that asks nothing of any network."""
    ws = sp_geo.open(region)
    page = ws.deserts(category="money", show="areas").map()
    assert isinstance(page, api_answer.Page)
    text = page.content.decode()
    assert "default-src 'none'" in text
    assert 'src="http' not in text
    assert "iframe" in page._repr_html_()
    assert b"spGeo.start" in ws.map(quarter="latest").content
