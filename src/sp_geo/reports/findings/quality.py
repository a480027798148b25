"""The files behind figures, where every total of a quarter ended, and who did not match, with causes in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd

from sp_geo.questions.status import OUTCOMES, anomaly_causes
from sp_geo.reports.sheet import Column, Sheet

MEASURES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "list_patients": ("Patients by practice", "patients"),
        "area_patients": ("Patients by practice and small area", "patients"),
        "splw_fte": ("Link workers", "FTE"),
        "survey_answers": ("Answers to the patient survey", "answers"),
        "weighted_patients": ("Weighted patients by practice", "weighted patients"),
        "memberships": ("Memberships", "practices"),
    }
)
NO_PCN: Final = (
    "no_pcn",
    "between_two_pcns",
    "practice_without_pcn",
    "unallocated",
    "not_traced",
    "not_in_active_pcn",
)
"""Causes for which a practice's people or posts are in no network."""
CAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "matched": "Reached a PCN",
        "through_successor": "Reached a PCN through the practice's successor",
        "through_last_pcn": "Reached a PCN through the last one the practice was in",
        "no_pcn": "The practice is in no PCN on the quarter's last day",
        "between_two_pcns": "The practice had left one PCN and joined the next within a month",
        "practice_without_pcn": "The practice is in no PCN on the quarter's last day",
        "unallocated": "The publisher lists the practice as unallocated",
        "no_patients": "The practice has no registered patients",
        "address_in_wales": "The patient lives in Wales: counted in the list, not in need",
        "address_without_area": "The patient's address has no small area: counted in the list, not in need",
        "pcn_not_active": "The PCN has no practice with patients at the quarter's end",
        "not_in_active_pcn": "The practice's PCN was not active",
        "not_traced": "The practice has closed and no successor or PCN is known",
        "no_weighted_figure": "The publisher gives no figure of weighted patients above 0",
        "suppressed": "The publisher withheld the answers because they are few",
        "in_two_pcns": "The practice is in two PCNs on that day; one was taken",
        "in_two_pcns_on_another_day": "The practice is in two PCNs on another day; no matter for this quarter",
    }
)
NOT_APPLICABLE: Final = "[z]"
_FTE: Final = "splw_fte"
_PEOPLE: Final = (Column("people", "Amount", "", 0, state="people_mark"), Column("unit", "Counted in"))
_POSTS: Final = Column("fte", "Link workers", "FTE", 1, state="fte_mark")


def cause_words(cause: str) -> str:
    """A cause as it is said; one that is not known stands as it is, in words."""
    return CAUSES.get(cause, cause.replace("_", " "))


def lost_share(rows: pd.DataFrame, measure: str) -> float:
    """Share of a total, 0 to 1, whose practices reached no PCN; NaN without a total.

    Args:
        rows: of :func:`ended_rows`.
        measure: such as ``list_patients``.
    """
    here = rows[rows["measure"] == measure]
    return float(here.loc[here["cause"].isin(NO_PCN), "share"].sum()) if len(here) else float("nan")


def amounts(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with ``amount`` parted into ``people`` (whole patients, answers or practices) and ``fte``.

    Each has a column of marks beside it, for what a row is not counted in: a patient has no decimals, a post has.
    """
    is_fte = rows["measure"] == _FTE
    amount = rows["amount"].astype("float64")
    mark = pd.Series("", index=rows.index, dtype="object")
    return rows.assign(
        people=amount.mask(is_fte),
        people_mark=mark.mask(is_fte, NOT_APPLICABLE),
        fte=amount.where(is_fte),
        fte_mark=mark.mask(~is_fte, NOT_APPLICABLE),
    )


def amount_columns(rows: pd.DataFrame) -> tuple[Column, ...]:
    """Columns of amounts; that of link workers only where a row counts them."""
    return (*_PEOPLE, _POSTS) if (rows["measure"] == _FTE).any() else _PEOPLE


def ended_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of out_reconciliation of one quarter, part by part, in words, each with its share of the total."""
    total = rows.groupby("measure")["amount"].transform("sum")
    found = rows.assign(
        **_words(rows),
        share=rows["amount"] / total.where(total > 0),
    )
    order = {name: place for place, name in enumerate(MEASURES)}
    return amounts(
        found.sort_values(
            ["measure", "amount"], key=lambda column: column.map(order) if column.name == "measure" else -column,
            ignore_index=True,
        )
    )  # fmt: skip


def unmatched_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of out_unmatched of one quarter, with causes in words and empty where nothing is added."""
    return amounts(
        rows.assign(
            **_words(rows),
            detail=rows["detail"].astype("object").where(rows["detail"].notna(), ""),
        ).reset_index(drop=True)
    )


def _words(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "measure_words": rows["measure"].map(lambda name: MEASURES.get(name, (name, ""))[0]),
        "unit": rows["measure"].map(lambda name: MEASURES.get(name, (name, ""))[1]),
        "cause_words": rows["cause"].map(cause_words),
    }


def reconciliation(rows: pd.DataFrame, title: str, more: tuple[Column, ...] = ()) -> Sheet:
    """Where every total of a quarter ended.

    Args:
        rows: of :func:`ended_rows`.
        title: of the sheet.
        more: further columns, before the others.
    """
    return Sheet(
        name="reconciliation",
        title=title,
        rows=rows,
        columns=(
            *more,
            Column("measure_words", "Total"),
            Column("cause_words", "Where it ended"),
            Column("units_count", "Practices, or PCNs for link workers", "", 0),
            *amount_columns(rows),
            Column("share", "Share of the total", "%", 2, 100.0),
        ),
        notes=("The parts of each total add up to it as it was before the join.",),
    )


def unmatched(rows: pd.DataFrame, title: str, more: tuple[Column, ...] = ()) -> Sheet:
    """Every practice and PCN that did not match in a quarter.

    Args:
        rows: of :func:`unmatched_rows`.
        title: of the sheet.
        more: further columns, after the code.
    """
    return Sheet(
        name="unmatched",
        title=title,
        rows=rows,
        columns=(
            Column("org_code", "Code"),
            *more,
            Column("measure_words", "Total"),
            Column("cause_words", "Cause"),
            *amount_columns(rows),
            Column("detail", "Detail"),
        ),
        notes=(
            "Patients are those of the lists of practices. Patients by small area are of another release; they are in "
            "the counts by cause, not in this list.",
        ),
    )


def _anomaly_columns(*more: Column) -> tuple[Column, ...]:
    return (
        Column("publication", "Publication"),
        Column("period", "Period"),
        *more,
        Column("column", "Column"),
        Column("problem", "What is odd"),
        Column("outcome", "What was done"),
    )


_EFFECT: Final = (Column("effect", "Size", "", 2), Column("unit", "Counted in"))


def anomalies_by_cause(rows: pd.DataFrame, title: str) -> Sheet:
    """What is odd in the published files, counted.

    Args:
        rows: of core_anomaly.
        title: of the sheet.
    """
    columns = (*_anomaly_columns(), Column("rows_count", "Rows", "", 0), *_EFFECT)
    return Sheet("anomaly_causes", title, anomaly_causes(rows), columns, (OUTCOMES,))


def anomalies(rows: pd.DataFrame, title: str) -> Sheet:
    """Every odd row of the published files.

    Args:
        rows: of core_anomaly.
        title: of the sheet.
    """
    columns = (
        *_anomaly_columns(Column("file", "File"), Column("row", "Row", "", 0)), Column("found", "Found"), *_EFFECT,
    )  # fmt: skip
    return Sheet("anomalies", title, rows, columns, (OUTCOMES,))


def files(rows: pd.DataFrame, name: str, title: str, digest: Column, more: tuple[Column, ...] = ()) -> Sheet:
    """Files that figures rest on.

    Args:
        rows: title, period, published (missing where the file gives no day), publisher, licence, file.
        name: of the sheet.
        title: of the sheet.
        digest: the file's hash, or its beginning.
        more: further columns, after the day of the release.
    """
    return Sheet(
        name=name,
        title=title,
        rows=rows,
        columns=(
            Column("title", "Publication"),
            Column("period", "Period"),
            Column("published", "Release dated"),
            *more,
            Column("publisher", "Publisher"),
            Column("licence", "Licence"),
            Column("file", "File"),
            digest,
        ),
        notes=(
            "Of two releases of one period the later one is used; the other is kept.",
            "Release dated: the latest day that the file gives for itself; [x] where it gives none.",
        ),
    )
