"""The command about ICBs: which there are, in which sets, what followed them, and which PCN is in which."""

from __future__ import annotations

from typing import Annotated

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.printing import print_answer
from sp_geo.core.formats import Format


def icbs(
    context: typer.Context,
    show: Annotated[
        str,
        shared.option(
            "WHAT",
            "icbs with their successors, sets, locations, pcns, or moved (patients from ICB to ICB).",
            words.ICB_VIEWS,
        ),
    ] = "icbs",
    on: Annotated[
        str,
        shared.option(
            "SET",
            "Set such as 2022 or 2026; default: ICBs of any day, PCNs on the latest set.",
            completion.icb_sets,
            "--icbs",
            "--boards",
        ),
    ] = "",
    area: Annotated[str, shared.option("CODE", "Only this ICB or region; default: all.", completion.areas)] = "",
    quarter: shared.QuarterOrAll = words.LATEST,
    form: shared.Form = Format.table,
) -> None:
    """ICBs of any day, their successors and their PCNs.

    ICBs were merged and split in April 2026. Sets come from a table; 'sp-geo add' takes a file of changes to come.

    Reads: the tables of the workspace.
    Example: sp-geo icbs
    Example: sp-geo icbs --show moved --icbs 2026 --quarter 2022Q2
    Example: sp-geo icbs --show pcns --icbs 2022 --area QOP --format csv
    """
    from sp_geo.questions.icbs import ask

    print_answer(context.obj, ask(context.obj.build, show, on, area, quarter), form)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(icbs)
    # The name of the command until 2026; it says so when it is typed.
    app.command("boards", hidden=True, deprecated=True)(icbs)
