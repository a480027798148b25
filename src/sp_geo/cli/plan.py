"""Commands for plans: posts, funding, sites, and plans that last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.printing import MOST_ROWS, print_answer
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format

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


@plan.command()
def posts(
    context: typer.Context,
    fte: Annotated[float, typer.Option(metavar="FTE", help="Posts to give, full-time equivalents.")],
    area: shared.Area = "",
    step: Annotated[float, typer.Option(metavar="FTE", help="Least part of a post, such as 0.1, 0.5 or 1.")] = 0.5,
    objective: Annotated[
        str, shared.option("AIM", "shortfall, worst_first or proportional.", words.POST_OBJECTIVES)
    ] = "shortfall",
    quarter: shared.QuarterOrLatest = words.LATEST,
    need: shared.Need = "imd_score",
    target: Annotated[
        float | None,
        typer.Option(metavar="RATE", help="Rate to reach, FTE per 10,000 patients; default: chosen from the data."),
    ] = None,
    patients: shared.Patients = words.RAW,
    unreported: Annotated[
        str, shared.option("HANDLING", "PCNs that did not report: ask, exclude or impute.", words.UNREPORTED)
    ] = "ask",
    at_least: Annotated[
        list[str],
        typer.Option("--at-least", "--protect", metavar="CODE=FTE", help="Posts promised to a PCN; may be repeated."),
    ] = shared.NOTHING,
    at_most: Annotated[
        list[str], typer.Option(metavar="CODE=FTE", help="Limit of a PCN; may be repeated.")
    ] = shared.NOTHING,
    most: Annotated[float | None, typer.Option(metavar="FTE", help="Limit of every PCN; default: none.")] = None,
    smallest: Annotated[
        float | None, typer.Option(metavar="FTE", help="Least that a PCN gets if it gets any; default: one step.")
    ] = None,
    cost_per_post: Annotated[
        float | None,
        typer.Option(metavar="POUNDS", help="Your cost of a full-time post a year; default: none is said."),
    ] = None,
    show: Annotated[
        str, shared.option("WHAT", "pcns, order, effects, needs, scenarios or frontier.", words.POST_VIEWS)
    ] = "pcns",
    save: Save = "",
    author: Author = "",
    plans: Plans = "",
    form: shared.Form = Format.table,
) -> None:
    """Which PCNs should get the next posts, and why.

    Also what that changes and how sure it is. Where PCNs did not report, --unreported says how they count.

    Reads: the tables of the workspace.
    Writes: nothing, or the plan named with --save.
    Example: sp-geo plan posts --area QOP --fte 12 --unreported exclude
    Example: sp-geo plan posts --area QOP --fte 6 --unreported exclude --save spring --author planning
    """
    from sp_geo.questions import plans as plan_queries
    from sp_geo.questions import saved_plans

    request = plan_queries.PostsRequest(
        area, fte, step, objective, quarter, need, target, patients, unreported, tuple(at_least), tuple(at_most), most,
        smallest, cost_per_post,
    )  # fmt: skip
    build = context.obj.build
    answer, found = plan_queries.posts(build, request, show)
    if save:
        rows, summary = plan_queries.posts_rows(found), plan_queries.posts_summary(found)
        _save(context, plans, lambda now: saved_plans.posts(build, save, author, request, rows, summary, now))
    _print(context, answer, form)


@plan.command()
def funding(
    context: typer.Context,
    budget: Annotated[int, typer.Option(metavar="POUNDS", help="Whole pounds over all years.")],
    area: shared.AnyArea = "",
    years: Annotated[int, typer.Option(metavar="NUMBER", help="For how many years.")] = 2,
    smallest: Annotated[int, typer.Option(metavar="POUNDS", help="Smallest grant over all years.")] = 10_000,
    floor: Annotated[int, typer.Option(metavar="POUNDS", help="Least for every line with unmet demand.")] = 0,
    ceiling: Annotated[int | None, typer.Option(metavar="POUNDS", help="Most for any line; default: no limit.")] = None,
    level: Annotated[
        str, shared.option("LEVEL", "Areas of the lines: pcn, local_authority or sub_icb.", words.LEVELS)
    ] = "pcn",
    need: shared.SmallAreaNeed = "imd_score",
    category: Annotated[
        list[str],
        shared.option("CATEGORY", "Only this referral reason; may be repeated; default: all.", words.CATEGORIES),
    ] = shared.NOTHING,
    save: Save = "",
    author: Author = "",
    plans: Plans = "",
    form: shared.Form = Format.table,
) -> None:
    """Where the next community money should go.

    Whole pounds over areas and referral reasons, the budget met exactly, a reason in every line.

    Reads: the tables of the workspace, with directories of services.
    Writes: nothing, or the plan named with --save.
    Example: sp-geo plan funding --area QOP --budget 500000 --years 3 --smallest 10000
    """
    from sp_geo.questions import plans as plan_queries
    from sp_geo.questions import saved_plans

    request = plan_queries.FundingRequest(area, budget, years, smallest, floor, ceiling, level, need, tuple(category))
    build = context.obj.build
    answer, found = plan_queries.funding(build, request)
    if save:
        summary = {"grants": int((found.amount_gbp > 0).sum()), "pounds": int(found.amount_gbp.sum())}
        _save(context, plans, lambda now: saved_plans.funding(build, save, author, request, found.rows, summary, now))
    _print(context, answer, form)


@plan.command()
def sites(
    context: typer.Context,
    opening: Annotated[int, typer.Option(metavar="NUMBER", help="How many sites to open.")],
    area: shared.AnyArea = "",
    objective: Annotated[
        str, shared.option("AIM", "covering (people within reach) or median (shortest ways).", words.SITE_OBJECTIVES)
    ] = "covering",
    reach_km: Annotated[
        float, typer.Option(metavar="KM", help="For covering: how far a site reaches, along the way.")
    ] = 5.0,
    candidates: Annotated[
        str,
        shared.option("WHERE", "areas, venues, practices, or a CSV file with site_id and a place.", words.CANDIDATES),
    ] = "areas",
    category: Annotated[
        str,
        shared.option(
            "CATEGORY",
            "Recorded services of this referral reason are sites that stay; default: none stay.",
            words.CATEGORIES,
        ),
    ] = "",
    need: Annotated[
        str,
        shared.option(
            "NEED",
            "imd_score, minority_ethnic, an own measure of areas, or none (people alone).",
            completion.site_needs,
        ),
    ] = "imd_score",
    save: Save = "",
    author: Author = "",
    plans: Plans = "",
    form: shared.Form = Format.table,
) -> None:
    """Where new or outreach sites should go, existing ones fixed.

    Reads: the tables of the workspace, and a file of candidates if one is named.
    Writes: nothing, or the plan named with --save.
    Example: sp-geo plan sites --area QOP --opening 5 --category money --reach-km 5
    """
    from sp_geo.questions import saved_plans
    from sp_geo.questions import sites as site_queries

    request = site_queries.SitesRequest(area, opening, objective, reach_km, candidates, category, need)
    build = context.obj.build
    answer = site_queries.plan_sites(build, request)
    if save:
        summary = {"notes": list(answer.notes)}
        _save(context, plans, lambda now: saved_plans.sites(build, save, author, request, answer.rows, summary, now))
    _print(context, answer, form)


def _save(context: typer.Context, plans: str, make: Callable[[str], Any]) -> None:
    from sp_geo.questions import saved_plans

    session: Session = context.obj
    stored = saved_plans.plan_store(session.workspace, plans).save(
        make(datetime.now(UTC).isoformat(timespec="seconds"))
    )
    session.say(f"saved as '{stored.name}', version {stored.version}")


@plan.command("list")
def list_plans(context: typer.Context, plans: Plans = "", form: shared.Form = Format.table) -> None:
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
    form: shared.Form = Format.table,
) -> None:
    """A saved plan as it was.

    Its rows, its request, its author, and whether the data under it have changed.

    Reads: the workspace, or the database named with --plans.
    Example: sp-geo plan show spring
    """
    from sp_geo.questions import saved_plans

    _print(context, saved_plans.reopened(context.obj.build, plans, name, version), form)


@plan.command()
def compare(
    context: typer.Context, first: Name, second: Name, plans: Plans = "", form: shared.Form = Format.table
) -> None:
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
    app.add_typer(plan, name="plan")
