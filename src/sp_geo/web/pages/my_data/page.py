"""My data: a file of one's own looked at row by row, then kept or not, and undone."""

from __future__ import annotations

from typing import Any

from dash import html

from sp_geo.build.view import Build
from sp_geo.web.components.controls import native_input
from sp_geo.web.components.parts import section, sheet_table
from sp_geo.web.own_data import has_posts, has_referrals, posts_sheet, referral_words, referrals_sheet
from sp_geo.web.page import Page, Part, Slot
from sp_geo.web.state import View
from sp_geo.web.uploads import KINDS, MOST_BYTES, QUESTIONS

NAME = "my-data"
_WHAT = {
    "services": "Services of voluntary, community and social enterprise bodies: our template, Open Referral UK, or a "
    "list of venues.",
    "referrals": "Counts of referrals to link workers by quarter and area.",
    "local_posts": "Link worker posts that no published series counts, such as those hosted by a charity. They are "
    "shown apart and never added to the published figures.",
    "gaps": "Needs that link workers could not meet.",
    "own_measure": "A measure of need by small area, MSOA, ward, district, practice or PCN: any table with a column of "
    "codes and one of numbers. The template asks what you can also say below.",
}


def _control(label: str, name: str, hint: str, given: html.Select | dict[str, str]) -> html.Div:
    """One control with its label and hint; a dictionary is an input of the browser's own."""
    if isinstance(given, dict):
        described = {"aria-describedby": f"{name}-hint"} if hint else {}
        given = native_input({"id": name, **given, **described})
    words = [html.P(hint, className="hint", id=f"{name}-hint")] if hint else []
    return html.Div([html.Label(label, htmlFor=name), *words, given], className="control")


def _form(build: Build) -> html.Div:
    about = "This workspace holds real data; invented data are refused."
    if build.mark:
        about = (
            "This workspace holds invented data (SYNTHETIC). What you add here counts as invented too; for real data, "
            "build a workspace from published files."
        )
    kinds = [html.Option(kind.title.capitalize(), value=key) for key, kind in KINDS.items()]
    largest = f"CSV, XLSX, JSON or ZIP, at most {MOST_BYTES / 1e6:.0f} MB"
    areas = "Such as QOP or E08000009, with spaces between. Where nothing is claimed, silence says nothing."
    file = {"type": "file", "accept": ".csv,.xlsx,.json,.zip"}
    text = {"type": "text", "class": "find", "autocomplete": "off"}
    invented = {"data-invented": "yes" if build.mark else ""}
    return html.Div(
        [
            html.P(about, className="words"),
            html.Div(
                [
                    _control("Kind of file", "my-kind", "", html.Select(kinds, id="my-kind")),
                    _control("File", "my-file", largest, file),
                    _control("For a directory: codes of the areas it covers", "my-covers", areas, text),
                ],
                className="controls",
            ),
            html.Details(
                [
                    html.Summary("For an own measure of need: what it is, and where it stands in the file"),
                    html.Div(
                        [
                            _control(label, f"my-told-{name}", hint, {**text, "data-told": name})
                            for name, (label, hint) in QUESTIONS.items()
                        ],
                        className="controls",
                    ),
                ]
            ),
            html.P(html.Button("Look at the file", id="my-look", type="button", **invented)),
            html.Div(id="my-verdict", role="status"),
            html.Div(id="my-details"),
        ]
    )


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    templates = [
        html.Li(
            [
                html.A(f"Template: {kind.title}", href=f"/my-data/template/{key}.xlsx", className="button"),
                html.Span(f" {_WHAT[key]}"),
            ]
        )
        for key, kind in KINDS.items()
    ]
    return [
        html.H1("My data"),
        html.P("Add what only you know. Nothing is kept before you have seen what was read.", className="lead"),
        section("Start from a template", html.Ul(templates, className="templates")),
        section("Add a file", _form(build)),
        section(
            "What was added here",
            html.P("Each file can be taken away again; the figures are then as they were before."),
            html.Div(id="my-kept"),
        ),
        section("Local posts, counted apart", slot("my-posts")),
        section("Referrals, from your own file", slot("my-referrals")),
    ]


def _posts(build: Build, _view: View) -> Any:
    if not has_posts(build):
        return html.P("No list of local posts has been added.", className="note")
    return [
        html.P("These posts are in no published figure, and no rate on the other pages has them.", className="words"),
        sheet_table(NAME, "local_posts", "/pcn"),
    ]


def _referrals(build: Build, _view: View) -> Any:
    if not has_referrals(build):
        return html.P("No referral activity has been added.", className="note")
    said = [html.P(words, className="words") for words in referral_words(build)]
    return [*said, sheet_table(NAME, "referrals")]


PAGE = Page(
    path=f"/{NAME}",
    title="My data",
    fields=lambda _build: (),
    parts=(Part("my-posts", _posts, once=True), Part("my-referrals", _referrals, once=True, late=True)),
    layout=_layout,
    sheets={"local_posts": posts_sheet, "referrals": referrals_sheet},
)
