"""The command line: parse, call, print.

Global options stand before the command: ``sp-geo --workspace DIR build``. A user's mistake is one line on standard
error and the exit code of its kind (see :mod:`sp_geo.errors`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from sp_geo import __version__, cli_local_posts, cli_plan, cli_referrals, cli_services, cli_statistics, queries
from sp_geo.errors import SpGeoError
from sp_geo.reporting import records
from sp_geo.reporting.records import Format
from sp_geo.session import Session
from sp_geo.settings import Settings, checked_port, read_settings
from sp_geo.store import Store

app = typer.Typer(
    name="sp-geo",
    help="Link workers and need in England: published files in, provision against need out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sp-geo {__version__}")
        raise typer.Exit


@app.callback()
def main_options(
    context: typer.Context,
    workspace: Annotated[Path | None, typer.Option(help="Folder with the added files and the derived tables.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
    _json_errors: Annotated[bool, typer.Option("--json-errors", help="Errors as JSON on standard error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options for every command."""
    settings = read_settings()
    if workspace is not None:
        settings = Settings(workspace=workspace, port=settings.port)
    context.obj = Session(settings=settings, quiet=quiet)


@app.command()
def add(
    context: typer.Context,
    paths: list[Path],
    directory: Annotated[str, typer.Option(help="Name of a directory of services; default: its file's name.")] = "",
    covers: Annotated[
        list[str],
        typer.Option(help="Area that a directory claims to cover, CODE or CODE:category; may be repeated."),
    ] = [],  # noqa: B006
) -> None:
    """Take published files, zips or folders into the workspace.

    Each is recognised by its content, checked in full, and copied unchanged beside a note of its origin.

    Example: sp-geo add services.json --directory trafford --covers E08000009
    """
    # Reading spreadsheets and boundaries loads libraries that no other command needs.
    from sp_geo.admission import Declared
    from sp_geo.admission import add as add_files
    from sp_geo.my_data.lock import held_if_served

    session: Session = context.obj
    declared = Declared(directory, tuple(covers))
    with held_if_served(session.workspace):
        outcome = add_files(paths, session.workspace, datetime.now(UTC), declared)
    for admission in outcome.admissions:
        typer.echo(admission.line)
    if outcome.first_refusal is not None:
        raise typer.Exit(outcome.first_refusal.exit_code)


@app.command()
def publications() -> None:
    """The publications that 'add' knows, and where to look for each."""
    from sp_geo.sources.catalogue import publications as known

    for publication in known().values():
        typer.echo(f"{publication.title}. {publication.publisher}. Look for: {publication.page}")


@app.command()
def build(context: typer.Context) -> None:
    """Bring the derived tables up to date; what has not changed is not done again."""
    from sp_geo.my_data.lock import held_if_served
    from sp_geo.pipeline import build as build_tables

    session: Session = context.obj
    with held_if_served(session.workspace):
        built = build_tables(session.workspace, _progress(session))
    session.say(f"{len(built.ran)} step(s) done, {len(built.skipped)} unchanged.")
    for line in queries.build_summary(session.store):
        typer.echo(line)


def _progress(session: Session) -> Callable[[str, str], None]:
    """A live line on a terminal, plain lines elsewhere, nothing if quiet."""
    if session.quiet:
        return lambda step, state: None
    console = Console(stderr=True, highlight=False)
    started = datetime.now(UTC)

    def show(step: str, state: str) -> None:
        seconds = (datetime.now(UTC) - started).total_seconds()
        if state == "running" and console.is_terminal:
            console.print(f"  {step} ...", end="\r")
        elif state != "running":
            console.print(f"  {step:<16} {state:<10} {seconds:5.1f} s")

    return show


@app.command()
def status(context: typer.Context, form: Annotated[Format, typer.Option("--format")] = Format.table) -> None:
    """What is in the workspace: files, quarters, coverage, and what did not match, by cause."""
    session: Session = context.obj
    for name, frame, notes in queries.status(session.workspace):
        if form is Format.table:
            typer.echo(records.as_table(frame, name, notes))
    if form is not Format.table:
        frame = queries.status_quarters(session.store)
        typer.echo(records.render(frame, form, "quarters"), nl=False)


@app.command()
def regress(
    context: typer.Context,
    need: Annotated[list[str], typer.Option(help="Need measure, or 'all'; may be repeated.")] = ["all"],  # noqa: B006
    treatment: Annotated[str, typer.Option(help="reporters, absent_as_zero, balanced, reweighted, or all.")] = "all",
    per: Annotated[float, typer.Option(help="Step: percentage points of a share, points of a score.")] = 10.0,
    weights: Annotated[str, typer.Option(help="none, or patients.")] = "none",
    se: Annotated[str, typer.Option(help="HC1, HC3, or cluster (by ICB).")] = "HC1",
    covariate: Annotated[list[str], typer.Option(help="Further need measure to hold constant; may be repeated.")] = [],  # noqa: B006
    quarter: Annotated[list[str], typer.Option(help="Only this quarter; may be repeated.")] = [],  # noqa: B006
    area: Annotated[str, typer.Option(help="Only PCNs of this ICB or region (code).")] = "",
    role: Annotated[str, typer.Option(help="all, plain, or mental_health link workers.")] = "all",
    form: Annotated[Format, typer.Option("--format")] = Format.table,
) -> None:
    """Regress provision on need, quarter by quarter, under each treatment of PCNs that did not report.

    Example: sp-geo regress --need imd_score --treatment all --per 10 --format csv
    """
    session: Session = context.obj
    request = queries.RegressionRequest(
        needs=tuple(need), treatment=treatment, per=per, weights=weights, se_type=se,
        covariates=tuple(covariate), quarters=tuple(quarter), area=area, role=role,
    )  # fmt: skip
    answer = queries.regress(session.store, request)
    if form is Format.table:
        answer = queries.said_once(answer)
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)
    if form is not Format.table:
        for note in answer.notes:
            session.say(note)


@app.command()
def panel(
    context: typer.Context,
    quarter: Annotated[str, typer.Option(help="Quarter such as 2022Q2, or 'latest'.")] = "latest",
    area: Annotated[str, typer.Option(help="Only PCNs of this ICB or region (code).")] = "",
    form: Annotated[Format, typer.Option("--format")] = Format.table,
) -> None:
    """One row per active PCN: reporting status, provision, list size and every need.

    Example: sp-geo panel --quarter 2022Q2 --format csv
    """
    session: Session = context.obj
    answer = queries.panel(session.store, quarter, area)
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to write; it must not exist or be empty.")],
    quarter: Annotated[str, typer.Option(help="Only this quarter, or 'all'.")] = "all",
    area: Annotated[str, typer.Option(help="Only PCNs of this ICB or region (code).")] = "",
) -> None:
    """Tidy CSV files of the panel, the slopes, coverage and reconciliation, with a data dictionary and a run record."""
    from sp_geo.reporting.pack import write_pack

    session: Session = context.obj
    for path in write_pack(session.store, out, quarter, area):
        typer.echo(str(path))


@app.command()
def remove(context: typer.Context, sha256: str) -> None:
    """Take a file out of the workspace by the first characters of its hash, as 'status' shows it."""
    from sp_geo.my_data.lock import held_if_served
    from sp_geo.sources.shelf import take_away

    session: Session = context.obj
    with held_if_served(session.workspace):
        line = take_away(session.workspace, sha256)
    typer.echo(f"removed {line}; run 'sp-geo build' to bring the tables up to date")


@app.command()
def demo(
    context: typer.Context,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same files.")] = None,
    scale: Annotated[str, typer.Option(help="full (England), region, or miniature.")] = "full",
) -> None:
    """Fill an empty workspace with a synthetic England, through the same doors as real files."""
    from sp_geo.demo import make_demonstration

    session: Session = context.obj
    make_demonstration(session.workspace, scale, seed, datetime.now(UTC), _progress(session))
    for line in queries.build_summary(session.store):
        typer.echo(line)


@app.command("app")
def serve_app(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; default 8050 or SP_GEO_PORT.")] = None,
) -> None:
    """Serve the application to this machine, from one process."""
    from sp_geo.dashboard.entry import read_entry
    from sp_geo.dashboard.serve import serve

    session: Session = context.obj
    chosen = session.settings.port if port is None else checked_port(str(port))
    entry = read_entry(os.environ)
    session.say(f"Open http://{entry.host}:{chosen} in a browser; stop with Ctrl+C.")
    serve(session.store, chosen, entry)


@app.command("serve")
def serve_many(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port; default 8050 or SP_GEO_PORT.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the work.")] = 2,
) -> None:
    """Serve the application to several people at once, from several processes.

    SP_GEO_HOST, SP_GEO_HOST_NAMES, SP_GEO_PASSWORD and SP_GEO_USER_HEADER open it to other machines (README).
    """
    from sp_geo.dashboard.entry import read_entry
    from sp_geo.dashboard.serve import serve_shared

    session: Session = context.obj
    chosen = session.settings.port if port is None else checked_port(str(port))
    entry = read_entry(os.environ)
    session.say(f"Serving http://{entry.host}:{chosen} from {workers} processes; stop with Ctrl+C.")
    serve_shared(session.store, chosen, entry, workers)


cli_statistics.register(app)
cli_referrals.register(app)
cli_local_posts.register(app)
cli_services.register(app)
cli_plan.register(app)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; no fault of a user's ends in a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        outcome: Any = app(args=given, standalone_mode=False)
    except SpGeoError as fault:
        _tell(fault, as_json="--json-errors" in given)
        return fault.exit_code
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("stopped", err=True)
        return 130
    except Exception as fault:
        # click's own usage errors carry a message and an exit code; anything else is a fault of ours and must be seen.
        if not hasattr(fault, "format_message"):
            raise
        typer.echo(f"error: {fault.format_message()}", err=True)
        return 2
    return outcome if isinstance(outcome, int) else 0


def open_application(arguments: list[str]) -> int:
    """``python app.py``: serve the workspace of the options, made as the demonstration if nothing is there yet."""
    options = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

    @options.command()
    def start(
        workspace: Annotated[Path, typer.Option(help="Folder of the workspace.")] = Path("data/derived/demonstration"),
        port: Annotated[int | None, typer.Option(help="Port; default 8050 or SP_GEO_PORT.")] = None,
        shared: Annotated[bool, typer.Option("--shared", help="For several people, from several processes.")] = False,
    ) -> None:
        """Serve the workspace."""
        common = ["--workspace", str(workspace)]
        if not Store(workspace).has("out_pcn_quarter"):
            typer.echo("Making the demonstration: a synthetic England (about a minute, once)", err=True)
            code = run([*common, "demo"])
            if code:
                raise typer.Exit(code)
        raise typer.Exit(
            run([*common, "serve" if shared else "app", *(["--port", str(port)] if port is not None else [])])
        )

    return int(options(args=arguments, standalone_mode=False) or 0)


def _tell(fault: SpGeoError, as_json: bool) -> None:
    text = json.dumps(fault.as_record(), ensure_ascii=False) if as_json else f"error: {fault.line()}"
    typer.echo(text, err=True)


def main() -> None:
    """Entry point of ``sp-geo``."""
    sys.exit(run())
