"""Empty files for users to fill in, with guidance and drop-downs; what is filled in is read back by ``add``."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from sp_geo.errors import UsageError, WorkspaceError
from sp_geo.store import write_aside
from sp_geo.tables.referrals import ALL_GROUPS, REFERRAL_CATEGORIES, core_referral_activity

NAMES: Final = ("referral-activity",)
ROWS: Final = 5_000
"""Rows of the template with drop-downs."""

_COLUMNS: Final = [column for column in core_referral_activity.columns if column.name != "suppressed"]
_CHOICES: Final = {
    "category": [*REFERRAL_CATEGORIES, ALL_GROUPS],
    "fifth": ["1", "2", "3", "4", "5", ALL_GROUPS],
    "sex": ["female", "male", ALL_GROUPS],
}
_GUIDANCE: Final = (
    "One row a group: quarter, area, category, fifth of deprivation, sex and age band.",
    "Where you do not break a dimension down, write 'all' in every row of it.",
    "patients is the number of registered patients of the group, the same in every category.",
    "A blank or [x] means that nobody knows. [c] means withheld because fewer than five. 0 means nobody.",
    "contacted are those of the referrals who met a link worker; supported those of them who received support.",
    "No names, NHS numbers or addresses belong in this file.",
)


def write_template(name: str, path: Path) -> None:
    """Write an empty file.

    Raises:
        UsageError: there is no such template, or the name ends in neither .xlsx nor .csv.
        WorkspaceError: something is there already, or the disk cannot take it.
    """
    if name not in NAMES:
        raise UsageError("there is no such template", found=f"'{name}'", expected=", ".join(NAMES))
    if path.exists():
        raise WorkspaceError("there is a file of that name already", file=str(path), advice="Choose another name")
    if path.suffix.lower() == ".csv":
        write_aside(path, (",".join(column.name for column in _COLUMNS) + "\n").encode())
    elif path.suffix.lower() == ".xlsx":
        write_aside(path, _workbook())
    else:
        raise UsageError("a template's name must say its form", found=path.name, expected=".xlsx or .csv")


def _workbook() -> bytes:
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("referrals")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(_COLUMNS):
            sheet.write(0, place, column.name, bold)
            sheet.set_column(place, place, 16, text if column.kind == "str" else None)
            if column.name in _CHOICES:
                rule = {"validate": "list", "source": _CHOICES[column.name]}
                sheet.data_validation(1, place, ROWS, place, rule)
        guide = book.add_worksheet("guidance")
        guide.set_column(0, 0, 16)
        guide.set_column(1, 1, 100)
        for row, line in enumerate(_GUIDANCE):
            guide.write(row, 0, line)
        for row, column in enumerate(_COLUMNS, start=len(_GUIDANCE) + 1):
            guide.write(row, 0, f"about {column.name}", bold)
            guide.write(row, 1, column.meaning)
    return buffer.getvalue()
