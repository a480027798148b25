"""The question of a survey need's values: observed, shrunk, predicted, and how the model does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sp_geo.build.areas import in_area
from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD
from sp_geo.core.errors import UsageError
from sp_geo.core.suggest import shown
from sp_geo.panel.indicator import Indicator, indicator_of
from sp_geo.questions.panel import Answer, answered, choose, in_quarters
from sp_geo.questions.requests.statistics import NeedRequest
from sp_geo.questions.requests.words import NEED_VIEWS
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.inference import cluster_numbers
from sp_geo.statistics.need_values import all_values
from sp_geo.statistics.predicted_need import COVERAGE, evaluation
from sp_geo.statistics.small_area_need import PREDICTORS, predictors_of


def need(build: Build, request: NeedRequest) -> Answer:
    """Values of PCNs, or the model's card.

    Raises:
        UsageError: the request names something unknown, or a need that is no survey.
        WorkspaceError: nothing has been built.
    """
    item = indicator_of(request.need, build.needs)
    if not item.is_survey:
        surveys = [name for name, each in build.needs.items() if each.is_survey]
        raise UsageError(f"{item.name} is no survey", found=shown(item.name), expected=", ".join(surveys))
    view = choose("view", request.show, NEED_VIEWS)
    panel = in_quarters(build.table("out_pcn_quarter"), (request.quarter,))
    quarter = str(panel["quarter"].iloc[0])
    return _card(build, item, panel) if view == "card" else _pcns(build, item, panel, quarter, request.area)


def _pcns(build: Build, item: Indicator, panel: pd.DataFrame, quarter: str, area: str) -> Answer:
    behind = build.table("out_pcn_need")
    behind = behind[(behind["need"] == item.name) & (behind["quarter"] == quarter)]
    found = all_values(panel, behind, item.name)
    names = panel.set_index("pcn_code")["pcn_name"]
    rows = found.rows[found.rows["pcn_code"].isin(in_area(panel, area)["pcn_code"])].reset_index(drop=True)
    rows.insert(1, "pcn_name", rows["pcn_code"].map(names))
    rows.insert(0, "quarter", quarter)
    # What rests on a handful of people is withheld, also where it was only drawn towards what is expected.
    few = rows["base_count"] < THRESHOLD
    rows.loc[few, ["observed", "std_error", "base_count", "shrunk", "shrunk_std_error", "own_share"]] = np.nan
    rows["state"] = np.where(few, SUPPRESSED, "")
    effect = build.manifest.parameters.get("survey_design_effect", 1.0)
    notes = [
        f"{item.label}, shares from 0 to 1. Bases are divided by a design effect of {effect:g} before standard errors.",
        "own_share: of a PCN's own answers in its shrunk value; the rest is what is expected of such a PCN.",
    ]
    if found.not_shrunk:
        notes.append(f"Nothing is shrunk: {found.not_shrunk}.")
    if found.not_predicted:
        notes.append(f"Nothing is predicted: {found.not_predicted}.")
    if found.model:
        notes.append(
            f"Predicted by {found.model}; the interval holds what the survey would have found in 90 of 100 PCNs."
        )
    return answered(build, rows, f"Survey need of PCNs in {quarter}: observed, shrunk, predicted", notes)


def _card(build: Build, item: Indicator, panel: pd.DataFrame) -> Answer:
    """Errors and coverage where whole ICBs are left out, by ICB and together."""
    told = panel[panel[item.name].notna()]
    value, icbs = told[item.name].to_numpy(dtype=np.float64), cluster_numbers(told["icb_code"])
    found = evaluation(value, predictors_of(told), icbs)
    if isinstance(found, NotEstimable):
        raise UsageError("the model cannot be tried", found=found.cause, expected="a survey of more ICBs")
    each = pd.DataFrame(
        {
            "icb_code": told["icb_code"].to_numpy(),
            "error": (value - found.predicted) ** 2,
            "error_of_mean": (value - found.others) ** 2,
            "covered": (value >= found.low) & (value <= found.high),
            "width": found.high - found.low,
        }
    )
    together = each.assign(icb_code="all")
    by_icb = pd.concat([together, each]).groupby("icb_code", sort=False)
    rows = pd.DataFrame(
        {
            "pcns": by_icb.size(),
            "error_pp": 100 * np.sqrt(by_icb["error"].mean()),
            "error_of_icb_mean_pp": 100 * np.sqrt(by_icb["error_of_mean"].mean()),
            "coverage_pct": 100 * by_icb["covered"].mean(),
            "width_pp": 100 * by_icb["width"].mean(),
        }
    ).reset_index()
    notes = (
        "error_pp: root mean square difference between what the survey found and a prediction that never saw the ICB, "
        "in percentage points; error_of_icb_mean_pp: the same of the mean of the ICB's other PCNs, which did answer.",
        f"coverage_pct: intervals that hold what the survey found; {100 * COVERAGE:.0f} is promised over all ICBs, "
        "not in each.",
        f"From {', '.join(PREDICTORS)}. Models taken, fold by fold: {', '.join(found.models)}.",
    )
    return answered(build, rows, f"How predictions of {item.name} do in ICBs that were left out", notes)
