"""Commands for plans: posts, funding, sites, and plans that last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sp_geo.cli import completion
from sp_geo.cli.asking import Form, asks, print_asked
from sp_geo.cli.printing import print_answer
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format
from sp_geo.questions.requests.plans import FundingRequest, PlanRequest, PostsRequest, SitesRequest
from sp_geo.questions.requests.services import MOST_ROWS

if TYPE_CHECKING:
    from sp_geo.questions.panel import Answer

plan = typer.Typer(no_args_is_help=True)

Save = Annotated[str, typer.Option(metavar="NAME", help="Save the plan under this name; default: it is not saved.")]
Author = Annotated[str, typer.Option(metavar="WHO", help="Your name or team, which --save needs; default: none.")]
Plans = Annotated[
    str,
    typer.Option(metavar="ADDRESS", help="Database of plans; default: SP_GEO_PLANS, or plans.sqlite in the workspace."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a saved plan.", autocompletion=completion.plans)]


@plan.callback()
def plans_group() -> None:
    """Where the next posts, pounds and sites should go.

    Plans are computed, not kept, unless --save NAME says so. Saved plans say which of them rest on data that have
    changed since.

    Example: sp-geo plan posts --area QOP --fte 12 --unreported exclude
    """


def _print(context: typer.Context, answer: Answer, form: Format) -> None:
    print_answer(context.obj, answer, form, MOST_ROWS)


def _planning(request: type[PostsRequest | FundingRequest | SitesRequest]) -> Callable[..., None]:
    """The command that works a plan out, and saves it if it is given a name."""

    def ask(
        context: typer.Context,
        asked: PlanRequest,
        save: Save = "",
        author: Author = "",
        plans: Plans = "",
        form: Form = Format.table,
    ) -> None:
        session: Session = context.obj
        build = session.build
        if save:
            from sp_geo.questions import saved_plans

            now = datetime.now(UTC).isoformat(timespec="seconds")
            stored = saved_plans.save(build, asked, save, author, plans, now)
            session.say(f"saved as '{stored.name}', version {stored.version}")
        print_asked(session, build, asked, form)

    return asks(request)(ask)


@plan.command("list")
def list_plans(context: typer.Context, plans: Plans = "", form: Form = Format.table) -> None:
    """Saved plans, and which rest on data that have changed.

    Reads: the workspace, or the database named with --plans.
    Example: sp-geo plan list
    """
    from sp_geo.questions import saved_plans

    _print(context, saved_plans.listed(context.obj.build, plans), form)


@plan.command()
def show(
    context: typer.Context,
    name: Name,
    version: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Version of the plan; default: the latest.")
    ] = None,
    plans: Plans = "",
    form: Form = Format.table,
) -> None:
    """A saved plan as it was.

    Its rows, its request, its author, and whether the data under it have changed.

    Reads: the workspace, or the database named with --plans.
    Example: sp-geo plan show spring
    """
    from sp_geo.questions import saved_plans

    _print(context, saved_plans.reopened(context.obj.build, plans, name, version), form)


@plan.command()
def compare(context: typer.Context, first: Name, second: Name, plans: Plans = "", form: Form = Format.table) -> None:
    """Two saved plans of one kind, row by row.

    Reads: the workspace, or the database named with --plans.
    Example: sp-geo plan compare spring autumn
    """
    from sp_geo.questions import saved_plans

    _print(context, saved_plans.compared(context.obj.build, plans, first, second), form)


@plan.command()
def export(
    context: typer.Context,
    name: Name,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .csv or .json.")],
    plans: Plans = "",
) -> None:
    """A saved plan as a file, with what it was made from.

    Reads: the workspace, or the database named with --plans.
    Writes: the file that is named, and nothing else.
    Example: sp-geo plan export spring --out spring.csv
    """
    from sp_geo.questions import saved_plans

    for path in saved_plans.exported(context.obj.build, plans, name, out, datetime.now(UTC).date()):
        context.obj.say(f"wrote {path}")


@plan.command()
def remove(context: typer.Context, name: Name, plans: Plans = "") -> None:
    """Remove a saved plan with all its versions.

    Writes: the workspace, or the database named with --plans.
    Example: sp-geo plan remove spring
    """
    from sp_geo.questions import saved_plans

    saved_plans.plan_store(context.obj.workspace, plans).remove(name)
    context.obj.say(f"removed '{name}'")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for request in (PostsRequest, FundingRequest, SitesRequest):
        plan.command(request.command.removeprefix("plan "))(_planning(request))
    app.add_typer(plan, name="plan")
