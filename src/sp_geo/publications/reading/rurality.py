"""Rural-urban classifications (Defra, Office for National Statistics) by small area."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading.anomalies import Frames, Reader, table_reader
from sp_geo.publications.reading.parsing import Parsed
from sp_geo.publications.reading.values import codes, refuse_repeats


def rurality_reader(publication: str, vintage: str, classes: str, expected: str, rural: tuple[str, ...]) -> Reader:
    """A reader of a classification as core_lsoa11_rurality or core_lsoa21_rurality.

    It refuses a file in which a column is missing, too many codes or classes are malformed or contradict their words,
    or an area stands twice.

    Args:
        publication: whose column map is used.
        vintage: ``11`` or ``21``.
        classes: shape of the classes.
        expected: that shape in words.
        rural: what the codes of rural classes begin with.
    """
    area = f"lsoa{vintage}_code"

    @table_reader(publication, (area, "class_code"))
    def read(parsed: Parsed, _period: str) -> Frames:
        kind = codes(parsed, "class_code", classes, expected)
        is_rural = kind.str.startswith(rural).astype("bool")
        if parsed.has("class_name"):
            said = parsed.frame["class_name"].str.lower().str.contains("rural")
            if (said != is_rural).any():
                raise parsed.odd("the class contradicts its name", said != is_rural, "class_name")
        small = codes(parsed, area, shapes.LSOA, "a small area such as E01000001")
        refuse_repeats(parsed, small.to_frame(), "small area")
        rows = pd.DataFrame({area: small, "class_code": kind, "is_rural": is_rural})
        return {f"core_lsoa{vintage}_rurality": rows.reset_index(drop=True)}

    return read
