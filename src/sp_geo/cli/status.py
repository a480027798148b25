"""``sp-geo status``: what the workspace holds, and which published releases it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from sp_geo.cli.asking import Form
from sp_geo.cli.printing import print_answer, screen_width
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format


def status(
    context: typer.Context,
    releases: Annotated[
        bool, typer.Option("--releases", help="Instead: which published releases are missing, by the calendar.")
    ] = False,
    anomalies: Annotated[
        bool, typer.Option("--anomalies", help="Instead: every odd row of the published files, and what was done.")
    ] = False,
    since: Annotated[
        str, typer.Option(metavar="QUARTER", help="With --releases: first quarter; default: the workspace's first.")
    ] = "",
    form: Form = Format.table,
) -> None:
    """Files, quarters, coverage, what did not match, what is odd.

    A table shows all of it; csv and json give coverage by quarter.

    Reads: the workspace.
    Example: sp-geo status
    Example: sp-geo status --format csv
    Example: sp-geo status --releases
    Example: sp-geo status --anomalies --format csv
    """
    from sp_geo.questions import records
    from sp_geo.questions import status as workspace_status

    session: Session = context.obj
    if releases:
        _show_releases(session, form, since)
        return
    if anomalies:
        print_answer(session, workspace_status.anomalies(session.build), form)
        return
    for name, frame, notes in workspace_status.status(session.workspace):
        if form is Format.table:
            typer.echo(records.as_table(frame, name, notes, screen_width()))
    if form is not Format.table:
        frame = workspace_status.status_quarters(session.build)
        typer.echo(records.render(frame, form, "quarters"), nl=False)


def _show_releases(session: Session, form: Format, since: str) -> None:
    """``sp-geo status --releases``: every release by the calendar, and in a sentence what is missing."""
    from sp_geo.fetching.missing import release_table
    from sp_geo.questions import records

    today = datetime.now(UTC).date()
    rows, said, synthetic = release_table(session.workspace, since, today)
    frame = rows.assign(provenance=records.provenance(synthetic))
    if form is Format.table:
        mark = f"{records.provenance(synthetic)}: " if synthetic else ""
        shown = frame.drop(columns=["title", "provenance", "page"]).fillna("")
        typer.echo(records.as_table(shown, f"{mark}Releases on {today:%d %B %Y}", said, screen_width()), nl=False)
        return
    typer.echo(records.render(frame, form, "releases"), nl=False)
    for line in said:
        session.say(line)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(status)
