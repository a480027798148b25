"""Commands for services: what is recorded, access, deserts, reported gaps, and a directory fetched from its own API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.printing import MOST_ROWS, print_admissions, print_answer
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError
from sp_geo.core.formats import Format, MapFormat
from sp_geo.services.asked import CHOICES, AccessRequest

if TYPE_CHECKING:
    from sp_geo.questions.services.request import MapAnswer


def _option(name: str) -> Any:
    """The option of one field of a request."""
    choice = CHOICES[name]
    return typer.Option(
        f"--{name.replace('_', '-')}",
        metavar=choice.metavar,
        help=choice.help,
        autocompletion=completion.one_of(tuple(choice.words)) if choice.words else None,
    )


Catchment = Annotated[float | None, _option("catchment_km")]
Rural = Annotated[float | None, _option("rural_catchment_km")]
Minutes = Annotated[float | None, _option("minutes")]
Detour = Annotated[float | None, _option("detour")]
DecayShape = Annotated[str, _option("decay")]
Measure = Annotated[str, _option("measure")]
Fifths = Annotated[int | None, _option("fifths")]
ShareOfMean = Annotated[float | None, _option("share_of_mean")]


def _print(context: typer.Context, found: MapAnswer, form: MapFormat) -> None:
    from sp_geo.reports.files.geojson import as_geojson

    session: Session = context.obj
    if form is not MapFormat.geojson:
        print_answer(session, found.answer, Format(form.value), MOST_ROWS)
        return
    if found.shapes is None:
        raise UsageError("these rows have no shapes", found="--format geojson", expected="table, csv or json")
    shapes, answer = found.shapes, found.answer
    if shapes.index.name is not None:
        # One shape serves all rows of its cluster or area.
        shapes = shapes.reindex(answer.rows[shapes.index.name])
    provenance = str(answer.rows["provenance"].iloc[0]) if len(answer.rows) else ""
    typer.echo(as_geojson(answer.rows, shapes, answer.title, answer.notes, provenance), nl=False)
    for note in answer.notes:
        session.say(note)


def services(
    context: typer.Context,
    show: Annotated[
        str,
        shared.option(
            "WHAT",
            "services, directories, refused, unplaced, unmapped, attributes, charities, grants or assumptions.",
            words.SERVICE_VIEWS,
        ),
    ] = "services",
    category: shared.Category = words.ALL,
    area: shared.AnyArea = "",
    directory: shared.Directory = "",
    within_km: Annotated[
        float, typer.Option(metavar="KM", help="For --show attributes: how near a service must be.")
    ] = 5.0,
    form: shared.MapForm = MapFormat.table,
) -> None:
    """What directories record, what was refused, what is lacking.

    Services with what they can take, records that were refused and why, and gaps by what services offer.

    Reads: the tables of the workspace, with directories of services.
    Example: sp-geo services --category housing
    Example: sp-geo services --show attributes --category isolation --area QOP --within-km 5
    """
    from sp_geo.questions.services.listings import services as ask

    _print(context, ask(context.obj.build, show, AccessRequest(category, area, directory), within_km), form)


def access(
    context: typer.Context,
    category: shared.Category = words.ALL,
    area: shared.AnyArea = "",
    directory: shared.Directory = "",
    catchment_km: Catchment = None,
    rural_catchment_km: Rural = None,
    minutes: Minutes = None,
    detour: Detour = None,
    decay: DecayShape = "step",
    measure: Measure = "places",
    form: shared.MapForm = MapFormat.table,
) -> None:
    """Who can reach a recorded service: small area by small area.

    Each is served, unserved, or not recorded: where no directory covers an area, silence says nothing.

    Reads: the tables of the workspace, with directories of services.
    Example: sp-geo access --category housing --area QOP
    Example: sp-geo access --category money --area QOP --decay gaussian --format csv
    """
    from sp_geo.questions.services.access import access as ask

    request = AccessRequest(
        category, area, directory, catchment_km, rural_catchment_km, minutes, detour, decay, measure
    )
    _print(context, ask(context.obj.build, request), form)


def deserts(
    context: typer.Context,
    show: Annotated[
        str,
        shared.option(
            "WHAT", "clusters, areas, or sensitivity (how the map changes with the assumptions).", words.DESERT_VIEWS
        ),
    ] = "clusters",
    category: shared.Category = words.ALL,
    area: shared.AnyArea = "",
    directory: shared.Directory = "",
    need: shared.SmallAreaNeed = "imd_score",
    fifths: Fifths = None,
    share_of_mean: ShareOfMean = None,
    catchment_km: Catchment = None,
    rural_catchment_km: Rural = None,
    minutes: Minutes = None,
    detour: Detour = None,
    decay: DecayShape = "step",
    measure: Measure = "places",
    form: shared.MapForm = MapFormat.table,
) -> None:
    """Service deserts: high need, little access, in clusters.

    Only where a directory covers the area, with the rule in words and how sure each desert is.

    Reads: the tables of the workspace, with directories of services.
    Example: sp-geo deserts --category housing --area QOP
    Example: sp-geo deserts --category housing --area QOP --format geojson
    """
    from sp_geo.questions.services.access import deserts as ask

    request = AccessRequest(
        category, area, directory, catchment_km, rural_catchment_km, minutes, detour, decay, measure, need, fifths,
        share_of_mean,
    )  # fmt: skip
    _print(context, ask(context.obj.build, request, show), form)


def gaps(
    context: typer.Context,
    category: shared.Category = words.ALL,
    area: shared.AnyArea = "",
    form: shared.MapForm = MapFormat.table,
) -> None:
    """Needs that link workers could not meet, beside the deserts.

    Their own reports beside the modelled deserts, and how far both agree. Small counts are withheld.

    Reads: the tables of the workspace, with a file made from 'sp-geo template gap-log'.
    Example: sp-geo gaps --category housing
    """
    from sp_geo.questions.services.gaps import gaps as ask

    _print(context, ask(context.obj.build, AccessRequest(category, area)), form)


def fetch_directory(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="ADDRESS", help="Address of an Open Referral UK 3.0 API.")],
    directory: Annotated[str, typer.Option(metavar="NAME", help="Name of the directory; default: its host.")] = "",
    covers: Annotated[
        list[str],
        shared.option(
            "CODE",
            "Area that the directory claims to cover, or CODE:CATEGORY for one category; may be repeated.",
            completion.areas,
        ),
    ] = shared.NOTHING,
    pause: Annotated[float, typer.Option(metavar="SECONDS", help="Time between two requests.")] = 0.5,
) -> None:
    """Fetch a directory of services from its own address.

    It is read page by page and added; a second call goes on where the first was broken off.

    Reads: the address that is named, over the internet.
    Writes: the workspace, as 'sp-geo add' does.
    Example: sp-geo fetch-directory https://directory.example.org/api --covers E08000009
    """
    from datetime import UTC, datetime

    from sp_geo.fetching.download import fetch_directory as fetch
    from sp_geo.publications.add import Declared, add

    session: Session = context.obj
    folder = Path(session.workspace) / "downloads"
    fetched = fetch(url, folder, report=session.progress, pause_seconds=pause)
    for fault in fetched.faults:
        typer.echo(f"not read: {fault}")
    print_admissions(
        session, add([fetched.path], session.workspace, datetime.now(UTC), Declared(directory, tuple(covers)))
    )


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (services, access, deserts, gaps):
        app.command()(command)
    app.command("fetch-directory")(fetch_directory)
