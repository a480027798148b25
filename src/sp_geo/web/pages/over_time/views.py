"""Rows that the page on change over time shows: slopes, their trend, inequality and the specification curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from sp_geo.build.view import Build, remembered
from sp_geo.core.quarters import Quarter, span
from sp_geo.panel.indicator import Indicator
from sp_geo.questions import statistics
from sp_geo.questions.requests.statistics import (
    InequalityRequest,
    SilenceRequest,
    SpecificationsRequest,
    TrendRequest,
)
from sp_geo.questions.silence import silence
from sp_geo.statistics.conclusions.labels import lowered
from sp_geo.statistics.measures import ALL_ROLES
from sp_geo.statistics.pooled import JOINT_TEST, RELATIVE_TREND, TREND
from sp_geo.web import fields
from sp_geo.web.figures.palette import NON_RESPONSES
from sp_geo.web.sheets import slope_rows

ALL: Final = "all"
SEED: Final = 1
QUICK_DRAWS, FULL_DRAWS = "200", "2000"
ONE_QUARTER, EVERY_NEED, POOLED = "quarter", "needs", "pooled"


@dataclass(frozen=True)
class Inequality:
    """A measure of inequality as the page shows it.

    Attributes:
        label: of the choice and the axis.
        meaning: one or two sentences.
        equal: value that says that nobody is favoured; None where there is none to compare with.
        digits: after the point.
        above: what a value above ``equal`` says; empty for a measure without direction.
        below: what a value below it says.
    """

    label: str
    meaning: str
    equal: float | None
    digits: int
    above: str = "PCNs of lower need have more"
    below: str = "PCNs of higher need have more"


INEQUALITY: Final[Mapping[str, Inequality]] = MappingProxyType(
    {
        "gap": Inequality(
            "Gap between the end fifths",
            "The rate of the fifth of PCNs with the least need, less the rate of the fifth with the greatest need. "
            "In FTE per 10,000 patients.",
            0.0,
            3,
        ),
        "slope_index": Inequality(
            "Slope index",
            "A straight line is drawn through all five fifths of need. The index is its value at the least need, less "
            "its value at the greatest. In FTE per 10,000 patients.",
            0.0,
            3,
        ),
        "relative_index": Inequality(
            "Relative index",
            "The same line as for the slope index: its value at the least need, divided by its value at the greatest. "
            "1 is equal.",
            1.0,
            2,
        ),
        "concentration_index": Inequality(
            "Concentration index",
            "Whether link workers are gathered among PCNs of low or of high need, counting every PCN and not "
            "only fifths. From -1 to 1; 0 is equal.",
            0.0,
            3,
        ),
        "gini": Inequality(
            "Gini index",
            "How far rates differ between PCNs, whoever they are. Need plays no part, so it has no direction. From "
            "0, all PCNs have the same rate, to 1.",
            None,
            3,
            above="",
            below="",
        ),
    }
)


def timeline(quarters: list[str]) -> list[str]:
    """Every calendar quarter from the first to the last, so that one without figures is seen as a gap."""
    if not quarters:
        return []
    return [str(item) for item in span(Quarter.parse(min(quarters)), Quarter.parse(max(quarters)))]


def one_non_response(non_response: str) -> str:
    """The treatment of pieces that can show only one: the one chosen, or reporters."""
    return "reporters" if non_response == ALL else non_response


def slopes_of(build: Build, need: str, area: str, non_response: str) -> pd.DataFrame:
    """Slopes by quarter under one treatment or all."""
    rows = slope_rows(build, need, area)
    return rows if non_response == ALL else rows[rows["non_response"] == non_response]


def silence_request(build: Build, need: str, area: str) -> SilenceRequest:
    """The question of the part about silence."""
    return SilenceRequest((need,), area=fields.code_of(area), icbs=build.icbs)


@remembered()
def silence_rows(build: Build, need: str, area: str) -> pd.DataFrame:
    """What silence could change, by quarter."""
    return silence(build.base, silence_request(build, need, area)).rows


def trend_request(build: Build, need: str, area: str, non_response: str) -> TrendRequest:
    """The question of the part about change."""
    return TrendRequest((need,), non_response, area=fields.code_of(area), icbs=build.icbs)


@remembered()
def trend_rows(build: Build, need: str, area: str, non_response: str) -> pd.DataFrame:
    """Change of the slope per quarter and the test of no change, a row a treatment."""
    found = statistics.trend(build.base, trend_request(build, need, area, non_response)).rows
    steady = found[found["quantity"] == TREND].set_index("non_response")
    relative = found[found["quantity"] == RELATIVE_TREND].set_index("non_response")
    joint = found[found["quantity"] == JOINT_TEST].set_index("non_response")
    of_estimate = ("estimate", "ci_low", "ci_high", "p_value", "q_value", "df")
    return pd.DataFrame(
        {
            "non_response": steady.index,
            "non_response_words": [NON_RESPONSES[str(name)][0] for name in steady.index],
            **{name: steady[name].to_numpy() for name in (*of_estimate, "se_type")},
            **{f"relative_{name}": relative[name].to_numpy() for name in of_estimate},
            "statistic": joint["statistic"].to_numpy(dtype="float64"),
            "change_p_value": joint["p_value"].to_numpy(dtype="float64"),
            **{name: steady[name].to_numpy() for name in ("n_pcns", "n_rows", "n_quarters", "coverage_pct")},
            "remark": [
                "; ".join(dict.fromkeys(text for text in texts if text))
                for texts in zip(steady["reason"], joint["reason"], steady["note"], strict=True)
            ],
        }
    )


def inequality_request(build: Build, need: str, area: str, non_response: str, draws: str) -> InequalityRequest:
    """The question of the part about inequality."""
    one, code = one_non_response(non_response), fields.code_of(area)
    return InequalityRequest((need,), one, area=code, icbs=build.icbs, seed=SEED, draws=int(draws))


@remembered()
def inequality_rows(build: Build, need: str, area: str, non_response: str, draws: str) -> pd.DataFrame:
    """All measures of inequality by quarter, with intervals."""
    rows = statistics.inequality(build.base, inequality_request(build, need, area, non_response, draws)).rows
    return rows.assign(remark=rows["reason"] + rows["note"].where(rows["reason"] == "", ""))


def measure_rows(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One measure of inequality, in the order of quarters."""
    return rows[rows["measure"] == measure].reset_index(drop=True)


def curve_scope(build: Build, need: str, area: str, curve: str, quarter: str) -> str:
    """Why there is no specification curve for a view; empty if there is one."""
    quarters = build.choices.quarters if curve == POOLED else [quarter]
    rows = pd.concat([build.rows(name, area) for name in quarters])
    if rows.empty:
        return f"No PCN of this area was active in {quarter}: ICBs change. Choose ICBs of one month."
    if rows[need].isna().all() and curve != EVERY_NEED:
        return f"No PCN has a value of {lowered(build.needs[need].label)} here."
    return ""


def curve_request(build: Build, need: str, area: str, curve: str, quarter: str) -> SpecificationsRequest:
    """The question of the curve."""
    is_pooled = curve == POOLED
    return SpecificationsRequest(
        (ALL if curve == EVERY_NEED else need,),
        quarter=() if is_pooled else (quarter,),
        area=fields.code_of(area),
        icbs=build.icbs,
        pooled=is_pooled,
    )


@remembered()
def curve_rows(build: Build, need: str, area: str, curve: str, quarter: str) -> pd.DataFrame:
    """Every way of asking, smallest slope first; empty if there is none."""
    if curve_scope(build, need, area, curve, quarter):
        return pd.DataFrame()
    rows = statistics.specifications(build.base, curve_request(build, need, area, curve, quarter)).rows
    return with_words(rows, build.needs)


def with_words(rows: pd.DataFrame, needs: Mapping[str, Indicator]) -> pd.DataFrame:
    """A specification table with a column of words beside each choice."""
    labels = {item.name: item.label for item in needs.values()}

    def held(names: str) -> str:
        found = [lowered(labels.get(name, name)) for name in names.split(", ") if name]
        return " and ".join(found) if found else "Nothing"

    return rows.assign(
        need_words=rows["need"].map(labels),
        series_words=["All link workers" if name == ALL_ROLES.name else "Plain role only" for name in rows["series"]],
        non_response_words=[NON_RESPONSES[name][0] for name in rows["non_response"]],
        weights_words=rows["weights"].map({"none": "Each PCN alike", "patients": "By patients"}),
        covariates_words=[held(names)[:1].upper() + held(names)[1:] for names in rows["covariates"]],
        remark=rows["reason"] + rows["note"].where(rows["reason"] == "", ""),
    )
