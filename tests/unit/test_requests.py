"""Requests: what is asked, said as a command and as Python, kept in records, and answered."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from typing import Any

import pytest
import typer

from sp_geo.cli.help import read_help
from sp_geo.cli.main import app
from sp_geo.core.errors import UsageError
from sp_geo.questions.answers import ANSWERS
from sp_geo.questions.requests.asked import Request, fields_of
from sp_geo.questions.requests.plans import FundingRequest, PostsRequest, SitesRequest
from sp_geo.questions.requests.services import DesertsRequest
from sp_geo.questions.requests.statistics import OutcomeNoteRequest, RegressRequest
from sp_geo.questions.requests.workspace import MapRequest

SAMPLES: dict[type[Request], dict[str, Any]] = {
    RegressRequest: {"need": ("imd_score", "minority_ethnic"), "per": 5.0, "quarter": "2022Q2"},
    DesertsRequest: {"category": "money", "fifths": 1, "share_of_mean": 0.25, "area": "QOP"},
    PostsRequest: {"fte": 12, "area": "QOP", "at_least": ["U12345=0.5"], "unreported": "exclude"},
    FundingRequest: {"budget": 500_000, "category": ["money", "housing"]},
    OutcomeNoteRequest: {"extra_fte": 2, "patients": 100_000.0, "baseline": "enough_local_support=0.6"},
    MapRequest: {"quarter": "2022Q2", "measure": "imd_score"},
}


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.command)
def test_a_request_is_the_same_after_its_command_its_python_and_its_record(kind: type[Request]) -> None:
    """Whoever copies a request as a command, as Python or from a record asks the same."""
    request = kind(**SAMPLES[kind])

    class Workspace:
        """Stands for a workspace: each method makes the request of its name."""

        def __getattr__(self, name: str) -> type[Request]:
            return {kind.method(): kind}[name]

    assert kind.from_command(request.as_command()) == request
    assert eval(request.as_python(), {"ws": Workspace()}) == request  # noqa: S307 - a line of our own
    assert kind.from_record({"command": kind.command, **request.as_record()}) == request


def test_records_of_the_release_before_are_read() -> None:
    """Fields by their former names are the present ones."""
    assert FundingRequest.from_record({"budget": 1, "categories": ["money"]}) == FundingRequest(1, category=("money",))
    assert MapRequest.from_record({"command": "map", "boards": "2022"}) == MapRequest(icbs="2022")
    with pytest.raises(UsageError, match="no such question"):
        MapRequest.from_record({"colour": "red"})


@pytest.mark.parametrize(
    ("given", "said"),
    [({"need": 5}, "need cannot be used"), ({"per": "ten"}, "per cannot be used"), ({"area": None}, "area cannot")],
)
def test_a_value_of_another_kind_is_refused_by_the_name_of_its_field(given: dict[str, Any], said: str) -> None:
    """A slip in a notebook is told in one line."""
    with pytest.raises(UsageError, match=said):
        RegressRequest(**given)


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.command)
def test_the_options_of_a_command_are_the_fields_of_its_request(kind: type[Request]) -> None:
    """Every field is an option with the help, the default and the names that the request declares."""
    command: Any = typer.main.get_command(app)
    for word in kind.command.split():
        command = command.commands[word]
    options = {item.name: item for item in command.params}
    for name, item in fields_of(kind).items():
        option = options[name]
        assert option.help == item.asked.help
        assert item.option in option.opts
        assert option.required is item.is_required
        if not item.is_required:
            assert (tuple(option.default or ()) if item.is_many else option.default) == item.default
    assert [item.name for item in fields(kind)] == list(fields_of(kind))


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.command)
def test_every_example_of_a_command_is_a_request(kind: type[Request]) -> None:
    """The examples of the help, without options that say where an answer goes, can be asked."""
    examples = read_help(inspect.getdoc(kind) or "").examples
    assert examples
    for line in examples:
        asked = re.sub(r" --(format|figure|save|author|out) \S+", "", line)
        assert kind.from_command(asked).command == kind.command


def test_a_page_asks_in_whole_numbers_however_they_are_written() -> None:
    """2.0 is two, 2.5 is refused by the label of the control, and an empty number is at its default."""
    opening, reach = fields_of(SitesRequest)["opening"], fields_of(SitesRequest)["reach_km"]
    assert (opening.read_on_page("2.0"), opening.read_on_page(""), reach.read_on_page("2.5")) == (2, 0, 2.5)
    with pytest.raises(UsageError, match="'Sites to open' cannot be used"):
        opening.read_on_page("2.5")
    assert fields_of(FundingRequest)["ceiling"].read_on_page("") is None
