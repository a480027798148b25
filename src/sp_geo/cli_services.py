"""Commands for services: what is recorded, access, deserts, reported gaps, and a directory fetched from its own API."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.reporting import records
from sp_geo.reporting.records import Format
from sp_geo.services.access import ALL
from sp_geo.session import Session
from sp_geo.vcse.request import AccessRequest, MapAnswer

_NONE: list[str] = []


class MapFormat(StrEnum):
    """Form of an output that may have shapes."""

    table = "table"
    csv = "csv"
    json = "json"
    geojson = "geojson"


Category = Annotated[str, typer.Option(help="One referral reason, or all.")]
Area = Annotated[str, typer.Option(help="Code of a region, ICB, sub-ICB location, district, PCN or small area.")]
Directory = Annotated[str, typer.Option(help="Only services of this directory.")]
Form = Annotated[MapFormat, typer.Option("--format")]
Catchment = Annotated[float | None, typer.Option("--catchment-km", help="Furthest way to a service; default 10.")]
Rural = Annotated[float | None, typer.Option("--rural-catchment-km", help="The same in rural areas, if it differs.")]
Minutes = Annotated[float | None, typer.Option(help="Furthest journey by the travel times that were added.")]
Detour = Annotated[float | None, typer.Option(help="Metres of way for each metre of straight line; default 1.3.")]
DecayShape = Annotated[str, typer.Option("--decay", help="step, gaussian or power.")]
Measure = Annotated[str, typer.Option(help="places (effective places a quarter) or services (each counted as one).")]
_MOST_ROWS = 60


def _print(context: typer.Context, found: MapAnswer, form: MapFormat) -> None:
    session: Session = context.obj
    answer = found.answer
    if form is MapFormat.geojson:
        _print_shapes(found)
    elif form is MapFormat.table:
        # Some tables have a row an area of England: what a screen cannot hold is left to the files.
        left = len(answer.rows) - _MOST_ROWS
        notes = answer.notes if left <= 0 else (*answer.notes, f"{left:,} more rows; --format csv gives all of them.")
        typer.echo(records.as_table(answer.rows.head(_MOST_ROWS), answer.title, notes), nl=False)
    else:
        typer.echo(records.render(answer.rows, Format(form.value), answer.title, answer.notes), nl=False)
    if form is not MapFormat.table:
        for note in answer.notes:
            session.say(note)


def _print_shapes(found: MapAnswer) -> None:
    from sp_geo.errors import UsageError
    from sp_geo.reporting.geojson import as_geojson

    if found.shapes is None:
        raise UsageError("these rows have no shapes", found="--format geojson", expected="table, csv or json")
    shapes = found.shapes
    if shapes.index.name is not None:
        # One shape serves all rows of its cluster or area.
        shapes = shapes.reindex(found.answer.rows[shapes.index.name])
    answer = found.answer
    provenance = str(answer.rows["provenance"].iloc[0]) if len(answer.rows) else ""
    typer.echo(as_geojson(answer.rows, shapes, answer.title, answer.notes, provenance), nl=False)


def services(
    context: typer.Context,
    show: Annotated[
        str,
        typer.Option(
            help="services, directories, refused, unplaced, unmapped, attributes, charities, grants or assumptions."
        ),
    ] = "services",
    category: Category = ALL,
    area: Area = "",
    directory: Directory = "",
    within_km: Annotated[float, typer.Option(help="For --show attributes: how near a service must be.")] = 5.0,
    form: Form = MapFormat.table,
) -> None:
    """What directories record: services with what they can take, what was refused, and gaps by what they offer.

    Example: sp-geo services --show attributes --category isolation --area E08000009 --within-km 5
    """
    from sp_geo.vcse.listings import services as ask

    _print(context, ask(context.obj.store, show, AccessRequest(category, area, directory), within_km), form)


def access(
    context: typer.Context,
    category: Category = ALL,
    area: Area = "",
    directory: Directory = "",
    catchment_km: Catchment = None,
    rural_catchment_km: Rural = None,
    minutes: Minutes = None,
    detour: Detour = None,
    decay: DecayShape = "step",
    measure: Measure = "places",
    form: Form = MapFormat.table,
) -> None:
    """Access of every small area to recorded services: served, unserved, or not recorded.

    Example: sp-geo access --category money --area QOP --decay gaussian --format csv
    """
    from sp_geo.vcse.reach import access as ask

    request = AccessRequest(
        category, area, directory, catchment_km, rural_catchment_km, minutes, detour, decay, measure
    )
    _print(context, ask(context.obj.store, request), form)


def deserts(
    context: typer.Context,
    show: Annotated[str, typer.Option(help="clusters, areas, or sensitivity (how the map changes).")] = "clusters",
    category: Category = ALL,
    area: Area = "",
    directory: Directory = "",
    need: Annotated[str, typer.Option(help="imd_score or minority_ethnic.")] = "imd_score",
    fifths: Annotated[int | None, typer.Option(help="Top fifths of need that count; default 2.")] = None,
    share_of_mean: Annotated[
        float | None, typer.Option(help="Access under this share of the mean; default 0.5.")
    ] = None,
    catchment_km: Catchment = None,
    rural_catchment_km: Rural = None,
    minutes: Minutes = None,
    detour: Detour = None,
    decay: DecayShape = "step",
    measure: Measure = "places",
    form: Form = MapFormat.table,
) -> None:
    """Service deserts: covered areas of high need with little access, in clusters, with how sure we are.

    Example: sp-geo deserts --category housing --area QOP --format geojson
    """
    from sp_geo.vcse.reach import deserts as ask

    request = AccessRequest(
        category, area, directory, catchment_km, rural_catchment_km, minutes, detour, decay, measure, need, fifths,
        share_of_mean,
    )  # fmt: skip
    _print(context, ask(context.obj.store, request, show), form)


def gaps(context: typer.Context, category: Category = ALL, area: Area = "", form: Form = MapFormat.table) -> None:
    """Link workers' reports of needs they could not meet, beside the modelled deserts, and how far they agree.

    Example: sp-geo gaps --category housing
    """
    from sp_geo.vcse.gaps import gaps as ask

    _print(context, ask(context.obj.store, AccessRequest(category, area)), form)


def fetch_directory(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of an Open Referral UK 3.0 API.")],
    directory: Annotated[str, typer.Option(help="Name of the directory; default: its host.")] = "",
    covers: Annotated[
        list[str], typer.Option(help="Area that the directory claims to cover, CODE or CODE:category; may be repeated.")
    ] = _NONE,
    pause: Annotated[float, typer.Option(help="Seconds between two requests.")] = 0.5,
) -> None:
    """Fetch a directory over its paged API and add it; a second call goes on where the first was broken off.

    Example: sp-geo fetch-directory https://directory.example.org/api --covers E08000009
    """
    from datetime import UTC, datetime

    from sp_geo.admission import Declared, add
    from sp_geo.sources.download import fetch_directory as fetch

    session: Session = context.obj
    folder = Path(session.workspace) / "downloads"
    fetched = fetch(url, folder, report=session.say, pause_seconds=pause)
    for fault in fetched.faults:
        typer.echo(f"not read: {fault}")
    outcome = add([fetched.path], session.workspace, datetime.now(UTC), Declared(directory, tuple(covers)))
    for admission in outcome.admissions:
        typer.echo(admission.line)
    if outcome.first_refusal is not None:
        raise typer.Exit(outcome.first_refusal.exit_code)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (services, access, deserts, gaps):
        app.command()(command)
    app.command("fetch-directory")(fetch_directory)
