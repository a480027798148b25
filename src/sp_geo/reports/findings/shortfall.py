"""PCNs whose provision is low for their need: which they are, how sure that is, and the same in sentences."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.panel.indicator import Indicator
from sp_geo.reports.findings.measures import PROVISION, RATE, STATUS_WORDS, measure_of
from sp_geo.reports.findings.sheets import PCN_COLUMNS, SERIES, SILENT
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.statistics.conclusions.labels import lowered, pcns_words
from sp_geo.statistics.quantiles import FIFTHS, equal_parts, fifth_words

HIGH, LOW = 2, 2
"""High need: in the fifths of greatest need up to this one. Little provision: in as many fifths of least provision."""
_PER, _TWO_SIDED, _NAMED = 10_000, 1.96, 5
RULE: Final = (
    "High need: in the two fifths of England's PCNs with the greatest need. Little provision: in the two fifths of "
    "England's PCNs that reported with the lowest rate."
)


def placed(england: pd.DataFrame, need: str, errors: pd.Series) -> pd.DataFrame:
    """Every PCN of a quarter with its fifth of need and of provision in England.

    Args:
        england: rows of the panel, one quarter, all of England.
        need: name of the measure.
        errors: standard error of the need by pcn_code, in its own unit; no rows where it is not a sample.

    Returns:
        The rows with need_fifth (1 greatest need), rate_fifth (1 lowest rate of those that reported), need_low and
        need_high (95 % interval of a sampled need), is_short (high need and little provision), is_silent_high (high
        need, did not report), is_near (of a sampled need: its interval reaches over the limit of high need) and
        one_fte_per_10k (what one full-time post more adds to the rate). Missing where a value is.
    """
    value, rate = england[need].astype(float), england[PROVISION].astype(float)
    need_fifth, rate_fifth = _parts(value), _parts(-rate)
    error = england["pcn_code"].map(errors).astype(float)
    low, high = value - _TWO_SIDED * error, value + _TWO_SIDED * error
    is_high = need_fifth <= HIGH
    limit = float(value[is_high].min()) if is_high.any() else np.nan
    return england.assign(
        need_fifth=need_fifth,
        rate_fifth=rate_fifth,
        need_low=low,
        need_high=high,
        is_short=is_high & (rate_fifth <= LOW),
        is_silent_high=is_high & rate.isna(),
        is_near=(low < limit) & (high >= limit),
        one_fte_per_10k=_PER / england["list_size"].astype(float),
    )


def limits_of(rows: pd.DataFrame, need: str) -> tuple[float, float]:
    """The least need that is high and the highest rate that is little, as :func:`placed` has them; NaN for none."""
    high, little = rows.loc[rows["need_fifth"] <= HIGH, need], rows.loc[rows["rate_fifth"] <= LOW, PROVISION]
    return float(high.min()), float(little.max())


def _parts(values: pd.Series) -> pd.Series:
    """Fifth of each value, 1 the highest; missing where the value is."""
    held = values.notna()
    found = pd.Series(np.nan, index=values.index)
    found[held] = equal_parts(values[held].to_numpy(dtype=np.float64))
    return found


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with both provision and need."""
    return rows[judged_mask(rows)]


def shortfall_words(rows: pd.DataFrame, england: pd.DataFrame, item: Indicator) -> list[str]:
    """Which PCNs have high need and little provision, how common that is, and how sure.

    Args:
        rows: of :func:`placed`, of the area.
        england: the same, of England.
        item: the need.
    """
    held, everywhere = judged(rows), judged(england)
    short = held[held["is_short"]].sort_values([item.name, "pcn_code"], ascending=[False, True])
    if held.empty:
        return ["No PCN has both a rate and a value of need, so nothing can be said."]
    share = 100 * float(everywhere["is_short"].mean())
    said = [
        f"Of the {pcns_words(len(held))} with both figures, {len(short):,} "
        f"{'is' if len(short) == 1 else 'are'} in both ({100 * len(short) / len(held):.0f} %; England {share:.0f} %), "
        f"with {short['list_size'].sum():,.0f} patients.",
        RULE,
        f"One full-time post more or less moves the rate of a PCN of median size by "
        f"{held['one_fte_per_10k'].median():.2f}: near the limits, PCNs change sides easily.",
    ]
    if len(short):
        measure = measure_of(item)
        named = [
            f"{row['pcn_name']} ({row['pcn_code']}; {measure.words(row[item.name])} {measure.unit.split(' of ')[0]}; "
            f"{row[PROVISION]:.2f})"
            for row in short.head(_NAMED).to_dict("records")
        ]
        more = f" and {len(short) - _NAMED:,} more" if len(short) > _NAMED else ""
        said.append(f"Greatest need first, with {lowered(item.label)} and rate: {', '.join(named)}{more}.")
    if held["need_low"].notna().any():
        near = int(held["is_near"].sum())
        said.append(
            f"The need is a sample: for {near:,} of {len(held):,} PCNs its 95 % interval reaches over the limit of "
            "high need."
        )
    else:
        said.append(f"{item.label}: no interval. {item.no_error_words}")
    silent = rows[rows["is_silent_high"]]
    if len(silent):
        said.append(
            f"{pcns_words(len(silent))} more of high need with {silent['list_size'].sum():,.0f} patients did not "
            "report: there may be link workers, and nothing here counts them."
        )
    return said


def shortfall_sheet(rows: pd.DataFrame, item: Indicator, title: str, icbs: dict[str, str]) -> Sheet:
    """PCNs by need, with their fifths and intervals; those of high need and little provision first.

    Args:
        rows: of :func:`placed`, of the area.
        item: the need.
        title: of the sheet.
        icbs: names by ICB code.
    """
    order = rows.sort_values(["is_short", item.name, "pcn_code"], ascending=[False, False, True], na_position="last")
    silent = order["reporting_status"] == "not_reported"
    sampled = order["need_low"].notna()
    order = order.assign(
        icb=order["icb_code"].map(icbs),
        status=order["reporting_status"].map(STATUS_WORDS),
        both=np.select(
            [order["is_short"], silent & (order["need_fifth"] <= HIGH), judged_mask(order)],
            ["High need, little provision", "High need, did not report", "No"],
            "Not judged",
        ),
        need_words=order["need_fifth"].map(lambda number: fifth_words(int(number)), na_action="ignore"),
        rate_words=order["rate_fifth"].map(
            lambda number: {1: "1, lowest rate", FIFTHS: f"{FIFTHS}, highest rate"}.get(number, f"{number:.0f}"),
            na_action="ignore",
        ),
        interval_state=np.where(sampled, "", "[x]" if sampled.any() else "[z]"),
    ).reset_index(drop=True)
    unit = measure_of(item)
    return Sheet(
        name="need_and_provision",
        title=title,
        rows=order,
        columns=(
            *PCN_COLUMNS[:2],
            Column("both", "High need and little provision"),
            *PCN_COLUMNS[2:],
            unit.column,
            Column("need_low", "Need from (95 %)", unit.unit, unit.digits, unit.scale, state="interval_state"),
            Column("need_high", "Need to (95 %)", unit.unit, unit.digits, unit.scale, state="interval_state"),
            Column("need_words", "Fifth of need in England"),
            RATE.column,
            Column("rate_words", "Fifth of provision in England"),
            Column("one_fte_per_10k", "One full-time post more adds", "FTE per 10,000 patients", 2),
            Column("list_size", "Patients", "registered", 0),
        ),
        notes=(RULE, SERIES, SILENT, item.caveat.strip()),
        colour=item.name,
    )


def judged_mask(rows: pd.DataFrame) -> pd.Series:
    """Whether each row has both provision and need."""
    return rows["need_fifth"].notna() & rows["rate_fifth"].notna()
