"""What pages of plans do beside showing: keep the plan on the page, and delete a saved one that was named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from dash import Dash, Input, Output, State, html, no_update
from dash.exceptions import PreventUpdate

from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError, UsageError
from sp_geo.planning.plan import Plan
from sp_geo.questions import saved_plans
from sp_geo.questions.plans import posts_rows, posts_summary
from sp_geo.questions.requests.plans import SitesRequest
from sp_geo.web.components.plan_form import DELETE, LONGEST_NOTE, identifier, refused
from sp_geo.web.components.saved_list import chooser, list_of
from sp_geo.web.fields import request_in
from sp_geo.web.plans.funding_views import funding_fields, funding_found, sites_found
from sp_geo.web.plans.posts_views import posts_fields, posts_found
from sp_geo.web.plans.words import refusal_words
from sp_geo.web.state import View, read_view

Now = Callable[[], Build]
Moment = Callable[[], str]
_LONGEST_WORD: Final = 200


def this_moment() -> str:
    """Date and time in UTC, to the second, as plans keep it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def plan_of(build: Build, kind: str, search: str, name: str, author: str, note: str, moment: str) -> Plan:
    """The plan of a page's view, ready to be saved.

    Args:
        build: that is asked.
        kind: ``posts``, ``funding`` or ``sites``.
        search: of the page's address.
        name: under which it is kept.
        author: who keeps it.
        note: free text; may be empty.
        moment: now, in ISO text.

    Raises:
        SpGeoError: there is no plan in this view, or name, author or note cannot be used.
    """
    name, author, note = name.strip(), author.strip(), note.strip()
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise UsageError("the note cannot be kept", expected=f"{LONGEST_NOTE} printable characters at most")
    if max(len(name), len(author)) > _LONGEST_WORD:
        raise UsageError("the plan cannot be kept", expected=f"a name and a team of {_LONGEST_WORD} characters at most")
    said = {"note": note} if note else {}
    view, _ = read_view(search, posts_fields(build) if kind == "posts" else funding_fields(build))
    return KINDS[kind](build, view, name, author, said, moment)


Said = dict[str, str]


def _posts(build: Build, view: View, name: str, author: str, said: Said, moment: str) -> Plan:
    plan = posts_found(build, view).answer.plan
    prices = {"prices": view["prices"]} if view["prices"].strip() else {}
    summary: dict[str, Any] = {**posts_summary(plan), **prices, **said}
    return saved_plans.plan_of(build.base, plan.request, posts_rows(plan), summary, name, author, moment)


def _funding(build: Build, view: View, name: str, author: str, said: Said, moment: str) -> Plan:
    found = funding_found(build, view).answer
    amounts = found.funding.amount_gbp
    summary: dict[str, Any] = {
        "grants": int((amounts > 0).sum()),
        "pounds": int(amounts.sum()),
        "cost_per_place_gbp": dict(found.asked.prices),
        "stand_in_costs": list(found.asked.stand_ins),
        **said,
    }
    return saved_plans.plan_of(build.base, found.asked.request, found.rows, summary, name, author, moment)


def _sites(build: Build, view: View, name: str, author: str, said: Said, moment: str) -> Plan:
    found = sites_found(build, view).answer
    summary: dict[str, Any] = {"notes": list(found.notes), **said}
    return saved_plans.plan_of(build.base, request_in(view, SitesRequest), found.rows, summary, name, author, moment)


KINDS: Final = {"posts": _posts, "funding": _funding, "sites": _sites}


def save(build: Build, url: str, plan: Callable[[], Plan]) -> html.Div:
    """Keep a plan, and say how that went."""
    try:
        stored = saved_plans.plan_store(build.workspace, url).save(plan())
    except SpGeoError as fault:
        return refused(refusal_words(fault), "The plan was not saved.")
    return html.Div(html.P(f"Saved as '{stored.name}', version {stored.version}."), className="saved")


def delete(build: Build, url: str, name: str) -> tuple[html.Div, bool]:
    """Delete the plan that was named, and say how that went and whether it is gone."""
    try:
        saved_plans.plan_store(build.workspace, url).remove(name)
    except SpGeoError as fault:
        return refused(refusal_words(fault), "No plan was deleted."), False
    return html.Div(html.P(f"Deleted '{name}' with all its versions."), className="saved"), True


def register(app: Dash, now: Now, workspace_url: str = "", moment: Moment = this_moment) -> None:
    """Attach what the buttons do.

    Args:
        app: the application.
        now: gives the present build.
        workspace_url: address of the database of plans; of the environment or the workspace if empty.
        moment: the time, in ISO text.
    """

    def keep(kind: str, clicks: int | None, where: dict[str, str], name: str, author: str, note: str) -> html.Div:
        if not clicks:
            raise PreventUpdate
        build, search = now(), where["search"]
        made = partial(plan_of, build, kind, search, name or "", author or "", note or "", moment())
        return save(build, workspace_url, made)

    for kind in KINDS:
        app.callback(
            Output(identifier(kind, "said"), "children"),
            Input(identifier(kind, "press"), "n_clicks"),
            State("where", "data"),
            *[State(identifier(kind, part), "value") for part in ("name", "author", "note")],
            prevent_initial_call=True,
        )(partial(keep, kind))

    @app.callback(
        Output(DELETE["said"], "children"),
        Output("part-compare-listed", "children", allow_duplicate=True),
        Output("part-compare-choose", "children", allow_duplicate=True),
        Input(DELETE["press"], "n_clicks"),
        State(DELETE["name"], "value"),
        prevent_initial_call=True,
    )
    def remove(clicks: int | None, name: str | None) -> tuple[Any, Any, Any]:
        if not clicks:
            raise PreventUpdate
        build = now()
        words, gone = delete(build, workspace_url, name or "")
        if not gone:
            return words, no_update, no_update
        return words, list_of(build), chooser(build)
