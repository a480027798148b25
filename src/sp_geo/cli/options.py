"""Options that several commands share: one name, one meaning, one help, one completion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer

from sp_geo.cli import completion, words
from sp_geo.core.formats import Format, MapFormat

NOTHING: Final[list[str]] = []


def option(value: str, text: str, offers: completion.Completer | Iterable[str], *names: str) -> Any:
    """An option with completion.

    Args:
        value: what help calls its value.
        text: its help.
        offers: words that it takes, or what finds them.
        names: such as ``--need``; that of the parameter if none.
    """
    known = offers if callable(offers) else completion.one_of(offers)
    return typer.Option(*names, metavar=value, help=text, autocompletion=known)


Area = Annotated[str, option("CODE", "Only PCNs of this ICB or region; default: England.", completion.areas)]
AnyArea = Annotated[
    str,
    option(
        "CODE",
        "Only this region, ICB, sub-ICB location, district, PCN or small area; default: England.",
        completion.areas,
    ),
]
Icbs = Annotated[
    str,
    option(
        "SET",
        "ICBs that areas are of: as_then, or all quarters on one set such as 2022 or 2026.",
        completion.icb_sets,
        "--icbs",
        "--boards",
    ),
]
QuarterOrLatest = Annotated[str, option("QUARTER", "Such as 2022Q2, or 'latest'.", completion.quarters)]
QuarterOrAll = Annotated[str, option("QUARTER", "Such as 2022Q2, 'latest' or 'all'.", completion.quarters)]
Quarters = Annotated[
    list[str],
    option(
        "QUARTER",
        "Only this quarter, such as 2022Q2, or 'latest'; may be repeated; default: all.",
        completion.quarters,
        "--quarter",
    ),
]
LatestQuarters = Annotated[
    list[str],
    option(
        "QUARTER", "Only this quarter, such as 2022Q2, or 'latest'; may be repeated.", completion.quarters, "--quarter"
    ),
]
Needs = Annotated[
    list[str],
    option("NEED", "Need measure such as imd_score, or 'all'; may be repeated.", completion.needs_or_all, "--need"),
]
Need = Annotated[str, option("NEED", "Need measure such as imd_score.", completion.needs)]
SmallAreaNeed = Annotated[
    str,
    option(
        "NEED",
        "Need of small areas: imd_score, minority_ethnic, or an own measure of areas.",
        completion.small_area_needs,
    ),
]
NonResponse = Annotated[
    str,
    option(
        "HANDLING",
        "PCNs that did not report: reporters, absent_as_zero, balanced, reweighted, or all four in turn.",
        completion.one_of(words.NON_RESPONSES, words.ALL),
        "--non-response",
        "--treatment",
    ),
]
Per = Annotated[
    float, typer.Option(metavar="STEP", help="Step of need: percentage points of a share, points of a score.")
]
Weights = Annotated[str, option("WEIGHTS", "none, or patients.", words.WEIGHTS)]
StandardErrors = Annotated[
    str, option("KIND", "Standard errors: HC1, HC3, or cluster (by ICB).", words.STANDARD_ERRORS, "--se")
]
Role = Annotated[str, option("ROLE", "all, plain, or mental_health link workers.", words.ROLES)]
Patients = Annotated[
    str, option("KIND", "Patients that a rate is of: raw, or weighted by the national formula.", words.PATIENTS)
]
Covariates = Annotated[
    list[str],
    option("NEED", "Further need measure to hold constant; may be repeated.", completion.needs, "--covariate"),
]
Seed = Annotated[int, typer.Option(metavar="NUMBER", min=0, help="The same seed gives the same figures.")]
Category = Annotated[
    str,
    option("CATEGORY", "One referral reason such as money, or all.", completion.one_of(words.CATEGORIES, words.ALL)),
]
Directory = Annotated[str, option("NAME", "Only services of this directory; default: all.", completion.directories)]
Form = Annotated[Format, typer.Option("--format", help="Form of the output.")]
MapForm = Annotated[MapFormat, typer.Option("--format", help="Form of the output.")]
