"""Which values of a survey need a question rests on: observed, shrunk, or predicted where nobody answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.inference import cluster_numbers
from sp_geo.statistics.predicted_need import predicted_need
from sp_geo.statistics.small_area_need import predictors_of, shrunk_need, smoothed_variance

NeedValues = Literal["observed", "shrunk", "predicted"]

NEED_VALUES: Final[tuple[NeedValues, ...]] = ("observed", "shrunk", "predicted")
_NORMAL_90: Final = 1.6448536269514722
_WORDS: Final = {
    "observed": "as the survey found it",
    "shrunk": "drawn towards what deprivation, age, ethnicity and rurality lead one to expect",
    "predicted": "shrunk, and predicted from deprivation, age, ethnicity and rurality where nobody answered",
}


@dataclass(frozen=True)
class Values:
    """All values of one survey need in one quarter.

    Attributes:
        rows: one a PCN: pcn_code, observed, std_error, base_count, shrunk, shrunk_std_error, own_share (of a PCN's own
            answers in its shrunk value), predicted, predicted_low, predicted_high (90 %, of PCNs without answers).
        not_shrunk: why nothing is shrunk; empty if it is.
        not_predicted: why nothing is predicted; empty if it is, or if every PCN has answers.
        model: that predicts; empty if none.
    """

    rows: pd.DataFrame
    not_shrunk: str
    not_predicted: str
    model: str


def all_values(rows: pd.DataFrame, behind: pd.DataFrame, need: str, predicts: bool = True) -> Values:
    """Observed, shrunk and predicted values.

    Args:
        rows: the panel of one quarter, all of England.
        behind: out_pcn_need of the quarter and need: pcn_code, std_error, base_count.
        need: column.
        predicts: whether PCNs without answers are predicted.
    """
    told = behind.set_index("pcn_code")[["std_error", "base_count"]].astype(np.float64)
    found = rows[["pcn_code", "icb_code"]].assign(observed=rows[need].astype(np.float64)).join(told, on="pcn_code")
    found = found.reset_index(drop=True)
    empty = ("shrunk", "shrunk_std_error", "own_share", "predicted", "predicted_low", "predicted_high")
    found = found.assign(**dict.fromkeys(empty, np.nan))
    predictors = predictors_of(rows)
    answered = found["observed"].notna().to_numpy(dtype=bool)
    based = answered & (found["base_count"].gt(0) & found["std_error"].notna()).to_numpy(dtype=bool)
    not_shrunk = "the survey gives no bases, so nothing is known of its error"
    if based.any():
        held = found[based]
        variance = smoothed_variance(held["std_error"].to_numpy(), held["base_count"].to_numpy())
        drawn = shrunk_need(held["observed"].to_numpy(), variance, predictors[based])
        not_shrunk = drawn.cause if isinstance(drawn, NotEstimable) else ""
        if not isinstance(drawn, NotEstimable):
            found.loc[based, ["shrunk", "shrunk_std_error", "own_share"]] = np.column_stack(
                [drawn.values, drawn.std_errors, drawn.weights]
            )
    if not predicts or answered.all() or not answered.any():
        return Values(found, not_shrunk, "" if answered.any() else "no PCN has answers", "")
    icbs = cluster_numbers(found["icb_code"])
    numbers = np.unique(icbs[answered], return_inverse=True)[1].astype(np.intp)
    observed = found["observed"].to_numpy()
    others = predicted_need(observed[answered], predictors[answered], numbers, predictors[~answered])
    if isinstance(others, NotEstimable):
        return Values(found, not_shrunk, others.cause, "")
    found.loc[~answered, ["predicted", "predicted_low", "predicted_high"]] = np.column_stack(
        [others.values, others.low, others.high]
    )
    return Values(found, not_shrunk, "", others.model)


def with_need_values(
    panel: pd.DataFrame, behind: pd.DataFrame, need: str, chosen: NeedValues
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The panel with the values chosen of a survey need, and their standard errors in the table behind it.

    Args:
        panel: ``out_pcn_quarter``, all of England, since every PCN helps to say what is expected of one.
        behind: ``out_pcn_need``.
        need: column of a survey.
        chosen: which values.

    Returns:
        Both tables with values and standard errors replaced; a predicted value has the half of its 90 % interval over
        1.645 as its error.

    Raises:
        UsageError: nothing can be shrunk, or predicted, in some quarter.
    """
    if chosen == "observed":
        return panel, behind
    values, errors = [], []
    for quarter, rows in panel.groupby("quarter", sort=True):
        here = behind[(behind["need"] == need) & (behind["quarter"] == quarter)]
        found = all_values(rows, here, need, predicts=chosen == "predicted")
        why = found.not_shrunk if chosen == "shrunk" else found.not_predicted
        if why:
            raise UsageError(
                f"there are no {chosen} values of {need}",
                found=f"{quarter}: {why}",
                advice="Use --need-values observed",
            )
        made, half = found.rows, (found.rows["predicted_high"] - found.rows["predicted_low"]) / 2 / _NORMAL_90
        value = (
            made["shrunk"] if chosen == "shrunk" else made["shrunk"].fillna(made["observed"]).fillna(made["predicted"])
        )
        values.append(pd.Series(value.to_numpy(), index=rows.index))
        error = made["shrunk_std_error"].fillna(half) if chosen == "predicted" else made["shrunk_std_error"]
        errors.append(made[["pcn_code"]].assign(quarter=quarter, need=need, value=value, std_error=error))
    replaced = panel.assign(**{need: pd.concat(values)})
    rest = behind[behind["need"] != need]
    return replaced, pd.concat([rest, pd.concat(errors).dropna(subset=["value"])], ignore_index=True)


def values_words(need: str, chosen: str) -> str:
    """Which values a need has, as a sentence."""
    return f"{need}: {chosen} values, {_WORDS[chosen]}."
