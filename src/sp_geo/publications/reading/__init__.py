"""What every publication's reader needs: text tables, column maps, typed columns."""

from __future__ import annotations

from sp_geo.publications.reading.anomalies import (
    Frames,
    Reader,
    anomaly_frame,
    keep_missed,
    keep_misses,
    leaving_out,
    table_reader,
)
from sp_geo.publications.reading.columns import column_map, column_of, columns_in, mapped, table
from sp_geo.publications.reading.framed import parse_framed
from sp_geo.publications.reading.parents import Parent, parents_reader, year_in
from sp_geo.publications.reading.parsing import Parsed, first_row, parse_csv, parse_sheet, parse_sheets, sheet_names
from sp_geo.publications.reading.survey import answers, refuse_unweighted, shares, survey_frames
from sp_geo.publications.reading.values import (
    area_codes,
    codes,
    counts,
    day_of,
    days,
    numbers,
    one_of,
    refuse_mixture,
    refuse_repeats,
    single_day,
    words,
)
from sp_geo.publications.reading.years import told_year, years_in

__all__ = [
    "Frames",
    "Parent",
    "Parsed",
    "Reader",
    "anomaly_frame",
    "answers",
    "area_codes",
    "codes",
    "column_map",
    "column_of",
    "columns_in",
    "counts",
    "day_of",
    "days",
    "first_row",
    "keep_missed",
    "keep_misses",
    "leaving_out",
    "mapped",
    "numbers",
    "one_of",
    "parents_reader",
    "parse_csv",
    "parse_framed",
    "parse_sheet",
    "parse_sheets",
    "refuse_mixture",
    "refuse_repeats",
    "refuse_unweighted",
    "shares",
    "sheet_names",
    "single_day",
    "survey_frames",
    "table",
    "table_reader",
    "told_year",
    "words",
    "year_in",
    "years_in",
]
