"""Empty files for users to fill in, with guidance and drop-downs; what is filled in is read back by ``add``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from sp_geo.core.archives import NO_DAY, parts_of, zip_bytes
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.suggest import no_such
from sp_geo.tables.local_posts import EMPLOYERS, FUNDERS, POST_ROLES
from sp_geo.tables.referrals import ALL_GROUPS, REFERRAL_CATEGORIES, core_referral_activity
from sp_geo.tables.services import GAP_CAUSES, YES_NO
from sp_geo.workspace.store import write_aside

ROWS: Final = 5_000
"""Rows of the template with drop-downs."""


@dataclass(frozen=True)
class Template:
    """One empty file.

    Attributes:
        sheet: name of the sheet to fill in.
        columns: meaning by header, in order.
        numbers: columns that are numbers; the others are written as text, so that codes keep their zeros.
        choices: what a cell may hold, by column.
        guidance: lines of plain English.
        coverage: whether there is a sheet for the directory's name and what it covers.
    """

    sheet: str
    columns: Mapping[str, str]
    numbers: frozenset[str] = frozenset()
    choices: Mapping[str, list[str]] = field(default_factory=dict)
    guidance: tuple[str, ...] = ()
    coverage: bool = False


_REFERRAL_COLUMNS: Final = [column for column in core_referral_activity.columns if column.name != "suppressed"]
_ASKED: Final = ("open_to_referrals", "evening", "weekend", "drop_in", "free_of_charge", "step_free")

TEMPLATES: Final[Mapping[str, Template]] = {
    "services": Template(
        sheet="services",
        columns={
            "service_id": "Your own identifier; the row's number if you have none. The same one next year, please.",
            "name": "Name of the service. The only column that must be filled in.",
            "organisation_id": "Identifier of the organisation that runs it, such as a charity number.",
            "description": "What it does, in a sentence. No names of people.",
            "category": f"One or several with ; between: {', '.join(REFERRAL_CATEGORIES)}.",
            "latitude": "Degrees north of the place people come to, such as 53.4808. Wins over the postcode.",
            "longitude": "Degrees east, such as -2.2426.",
            "postcode": "Postcode of the place people come to, not of the head office.",
            "serves": "place: people come to it; areas: it goes to people; remote: telephone or online.",
            "areas_served": "Codes of the areas whose residents it serves, with ; between, such as E08000009.",
            "places_per_quarter": "People it can take on in three months.",
            "free_share": "Share of these places still free: 0.2 or 20 %.",
            "open_to_referrals": "Whether it takes referrals now.",
            "waiting_days": "Days before somebody referred today begins.",
            "evening": "Open after 17:30 on a weekday.",
            "weekend": "Open on a Saturday or Sunday.",
            "drop_in": "People may come without a booking.",
            "free_of_charge": "It costs nothing.",
            "step_free": "It can be reached without steps.",
            "age_from": "Youngest age served.",
            "age_to": "Oldest age served.",
            "languages": "Languages it is given in, with ; between.",
            "communities": "Communities it is meant for, with ; between.",
            "last_checked": "Day on which somebody last confirmed this row, such as 2026-11-21.",
        },
        numbers=frozenset(
            {"latitude", "longitude", "places_per_quarter", "free_share", "waiting_days", "age_from", "age_to"}
        ),
        choices={
            "serves": ["place", "areas", "remote"],
            "category": list(REFERRAL_CATEGORIES),
            **{name: list(YES_NO) for name in _ASKED},
        },
        guidance=(
            "One row a service. A blank means that nobody knows; it is never read as 0 or as no.",
            "0 means that you know there is none: places_per_quarter 0 is a service that cannot take anybody.",
            "Without places_per_quarter and free_share its capacity is unknown. That is better than a guess.",
            "On the sheet 'directory' say which areas your list covers completely. Elsewhere its silence says nothing.",
            "A row that cannot be true is refused and listed with its reason; the others are taken.",
            "No names, telephone numbers or e-mail addresses of people belong in this file.",
        ),
        coverage=True,
    ),
    "gap-log": Template(
        sheet="gaps",
        columns={
            "report_id": "Your own identifier; the row's number if you have none.",
            "reported": "Day of the report, such as 2026-11-21.",
            "area_code": "PCN (U12345), ICB (QOP), district (E08000009) or small area (E01000001).",
            "category": "What was needed.",
            "cause": f"Why it could not be met: {', '.join(GAP_CAUSES)}.",
            "people": "People concerned; 1 if blank.",
        },
        numbers=frozenset({"people"}),
        choices={"category": list(REFERRAL_CATEGORIES), "cause": list(GAP_CAUSES)},
        guidance=(
            "One row a need that could not be met.",
            "No names, NHS numbers, addresses or notes: a file with such a column is not taken.",
            "Counts of people under five are withheld from every output.",
        ),
    ),
    "referral-activity": Template(
        sheet="referrals",
        columns={column.name: column.meaning for column in _REFERRAL_COLUMNS},
        numbers=frozenset(column.name for column in _REFERRAL_COLUMNS if column.kind != "str"),
        choices={
            "category": [*REFERRAL_CATEGORIES, ALL_GROUPS],
            "fifth": ["1", "2", "3", "4", "5", ALL_GROUPS],
            "sex": ["female", "male", ALL_GROUPS],
        },
        guidance=(
            "One row a group: quarter, area, category, fifth of deprivation, sex and age band.",
            "Where you do not break a dimension down, write 'all' in every row of it.",
            "patients is the number of registered patients of the group, the same in every category.",
            "A blank or [x] means that nobody knows. [c] means withheld because fewer than five. 0 means nobody.",
            "contacted are those of the referrals who met a link worker; supported those of them who received support.",
            "No names, NHS numbers or addresses belong in this file.",
        ),
    ),
    "local-posts": Template(
        sheet="posts",
        columns={
            "post_id": "Your own identifier of the post, not of the person; the row's number if blank.",
            "pcn_code": "Code of the PCN whose patients it serves, such as U12345.",
            "first_quarter": "Calendar quarter in which the post was filled, such as 2022Q2.",
            "last_quarter": "Last quarter in which it was filled. Blank while it still is.",
            "role": f"What the post is: {', '.join(POST_ROLES)}.",
            "fte": "Full-time equivalent: 1 is 37.5 hours a week, 0.6 is three days.",
            "employer": f"Kind of employer: {', '.join(EMPLOYERS)}. Never its name.",
            "funded_by": f"Kind of funder: {', '.join(FUNDERS)}. Blank if nobody knows.",
            "note": "For yourself. It is never read or shown; no names of people.",
        },
        numbers=frozenset({"fte"}),
        choices={"role": list(POST_ROLES), "employer": list(EMPLOYERS), "funded_by": list(FUNDERS)},
        guidance=(
            "One row a post. A post shared by two PCNs is two rows, each with its part of the FTE.",
            "If its hours change, end the row and begin another one with the quarter that follows.",
            "Only posts that the published workforce figures do not count, such as those hosted by a charity.",
            "A post that a PCN employs or claims for under the reimbursement scheme is counted there: leave it out.",
            "Local posts are shown apart. They never enter link workers per 10,000 patients or any comparison of it.",
            "One faulty row keeps the whole file out, since a total without it would be wrong; all faults are listed.",
        ),
    ),
    "own-measure": Template(
        sheet="measure",
        columns={
            "area_code": "Small area (E01000001), MSOA, ward, district, practice (A81001) or PCN (U12345): one kind.",
            "value": "The number. A blank means that nobody knows; * means that it is withheld.",
            "base": "Where value is a count: how many it is a part of. Otherwise leave the column empty.",
            "name": "Name of the measure, in the first row.",
            "unit": "In the first row: %, share, per 1,000, or any word. With a base: % if you leave it empty.",
            "higher_means": "In the first row: more need or less need.",
            "source": "In the first row: where you have it from.",
            "period": "In the first row: what time it is of.",
            "licence": "In the first row: under which it may be used.",
        },
        numbers=frozenset({"value", "base"}),
        choices={"higher_means": ["more need", "less need"]},
        guidance=(
            "One file is one measure, one row one area. Small areas are of 2011 or of 2021, never of both.",
            "The columns from name to licence are filled in once, in the first row.",
            "A count needs its base. A percentage is written 12.5 or 12.5 %, with % as its unit.",
            "A row that cannot be read is left out and listed; more than one in a hundred keep the file out.",
        ),
    ),
}


def write_template(name: str, path: Path) -> None:
    """Write an empty file.

    Raises:
        UsageError: there is no such template, or the name ends in neither .xlsx nor .csv.
        WorkspaceError: something is there already, or the disk cannot take it.
    """
    if name not in TEMPLATES:
        raise no_such("template", name, list(TEMPLATES))
    if path.exists():
        raise WorkspaceError("there is a file of that name already", file=str(path), advice="Choose another name")
    template = TEMPLATES[name]
    if path.suffix.lower() == ".csv":
        write_aside(path, (",".join(template.columns) + "\n").encode())
    elif path.suffix.lower() == ".xlsx":
        write_aside(path, _workbook(template))
    else:
        raise UsageError("a template's name must say its form", found=path.name, expected=".xlsx or .csv")


def _workbook(template: Template) -> bytes:
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(template.sheet)
        sheet.freeze_panes(1, 0)
        for place, (header, meaning) in enumerate(template.columns.items()):
            sheet.write(0, place, header, bold)
            sheet.write_comment(0, place, meaning)
            sheet.set_column(place, place, 18, None if header in template.numbers else text)
            if header in template.choices:
                rule: dict[str, Any] = {"validate": "list", "source": template.choices[header]}
                if header == "category":
                    # Several with ; between are let through with a hint, not refused.
                    rule |= {"error_type": "information", "error_message": "Several categories have ; between them."}
                sheet.data_validation(1, place, ROWS, place, rule)
        if template.coverage:
            coverage = book.add_worksheet("directory")
            coverage.set_column(0, 1, 22, text)
            coverage.write(0, 0, "directory", bold)
            coverage.write_comment(0, 0, "In the cell to the right: the name of your list.")
            coverage.write(1, 0, "area_code", bold)
            coverage.write(1, 1, "category", bold)
            coverage.write_comment(1, 0, "Below: one row an area that your list covers completely.")
            coverage.data_validation(2, 1, ROWS, 1, {"validate": "list", "source": [*REFERRAL_CATEGORIES, ALL_GROUPS]})
        guide = book.add_worksheet("guidance")
        guide.set_column(0, 0, 26)
        guide.set_column(1, 1, 100)
        for row, line in enumerate(template.guidance):
            guide.write(row, 0, line)
        for row, (header, meaning) in enumerate(template.columns.items(), start=len(template.guidance) + 1):
            guide.write(row, 0, f"about {header}", bold)
            guide.write(row, 1, meaning)
        # Otherwise it would be the moment of writing, and two empty files of one kind would differ.
        book.set_properties({"created": datetime.combine(NO_DAY, time())})
    return zip_bytes(parts_of(buffer.getvalue()), NO_DAY)
