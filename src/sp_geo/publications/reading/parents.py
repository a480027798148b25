"""Lookups from small areas to the larger areas they lie in, whatever year their headers carry."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading.anomalies import Frames, Reader, table_reader
from sp_geo.publications.reading.parsing import Parsed
from sp_geo.publications.reading.values import codes, refuse_repeats, words


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


def parents_reader(publication: str, vintage: str, *parents: Parent) -> Reader:
    """A reader of lookups as core_lsoa11_parent or core_lsoa21_parent.

    It refuses a lookup in which a column is missing, too many codes have the wrong shape, or a small area stands twice.

    Args:
        publication: whose column map is used.
        vintage: ``11`` or ``21``.
        parents: the larger areas that the lookup may hold.
    """
    area = f"lsoa{vintage}_code"
    needed = [f"{parent.kind}_{part}" for parent in parents if parent.needed for part in ("ons_code", "name")]

    @table_reader(publication, [area, *needed])
    def read(parsed: Parsed, period: str) -> Frames:
        """The edition is the year in a parent's header, or the period where there is none."""
        small = codes(parsed, area, shapes.LSOA, "a small area such as E01000001")
        refuse_repeats(parsed, small.to_frame(), "small area")
        found = [
            pd.DataFrame(
                {
                    area: small,
                    "parent_type": parent.kind,
                    "edition": year_in(parsed.headers[ons], period),
                    "parent_ons_code": codes(parsed, ons, parent.shape, f"an ONS code of a {parent.kind}"),
                    "parent_code": codes(
                        parsed,
                        f"{parent.kind}_code",
                        r"[A-Z0-9]{3,5}",
                        "an ODS code",
                        nullable=True,
                        is_secondary=True,
                    ),
                    "parent_name": words(parsed, f"{parent.kind}_name", default="not given", needed=True),
                }
            )
            for parent in parents
            if parsed.has(ons := f"{parent.kind}_ons_code")
        ]
        return {f"core_lsoa{vintage}_parent": pd.concat(found, ignore_index=True)}

    return read
