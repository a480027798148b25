"""The analyst's commands: trend, attenuation, inequality, describe, specifications, spatial, outcome-note."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli import options as shared
from sp_geo.cli import words
from sp_geo.cli.printing import print_answer
from sp_geo.core.errors import UsageError
from sp_geo.core.formats import Format
from sp_geo.core.suggest import shown

_IMD = ["imd_score"]
_LATEST = [words.LATEST]
_MOST_DRAWS = 100_000
"""Draws that end within minutes on a laptop; intervals no longer change long before."""


def trend(
    context: typer.Context,
    need: shared.Needs = _IMD,
    non_response: shared.NonResponse = words.ALL,
    per: shared.Per = 10.0,
    area: shared.Area = "",
    icbs: shared.Icbs = words.AS_THEN,
    patients: shared.Patients = words.RAW,
    role: shared.Role = words.ALL,
    covariate: shared.Covariates = shared.NOTHING,
    form: shared.Form = Format.table,
) -> None:
    """Whether the slope on need changed over the quarters.

    One model over all quarters, a joint test of no change, and the trend of the slope.

    Reads: the tables of the workspace.
    Example: sp-geo trend --need imd_score
    Example: sp-geo trend --need minority_ethnic --non-response reweighted --format csv
    """
    from sp_geo.questions import statistics

    asked = statistics.Question(
        tuple(need), non_response, per, area=area, role=role, covariates=tuple(covariate), icbs=icbs, patients=patients
    )
    print_answer(context.obj, statistics.trend(context.obj.build, asked), form)


def attenuation(
    context: typer.Context,
    need: shared.Needs = ["lack_of_support"],  # noqa: B006 - typer copies it
    non_response: shared.NonResponse = "reporters",
    per: shared.Per = 10.0,
    quarter: shared.Quarters = shared.NOTHING,
    area: shared.Area = "",
    icbs: shared.Icbs = words.AS_THEN,
    patients: shared.Patients = words.RAW,
    form: shared.Form = Format.table,
) -> None:
    """Slopes corrected for the sampling error of a survey.

    A need that a survey measured with error makes slopes look flatter. The corrected ones stand beside the raw ones,
    with the reliability of the need.

    Reads: the tables of the workspace.
    Example: sp-geo attenuation --quarter latest
    """
    from sp_geo.questions import statistics

    asked = statistics.Question(tuple(need), non_response, per, tuple(quarter), area, icbs=icbs, patients=patients)
    print_answer(context.obj, statistics.attenuation(context.obj.build, asked), form)


def inequality(
    context: typer.Context,
    need: shared.Needs = _IMD,
    non_response: shared.NonResponse = "reporters",
    quarter: shared.Quarters = shared.NOTHING,
    area: shared.Area = "",
    icbs: shared.Icbs = words.AS_THEN,
    patients: shared.Patients = words.RAW,
    role: shared.Role = words.ALL,
    seed: shared.Seed = 1,
    draws: Annotated[
        int, typer.Option(metavar="NUMBER", help="How often PCNs are drawn again for the intervals.")
    ] = 2000,
    form: shared.Form = Format.table,
) -> None:
    """Rates by fifth of need, gaps and indices, by quarter.

    Gap, slope and relative index of inequality, concentration index and Gini, each with its interval.

    Reads: the tables of the workspace.
    Example: sp-geo inequality --need imd_score --quarter latest
    Example: sp-geo inequality --need minority_ethnic --quarter latest --draws 500 --format csv
    """
    if not 1 <= draws <= _MOST_DRAWS:
        raise UsageError("there must be at least one draw", found=f"{draws}", expected=f"1 to {_MOST_DRAWS:,}")
    from sp_geo.questions import statistics

    asked = statistics.Question(
        tuple(need), non_response, None, tuple(quarter), area, role, icbs=icbs, patients=patients
    )
    print_answer(context.obj, statistics.inequality(context.obj.build, asked, seed, draws), form)


def describe(
    context: typer.Context,
    need: shared.Needs = [words.ALL],  # noqa: B006 - typer copies it
    quarter: shared.LatestQuarters = _LATEST,
    area: shared.Area = "",
    icbs: shared.Icbs = words.AS_THEN,
    patients: shared.Patients = words.RAW,
    form: shared.Form = Format.table,
) -> None:
    """The table a paper starts with: need and provision by group.

    Groups are fifths of deprivation and of ethnicity, rurality and region.

    Reads: the tables of the workspace.
    Example: sp-geo describe
    Example: sp-geo describe --quarter 2022Q2 --format csv
    """
    from sp_geo.questions import statistics

    asked = statistics.Question(tuple(need), quarters=tuple(quarter), area=area, icbs=icbs, patients=patients)
    print_answer(context.obj, statistics.describe(context.obj.build, asked), form)


def specifications(
    context: typer.Context,
    need: shared.Needs = [words.ALL],  # noqa: B006 - typer copies it
    non_response: shared.NonResponse = words.ALL,
    per: Annotated[
        float | None,
        typer.Option(
            metavar="STEP", help="Percentage points of a share, points of a score; default: one standard deviation."
        ),
    ] = None,
    quarter: shared.LatestQuarters = _LATEST,
    area: shared.Area = "",
    icbs: shared.Icbs = words.AS_THEN,
    patients: shared.Patients = words.RAW,
    pooled: Annotated[bool, typer.Option("--pooled", help="One slope over all the quarters asked for.")] = False,
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the curve into this .png or .svg too; default: no picture."),
    ] = None,
    form: shared.Form = Format.table,
) -> None:
    """Every reasonable way to compute a slope, smallest first.

    All combinations of need, series, treatment, weights and covariates, so that nobody needs to trust one of them.

    Reads: the tables of the workspace.
    Writes: nothing, or the picture named with --figure.
    Example: sp-geo specifications --need imd_score
    Example: sp-geo specifications --need imd_score --need minority_ethnic --figure curve.png
    """
    from sp_geo.questions import statistics

    asked = statistics.Question(tuple(need), non_response, per, tuple(quarter), area, icbs=icbs, patients=patients)
    build = context.obj.build
    answer = statistics.specifications(build, asked, pooled)
    if figure is not None:
        from sp_geo.questions.run_record import record_of
        from sp_geo.reports import specification_curve
        from sp_geo.reports.pictures import pictures

        question = specification_curve.curve_asked(asked, pooled, figure.suffix.lower()[1:])
        record = record_of(build.manifest, question, datetime.now(UTC).date()).as_json()
        pictures.save(specification_curve.curve_figure(build, answer), figure, record)
        context.obj.say(f"drew {figure}")
    print_answer(context.obj, answer, form)


def spatial(
    context: typer.Context,
    need: shared.Needs = _IMD,
    non_response: shared.NonResponse = "reporters",
    per: shared.Per = 10.0,
    quarter: shared.LatestQuarters = _LATEST,
    area: shared.Area = "",
    icbs: shared.Icbs = words.AS_THEN,
    patients: shared.Patients = words.RAW,
    covariate: shared.Covariates = shared.NOTHING,
    local: Annotated[bool, typer.Option("--local", help="PCNs flagged one by one, instead of tests and fits.")] = False,
    seed: shared.Seed = 1,
    form: shared.Form = Format.table,
) -> None:
    """Whether neighbours are alike beyond what need explains.

    Moran's I, Lagrange multiplier tests, and slopes that allow for neighbours.

    Reads: the tables of the workspace.
    Example: sp-geo spatial --need imd_score
    Example: sp-geo spatial --local --format csv
    """
    from sp_geo.questions import statistics

    asked = statistics.Question(
        tuple(need), non_response, per, tuple(quarter), area, covariates=tuple(covariate), icbs=icbs, patients=patients
    )
    build = context.obj.build
    answer = statistics.local(build, asked, seed) if local else statistics.spatial(build, asked)
    print_answer(context.obj, answer, form)


def outcome_note(
    context: typer.Context,
    extra_fte: Annotated[float, typer.Option(metavar="FTE", help="Full-time equivalents more.")],
    patients: Annotated[float, typer.Option(metavar="NUMBER", help="Registered patients they would serve.")],
    baseline: Annotated[
        list[str],
        typer.Option(
            metavar="OUTCOME=SHARE", help="Share now, such as enough_local_support=0.6; may be repeated; default: none."
        ),
    ] = shared.NOTHING,
    form: shared.Form = Format.table,
) -> None:
    """What a published study would say of more posts.

    Odds ratios per post from the literature, applied here. They are associations, not effects.

    Reads: nothing but what the software brings along.
    Example: sp-geo outcome-note --extra-fte 2 --patients 100000
    Example: sp-geo outcome-note --extra-fte 2 --patients 100000 --baseline enough_local_support=0.6
    """
    from sp_geo.questions import statistics

    shares: dict[str, float] = {}
    for text in baseline:
        name, _, value = text.partition("=")
        try:
            shares[name.strip()] = float(value)
        except ValueError as fault:
            raise UsageError("not a baseline", found=shown(text), expected="enough_local_support=0.6") from fault
    print_answer(context.obj, statistics.outcome_note(extra_fte, patients, shares), form)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (trend, attenuation, inequality, describe, specifications, spatial):
        app.command()(command)
    app.command("outcome-note")(outcome_note)
