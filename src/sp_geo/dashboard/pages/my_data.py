"""My data: a file of one's own looked at row by row, then kept or not, and undone."""

from __future__ import annotations

from typing import Any

from dash import html

from sp_geo.dashboard.components.controls import native_input
from sp_geo.dashboard.components.parts import section
from sp_geo.dashboard.page import Page, Slot
from sp_geo.dashboard.snapshot import Snapshot
from sp_geo.dashboard.state import View
from sp_geo.my_data import KINDS, MOST_BYTES

_WHAT = {
    "services": "Services of voluntary, community and social enterprise bodies: our template, Open Referral UK, or a "
    "list of venues.",
    "referrals": "Counts of referrals to link workers by quarter and area.",
    "local_posts": "Link worker posts that no published series counts, such as those hosted by a charity. They are "
    "shown apart and never added to the published figures.",
    "gaps": "Needs that link workers could not meet.",
}


def _form(snapshot: Snapshot) -> html.Div:
    kinds = [html.Option(kind.title.capitalize(), value=key) for key, kind in KINDS.items()]
    invented = "yes" if snapshot.mark else ""
    about = (
        "This workspace holds invented data (SYNTHETIC). Only invented data may be added to it; for real data, build a "
        "workspace from published files."
        if snapshot.mark
        else "This workspace holds real data; invented data are refused."
    )
    return html.Div(
        [
            html.P(about, className="words"),
            html.Div(
                [
                    html.Div(
                        [html.Label("Kind of file", htmlFor="my-kind"), html.Select(kinds, id="my-kind")],
                        className="control",
                    ),
                    html.Div(
                        [
                            html.Label("File", htmlFor="my-file"),
                            html.P(
                                f"CSV, XLSX, JSON or ZIP, at most {MOST_BYTES / 1e6:.0f} MB",
                                className="hint",
                                id="my-file-hint",
                            ),
                            native_input(
                                {
                                    "id": "my-file",
                                    "type": "file",
                                    "accept": ".csv,.xlsx,.json,.zip",
                                    "aria-describedby": "my-file-hint",
                                }
                            ),
                        ],
                        className="control",
                    ),
                    html.Div(
                        [
                            html.Label("For a directory: codes of the areas it covers", htmlFor="my-covers"),
                            html.P(
                                "Such as QOP or E08000009, with spaces between. Where nothing is said, silence says nothing.",
                                className="hint",
                                id="my-covers-hint",
                            ),
                            native_input(
                                {
                                    "id": "my-covers",
                                    "type": "text",
                                    "class": "find",
                                    "autocomplete": "off",
                                    "aria-describedby": "my-covers-hint",
                                }
                            ),
                        ],
                        className="control",
                    ),
                ],
                className="controls",
            ),
            html.P(html.Button("Look at the file", id="my-look", type="button", **{"data-invented": invented})),
            html.Div(id="my-verdict", role="status"),
            html.Div(id="my-details"),
        ]
    )


def _layout(snapshot: Snapshot, view: View, slot: Slot) -> list[Any]:
    del view, slot
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
        section("Add a file", _form(snapshot)),
        section(
            "What was added here",
            html.P("Each file can be taken away again; the figures are then as they were before."),
            html.Div(id="my-kept"),
        ),
    ]


PAGE = Page(path="/my-data", title="My data", fields=lambda _snapshot: (), parts=(), layout=_layout)
