"""A second reader of the publishers' files: csv, zipfile, openpyxl and pandas alone, nothing of the program."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd

LINK_WORKER = "Social Prescribing Link Worker"
LISTS = ("list_totals", "list_by_age", "list_by_lsoa")
"""Publications that give patients by practice, best first."""


def files_of(workspace: Path, publication: str) -> list[Path]:
    """The files of one publication on the shelf, without their notes of origin."""
    found = (workspace / "sources" / publication).rglob("*")
    return sorted(path for path in found if path.is_file() and path.suffix != ".yaml")


def table_of(path: Path) -> pd.DataFrame:
    """The one CSV of a file, zipped or not, every cell as text."""
    content = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            content = archive.read(archive.namelist()[0])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def quarter_end(quarter: str) -> date:
    """Its last day."""
    month = int(quarter[-1]) * 3
    return date(int(quarter[:4]), month, 31 if month in {3, 12} else 30)


@dataclass(frozen=True)
class Published:
    """What the files on a shelf say, by quarter.

    Attributes:
        fte: link worker FTE by PCN of every release; a PCN that stands in it without one has 0.
        patients: by practice, of every list extract (``2022-07``).
        workspace: whose shelf it is.
    """

    fte: dict[str, dict[str, float]]
    patients: dict[str, dict[str, int]]
    workspace: Path

    def list_release(self, quarter: str) -> str:
        """The extract nearest to the quarter's end, the earlier of two."""
        day = quarter_end(quarter)
        return min(self.patients, key=lambda month: (abs((date(int(month[:4]), int(month[5:]), 1) - day).days), month))

    def members(self, source: str, quarter: str) -> dict[str, str]:
        """PCN of each practice on the quarter's last day by the edition that is named, such as ``epcn 2026-05``."""
        publication, period = source.split(" ")
        path = next(path for path in files_of(self.workspace, publication) if path.parts[-3] == period)
        if publication == "practice_map":
            rows = table_of(path)
            return {
                practice: pcn
                for practice, pcn in zip(rows["PRACTICE_CODE"], rows["PCN_CODE"], strict=True)
                if pcn not in {"", "U"}
            }
        return _on_day(path, quarter_end(quarter).strftime("%Y%m%d"))

    def sizes(self, source: str, quarter: str) -> dict[str, int]:
        """Patients of each PCN that has any."""
        pcn = self.members(source, quarter)
        found: dict[str, int] = {}
        for practice, count in self.patients[self.list_release(quarter)].items():
            if count and practice in pcn:
                found[pcn[practice]] = found.get(pcn[practice], 0) + count
        return found


def _on_day(path: Path, day: str) -> dict[str, str]:
    """PCN of each practice on a day, the one it joined last, from an ePCN workbook."""
    head, *rows = _spells(path)
    practice, pcn = head.index("Partner Organisation Code"), head.index("PCN Code")
    start, end = (next(i for i, name in enumerate(head) if f"Relationship {word} Date" in str(name))
                  for word in ("Start", "End"))  # fmt: skip
    joined: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row[practice] is None or str(row[start]) > day or (row[end] and str(row[end]) <= day):
            continue
        key = str(row[practice])
        if key not in joined or str(row[start]) > joined[key][0]:
            joined[key] = (str(row[start]), str(row[pcn]))
    return {key: found for key, (_, found) in joined.items()}


@cache
def _spells(path: Path) -> list[list[object]]:
    """The sheet of practices and PCNs, its heading first, lines in headings and all dates as they are written."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    rows = [list(row) for row in book["PCN Core Partner Details"].iter_rows(values_only=True)]
    return [[" ".join(str(cell).split()) for cell in rows[0]], *rows[1:]]


def _fte(path: Path) -> tuple[str, dict[str, float]]:
    rows = table_of(path)
    quarter = f"{rows['CENSUS_YEAR'].iloc[0]}Q{int(rows['CENSUS_MONTH'].iloc[0]) // 3}"
    found = dict.fromkeys(rows["PCN_CODE"], 0.0)
    posts = rows[rows["DETAILED_STAFF_ROLE"].str.startswith(LINK_WORKER)]
    for pcn, fte in zip(posts["PCN_CODE"], posts["FTE"], strict=True):
        found[pcn] += float(fte)
    return quarter, found


def _patients(path: Path, publication: str) -> tuple[str, dict[str, int]]:
    rows = table_of(path)
    month = pd.to_datetime(rows["EXTRACT_DATE"].iloc[0]).strftime("%Y-%m")
    if publication == "list_by_lsoa":
        found = rows.assign(n=rows["NUMBER_OF_PATIENTS"].astype(int)).groupby("PRACTICE_CODE")["n"].sum()
        return month, {str(code): int(count) for code, count in found.items()}
    kind, code, age = (
        ("TYPE", "CODE", "AGE") if publication == "list_totals" else ("ORG_TYPE", "ORG_CODE", "AGE_GROUP_5")
    )
    whole = rows[rows[kind].isin({"GP", "GP Practice"}) & (rows["SEX"] == "ALL") & (rows[age] == "ALL")]
    return month, {str(name): int(n) for name, n in zip(whole[code], whole["NUMBER_OF_PATIENTS"], strict=True)}


def read_published(workspace: Path) -> Published:
    """Read the shelf of a workspace."""
    patients: dict[str, dict[str, int]] = {}
    for publication in LISTS:
        for path in files_of(workspace, publication):
            month, found = _patients(path, publication)
            patients.setdefault(month, found)
    return Published(
        fte=dict(_fte(path) for path in files_of(workspace, "pcn_workforce")), patients=patients, workspace=workspace
    )
