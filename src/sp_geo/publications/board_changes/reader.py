"""Changes of ICBs that are still to come, from a user's own file: right or wrong as a whole."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import InvalidContent
from sp_geo.geography.icb_changes import committed, with_changes
from sp_geo.publications.reading import codes, days, table, words
from sp_geo.publications.reading.rows import refuse_semicolons
from sp_geo.workspace.document import Document
from sp_geo.workspace.text import decode

NEEDED: Final = ("valid_from", "icb_code", "successor_icb_code")
_ICB: Final = "the code of an ICB such as QE1, or a new one of five characters"


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The file as core_icb_change, held against the committed tables of ICBs.

    Args:
        document: CSV or workbook: valid_from, icb_code, successor_icb_code, and where needed sub_icb_code (a location,
            where an ICB is split), successor_icb_name and region_code (of a new ICB).
        _period: not needed; one file of changes is used.

    Raises:
        InvalidContent: a column is missing, a value is malformed, or the changes contradict the tables of
            ICBs or each other.
        DamagedFile: it cannot be read to its end.
    """
    if document.kind == "csv":
        refuse_semicolons(decode(document.data[:2_000]).lstrip().partition("\n")[0], document.label)
    parsed = table(document, "board_changes", NEEDED)
    place = "the code of a sub-ICB location such as 02A, or nothing"
    region = "the code of a region such as Y62, or nothing"
    found = pd.DataFrame(
        {
            "valid_from": days(parsed, "valid_from"),
            "icb_code": codes(parsed, "icb_code", shapes.ICB, _ICB),
            "sub_icb_code": codes(parsed, "sub_icb_code", shapes.SUB_ICB, place, nullable=True),
            "successor_icb_code": codes(parsed, "successor_icb_code", shapes.ICB, _ICB),
            "successor_icb_name": words(parsed, "successor_icb_name"),
            "region_code": codes(parsed, "region_code", shapes.REGION, region, nullable=True),
        }
    )
    changes = found.assign(row=found.index.astype("int64")).reset_index(drop=True)
    if changes.empty:
        raise parsed.refusal("the file declares no change", expected="at least one row")
    try:
        with_changes(*committed(), changes)
    except InvalidContent as fault:
        raise InvalidContent(
            fault.problem, file=document.label, row=fault.row, found=fault.found, expected=fault.expected
        ) from fault
    return {"core_icb_change": changes}
