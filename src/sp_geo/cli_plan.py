"""Commands for plans: posts, funding, sites, and plans that last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from sp_geo.queries import LATEST, Answer
from sp_geo.reporting import records
from sp_geo.reporting.records import Format
from sp_geo.session import Session

_NONE: list[str] = []
_MOST_ROWS = 60
plan = typer.Typer(no_args_is_help=True, help="Where the next posts, the next pounds and the next sites should go.")

Area = Annotated[str, typer.Option(help="ICB or region (code); all of England if none is named.")]
SmallAreas = Annotated[str, typer.Option(help="Code of a region, ICB, sub-ICB location, district or PCN.")]
Form = Annotated[Format, typer.Option("--format")]
Save = Annotated[str, typer.Option(help="Save the plan under this name.")]
Author = Annotated[str, typer.Option(help="Who saves it.")]
Plans = Annotated[str, typer.Option(help="Address of a database of plans; default: SQLite in the workspace.")]


def _print(context: typer.Context, answer: Answer, form: Format) -> None:
    session: Session = context.obj
    if form is Format.table:
        left = len(answer.rows) - _MOST_ROWS
        notes = answer.notes if left <= 0 else (*answer.notes, f"{left:,} more rows; --format csv gives all of them.")
        typer.echo(records.as_table(answer.rows.head(_MOST_ROWS), answer.title, notes), nl=False)
        return
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)
    for note in answer.notes:
        session.say(note)


@plan.command()
def posts(
    context: typer.Context,
    fte: Annotated[float, typer.Option(help="Posts to give, full-time equivalents.")],
    area: Area = "",
    step: Annotated[float, typer.Option(help="Least part of a post: 0.1, 0.5, 1.")] = 0.5,
    objective: Annotated[str, typer.Option(help="shortfall, worst_first or proportional.")] = "shortfall",
    quarter: Annotated[str, typer.Option(help="Quarter such as 2026Q2, or 'latest'.")] = LATEST,
    need: Annotated[str, typer.Option(help="Need measure.")] = "imd_score",
    target: Annotated[float | None, typer.Option(help="Rate to reach, FTE per 10,000 patients.")] = None,
    patients: Annotated[str, typer.Option(help="raw, or weighted by the national formula.")] = "raw",
    unreported: Annotated[str, typer.Option(help="PCNs that did not report: ask, exclude or impute.")] = "ask",
    at_least: Annotated[
        list[str], typer.Option("--at-least", "--protect", help="Promised posts, CODE=FTE; may be repeated.")
    ] = _NONE,
    at_most: Annotated[list[str], typer.Option(help="Limit of a PCN, CODE=FTE; may be repeated.")] = _NONE,
    most: Annotated[float | None, typer.Option(help="Limit of every PCN, FTE.")] = None,
    smallest: Annotated[float | None, typer.Option(help="Least that a PCN gets if it gets any, FTE.")] = None,
    cost_per_post: Annotated[float | None, typer.Option(help="Your cost of a full-time post, pounds a year.")] = None,
    show: Annotated[str, typer.Option(help="pcns, order, effects, needs, scenarios or frontier.")] = "pcns",
    save: Save = "",
    author: Author = "",
    plans: Plans = "",
    form: Form = Format.table,
) -> None:
    """Which PCNs should get the next posts, why, what that changes, and how sure it is.

    Example: sp-geo plan posts --area QOP --fte 12 --step 0.5 --objective shortfall --unreported exclude
    """
    from sp_geo import plan_queries, saved_plans

    request = plan_queries.PostsRequest(
        area, fte, step, objective, quarter, need, target, patients, unreported, tuple(at_least), tuple(at_most), most,
        smallest, cost_per_post,
    )  # fmt: skip
    store = context.obj.store
    answer, found = plan_queries.posts(store, request, show)
    if save:
        rows, summary = plan_queries.posts_rows(found), plan_queries.posts_summary(found)
        _save(context, plans, lambda now: saved_plans.posts(store, save, author, request, rows, summary, now))
    _print(context, answer, form)


@plan.command()
def funding(
    context: typer.Context,
    budget: Annotated[int, typer.Option(help="Whole pounds over all years.")],
    area: SmallAreas = "",
    years: Annotated[int, typer.Option(help="For how many years.")] = 2,
    smallest: Annotated[int, typer.Option(help="Smallest grant over all years, pounds.")] = 10_000,
    floor: Annotated[int, typer.Option(help="Least for every line with unmet demand, pounds.")] = 0,
    ceiling: Annotated[int | None, typer.Option(help="Most for any line, pounds.")] = None,
    level: Annotated[str, typer.Option(help="Areas of the lines: pcn, local_authority or sub_icb.")] = "pcn",
    need: Annotated[str, typer.Option(help="imd_score or minority_ethnic.")] = "imd_score",
    category: Annotated[list[str], typer.Option(help="Only this referral reason; may be repeated.")] = _NONE,
    save: Save = "",
    author: Author = "",
    plans: Plans = "",
    form: Form = Format.table,
) -> None:
    """Where the next community money should go: whole pounds, the budget met exactly, a reason in every line.

    Example: sp-geo plan funding --area QOP --budget 500000 --years 3 --smallest 10000
    """
    from sp_geo import plan_queries, saved_plans

    request = plan_queries.FundingRequest(area, budget, years, smallest, floor, ceiling, level, need, tuple(category))
    store = context.obj.store
    answer, found = plan_queries.funding(store, request)
    if save:
        summary = {"grants": int((found.amount_gbp > 0).sum()), "pounds": int(found.amount_gbp.sum())}
        _save(context, plans, lambda now: saved_plans.funding(store, save, author, request, found.rows, summary, now))
    _print(context, answer, form)


@plan.command()
def sites(
    context: typer.Context,
    opening: Annotated[int, typer.Option(help="How many sites to open.")],
    area: SmallAreas = "",
    objective: Annotated[
        str, typer.Option(help="covering (people within reach) or median (shortest ways).")
    ] = "covering",
    reach_km: Annotated[float, typer.Option(help="For covering: how far a site reaches, along the way.")] = 5.0,
    candidates: Annotated[str, typer.Option(help="areas, venues, practices, or a CSV file.")] = "areas",
    category: Annotated[str, typer.Option(help="Recorded services of this category are sites that stay.")] = "",
    need: Annotated[str, typer.Option(help="imd_score, minority_ethnic, or none.")] = "imd_score",
    save: Save = "",
    author: Author = "",
    plans: Plans = "",
    form: Form = Format.table,
) -> None:
    """Where new or outreach sites should go, with existing ones fixed.

    Example: sp-geo plan sites --area QOP --opening 5 --category money --reach-km 5
    """
    from sp_geo import saved_plans, site_queries

    request = site_queries.SitesRequest(area, opening, objective, reach_km, candidates, category, need)
    store = context.obj.store
    answer = site_queries.plan_sites(store, request)
    if save:
        summary = {"notes": list(answer.notes)}
        _save(context, plans, lambda now: saved_plans.sites(store, save, author, request, answer.rows, summary, now))
    _print(context, answer, form)


def _save(context: typer.Context, plans: str, make: Callable[[str], Any]) -> None:
    from sp_geo import saved_plans

    session: Session = context.obj
    stored = saved_plans.plan_store(session.workspace, plans).save(
        make(datetime.now(UTC).isoformat(timespec="seconds"))
    )
    session.say(f"saved as '{stored.name}', version {stored.version}")


@plan.command("list")
def list_plans(context: typer.Context, plans: Plans = "", form: Form = Format.table) -> None:
    """Saved plans, and which of them rest on data that have changed since."""
    from sp_geo import saved_plans

    _print(context, saved_plans.listed(context.obj.store, plans), form)


@plan.command()
def show(
    context: typer.Context,
    name: str,
    version: Annotated[int | None, typer.Option(help="Default: the latest.")] = None,
    plans: Plans = "",
    form: Form = Format.table,
) -> None:
    """A saved plan as it was: its rows, its request, its author, and whether the data under it have changed."""
    from sp_geo import saved_plans

    _print(context, saved_plans.reopened(context.obj.store, plans, name, version), form)


@plan.command()
def compare(context: typer.Context, first: str, second: str, plans: Plans = "", form: Form = Format.table) -> None:
    """Two saved plans of one kind, row by row."""
    from sp_geo import saved_plans

    _print(context, saved_plans.compared(context.obj.store, plans, first, second), form)


@plan.command()
def export(
    context: typer.Context,
    name: str,
    out: Annotated[Path, typer.Option(help="File to write, .csv or .json.")],
    plans: Plans = "",
) -> None:
    """A saved plan as a file, with what it was made from."""
    from sp_geo import saved_plans

    saved_plans.exported(context.obj.store, plans, name, out)
    context.obj.say(f"wrote {out}")


@plan.command()
def remove(context: typer.Context, name: str, plans: Plans = "") -> None:
    """Remove a saved plan with all its versions."""
    from sp_geo import saved_plans

    saved_plans.plan_store(context.obj.workspace, plans).remove(name)
    context.obj.say(f"removed '{name}'")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(plan, name="plan")
