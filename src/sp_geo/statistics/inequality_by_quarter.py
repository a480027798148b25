"""Inequality of provision by quarter, with seeded bootstrap intervals over PCNs.

The active PCNs of a quarter are drawn again, the same draws for every handling of non-response. The seed and the
quarter alone decide them, so that a quarter's interval does not depend on which other quarters are asked. Fifths
stay those of the data. Intervals are the 2.5th and 97.5th percentile of the draws. See docs/methods/inequality.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sp_geo.core.quarters import Quarter
from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, NotEstimable, Result
from sp_geo.statistics.inequality import concentration_index, gini_index, slope_index
from sp_geo.statistics.least_squares import FloatArray
from sp_geo.statistics.measures import ALL_ROLES, PATIENTS_IN_RATE, Need, Provision
from sp_geo.statistics.non_response import NonResponse, Sample, samples
from sp_geo.statistics.quantiles import FIFTH_ENDS, FIFTHS, equal_parts
from sp_geo.statistics.regression import check_choices, counts

DRAWS: Final = 2000
Counts = NDArray[np.uint16]

INEQUALITY_COLUMNS: Final = (
    "quarter",
    "need",
    "non_response",
    "measure",
    "fifth",
    *ESTIMATE_COLUMNS[:-1],
    "unit",
    "convention",
    "n_pcns",
    "n_active_pcns",
    "coverage_pct",
    "mean_fte_per_10k",
    "splw_fte",
    "series",
    "draws",
    "seed",
    "reason",
    "note",
)

_AT_ONCE: Final = 100
"""Draws worked out together: so many of some 1,300 PCNs stay in a processor's own memory."""
_FEWEST_DRAWS: Final = 0.95
_LOW, _HIGH = 2.5, 97.5
_TOWARDS_LOWER_NEED: Final = "positive: provision favours lower need; negative: it favours higher need"


@dataclass(frozen=True)
class Measure:
    """A measure of inequality as it stands in the tables.

    Attributes:
        name: in column ``measure``.
        unit: of the estimate.
        convention: how its sign or size is read.
    """

    name: str
    unit: str
    convention: str


RATE: Final = Measure("rate", ALL_ROLES.unit, f"fifth 1: {FIFTH_ENDS[1]}; fifth 5: {FIFTH_ENDS[FIFTHS]}")
GAP: Final = Measure("gap", ALL_ROLES.unit, f"fifth 5 minus fifth 1; {_TOWARDS_LOWER_NEED}")
SLOPE: Final = Measure("slope_index", ALL_ROLES.unit, _TOWARDS_LOWER_NEED)
RELATIVE: Final = Measure(
    "relative_index", "ratio", "lowest need over highest need; above 1: provision favours lower need"
)
CONCENTRATION: Final = Measure("concentration_index", "index, -1 to 1", _TOWARDS_LOWER_NEED)
GINI: Final = Measure("gini", "index, 0 to 1", "0: every PCN has the same rate; need plays no part")


@dataclass(frozen=True)
class Ordered:
    """One quarter's PCNs, highest need first.

    Attributes:
        places: shape (n,), row of each PCN in the table of draws.
        people: shape (n,), patients, times the weight of the treatment if it has one.
        rate: shape (n,), FTE per 10,000.
        fifths: shape (n, 5), 1.0 where the PCN is in that fifth.
    """

    places: np.ndarray[tuple[int], np.dtype[np.intp]]
    people: FloatArray
    rate: FloatArray
    fifths: FloatArray


def inequality_table(
    panel: pd.DataFrame,
    need: Need,
    non_responses: tuple[NonResponse, ...] = ("reporters",),
    *,
    seed: int,
    draws: int = DRAWS,
    provision: Provision = ALL_ROLES,
) -> pd.DataFrame:
    """All measures for each quarter and treatment, one row each.

    Args:
        panel: ``out_pcn_quarter``.
        need: what PCNs are ranked by, highest first.
        non_responses: what is done about PCNs that did not report; the weights of ``reweighted`` stay the same
            in all draws.
        seed: of the draws, 0 or more; with the quarter it decides them.
        draws: how many times PCNs are drawn again.
        provision: series; people are its patients.

    Returns:
        A table with :data:`INEQUALITY_COLUMNS`: ``rate`` for each ``fifth``, ``gap``, ``slope_index``,
        ``relative_index``, ``concentration_index`` and ``gini``. No p-values: no test is made.

    Raises:
        UsageError: an unknown choice or column.
    """
    check_choices(panel, need, non_responses, "none", "HC1", (), provision)
    records: list[dict[str, object]] = []
    for quarter, rows, treated in samples(panel, need, non_responses, provision):
        codes = np.sort(rows["pcn_code"].unique())
        times = drawn_again(len(codes), draws, seed, Quarter.parse(quarter))
        for non_response, chosen in treated:
            common = {
                "quarter": quarter,
                "need": need.name,
                "non_response": non_response,
                **counts(rows, chosen),
                "series": provision.name,
                "draws": draws,
                "seed": seed,
                "note": chosen.note if isinstance(chosen, Sample) else "",
            }
            ordered = _ordered(chosen, need, provision, codes)
            for record in _measured(ordered, times):
                unit = provision.unit if record["unit"] == ALL_ROLES.unit else record["unit"]
                records.append({**common, **record, "unit": unit})
    return pd.DataFrame(records, columns=list(INEQUALITY_COLUMNS))


def drawn_again(size: int, draws: int, seed: int, quarter: Quarter) -> Counts:
    """How often each of ``size`` PCNs is in each draw: shape (draws, size), rows sum to ``size``.

    Args:
        size: PCNs that are active in the quarter, fewer than 65,536.
        draws: how many.
        seed: 0 or more.
        quarter: its number is mixed into the seed, so that each quarter has draws of its own whatever else is asked.
    """
    generator = np.random.default_rng(np.random.SeedSequence((seed, quarter.year, quarter.number)))
    times = np.zeros((draws, size), dtype=np.uint16)
    for start in range(0, draws if size else 0, _AT_ONCE):
        rows = min(_AT_ONCE, draws - start)
        drawn = generator.integers(size, size=(rows, size), dtype=np.uint16)
        # Each draw counts in a stretch of its own, so that one count does for all of them.
        cells = drawn + size * np.arange(rows)[:, None]
        times[start : start + rows] = np.bincount(cells.ravel(), minlength=rows * size).reshape(rows, size)
    return times


def _ordered(
    chosen: Sample | NotEstimable,
    need: Need,
    provision: Provision,
    codes: np.ndarray[tuple[int], np.dtype[np.object_]],
) -> Ordered | NotEstimable:
    if isinstance(chosen, NotEstimable):
        return chosen
    rows = chosen.rows
    if len(rows) < FIFTHS:
        return NotEstimable(f"fifths need {FIFTHS} PCNs with both provision and need and there are {len(rows)}")
    values = rows[need.name].to_numpy(dtype=np.float64)
    if np.ptp(values) == 0:
        return NotEstimable("the need is the same in every PCN")
    fifth = equal_parts(values)
    if len(np.unique(fifth)) < FIFTHS:
        return NotEstimable("so many PCNs share one value of the need that a fifth is empty")
    order = np.lexsort((rows["pcn_code"].to_numpy(), -values))
    people = rows[provision.patients_column].to_numpy(dtype=np.float64)
    if chosen.weights is not None:
        people = people * chosen.weights
    return Ordered(
        places=np.searchsorted(codes, rows["pcn_code"].to_numpy()[order]),
        people=people[order],
        rate=rows["provision"].to_numpy(dtype=np.float64)[order],
        fifths=(fifth[order][:, None] == np.arange(1, FIFTHS + 1)).astype(np.float64),
    )


def _measured(ordered: Ordered | NotEstimable, times: Counts) -> list[dict[str, object]]:
    """Records of every measure, from the data (a draw in which each PCN is once) and from the draws."""
    wanted = [*((RATE, str(fifth)) for fifth in range(1, FIFTHS + 1))]
    wanted += [(measure, "") for measure in (GAP, SLOPE, RELATIVE, CONCENTRATION, GINI)]
    if isinstance(ordered, NotEstimable):
        return [_record(measure, fifth, ordered) for measure, fifth in wanted]
    point = measures(ordered, np.ones((1, len(ordered.people))))[0]
    parts = [times[start : start + _AT_ONCE] for start in range(0, len(times), _AT_ONCE)]
    draws = np.concatenate([measures(ordered, part[:, ordered.places].astype(np.float64)) for part in parts])
    return [
        _record(measure, fifth, interval(point[column], draws[:, column]))
        for column, (measure, fifth) in enumerate(wanted)
    ]


def measures(ordered: Ordered, times: FloatArray) -> FloatArray:
    """Every measure in every draw.

    Args:
        ordered: the PCNs of one quarter.
        times: shape (draws, n), how often each is drawn.

    Returns:
        Shape (draws, 10): five rates, gap, slope index, relative index, concentration index, Gini.
    """
    people = times * ordered.people
    by_fifth = people @ ordered.fifths
    fte = times @ (ordered.fifths * (ordered.people * ordered.rate / PATIENTS_IN_RATE)[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = fte / by_fifth * PATIENTS_IN_RATE
    index = slope_index(by_fifth, rates)
    columns = [
        rates[:, -1] - rates[:, 0],
        index.slope,
        index.relative,
        concentration_index(people, ordered.rate),
        gini_index(people, ordered.rate),
    ]
    return np.column_stack([rates, *columns])


def interval(point: float, draws: FloatArray) -> Result:
    """A percentile interval round a point; ``draws`` of shape (draws,) may hold NaN where undefined."""
    known = draws[np.isfinite(draws)]
    if not np.isfinite(point):
        return NotEstimable("the measure is undefined where provision is nothing")
    if len(known) < _FEWEST_DRAWS * len(draws) or not len(known):
        return NotEstimable("too many draws leave the measure undefined: there are too few PCNs")
    low, high = np.percentile(known, [_LOW, _HIGH])
    if not low <= point <= high:
        return NotEstimable("the bootstrap interval does not hold the estimate: there are too few PCNs")
    return Estimate(float(point), float(known.std(ddof=1)) if len(known) > 1 else 0.0, low, high, None)


def _record(measure: Measure, fifth: str, result: Result) -> dict[str, object]:
    return {
        "measure": measure.name,
        "fifth": fifth,
        "unit": measure.unit,
        "convention": measure.convention,
        **result.as_record(),
    }
