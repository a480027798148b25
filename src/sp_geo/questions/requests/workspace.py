"""Questions of the workspace itself, and of files that come and leave: ICBs, changes, added files, maps and packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from sp_geo.questions.requests import fields, words
from sp_geo.questions.requests.asked import Asked, Request


@dataclass(frozen=True)
class IcbsRequest(Request):
    """ICBs of any day, their successors and their PCNs.

    ICBs were merged and split in April 2026. Sets come from a table; 'sp-geo add' takes a file of changes to come.

    Reads: the tables of the workspace.
    Example: sp-geo icbs
    Example: sp-geo icbs --show moved --icbs 2026 --quarter 2022Q2
    Example: sp-geo icbs --show pcns --icbs 2022 --area QOP --format csv
    """

    command: ClassVar[str] = "icbs"

    show: Annotated[
        str,
        Asked(
            "WHAT",
            "icbs with their successors, sets, locations, pcns, or moved (patients from ICB to ICB).",
            words.ICB_VIEWS,
        ),
    ] = "icbs"
    icbs: Annotated[
        str,
        Asked(
            "SET",
            "Set such as 2022 or 2026; default: ICBs of any day, PCNs on the latest set.",
            "icb_sets",
            ("--icbs", "--boards"),
        ),
    ] = ""
    area: Annotated[str, Asked("CODE", "Only this ICB or region; default: all.", "areas")] = ""
    quarter: fields.QuarterOrAll = words.LATEST


@dataclass(frozen=True)
class ChangesRequest(Request):
    """What differs from the build before, and why.

    New, revised and removed files, other lists, editions, choices and software; then the figures and PCNs that moved,
    the largest difference first. A table shows all three; csv and json give the PCNs, or what --show names.

    Reads: the tables of the workspace, and those of the build before.
    Example: sp-geo changes
    Example: sp-geo changes --area QOP --quarter 2022Q2
    Example: sp-geo changes --show causes --format json
    """

    command: ClassVar[str] = "changes"

    show: Annotated[
        str, Asked("WHAT", "causes, figures (of areas), pcns, or all three.", (*words.CHANGE_VIEWS, words.ALL))
    ] = words.ALL
    quarter: fields.QuarterOrAll = words.ALL
    area: Annotated[str, Asked("CODE", "Only this ICB, region or PCN; default: all.", "areas")] = ""
    measure: Annotated[
        str, Asked("MEASURE", "Only this measure of PCNs, such as splw_fte; default: all.", words.CHANGE_MEASURES)
    ] = ""


@dataclass(frozen=True)
class AddRequest(Request):
    """Take published files, zips or folders into the workspace.

    Each is recognised by its content, whatever its name, checked in full, and copied unchanged beside a note of its
    origin. What is odd in a file is kept or left out by row, counted and listed. A file that is refused is named with
    the reason; the others are taken.

    With --measure one file of any layout is taken as a measure of need of your own: a column with codes of small
    areas, MSOAs, wards, districts, practices or PCNs, and a column with a number. --need then offers it by its name.

    Reads: the files that are named.
    Writes: a copy of each into the workspace, which is made if need be; 'sp-geo build' then makes the tables.
    Example: sp-geo add downloads
    Example: sp-geo add services.json --directory trafford --covers E08000009
    Example: sp-geo add loneliness.csv --measure --name Loneliness --column perc --direction more
    """

    command: ClassVar[str] = "add"

    directory: Annotated[str, Asked("NAME", "Name of a directory of services; default: its file's name.")] = ""
    covers: Annotated[
        tuple[str, ...],
        Asked(
            "CODE",
            "Area that a directory claims to cover, or CODE:CATEGORY for one category; may be repeated.",
            "areas",
        ),
    ] = ()
    strict: Annotated[bool, Asked("", "Refuse a file in which anything is odd, instead of listing it.")] = False
    measure: Annotated[bool, Asked("", "The file is a measure of need of your own: codes and a number.")] = False
    name: Annotated[str, Asked("WORDS", "Name of the measure, such as Loneliness; no default.")] = ""
    unit: Annotated[str, Asked("UNIT", "%, share, 'per 1,000', or any word; default: as the file shows it.")] = ""
    direction: Annotated[
        str, Asked("WORD", "What a higher number means: more, or less need; default: not stated.", words.DIRECTIONS)
    ] = ""
    source: Annotated[str, Asked("WORDS", "Where the measure is from; default: not stated.")] = ""
    period: Annotated[str, Asked("WORDS", "What time the measure is of; default: not stated.")] = ""
    licence: Annotated[str, Asked("WORDS", "Under which the measure may be used; default: not stated.")] = ""
    column: Annotated[str, Asked("HEADER", "Column of the number; default: the only one with numbers.")] = ""
    base_column: Annotated[str, Asked("HEADER", "Column of the base, where the number is a count; default: none.")] = ""
    code_column: Annotated[str, Asked("HEADER", "Column of the areas' codes; default: that of the smallest areas.")] = (
        ""
    )
    rows: Annotated[
        tuple[str, ...],
        Asked("HEADER=VALUE", "Only rows with this value, such as GROUP_CODE=DEP; may be repeated."),
    ] = ()
    sheet: Annotated[
        str, Asked("NAME", "Sheet of a workbook, or file of a zip; default: that of the smallest areas.")
    ] = ""


@dataclass(frozen=True)
class MapRequest(Request):
    """A map with its table as one file that opens anywhere.

    It opens in any browser from a memory stick, asks nothing of any network, and holds scripts, shapes, table and run
    record. PCNs that did not report are drawn and counted apart.

    Reads: the tables of the workspace.
    Writes: the file that is named, in the place of an older one.
    Example: sp-geo map --out map.html
    Example: sp-geo map --quarter 2022Q2 --area QOP --measure imd_score --out need.html
    """

    command: ClassVar[str] = "map"
    formerly: ClassVar[Mapping[str, str]] = {"boards": "icbs"}

    quarter: fields.QuarterOrLatest = words.LATEST
    area: fields.Area = ""
    measure: Annotated[
        str,
        Asked(
            "MEASURE",
            "What is shown: splw_fte_per_10k (link workers), or a need such as imd_score.",
            "measures",
        ),
    ] = words.PROVISION
    icbs: fields.Icbs = words.AS_THEN


@dataclass(frozen=True)
class PackRequest(Request):
    """A pack for an ICB: summary, slides, tables and maps.

    Of one area and quarter, in one folder: a summary in plain words, slides, a workbook, tidy CSV files, pictures, a
    map that opens anywhere, layers for QGIS, and the record of what they were made of. Nothing is asked of the
    internet. The same workspace, options and day give the same bytes.

    Reads: the workspace's tables.
    Writes: a new folder, and a ZIP file beside it with --zip.
    Example: sp-geo export --area QOP --quarter 2022Q2 --out pack
    Example: sp-geo export --area QOP --need lack_of_support --out survey --zip
    """

    command: ClassVar[str] = "export"
    formerly: ClassVar[Mapping[str, str]] = {"boards": "icbs"}

    area: fields.Area = ""
    quarter: fields.QuarterOrLatest = words.LATEST
    need: Annotated[str, Asked("NAME", "Need measure; default: deprivation.", "needs")] = ""
    icbs: fields.Icbs = words.AS_THEN
