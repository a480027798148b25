"""Succession of practices (NHS Organisation Data Service): which practice followed one that closed."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, days, table_reader

COLUMNS: Final = ("practice_code", "successor_code", "reason", "effective", "indicator")


@table_reader("practice_succession", ("practice_code", "successor_code"), without_headers=COLUMNS)
def read(parsed: Parsed, _period: str) -> Frames:
    """Successions between general practices as core_practice_succession; other organisations are passed over.

    The publisher's file has no header and five columns: organisation, its successor, reason, day, and an indicator.
    ``P`` says that the second code is the predecessor instead. ``1`` and ``0`` say whether the successor was itself
    succeeded, and the direction is the same for both. A file with a header is read by its header.

    Raises:
        InvalidContent: too many rows cannot be used, or no row is of two practices.
    """
    # Rows that are passed over are looked at too: a damaged code would take a succession out without a trace.
    texts = pd.DataFrame(
        {name: codes(parsed, name, r"[A-Z0-9]{3,12}", "an ODS code") for name in ("practice_code", "successor_code")}
    )
    # The code of a PCN has the shape of a practice's.
    kinds = texts.apply(
        lambda column: np.select(
            [column.str.fullmatch(shapes.PCN), column.str.fullmatch(shapes.PRACTICE)],
            ["PCN", "practice"],
            "other organisation",
        )
    )
    both = (kinds == "practice").all(axis=1) & (texts["practice_code"] != texts["successor_code"])
    if not both.any():
        counted = sorted(kinds["practice_code"].value_counts().items())
        raise parsed.refusal(
            "no general practice and its successor is in the file",
            found=f"{len(parsed.frame):,} rows: {', '.join(f'{count:,} of {kind}s' for kind, count in counted)}",
            expected="two codes of practices in a row, such as A81001 and A81002",
        )
    parsed = parsed.where(both)
    first = codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001")
    second = codes(parsed, "successor_code", shapes.PRACTICE, "a practice such as A81001")
    backward = codes(parsed, "indicator", "[PS01]", "0, 1, P or S, or nothing", nullable=True) == "P"
    rows = pd.DataFrame(
        {
            "practice_code": second.where(backward, first),
            "successor_code": first.where(backward, second),
            "effective": days(parsed, "effective", nullable=True, is_secondary=True),
        }
    )
    latest = rows.sort_values("effective", na_position="first", kind="stable")
    unique = latest.drop_duplicates(["practice_code", "successor_code"], keep="last")
    return {"core_practice_succession": unique.reset_index(drop=True)}
