"""The command line: parse, call, print.

Global options stand before the command: ``sp-geo --workspace DIR build``. A user's mistake is one line on standard
error and the exit code of its kind (see :mod:`sp_geo.core.errors`).
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from sp_geo import __version__
from sp_geo.cli import add, anywhere, export, fetch, offline_map, plan, questions, reproduce, status, streams, template
from sp_geo.cli.asking import option
from sp_geo.cli.faults import run_program
from sp_geo.cli.progress import steps
from sp_geo.cli.session import Session
from sp_geo.core.settings import Settings, checked_port, read_settings
from sp_geo.questions.requests import words
from sp_geo.workspace.store import Store

app = typer.Typer(
    name="sp-geo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
)
Port = Annotated[int | None, typer.Option(metavar="NUMBER", help="Port; default: SP_GEO_PORT, or 8050.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sp-geo {__version__}")
        raise typer.Exit


@app.callback()
def main_options(
    context: typer.Context,
    workspace: anywhere.FirstWorkspace = None,
    quiet: anywhere.FirstQuiet = False,
    json_errors: anywhere.FirstJsonErrors = False,
    _debug: anywhere.FirstDebug = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Link workers and need in England: published files in, provision against need out.

    'sp-geo COMMAND --help' says what a command takes, reads and writes. Options of every command may stand before
    its name or after it. Nothing is asked of the internet but by the commands whose name starts with 'fetch'.

    Example: sp-geo --workspace trial demo --scale region
    Example: sp-geo --workspace trial regress --need imd_score --per 10
    """
    settings = read_settings()
    folder = str(settings.workspace) if workspace is None else workspace
    settings = Settings(workspace=anywhere.checked_workspace(folder), port=settings.port)
    context.obj = Session(settings=settings, quiet=quiet, json_errors=json_errors)


add.register(app)


@app.command()
def publications() -> None:
    """The publications that 'add' knows, and where to find each.

    Reads: nothing but what the software brings along.
    Example: sp-geo publications
    """
    from sp_geo.publications.catalogue import publications as known

    for publication in known().values():
        typer.echo(f"{publication.title}. {publication.publisher}. Look for: {publication.page}")


@app.command()
def build(context: typer.Context) -> None:
    """Bring the tables up to date with the files of the workspace.

    What has not changed is not done again. If a total before and after a join differs, nothing is built and the
    tables stay as they were.

    Reads: the workspace's files and parameters.yaml.
    Writes: the folder 'derived' of the workspace.
    Example: sp-geo build
    """
    from sp_geo.build.pipeline import build as build_tables
    from sp_geo.questions.status import build_summary
    from sp_geo.web.uploads.lock import held_if_served

    session: Session = context.obj
    with held_if_served(session.workspace):
        built = build_tables(session.workspace, steps(session))
    session.say(f"{len(built.ran)} step(s) done, {len(built.skipped)} unchanged.")
    for line in build_summary(session.build):
        typer.echo(line)


@app.command()
def remove(
    context: typer.Context,
    sha256: Annotated[str, typer.Argument(metavar="HASH", help="First characters of the file's hash.")],
) -> None:
    """Take a file out of the workspace.

    It is named by the first characters of its hash, as 'sp-geo status' shows it.

    Reads: the workspace.
    Writes: the workspace; the file that you added it from is not touched.
    Example: sp-geo remove 3f9a2c
    """
    from sp_geo.web.uploads.lock import held_if_served
    from sp_geo.workspace.shelf import take_away

    session: Session = context.obj
    with held_if_served(session.workspace):
        line = take_away(session.workspace, sha256)
    typer.echo(f"removed {line}; run 'sp-geo build' to bring the tables up to date")


@app.command()
def demo(
    context: typer.Context,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="The same seed gives the same files; default: the one nearest to its truth."
        ),
    ] = None,
    scale: Annotated[str, option("SCALE", "full (England), region, or miniature.", words.SCALES)] = "full",
) -> None:
    """Fill an empty workspace with invented figures.

    Small areas and ICBs are England's; practices, PCNs and figures are invented, and every output says SYNTHETIC.
    They go through the same doors as real files.

    Writes: the workspace, which must be new or empty.
    Example: sp-geo --workspace trial demo --scale region
    """
    from sp_geo.build.demo import make_demonstration
    from sp_geo.questions.status import build_summary

    session: Session = context.obj
    make_demonstration(session.workspace, scale, seed, datetime.now(UTC), steps(session))
    for line in build_summary(session.build):
        typer.echo(line)


@app.command("app")
def serve_app(context: typer.Context, port: Port = None) -> None:
    """Serve the application to this computer.

    Open it in a browser. It asks nothing of the internet, and other computers cannot reach it. Stop it with Ctrl+C.

    Reads: the tables of the workspace.
    Writes: plans that are saved and files that are added on its pages, into the workspace.
    Example: sp-geo app
    Example: sp-geo app --port 8060
    """
    from sp_geo.web.entry import read_entry
    from sp_geo.web.serve import serve

    session: Session = context.obj
    chosen = session.settings.port if port is None else checked_port(str(port))
    entry = read_entry(os.environ)
    session.say(f"Open http://{entry.host}:{chosen} in a browser; stop with Ctrl+C.")
    serve(Store(session.workspace), chosen, entry)


@app.command("serve")
def serve_many(
    context: typer.Context,
    port: Port = None,
    workers: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=64, help="Processes that share the work.")] = 2,
) -> None:
    """Serve the application to several people at once.

    SP_GEO_HOST, SP_GEO_HOST_NAMES, SP_GEO_PASSWORD and SP_GEO_USER_HEADER open it to other computers; docs/serving.md
    says how. Where there is no gunicorn, as on Windows, one process with several threads serves them all.

    Reads: the tables of the workspace.
    Writes: plans that are saved and files that are added on its pages, into the workspace.
    Example: sp-geo serve --workers 4
    """
    from sp_geo.web.entry import read_entry
    from sp_geo.web.serve import can_share, serve, serve_shared

    session: Session = context.obj
    chosen = session.settings.port if port is None else checked_port(str(port))
    entry = read_entry(os.environ)
    if can_share():
        session.say(f"Serving http://{entry.host}:{chosen} from {workers} processes; stop with Ctrl+C.")
        serve_shared(Store(session.workspace), chosen, entry, workers)
    else:
        session.say(f"Serving http://{entry.host}:{chosen} from one process: there is no gunicorn; stop with Ctrl+C.")
        serve(Store(session.workspace), chosen, entry)


questions.register(app)
export.register(app)
template.register(app)
fetch.register(app)
status.register(app)
plan.register(app)
offline_map.register(app)
reproduce.register(app)


@cache
def program() -> Any:
    """The program with all its commands."""
    return anywhere.assemble(app)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; no fault of a user's ends in a traceback."""
    return run_program(program(), arguments)


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

    return run_program(typer.main.get_command(options), arguments, "app.py")


def main() -> None:
    """Entry point of ``sp-geo``."""
    streams.prepare()
    sys.exit(run())
