"""The problem of posts: who has how many, what is asked for, and what may not happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.core.errors import InfeasibleError, UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objective = Literal["shortfall", "worst_first", "proportional"]
Unreported = Literal["ask", "exclude", "impute"]
OBJECTIVES: Final[tuple[Objective, ...]] = ("shortfall", "worst_first", "proportional")
UNREPORTED: Final[tuple[Unreported, ...]] = ("ask", "exclude", "impute")
PER: Final = 10_000.0
MOST_STEPS: Final = 1_000_000
"""Steps of a plan: a hundred times all posts of England in tenths."""
_EPSILON: Final = 1e-9


@dataclass(frozen=True)
class Bounds:
    """What the planner fixes, by pcn_code.

    Attributes:
        at_least: new posts that a PCN must get (promised or protected), in FTE.
        at_most: new posts that a PCN may get.
        most: the same for every PCN that ``at_most`` does not name; None for no limit.
        smallest: least that a PCN gets if it gets any, as nobody hires a tenth of a person.
    """

    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    most: float | None = None
    smallest: float | None = None


NO_BOUNDS: Final = Bounds({}, {})


@dataclass(frozen=True)
class PostsProblem:
    """Posts to be given to n PCNs, in the order of their codes.

    Attributes:
        pcn_codes: sorted.
        fte: existing FTE, imputed where ``is_imputed``.
        patients: people the rate is per.
        need: need measure; greater is more need.
        need_error: its sampling standard error; 0 where it is not a sample.
        is_imputed: whether the FTE was imputed for a PCN that did not report.
        units: steps to be given in all.
        step: FTE of one step.
        lower: steps each must get.
        upper: steps each may get.
        block: steps of the smallest post.
        target: rate to be reached, FTE per 10,000.
        objective: what is to be improved.
    """

    pcn_codes: tuple[str, ...]
    fte: Floats
    patients: Floats
    need: Floats
    need_error: Floats
    is_imputed: npt.NDArray[np.bool_]
    units: int
    step: float
    lower: Ints
    upper: Ints
    block: int
    target: float
    objective: Objective

    def with_units(self, units: int) -> PostsProblem:
        """The same with other posts to give; what is promised is given first."""
        return replace(self, units=units)

    @property
    def rate(self) -> Floats:
        """FTE per 10,000 today."""
        return self.fte / self.patients * PER


def steps_of(fte: float, step: float, what: str) -> int:
    """A number of FTE in whole steps.

    Raises:
        UsageError: it is negative, or not a whole number of steps.
    """
    if not (np.isfinite(step) and step > 0 and np.isfinite(fte) and fte >= 0):
        raise UsageError(f"{what} cannot be used", found=f"{fte:g} FTE in steps of {step:g}", expected="0 or more FTE")
    steps = fte / step
    if steps > MOST_STEPS:
        raise UsageError(
            f"{what} cannot be planned",
            found=f"{fte:g} FTE in steps of {step:g}",
            expected=f"{MOST_STEPS:,} steps at most",
        )
    # A step that is far greater than the whole would round it to nothing.
    if abs(steps - round(steps)) > 1e-6 or (fte > 0 and round(steps) == 0):  # noqa: PLR2004 - rounding of decimals
        raise UsageError(
            f"{what} is not a whole number of steps",
            found=f"{fte:g} FTE in steps of {step:g}",
            expected=f"{step * np.floor(steps):g} or {step * np.ceil(steps):g} FTE, or another step",
        )
    return round(steps)


def treat_unreported(rows: pd.DataFrame, non_response: Unreported) -> pd.DataFrame:
    """PCNs with the existing FTE that the plan takes them to have; a PCN that did not report is not an empty one.

    Args:
        rows: pcn_code, splw_fte, list_size, icb_code, region_code, reporting_status.
        non_response: ``ask`` refuses, ``exclude`` leaves them out, ``impute`` takes the rate of the reporting PCNs of
            the ICB (of all, where none of the ICB reported), and flags it.

    Returns:
        The rows kept, with ``fte`` and ``is_imputed``.

    Raises:
        UsageError: a PCN did not report and the treatment is ``ask``.
        InfeasibleError: no PCN reported, so nothing can be imputed.
    """
    silent = rows["reporting_status"] == "not_reported"
    if non_response == "ask" and silent.any():
        named = ", ".join(rows.loc[silent, "pcn_code"].head(5))
        raise UsageError(
            f"{int(silent.sum()):,} PCN(s) did not report, and a PCN that did not report is not one without posts",
            found=named + (" and more" if silent.sum() > 5 else ""),  # noqa: PLR2004 - a line
            expected="a choice of 'unreported': exclude them, or impute them",
        )
    if non_response == "exclude" or not silent.any():
        kept = rows[~silent]
        return kept.assign(fte=kept["splw_fte"], is_imputed=False)
    if silent.all():
        raise InfeasibleError(
            "no PCN reported, so nothing can be imputed", found=f"{len(rows):,} PCNs without a report"
        )
    known = rows[~silent]
    everywhere = known["splw_fte"].sum() / known["list_size"].sum()
    icbs = known.groupby("icb_code")[["splw_fte", "list_size"]].sum()
    rate = rows["icb_code"].map(icbs["splw_fte"] / icbs["list_size"]).fillna(everywhere)
    return rows.assign(fte=rows["splw_fte"].where(~silent, rate * rows["list_size"]), is_imputed=silent)


def posts_problem(
    rows: pd.DataFrame,
    need: str,
    fte: float,
    step: float,
    objective: Objective,
    target: float | None = None,
    bounds: Bounds = NO_BOUNDS,
    patients: str = "list_size",
) -> PostsProblem:
    """The problem, checked.

    Args:
        rows: of :func:`treat_unreported`, with the columns of need, ``<need>_std_error`` and patients.
        need: need measure.
        fte: posts to give.
        step: least part of a post.
        objective: what is to be improved.
        target: FTE per 10,000 to be reached; None for the mean rate that there will be with the posts.
        bounds: what is fixed.
        patients: ``list_size``, or ``weighted_list_size`` for patients weighted by the national formula.

    Raises:
        UsageError: a number cannot be used, a code is unknown, or need or patients are missing.
        InfeasibleError: bounds and posts contradict each other.
    """
    rows = _usable(rows.sort_values("pcn_code", ignore_index=True), need, patients)
    units = steps_of(fte, step, "the number of posts")
    smallest = step if bounds.smallest is None else bounds.smallest
    block = max(1, steps_of(smallest, step, "the smallest post"))
    lower, upper = _limits(rows, bounds, units, step)
    people = rows[patients].to_numpy(dtype=float)
    have = rows["fte"].to_numpy(dtype=float)
    if target is not None and not 0 < target <= PER:
        raise UsageError(
            "the target rate cannot be used",
            found=f"{target:g}",
            expected=f"FTE per 10,000 above 0, at most {PER:,.0f}",
        )
    reachable = (have.sum() + fte) / people.sum() * PER
    chosen = reachable if target is None else target
    problem = PostsProblem(
        pcn_codes=tuple(rows["pcn_code"]),
        fte=have,
        patients=people,
        need=rows[need].to_numpy(dtype=float),
        need_error=rows[f"{need}_std_error"].fillna(0.0).to_numpy(dtype=float),
        is_imputed=rows["is_imputed"].to_numpy(dtype=bool),
        units=units,
        step=step,
        lower=lower,
        upper=upper,
        block=block,
        target=float(chosen),
        objective=objective,
    )
    _check_room(problem, step)
    return problem


def _usable(rows: pd.DataFrame, need: str, patients: str) -> pd.DataFrame:
    if rows.empty:
        raise InfeasibleError("there is no PCN to give posts to", expected="at least one PCN that reported")
    without = rows[need].isna()
    if without.any():
        raise UsageError(
            f"{int(without.sum()):,} PCN(s) have no value of {need}",
            found=", ".join(rows.loc[without, "pcn_code"].head(5)),
            expected="another need measure, or the data that give this one",
        )
    if (rows[need] < 0).any() or rows[need].sum() <= 0:
        raise UsageError(f"{need} cannot weigh posts", found="negative or zero throughout", expected="values above 0")
    if rows[patients].isna().any() or (rows[patients] <= 0).any():
        raise UsageError(
            "patients are not known for every PCN",
            found=f"{int(rows[patients].isna().sum()):,} PCN(s) without {patients}",
            expected="raw patients, or the data that give weighted ones",
        )
    return rows


def _limits(rows: pd.DataFrame, bounds: Bounds, units: int, step: float) -> tuple[Ints, Ints]:
    codes = pd.Index(rows["pcn_code"])
    for name, given in (("promised posts", bounds.at_least), ("limits of single PCNs", bounds.at_most)):
        unknown = sorted(set(given) - set(codes))
        if unknown:
            raise UsageError(
                f"{name} name a PCN that is not in the plan",
                found=", ".join(unknown[:5]),
                expected="a PCN of the area",
            )
    most = units if bounds.most is None else min(units, steps_of(bounds.most, step, "the most a PCN may get"))
    lower = np.zeros(len(codes), dtype=np.int64)
    upper = np.full(len(codes), most, dtype=np.int64)
    for code, value in bounds.at_least.items():
        lower[codes.get_loc(code)] = steps_of(value, step, f"what {code} must get")
    for code, value in bounds.at_most.items():
        upper[codes.get_loc(code)] = min(units, steps_of(value, step, f"what {code} may get"))
    return lower, upper


def _check_room(problem: PostsProblem, step: float) -> None:
    """Refuse bounds that contradict each other, saying by how much."""
    clash = problem.lower > problem.upper
    promised = int(problem.lower.sum())
    if promised > problem.units:
        raise InfeasibleError(
            "more posts are promised than there are",
            found=f"{promised * step:g} FTE promised, {problem.units * step:g} FTE to give",
            expected=f"{(promised - problem.units) * step:g} FTE more, or fewer promises",
        )
    if clash.any():
        at = int(np.flatnonzero(clash)[0])
        raise InfeasibleError(
            f"{problem.pcn_codes[at]} must get more than it may",
            found=f"at least {problem.lower[at] * step:g}, at most {problem.upper[at] * step:g} FTE",
            expected=f"bounds that differ by {(problem.lower[at] - problem.upper[at]) * step:g} FTE less",
        )
    small = (problem.lower > 0) & (problem.lower < problem.block)
    if small.any():
        at = int(np.flatnonzero(small)[0])
        raise InfeasibleError(
            f"{problem.pcn_codes[at]} is promised less than the smallest post",
            found=f"{problem.lower[at] * step:g} FTE",
            expected=f"{problem.block * step:g} FTE or more",
        )
    room = int(np.where(problem.upper >= problem.block, problem.upper, 0).sum())
    if room < problem.units:
        raise InfeasibleError(
            "the limits leave no room for all posts",
            found=f"room for {room * step:g} of {problem.units * step:g} FTE",
            expected=f"limits higher by {(problem.units - room) * step:g} FTE in all, or fewer posts",
        )
