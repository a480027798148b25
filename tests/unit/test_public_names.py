"""The public names: sp_geo.open, every question as a method, answers that show themselves."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sp_geo
from sp_geo.api import answer as api_answer
from sp_geo.api.figures import FIGURES
from sp_geo.api.workspace import COMMANDS_ONLY, methods
from sp_geo.cli.help import read_help
from sp_geo.cli.main import run
from sp_geo.questions.requests.asked import Request, fields_of
from sp_geo.questions.requests.plans import FundingRequest, PostsRequest, SitesRequest
from sp_geo.questions.requests.services import AccessRequest, ServicesRequest
from sp_geo.questions.requests.statistics import InequalityRequest, RegressRequest, SpecificationsRequest
from tests.console.commands import COMMANDS
from tests.docs.examples import EXAMPLES, failures

METHODS = methods()
AREA = "QRL"
CALLS = {name: command for name, command in COMMANDS.items() if not hasattr(command, "commands")}
OF_A_TERMINAL = {"form", "workspace", "quiet", "json_errors", "debug"}
"""Options that say how a command speaks, and where; Python has objects for both."""


def questions(kind: type[Request]) -> Iterator[Request]:
    """A request asked in many ways, each on few rows: the examples of its help, and each of its views."""
    examples = read_help(inspect.getdoc(kind) or "").examples
    asked = [kind.from_command(re.sub(r" --(format|figure|save|author) \S+", "", line)) for line in examples]
    known = fields_of(kind)
    if "show" in known:
        asked += [replace(asked[0], show=str(view)) for view in known["show"].asked.offers]
    for request in asked:
        given = request.as_record()
        held: dict[str, Any] = {"draws": 50, "area": AREA if given.get("area") else ""}
        if of_services(kind):
            held["area"] = "QOP"
        if isinstance(given.get("need"), tuple):
            held["need"] = "imd_score"
        yield replace(request, **{name: value for name, value in held.items() if name in known})


def of_services(kind: type[Request]) -> bool:
    """Whether a request is of services, which the miniature has none of."""
    return kind.__module__ == AccessRequest.__module__ or kind in {FundingRequest, SitesRequest}


QUESTIONS = {request.as_command(): request for kind in METHODS.values() for request in questions(kind)}


@pytest.mark.parametrize("name", CALLS)
def test_every_command_is_a_method_with_the_same_arguments(name: str) -> None:
    """Whoever knows a command knows its method; the few that are none are named with the reason."""
    method = getattr(sp_geo.Workspace, name.replace(" ", "_").replace("-", "_"), None)
    if name in COMMANDS_ONLY:
        assert method is None
        return
    assert method is not None
    known = [item for item in CALLS[name].params if item.name not in OF_A_TERMINAL]
    first = [item.name for item in known if item.param_type_name == "argument"]
    arguments = [item for item in inspect.signature(method).parameters if item != "self"]
    assert arguments[: len(first)] == first
    assert set(arguments) == {item.name for item in known}
    said = inspect.getdoc(method) or ""
    assert all(re.search(rf"^    \*?{item}: ", said, re.MULTILINE) for item in arguments)


def test_every_method_is_a_command_or_looks_into_the_workspace() -> None:
    """A workspace has no method of another name, and every command that is none is still a command."""
    beside = {"ask", "ask_plan", "inputs", "is_synthetic", "opened", "table"}
    named = {name.replace(" ", "_").replace("-", "_") for name in CALLS if name not in COMMANDS_ONLY}
    assert {name for name in dir(sp_geo.Workspace) if not name.startswith("_")} == named | beside
    assert set(COMMANDS_ONLY) <= set(CALLS)


def test_every_request_is_asked() -> None:
    """No question is left out of the comparison of commands and methods."""
    assert len(QUESTIONS) > 30
    assert {type(request) for request in QUESTIONS.values()} == set(METHODS.values())


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_method_gives_the_rows_of_its_command(line: str, request: pytest.FixtureRequest, capsys: Any) -> None:
    """The same question as a command and as a method has the same rows, or is refused alike."""
    asked = QUESTIONS[line]
    workspace = request.getfixturevalue("region" if of_services(type(asked)) else "built")
    capsys.readouterr()  # what was said while it was made
    code = run(["--workspace", str(workspace), "--quiet", *line.split()[1:], "--format", "json"])
    said = capsys.readouterr()
    if code:
        with pytest.raises(sp_geo.SpGeoError) as fault:
            eval(asked.as_python(), {"ws": sp_geo.open(workspace)})  # noqa: S307 - a line of our own
        assert code == fault.value.exit_code
        assert fault.value.problem in said.err
        return
    found = eval(asked.as_python(), {"ws": sp_geo.open(workspace)})  # noqa: S307 - a line of our own
    rows = json.loads(found.rows.to_json(orient="records", double_precision=15))
    told = json.loads(said.out)
    assert len(rows) == len(told)
    assert not rows or list(rows[0]) == list(told[0])
    numbers = found.rows.select_dtypes("number")
    expected = pd.DataFrame(told).reindex(columns=numbers.columns).astype(float)
    pd.testing.assert_frame_equal(numbers.astype(float).reset_index(drop=True), expected, rtol=1e-12)
    assert found.command == asked.as_command()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_each_argument_means(name: str) -> None:
    """help(ws.regress) has the sentence of the command and a line for every argument."""
    method = getattr(sp_geo.Workspace, name)
    kind: type[Request] = METHODS[name]
    said = inspect.getdoc(method) or ""
    assert said.startswith(read_help(inspect.getdoc(kind) or "").summary)
    assert "sp-geo" not in said.rpartition("Example: ")[2].partition("\n")[0]
    assert all(f"    {item}: " in said for item in fields_of(kind))


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_in_docstrings_are_true(
    name: str, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a docstring shows is what happens."""
    monkeypatch.chdir(tmp_path)
    assert failures(name, {"sp_geo": sp_geo, "Path": Path, "example": copy}) == ""


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


DRAWN: dict[str, tuple[Request, str, list[str]]] = {
    "slopes": (
        RegressRequest(("imd_score", "minority_ethnic")),
        "minority_ethnic",
        ["FTE per 10,000<br>per 10 percentage points"],
    ),
    "inequality": (InequalityRequest(draws=20), "relative_index", ["Relative index"]),
    "posts": (PostsRequest(12, "QOP", unreported="exclude"), "", ["FTE per 10,000 patients of the fifth"]),
    "frontier": (PostsRequest(2, "QOP", unreported="exclude", show="frontier"), "", ["FTE lacking<br>to the target"]),
    "money": (FundingRequest(500_000, "QOP"), "", ["Unmet demand, people a quarter"]),
    "offers": (ServicesRequest("attributes", "all", area="QOP"), "money", [None]),
}
"""Answers with several pictures or of several views, the picture that is asked for, and the title of its first axis."""


@pytest.mark.parametrize("name", DRAWN)
def test_an_answer_is_drawn_as_on_its_page(name: str, region: Path) -> None:
    """The chart of the page, marked as invented, is one method away."""
    asked, of, titles = DRAWN[name]
    figure = sp_geo.open(region).ask(asked).figure(of)
    assert [axis.title.text for axis in figure.select_yaxes()][:1] == titles
    assert "SYNTHETIC" in {note.text for note in figure.layout.annotations}


def test_every_question_with_a_picture_is_drawn_in_a_test() -> None:
    """No picture is untried; that of the curve is drawn by its example."""
    assert {type(asked) for asked, _, _ in DRAWN.values()} == set(FIGURES) - {SpecificationsRequest}


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
