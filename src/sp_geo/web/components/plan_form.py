"""Forms of plans: conditions in groups, why a plan cannot be had, and the form under which one is saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from dash import dcc, html

from sp_geo.planning.plan import LONGEST_AUTHOR, LONGEST_NAME
from sp_geo.web.components.controls import control
from sp_geo.web.state import Field

LONGEST_NOTE: Final = 500
DELETE: Final = {part: f"delete-plan-{part}" for part in ("name", "press", "said")}
"""Ids of the form that deletes a saved plan."""


def conditions(fields: Iterable[Field]) -> html.Div:
    """Controls side by side, without a heading."""
    return html.Div([control(item) for item in fields if item.kind != "hidden"], className="controls")


def folded(words: str, *children: Any) -> html.Details:
    """Something that is opened when it is wanted."""
    return html.Details([html.Summary(words), *children])


def tile(label: str, value: str, below: str) -> html.Div:
    """One figure with what it is and what it is set against."""
    parts = ((label, "tile-label"), (value, "tile-value"), (below, "hint"))
    return html.Div([html.P(words, className=name) for words, name in parts], className="tile")


def said(pairs: Iterable[tuple[str, str]]) -> html.Div:
    """What a plan does: a heading and its sentences, side by side where there is room."""
    parts = [html.Div([html.H3(heading), html.P(words)]) for heading, words in pairs]
    return html.Div(parts, className="said")


def refused(words: Sequence[str], what: str = "This plan cannot be made.") -> html.Div:
    """Why something cannot be had: the clash first, then what would do."""
    lead = html.P([html.Strong(f"{what} "), words[0]])
    rest = [html.P(" ".join(words[1:]))] if len(words) > 1 else []
    return html.Div([lead, *rest], className="message")


def no_plan() -> html.P:
    """Said where a plan would be shown."""
    return html.P("There is no plan to show: the reason stands above.", className="note")


def identifier(kind: str, part: str) -> str:
    """Id of a part of the form of one kind of plan: ``name``, ``author``, ``note``, ``press`` or ``said``."""
    return f"save-{kind}-{part}"


def text_input(name: str, label: str, longest: int, hint: str = "") -> html.Div:
    """A text with its label, for a form whose values do not belong into the address."""
    said = [html.P(hint, className="hint")] if hint else []
    made = dcc.Input(id=name, type="text", value="", maxLength=longest, className="find", autoComplete="off")
    return html.Div([html.Label(label, htmlFor=name), *said, made], className="control")


def plan_is_here(kind: str) -> html.Div:
    """Says, in the part that shows a plan, that there is one; only then is the form to save it shown."""
    return html.Div(hidden=True, **{"data-plan": kind})


def save_form(kind: str) -> html.Section:
    """The form that keeps the plan on the page, shown while :func:`plan_is_here` stands there.

    It is always in the document, so that what was typed stays when the plan changes.

    Args:
        kind: ``posts``, ``funding`` or ``sites``.
    """
    of = f"plan of {kind}"
    parts = [
        text_input(identifier(kind, "name"), f"Name of the {of}", LONGEST_NAME, "Letters, digits, spaces, - and _."),
        text_input(
            identifier(kind, "author"), f"Who saves the {of}", LONGEST_AUTHOR, "You or your team; kept with the plan."
        ),
        text_input(identifier(kind, "note"), f"Note on the {of}", LONGEST_NOTE, "May be left empty."),
    ]
    return html.Section(
        [
            html.H2(f"Save this {of}"),
            html.P(
                "The plan is kept as it is now, with what was asked and a mark of its data. A name that is taken gets "
                "a new version; nothing is written over.",
                className="words",
            ),
            html.Div(parts, className="controls"),
            html.P(html.Button(f"Save this {of}", id=identifier(kind, "press"), type="button"), className="steps"),
            html.Div(id=identifier(kind, "said"), role="status"),
            html.P(html.A("Saved plans", href="/compare-plans", **{"data-page": "/compare-plans"})),
        ],
        id=f"save-{kind}",
        className="panel",
    )
