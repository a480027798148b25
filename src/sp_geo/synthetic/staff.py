"""From a PCN's FTE to the people in the workforce release: link workers in posts, contracted services, other staff."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.quarters import Quarter
from sp_geo.synthetic import calibration, roles
from sp_geo.synthetic.calibration import Floats
from sp_geo.synthetic.layouts.workforce import NEW_FORM_SINCE

_CONTRACTED_PCNS: Final = 0.29
"""Share of PCNs whose link workers are a contracted service: 27 to 31 % of the FTE is published."""
_ONLY_CONTRACTED: Final = 0.018
"""Share of PCNs in a release that report contracted services alone: 8 to 32 PCNs."""
_OTHER_CONTRACTED: Final = 0.12
_YOUNG: Final = 0.2
_HOURS: Final = np.asarray([1.0, 0.8, 0.6, 0.986666667, 0.5, 0.4, 0.266666667])
_HOURS_SHARE: Final = np.asarray([0.52, 0.13, 0.1, 0.07, 0.07, 0.06, 0.05])
_FIRST_IDENTIFIER: Final = 10_000
_PLACES_A_PCN: Final = 100


class Workforce:
    """Draws releases; what lasts from quarter to quarter is drawn once.

    Args:
        codes: of all PCNs that ever are.
        rng: source of all that is drawn.
    """

    def __init__(self, codes: np.ndarray, rng: np.random.Generator) -> None:
        """Draw which PCNs buy contracted services, and which come first with mental health roles."""
        self._codes = codes
        self._rng = rng
        self._is_contracted = rng.random(len(codes)) < _CONTRACTED_PCNS
        self._rank = rng.permutation(len(codes))
        self._staffing = np.exp(0.35 * rng.standard_normal(len(codes)) - 0.06)
        self._only_contracted = rng.random(len(codes))

    def release(self, quarter: str, pcns: np.ndarray, fte: Floats, mental_health_fte: float) -> pd.DataFrame:
        """Rows of ``World.staff`` of one quarter.

        Args:
            quarter: such as 2022Q2.
            pcns: numbers of the PCNs in the release.
            fte: link worker FTE of each.
            mental_health_fte: how much of their sum is in the mental health roles.
        """
        bought = self._is_contracted[pcns]
        only = self._only_contracted[pcns] < _ONLY_CONTRACTED
        own = self._posts(pcns, np.where(bought | only, 0.0, fte), mental_health_fte)
        contracted = self._posts(pcns, np.where(bought | only, fte, 0.0), 0.0).assign(identifier=0)
        # Everybody else: at least one row a PCN, so that a PCN without link workers is in the release.
        new_form = Quarter.parse(quarter) >= NEW_FORM_SINCE
        known = [n for n, role in enumerate(roles.ROLES) if role.share > 0 and (new_form or not role.since_2026)]
        share = np.asarray([roles.ROLES[number].share for number in known])
        mean = calibration.at_quarter(calibration.OTHER_STAFF, quarter) * self._staffing[pcns]
        count = np.minimum(1 + self._rng.poisson(np.maximum(mean - 1, 0)), _PLACES_A_PCN // 2)
        row = np.repeat(np.arange(len(pcns)), count)
        order = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        identifier = _FIRST_IDENTIFIER + pcns[row] * _PLACES_A_PCN + _PLACES_A_PCN // 2 + order
        others_bought = only[row] | ((order > 0) & (self._rng.random(len(row)) < _OTHER_CONTRACTED))
        others = pd.DataFrame(
            {
                "pcn": pcns[row],
                "role": self._rng.choice(known, size=len(row), p=share / share.sum()),
                "fte": self._rng.choice(_HOURS, size=len(row), p=_HOURS_SHARE / _HOURS_SHARE.sum()),
                "identifier": np.where(others_bought, 0, identifier),
            }
        )
        rows = pd.concat([own, contracted, others], ignore_index=True)
        rows["is_contracted"] = rows["identifier"] == 0
        rows = rows.sort_values(["is_contracted", "pcn", "role"], kind="stable", ignore_index=True)
        return pd.DataFrame(
            {
                "quarter": quarter,
                "pcn_code": self._codes[rows["pcn"]],
                "role": rows["role"].to_numpy(),
                "fte": rows["fte"].to_numpy(),
                "identifier": rows["identifier"].to_numpy(),
            }
        )

    def _posts(self, pcns: np.ndarray, fte: Floats, mental_health_fte: float) -> pd.DataFrame:
        """Whole posts and one with the rest; the first PCNs by rank have their last post in a mental health role."""
        steps = np.rint(fte * 75).astype(np.int64)
        full, rest = steps // 75, steps % 75
        count = full + (rest > 0)
        row = np.repeat(np.arange(len(pcns)), count)
        order = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        part = np.where(order < full[row], 1.0, rest[row] / 75)
        role = np.full(len(row), roles.PLAIN)
        last = np.flatnonzero(order == count[row] - 1)
        if mental_health_fte > 0:
            queue = last[np.argsort(self._rank[pcns[row[last]]], kind="stable")]
            taken = queue[: int(np.searchsorted(np.cumsum(part[queue]), mental_health_fte)) + 1]
            role[taken] = roles.MENTAL_HEALTH_ADULT
            role[taken[:: round(1 / _YOUNG)]] = roles.MENTAL_HEALTH_YOUNG
        identifier = _FIRST_IDENTIFIER + pcns[row] * _PLACES_A_PCN + order
        return pd.DataFrame({"pcn": pcns[row], "role": role, "fte": part, "identifier": identifier})
