"""The command about boards: which there are, in which sets, what followed them, and which network is in which."""

from __future__ import annotations

from typing import Annotated

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.printing import print_answer
from sp_geo.core.formats import Format


def boards(
    context: typer.Context,
    show: Annotated[
        str,
        shared.option(
            "WHAT",
            "boards with their successors, sets, locations, networks, or moved (patients from board to board).",
            words.BOARD_VIEWS,
        ),
    ] = "boards",
    on: Annotated[
        str,
        shared.option(
            "SET",
            "Set such as 2022 or 2026; default: boards of any day, networks on the latest set.",
            completion.board_sets,
            "--boards",
        ),
    ] = "",
    area: Annotated[str, shared.option("CODE", "Only this ICB or region; default: all.", completion.areas)] = "",
    quarter: shared.QuarterOrAll = words.LATEST,
    form: shared.Form = Format.table,
) -> None:
    """Boards of any day, their successors and their networks.

    Boards were merged and split in April 2026. Sets come from a table; 'sp-geo add' takes a file of changes to come.

    Reads: the tables of the workspace.
    Example: sp-geo boards
    Example: sp-geo boards --show moved --boards 2026 --quarter 2022Q2
    Example: sp-geo boards --show networks --boards 2022 --area QOP --format csv
    """
    from sp_geo.questions import icbs

    print_answer(context.obj, icbs.ask(context.obj.build, show, on, area, quarter), form)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(boards)
