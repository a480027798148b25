"""Options that several commands share: one name, one meaning, one help, one completion."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from sp_geo.cli import completion, words
from sp_geo.core.formats import Format, MapFormat

NOTHING: Final[list[str]] = []

Area = Annotated[
    str,
    typer.Option(
        metavar="CODE", help="Only PCNs of this ICB or region; default: England.", autocompletion=completion.areas
    ),
]
AnyArea = Annotated[
    str,
    typer.Option(
        metavar="CODE",
        help="Only this region, ICB, sub-ICB location, district, PCN or small area; default: England.",
        autocompletion=completion.areas,
    ),
]
Boards = Annotated[
    str,
    typer.Option(
        "--boards",
        metavar="SET",
        help="Boards that areas are of: as_then, or all quarters on one set such as 2022 or 2026.",
        autocompletion=completion.board_sets,
    ),
]
QuarterOrLatest = Annotated[
    str, typer.Option(metavar="QUARTER", help="Such as 2022Q2, or 'latest'.", autocompletion=completion.quarters)
]
QuarterOrAll = Annotated[
    str, typer.Option(metavar="QUARTER", help="Such as 2022Q2, 'latest' or 'all'.", autocompletion=completion.quarters)
]
Quarters = Annotated[
    list[str],
    typer.Option(
        "--quarter",
        metavar="QUARTER",
        help="Only this quarter, such as 2022Q2, or 'latest'; may be repeated; default: all.",
        autocompletion=completion.quarters,
    ),
]
LatestQuarters = Annotated[
    list[str],
    typer.Option(
        "--quarter",
        metavar="QUARTER",
        help="Only this quarter, such as 2022Q2, or 'latest'; may be repeated.",
        autocompletion=completion.quarters,
    ),
]
Needs = Annotated[
    list[str],
    typer.Option(
        "--need",
        metavar="NEED",
        help="Need measure such as imd_score, or 'all'; may be repeated.",
        autocompletion=completion.needs_or_all,
    ),
]
Need = Annotated[
    str, typer.Option(metavar="NEED", help="Need measure such as imd_score.", autocompletion=completion.needs)
]
SmallAreaNeed = Annotated[
    str,
    typer.Option(
        metavar="NEED",
        help="Need of small areas: imd_score, minority_ethnic, or an own measure of areas.",
        autocompletion=completion.small_area_needs,
    ),
]
Treatment = Annotated[
    str,
    typer.Option(
        metavar="TREATMENT",
        help="PCNs that did not report: reporters, absent_as_zero, balanced, reweighted, or all four in turn.",
        autocompletion=completion.one_of(words.TREATMENTS, words.ALL),
    ),
]
Per = Annotated[
    float, typer.Option(metavar="STEP", help="Step of need: percentage points of a share, points of a score.")
]
Weights = Annotated[
    str,
    typer.Option(metavar="WEIGHTS", help="none, or patients.", autocompletion=completion.one_of(words.WEIGHTS)),
]
StandardErrors = Annotated[
    str,
    typer.Option(
        "--se",
        metavar="KIND",
        help="Standard errors: HC1, HC3, or cluster (by ICB).",
        autocompletion=completion.one_of(words.STANDARD_ERRORS),
    ),
]
Role = Annotated[
    str,
    typer.Option(
        metavar="ROLE",
        help="all, plain, or mental_health link workers.",
        autocompletion=completion.one_of(words.ROLES),
    ),
]
Patients = Annotated[
    str,
    typer.Option(
        metavar="KIND",
        help="Patients that a rate is of: raw, or weighted by the national formula.",
        autocompletion=completion.one_of(words.PATIENTS),
    ),
]
Covariates = Annotated[
    list[str],
    typer.Option(
        "--covariate",
        metavar="NEED",
        help="Further need measure to hold constant; may be repeated.",
        autocompletion=completion.needs,
    ),
]
Seed = Annotated[int, typer.Option(metavar="NUMBER", min=0, help="The same seed gives the same figures.")]
Category = Annotated[
    str,
    typer.Option(
        metavar="CATEGORY",
        help="One referral reason such as money, or all.",
        autocompletion=completion.one_of(words.CATEGORIES, words.ALL),
    ),
]
Directory = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Only services of this directory; default: all.", autocompletion=completion.directories
    ),
]
Form = Annotated[Format, typer.Option("--format", help="Form of the output.")]
MapForm = Annotated[MapFormat, typer.Option("--format", help="Form of the output.")]
