"""Questions of the workspace itself, and of files that leave it: ICBs, changes, status, maps and packs."""

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
