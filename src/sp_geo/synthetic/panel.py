"""The joined table without the files: a few hundred invented PCNs by the demonstration's own mechanism.

For tests of the statistics over many seeds: what takes seconds a seed through files takes milliseconds here, and
provision, reporting and survey sampling are the very functions that the files are made with.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.synthetic import calibration, need, provision
from sp_geo.synthetic.calibration import Floats, rank, score
from sp_geo.synthetic.truth import PARAMETER_NEED, Truth, true_slopes
from sp_geo.synthetic.world import MARK

DEFAULT_QUARTERS: Final = ("2020Q4", "2022Q1", "2023Q3")
NEEDS: Final = (PARAMETER_NEED, "need_true", "imd_score", "minority_ethnic")
_PRACTICES_A_PCN: Final = 5.1
_REGIONS: Final = tuple(sorted(calibration.REGION_PROVISION))
_REGION_SHARE: Final = np.asarray([0.165, 0.09, 0.145, 0.195, 0.12, 0.13, 0.155])
_REGION_NEED: Final = np.asarray([0.5, -0.5, -0.4, 0.1, -0.2, 0.5, 0.1])
_ICBS_A_REGION: Final = 6


def draw(
    seed: int,
    n_pcns: int = 300,
    quarters: tuple[str, ...] = DEFAULT_QUARTERS,
    slope: float | None = None,
) -> tuple[pd.DataFrame, Truth]:
    """Invented PCNs in the shape of out_pcn_quarter, and their truth.

    Args:
        seed: 0 or more; the same seed gives the same table.
        n_pcns: active in every quarter.
        quarters: between 2020Q1 and 2026Q2, in order; they decide coverage, zeros, variation and the slope.
        slope: FTE per 10,000 per unit of ``need_true`` in all quarters, instead of the published-looking path.

    Returns:
        One row a PCN and quarter with the columns of out_pcn_quarter that the analysis reads, and ``need_true`` (true
        share lacking support; ``lack_of_support`` is the survey's sample of it); and the truth, whose
        ``population_slope`` is what the treatments estimate.
    """
    places, numbers, answers = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(3))
    fixed, hidden_need, expected_answers = _pcns(n_pcns, places)
    given = provision.hidden_paths(numbers, n_pcns, len(quarters), provision.PERSISTENCE_OF_PROVISION)
    telling = provision.hidden_paths(numbers, n_pcns, len(quarters), provision.PERSISTENCE_OF_REPORTING)
    frames, truths = [], []
    for number, quarter in enumerate(quarters):
        true = need.share_in(int(quarter[:4]), hidden_need)
        # Answers of people who needed support.
        base = np.maximum(answers.poisson(expected_answers), 1)
        lists = fixed["list_size"].to_numpy(dtype=np.float64)
        region = fixed["region_code"].to_numpy()
        patients = calibration.at_month(calibration.PATIENTS, f"{quarter[:4]}-07")
        national = calibration.at_quarter(calibration.PLAIN_FTE, quarter)
        national += calibration.at_quarter(calibration.MENTAL_HEALTH_FTE, quarter)
        result = provision.provide(
            quarter, true, lists, region, given[:, number], telling[:, number], national * lists.sum() / patients, slope
        )
        rows = fixed.assign(quarter=quarter, need_true=true)
        rows[PARAMETER_NEED] = answers.binomial(base, true) / base
        # What a reader of the releases sees: nothing of PCNs that did not report.
        fte = np.where(result.is_reported, result.fte, np.nan)
        status = np.select([~result.is_reported, result.fte == 0], ["not_reported", "true_zero"], "reported")
        frames.append(
            rows.assign(
                reporting_status=status,
                splw_fte=fte,
                splw_plain_fte=fte,
                splw_mental_health_fte=fte * 0,
                splw_headcount=np.ceil(fte),
                splw_fte_per_10k=fte / rows["list_size"] * 10_000,
                splw_fte_per_10k_weighted=fte / rows["weighted_list_size"] * 10_000,
                list_release=rows["quarter"].str[:4] + "-07",
                membership_source="synthetic",
            )
        )
        truths.append(
            rows.assign(
                expected_fte_per_10k=result.expected,
                fte_per_10k=result.rate,
                fte=result.fte,
                is_reported=result.is_reported,
            )
        )
    pcns = pd.concat(truths, ignore_index=True)
    parameters = {quarter: calibration.true_slope(quarter) if slope is None else slope for quarter in quarters}
    words: dict[str, Any] = {"n_pcns": n_pcns, "see": "sp_geo.synthetic.provision"}
    truth = Truth("panel", seed, true_slopes(pcns, NEEDS, parameters), pcns, words)
    return pd.concat(frames, ignore_index=True), truth


def _pcns(count: int, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats, Floats]:
    """What a PCN keeps: codes, place, list, needs that do not change; its hidden need and expected answers."""
    region = rng.choice(len(_REGIONS), size=count, p=_REGION_SHARE / _REGION_SHARE.sum())
    lists = np.rint(calibration.pcn_size(rng.permutation((np.arange(count) + 0.5) / count)))
    latent = rng.standard_normal((3, count))
    deprivation = _REGION_NEED[region] * 0.6 + latent[0]
    ethnic = np.where(region == 0, 1.2, 0.0) + 0.4 * latent[0] + latent[1]
    answers = np.maximum(calibration.ANSWERS * _PRACTICES_A_PCN * lists / lists.mean(), 20.0)
    imd = calibration.imd_2019(rank(deprivation) * 0.8 + 0.1)
    minority = calibration.minority(rank(ethnic))
    hidden = need.practice_need(imd, minority, np.arange(count), answers, rng)
    table = pd.DataFrame(
        {
            "pcn_code": [f"U{90_000 + number}" for number in range(1, count + 1)],
            "pcn_name": [f"{MARK}PCN {number:04}" for number in range(1, count + 1)],
            "icb_code": [
                f"{_REGIONS[number]}-{part}"
                for number, part in zip(region, rng.integers(0, _ICBS_A_REGION, count), strict=True)
            ],
            "region_code": [_REGIONS[number] for number in region],
            "list_size": lists,
            "weighted_list_size": np.rint(lists * np.exp(0.05 * rng.standard_normal(count))),
            "imd_score": imd,
            "minority_ethnic": minority,
            "rural": np.clip(0.2 - 0.2 * score(ethnic) + 0.2 * latent[2], 0, 1),
            "aged_65_plus": np.clip(0.19 - 0.03 * score(ethnic) + 0.02 * rng.standard_normal(count), 0.05, 0.4),
        }
    )
    named = table.assign(icb_name=MARK + table["icb_code"], region_name=MARK + table["region_code"])
    return named, hidden, answers
