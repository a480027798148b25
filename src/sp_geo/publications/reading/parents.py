"""Lookups from small areas to the larger areas they lie in, whatever year their headers carry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading.anomalies import leaving_out
from sp_geo.publications.reading.columns import table
from sp_geo.publications.reading.parsing import Parsed
from sp_geo.publications.reading.values import codes, refuse_repeats, words
from sp_geo.workspace.document import Document


@dataclass(frozen=True)
class Parent:
    """A kind of larger area in a lookup.

    Attributes:
        kind: ``sub_icb``, ``icb``, ``local_authority`` or ``ward``; its columns begin with this word.
        shape: of its ONS code.
        needed: whether the lookup is refused without it.
    """

    kind: str
    shape: str
    needed: bool = True


def year_in(header: str, otherwise: str) -> str:
    """The year in a published header, such as 2022 in ``ICB22CD``; ``otherwise`` if there is none."""
    found = re.search(r"(?<!\d)(\d\d)(?!\d)", header)
    return f"20{found[1]}" if found else otherwise


def read_parents(
    document: Document, publication: str, vintage: str, parents: Sequence[Parent], period: str
) -> pd.DataFrame:
    """A lookup as rows of the parent table of one vintage of small areas.

    Args:
        document: the lookup.
        publication: whose column map is used.
        vintage: ``11`` or ``21``.
        parents: the larger areas it may hold.
        period: edition where a header carries no year.

    Returns:
        core_lsoa11_parent or core_lsoa21_parent.

    Raises:
        InvalidContent: a column is missing, a code has the wrong shape, or a small area stands twice.
    """
    area = f"lsoa{vintage}_code"
    needed = [area, *(f"{parent.kind}_{part}" for parent in parents if parent.needed for part in ("ons_code", "name"))]
    return leaving_out(table(document, publication, needed), lambda parsed: _parent_rows(parsed, area, parents, period))


def _parent_rows(parsed: Parsed, area: str, parents: Sequence[Parent], period: str) -> pd.DataFrame:
    small = codes(parsed, area, shapes.LSOA, "a small area such as E01000001")
    refuse_repeats(parsed, small.to_frame(), "small area")
    found = []
    for parent in parents:
        ons = f"{parent.kind}_ons_code"
        if not parsed.has(ons):
            continue
        nhs = f"{parent.kind}_code"
        found.append(
            pd.DataFrame(
                {
                    area: small,
                    "parent_type": parent.kind,
                    "edition": year_in(parsed.headers[ons], period),
                    "parent_ons_code": codes(parsed, ons, parent.shape, f"an ONS code of a {parent.kind}"),
                    "parent_code": codes(parsed, nhs, r"[A-Z0-9]{3,5}", "an ODS code", nullable=True, is_secondary=True)
                    if parsed.has(nhs)
                    else pd.Series(None, index=small.index, dtype="str"),
                    "parent_name": words(parsed, f"{parent.kind}_name", default="not given", needed=True),
                }
            )
        )
    return pd.concat(found, ignore_index=True)
