"""The analyst's commands: trend, attenuation, inequality, describe, specifications, spatial, outcome-note."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sp_geo import statistics
from sp_geo.errors import UsageError
from sp_geo.queries import ALL, Answer
from sp_geo.reporting import records
from sp_geo.reporting.records import Format
from sp_geo.session import Session

Needs = Annotated[list[str], typer.Option("--need", help="Need measure, or 'all'; may be repeated.")]
Treatment = Annotated[str, typer.Option(help="reporters, absent_as_zero, balanced, reweighted, or all.")]
Per = Annotated[float, typer.Option(help="Step: percentage points of a share, points of a score.")]
Quarters = Annotated[list[str], typer.Option("--quarter", help="Only this quarter, or 'latest'; may be repeated.")]
Area = Annotated[str, typer.Option(help="Only PCNs of this ICB or region (code).")]
Role = Annotated[str, typer.Option(help="all, plain, or mental_health link workers.")]
Covariates = Annotated[list[str], typer.Option("--covariate", help="Held constant; may be repeated.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same figures.")]
Form = Annotated[Format, typer.Option("--format")]
_IMD = ["imd_score"]
_NONE: list[str] = []
_LATEST = ["latest"]


def _print(context: typer.Context, answer: Answer, form: Format) -> None:
    session: Session = context.obj
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)
    if form is not Format.table:
        for note in answer.notes:
            session.say(note)


def trend(
    context: typer.Context,
    need: Needs = _IMD,
    treatment: Treatment = ALL,
    per: Per = 10.0,
    area: Area = "",
    role: Role = ALL,
    covariate: Covariates = _NONE,
    form: Form = Format.table,
) -> None:
    """How the slope changes over quarters: pooled model, joint test of no change, trend.

    Example: sp-geo trend --need minority_ethnic --treatment reweighted
    """
    asked = statistics.Question(tuple(need), treatment, per, area=area, role=role, covariates=tuple(covariate))
    _print(context, statistics.trend(context.obj.store, asked), form)


def attenuation(
    context: typer.Context,
    need: Needs = ["lack_of_support"],  # noqa: B006 - typer copies it
    treatment: Treatment = "reporters",
    per: Per = 10.0,
    quarter: Quarters = _NONE,
    area: Area = "",
    form: Form = Format.table,
) -> None:
    """Slopes corrected for the sampling error of a survey need, beside the raw ones."""
    asked = statistics.Question(tuple(need), treatment, per, tuple(quarter), area)
    _print(context, statistics.attenuation(context.obj.store, asked), form)


def inequality(
    context: typer.Context,
    need: Needs = _IMD,
    treatment: Treatment = "reporters",
    quarter: Quarters = _NONE,
    area: Area = "",
    role: Role = ALL,
    seed: Seed = 1,
    draws: Annotated[int, typer.Option(help="How often PCNs are drawn again for the intervals.")] = 2000,
    form: Form = Format.table,
) -> None:
    """Rates by fifth, gap, slope and relative index, concentration index and Gini, by quarter."""
    if draws < 1:
        raise UsageError("there must be at least one draw", found=str(draws))
    asked = statistics.Question(tuple(need), treatment, None, tuple(quarter), area, role)
    _print(context, statistics.inequality(context.obj.store, asked, seed, draws), form)


def describe(
    context: typer.Context,
    need: Needs = [ALL],  # noqa: B006 - typer copies it
    quarter: Quarters = _LATEST,
    area: Area = "",
    form: Form = Format.table,
) -> None:
    """The descriptive table of a paper: need and provision by fifth, rurality and region."""
    asked = statistics.Question(tuple(need), quarters=tuple(quarter), area=area)
    _print(context, statistics.describe(context.obj.store, asked), form)


def specifications(
    context: typer.Context,
    need: Needs = [ALL],  # noqa: B006 - typer copies it
    treatment: Treatment = ALL,
    per: Annotated[float | None, typer.Option(help="Step; one standard deviation of each need if not given.")] = None,
    quarter: Quarters = _LATEST,
    area: Area = "",
    pooled: Annotated[bool, typer.Option("--pooled", help="One slope over all the quarters asked for.")] = False,
    figure: Annotated[Path | None, typer.Option(help="Draw the curve into this .png or .svg as well.")] = None,
    form: Form = Format.table,
) -> None:
    """Every combination of need, series, treatment, weights and covariates, smallest slope first.

    Example: sp-geo specifications --need imd_score --need minority_ethnic --figure curve.png
    """
    asked = statistics.Question(tuple(need), treatment, per, tuple(quarter), area)
    answer = statistics.specifications(context.obj.store, asked, pooled)
    if figure is not None:
        from sp_geo.reporting import pictures

        pictures.save(statistics.specification_figure(context.obj.store, answer), figure)
        context.obj.say(f"drew {figure}")
    _print(context, answer, form)


def spatial(
    context: typer.Context,
    need: Needs = _IMD,
    treatment: Treatment = "reporters",
    per: Per = 10.0,
    quarter: Quarters = _LATEST,
    area: Area = "",
    covariate: Covariates = _NONE,
    local: Annotated[bool, typer.Option("--local", help="PCNs flagged one by one, instead of tests and fits.")] = False,
    seed: Seed = 1,
    form: Form = Format.table,
) -> None:
    """Whether neighbouring PCNs are alike beyond what need explains, and where."""
    asked = statistics.Question(tuple(need), treatment, per, tuple(quarter), area, covariates=tuple(covariate))
    store = context.obj.store
    answer = statistics.local(store, asked, seed) if local else statistics.spatial(store, asked)
    _print(context, answer, form)


def outcome_note(
    context: typer.Context,
    extra_fte: Annotated[float, typer.Option(help="Full-time equivalents more.")],
    patients: Annotated[float, typer.Option(help="Registered patients they would serve.")],
    baseline: Annotated[list[str], typer.Option(help="OUTCOME=SHARE now, such as enough_local_support=0.6.")] = _NONE,
    form: Form = Format.table,
) -> None:
    """What the published odds ratios per post would mean here, as associations."""
    shares: dict[str, float] = {}
    for text in baseline:
        name, _, value = text.partition("=")
        try:
            shares[name.strip()] = float(value)
        except ValueError as fault:
            raise UsageError("not a baseline", found=f"'{text}'", expected="enough_local_support=0.6") from fault
    _print(context, statistics.outcome_note(extra_fte, patients, shares), form)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (trend, attenuation, inequality, describe, specifications, spatial):
        app.command()(command)
    app.command("outcome-note")(outcome_note)
