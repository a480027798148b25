"""The plan of posts as rows that can be read out: who gets what, why, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.planning.effects import State, state
from sp_geo.planning.posts import Allocation, allocate, shortage, survival
from sp_geo.planning.problem import PER, Objective, PostsProblem

Ints = npt.NDArray[np.int64]
DRAWS = 500
SEED = 2036
GROWTH_TO = 9_000.0
GROWTH_YEAR = 2036
"""The national workforce plan: 9,000 posts by 2036/37."""


def recommendation(problem: PostsProblem, plan: Allocation, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """One row a PCN, those that receive posts first, in the order in which they receive the first.

    Returns:
        pcn_code, added_fte, rank (missing where none is added), reason, robustness_pct, fte_before, fte_after,
        rate_before, rate_after (FTE per 10,000), patients, need_value, need_rank (1 is the highest of the PCNs of the
        plan), is_imputed.
    """
    added = plan.given * problem.step
    after = problem.fte + added
    first = pd.Series(np.arange(len(plan.order)), index=plan.order).groupby(level=0).min()
    rank = first.rank().reindex(np.arange(len(added))).where(plan.given > 0)
    need_rank = pd.Series(-problem.need).rank(method="min").astype(int)
    frame = pd.DataFrame(
        {
            "pcn_code": problem.pcn_codes,
            "added_fte": np.round(added, 6),
            "rank": rank.to_numpy(),
            "reason": _reasons(problem, plan, need_rank.to_numpy(dtype=np.int64)),
            "robustness_pct": survival(problem, plan.given, draws, seed),
            "fte_before": problem.fte,
            "fte_after": after,
            "rate_before": problem.rate,
            "rate_after": after / problem.patients * PER,
            "patients": problem.patients,
            "need_value": problem.need,
            "need_rank": need_rank,
            "is_imputed": problem.is_imputed,
        }
    )
    # The optimum may give to a PCN that greedy never reached (larger smallest posts): it comes after the others.
    given = frame["added_fte"] > 0
    frame["rank"] = frame["rank"].fillna(len(frame)).where(given).rank(method="first")
    return frame.sort_values(["rank", "pcn_code"], ignore_index=True)


def _reasons(problem: PostsProblem, plan: Allocation, need_rank: npt.NDArray[np.integer[Any]]) -> list[str]:
    lack, _ = shortage(problem, problem.need)
    count = len(problem.pcn_codes)
    rate_rank = pd.Series(problem.rate).rank(method="min").astype(int).to_numpy()
    return [
        _reason(problem, plan, row, f"need {need_rank[row]:,} of {count:,}", int(rate_rank[row]), float(lack[row]))
        for row in range(count)
    ]


_LACKING = {
    "shortfall": "{lack:.2f} FTE under the target of {target:.3f} per 10,000",
    "proportional": "{lack:.2f} FTE under its share by patients and need",
    "worst_first": "{lack:.2f} FTE under the level the posts can reach",
}


def _reason(problem: PostsProblem, plan: Allocation, row: int, need: str, rate_rank: int, lack: float) -> str:
    count = len(problem.pcn_codes)
    flag = "did not report, its posts are imputed; " if problem.is_imputed[row] else ""
    words = f"{flag}{problem.rate[row]:.3f} per 10,000 today (lowest {rate_rank:,} of {count:,}), {need}, "
    words += _LACKING[problem.objective].format(lack=lack, target=problem.target)
    promised = problem.lower[row] * problem.step
    if plan.given[row] == 0:
        if lack <= 0:
            return f"{words.rsplit(', ', 1)[0]}: nothing lacking"
        if problem.upper[row] < problem.block:
            return f"{words}: a limit keeps it from a post"
        return f"{words}: others gain more"
    if promised > 0:
        words += f"; {promised:g} FTE were promised"
    if plan.given[row] >= problem.upper[row] and problem.upper[row] < problem.units:
        words += "; its limit is reached"
    return words


def sequence(problem: PostsProblem, plan: Allocation) -> pd.DataFrame:
    """The greedy order as the explanation: a row a step, with the rate of the PCN before and after it.

    Returns:
        step, pcn_code, fte_so_far (given in all with this step), rate_before, rate_after, because.
    """
    codes = np.array(problem.pcn_codes, dtype=object)
    number = pd.Series(plan.order).groupby(plan.order).cumcount().to_numpy()
    have = problem.fte[plan.order] + number * problem.step
    people = problem.patients[plan.order] / PER
    before, after = have / people, (have + problem.step) / people
    promised = number < problem.lower[plan.order]
    because = [
        "promised" if held else f"{now:.3f} per 10,000, need {value:.4g}"
        for held, now, value in zip(promised, before, problem.need[plan.order], strict=True)
    ]
    return pd.DataFrame(
        {
            "step": np.arange(1, len(plan.order) + 1),
            "pcn_code": codes[plan.order],
            "fte_so_far": np.arange(1, len(plan.order) + 1) * problem.step,
            "rate_before": before,
            "rate_after": after,
            "because": because,
        }
    )


def before_and_after(problem: PostsProblem, plan: Allocation, per: float) -> pd.DataFrame:
    """measure, before, after, change: a row a measure of :class:`~sp_geo.planning.effects.State`."""
    first = asdict(state(problem, np.zeros_like(plan.given), per))
    second = asdict(state(problem, plan.given, per))
    frame = pd.DataFrame({"measure": list(first), "before": list(first.values()), "after": list(second.values())})
    return frame.assign(change=frame["after"] - frame["before"])


def scenarios(problem: PostsProblem, per: float, national_fte: float, year: int) -> pd.DataFrame:
    """Ways of giving posts side by side, and the national growth by year.

    Args:
        problem: with its posts.
        per: step of need that slopes are said in.
        national_fte: posts in England today.
        year: financial year of today, such as 2026 for 2026/27.

    Returns:
        scenario, posts_fte, and the fields of State, a row a scenario. Growth gives the area its share of the national
        growth by patients, in equal yearly steps from the present to 9,000 in 2036/37, by the plan's objective.
    """
    rows = [_row("none", 0.0, state(problem, np.zeros_like(problem.lower), per))]
    rows.append(_row("per head", problem.units * problem.step, state(problem, per_head(problem), per)))
    ways: dict[str, Objective] = {"by need": "proportional", "worst first": "worst_first", "shortfall": "shortfall"}
    for name, objective in ways.items():
        chosen = replace(problem, objective=objective)
        given = allocate(chosen).given
        rows.append(_row(name, given.sum() * problem.step, state(problem, given, per)))
    share = problem.fte.sum() / national_fte if national_fte > 0 else 0.0
    years = max(1, GROWTH_YEAR - year)
    for later in range(1, years + 1):
        wanted = share * (GROWTH_TO - national_fte) * later / years
        units = int(np.floor(max(wanted, 0.0) / problem.step + 1e-9))
        # Posts of a later year by the plan's objective; the target grows with what there is to give.
        room = np.maximum(problem.upper, units)
        reachable = (problem.fte.sum() + units * problem.step) / problem.patients.sum() * PER
        target = max(problem.target, reachable)
        grown_later = replace(problem, units=max(units, int(problem.lower.sum())), upper=room, target=target)
        grown = allocate(grown_later).given
        label = f"national growth {year + later}/{(year + later + 1) % 100:02d}"
        rows.append(_row(label, grown.sum() * problem.step, state(problem, grown, per)))
    return pd.DataFrame(rows)


def _row(name: str, fte: float, found: State) -> dict[str, object]:
    return {"scenario": name, "posts_fte": round(float(fte), 6), **asdict(found)}


def per_head(problem: PostsProblem) -> Ints:
    """Posts in proportion to patients alone, whole steps by largest remainder (then the smaller code)."""
    fair = problem.units * problem.patients / problem.patients.sum()
    given: Ints = np.floor(fair).astype(np.int64)
    rest = problem.units - int(given.sum())
    most = np.lexsort((np.arange(len(fair)), -(fair - given)))[:rest]
    given[most] += 1
    return given


def frontier(problem: PostsProblem, per: float, points: int = 10) -> pd.DataFrame:
    """Equity gained by the number of posts, from none to all of them.

    Returns:
        posts_fte, the fields of State, and the change of the concentration index and of people under the target for
        each further post.
    """
    lowest = int(problem.lower.sum())
    sizes = sorted({0, *np.linspace(lowest, problem.units, points + 1).round().astype(int)})
    rows = []
    for units in sizes:
        # Nobody is promised anything where nothing is given.
        given = np.zeros_like(problem.lower) if units == 0 else allocate(problem.with_units(int(units))).given
        rows.append({"posts_fte": units * problem.step, **asdict(state(problem, given, per))})
    frame = pd.DataFrame(rows)
    posts = frame["posts_fte"].diff()
    frame["concentration_index_per_post"] = frame["concentration_index"].diff() / posts
    frame["people_under_target_per_post"] = frame["people_under_target"].diff() / posts
    return frame
