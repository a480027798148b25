"""Invented need: the true share of each practice's patients who lack local support, and the survey that samples it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sp_geo.synthetic import calibration
from sp_geo.synthetic.calibration import Floats, score


def practice_need(
    deprivation: Floats, minority: Floats, group: np.ndarray, weight: Floats, rng: np.random.Generator
) -> Floats:
    """How far each practice's true share lies from England's, in shares; adds to a year's level.

    It rises with deprivation and with the share of minority ethnic residents, and has a part of its PCN's and of its
    own. Between PCNs its standard deviation is :data:`calibration.NEED_SPREAD`.

    Args:
        deprivation: IMD score by practice.
        minority: share by practice.
        group: PCN number of each practice.
        weight: expected answers by practice.
        rng: source of all that is drawn.
    """
    shared = rng.standard_normal(int(group.max()) + 1)[group]
    own = rng.standard_normal(len(group))
    raw = 0.5 * score(deprivation) + 0.5 * score(minority) + 0.9 * shared + 0.8 * own
    total = np.bincount(group, weights=weight)
    means = np.bincount(group, weights=weight * raw) / np.where(total > 0, total, 1)
    present = means[total > 0]
    return np.asarray((raw - present.mean()) * calibration.NEED_SPREAD / max(float(present.std()), 1e-12))


def expected_answers(sizes: Floats, rng: np.random.Generator) -> Floats:
    """Answers a year of people who needed support, by practice."""
    return np.asarray(
        np.clip(calibration.ANSWERS * (sizes / 9_500) ** 0.25 * np.exp(0.3 * rng.standard_normal(len(sizes))), 5, 90)
    )


def share_in(year: int, need: Floats) -> Floats:
    """True share lacking support in a year."""
    return np.asarray(np.clip(calibration.NO_SHARE[year] + need, 0.02, 0.75))


def survey_year(year: int, codes: np.ndarray, need: Floats, answers: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """One year's answers of the practices given: rows of ``World.survey``.

    Who answers is a Poisson draw, who says No a binomial one; all of a practice's answers are then weighted by one
    factor, as the publisher's are, so that counts are fractional and shares are not changed.
    """
    needed = rng.poisson(answers)
    no = rng.binomial(needed, share_in(year, need))
    definitely = rng.binomial(needed - no, 0.52)
    not_needed = rng.poisson(answers * 1.35)
    unsure = rng.poisson(answers * 0.17)
    received = needed + not_needed + unsure + rng.poisson(answers * 0.8) + 5
    factor = np.round(np.exp(0.05 * rng.standard_normal(len(codes))), 3)
    return pd.DataFrame(
        {
            "year": year,
            "practice_code": codes,
            "distributed": received * 3 + rng.integers(0, 60, len(codes)),
            "received": received,
            "yes_definitely": definitely * factor,
            "yes_some": (needed - no - definitely) * factor,
            "no": no * factor,
            "not_needed": not_needed * factor,
            "unsure": unsure * factor,
        }
    )
