"""Plans of posts in words: what they change, for whom, at what cost, how sure, and why one cannot be had."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import InfeasibleError, SpGeoError
from sp_geo.questions.plans import STEP_OF_NEED
from sp_geo.statistics.quantiles import FIFTHS
from sp_geo.web.plans.posts_views import PostsFound
from sp_geo.web.state import View

PROVEN_PCT: Final = 1e-6
CLEAR_LEAN: Final = 0.01
"""Concentration index nearer to 0 than this is no lean that a planner could act on."""
_SAID: Final = (
    (
        "a choice of 'unreported': exclude them, or impute them",
        "a choice under 'PCNs that did not report'",
    ),
    ("raw patients, or", "'As registered' under 'Patients counted', or"),
    ("Choose areas as candidates, or a file with coordinates", "Choose 'Any small area' under 'Where sites could be'"),
    ("Name a smaller area, or a file with the sites in question", "Choose a smaller area, or other candidates"),
    ("Choose no need, so that people count alike", "Choose 'None' under 'Need'"),
    ("Choose another level of areas", "Choose another kind of area under 'Areas of the lines'"),
    ("; raise the smallest grant, or choose fewer areas or categories", "; a higher smallest grant avoids them"),
    ("promised posts cannot be used", "'Promised posts' cannot be used"),
    ("limits of single PCNs cannot be used", "'Limits of single PCNs' cannot be used"),
)


def on_page(text: str) -> str:
    """Words of the command line in those of the page."""
    for there, here in _SAID:
        text = text.replace(there, here)
    return text


def refusal_words(fault: SpGeoError) -> list[str]:
    """Why a request cannot be met, in sentences: what clashes, what was found, what would do."""
    words = [on_page(fault.problem)]
    if fault.found:
        words.append(f"found: {on_page(fault.found)}")
    if fault.expected:
        # What clashes has amounts that would do; what cannot be used has a form that is expected.
        lead = "what would do" if isinstance(fault, InfeasibleError) else "expected"
        words.append(f"{lead}: {on_page(fault.expected)}")
    if fault.advice:
        words.append(on_page(fault.advice))
    return [f"{part[0].upper()}{part[1:].rstrip('.')}." for part in words if part]


def per_words(found: PostsFound) -> str:
    """The step of need that slopes are said in."""
    label = found.plan.need.label
    return f"each {STEP_OF_NEED:g} {found.plan.need.unit} of {label[0].lower()}{label[1:]}"


def turned(before: float, after: float, digits: int = 0) -> str:
    """Two figures and which way they went."""
    way = "rises" if after > before else "falls"
    if f"{before:,.{digits}f}" == f"{after:,.{digits}f}":
        return f"stays at {before:,.{digits}f}"
    return f"{way} from {before:,.{digits}f} to {after:,.{digits}f}"


def direction(index: float, slope_low: float, slope_high: float) -> str:
    """Which way posts lean: ``need``, ``lower need``, or ``neither way`` where that is not clear.

    A lean is clear where the concentration index is beyond :data:`CLEAR_LEAN` and the 95 % interval of the slope on
    need leaves out 0 on the same side; two measures that contradict each other show none.

    Args:
        index: concentration index; below 0 where provision is concentrated among higher need.
        slope_low: lower end of the interval of the slope on need.
        slope_high: upper end.
    """
    if index <= -CLEAR_LEAN and slope_low > 0:
        return "need"
    if index >= CLEAR_LEAN and slope_high < 0:
        return "lower need"
    return "neither way"


def plan_words(build: Build, view: View, found: PostsFound) -> list[tuple[str, str]]:
    """What a plan does, as terms and sentences, in the order in which they matter."""
    people, short = found.change("people_under_target"), found.change("shortfall_fte")
    kind = "weighted" if found.plan.request.patients == "weighted" else "registered"
    sentences = [
        ("Who gets them", _who(build, view, found)),
        (
            "The gap to the target",
            f"The target is {found.plan.problem.target:.3f} FTE per 10,000 {kind} patients: {target_words(found)}. "
            f"What PCNs lack to reach it {turned(*short, 1)} FTE. The number of patients whose PCN is under "
            f"it {turned(*people)}.",
        ),
        (
            "Need covered",
            f"Of all patients, weighted by need, the share covered {turned(*found.covered_pct, 1)} %. A PCN at or "
            "over the target counts in full, one under it by the part that it reaches.",
        ),
        ("By fifths of need", _fifths(found)),
        ("The slope", _slope(found)),
        ("What it costs", cost_words(found.given, view.number("cost"), view["prices"])),
        ("PCNs that did not report", _silent(view, found)),
        ("How good the plan is", _solver(found)),
        ("How sure", _sure(found)),
    ]
    return [(term, words) for term, words in sentences if words]


def _who(build: Build, view: View, found: PostsFound) -> str:
    given = found.rows.loc[found.rows["added_fte"] > 0, "added_fte"]
    where = f"{build.area_words(view['area'])}, {found.plan.quarter}"
    if given.empty:
        return f"Nobody gets a post ({where}): {_why_left(found) or 'there is none to give'}."
    each = f"{given.min():g}" if given.min() == given.max() else f"{given.min():g} to {given.max():g}"
    words = (
        f"{given.sum():,.6g} FTE go to {len(given):,} of the {len(found.plan.problem.pcn_codes):,} PCNs in the "
        f"plan ({where}), {each} FTE each."
    )
    left = found.plan.allocation.left * found.plan.problem.step
    return f"{words} {left:,.6g} FTE are not given: {_why_left(found)}." if left else words


def _why_left(found: PostsFound) -> str:
    left, block = found.plan.allocation.left, found.plan.problem.block
    if not left:
        return ""
    if left < block:
        return "too little for another post of the smallest size, or nothing is lacking any more"
    return "nothing is lacking any more, so a higher target would be needed to give them"


def target_words(found: PostsFound) -> str:
    """Where the target comes from."""
    if found.plan.request.target is not None:
        return "your own target"
    return (
        "the average that the plan's PCNs would all have if today's posts and the new ones were shared evenly by "
        "patients. It rises with the posts there are to give"
    )


def _fifths(found: PostsFound) -> str:
    if found.fifths.empty:
        return f"Fewer than {FIFTHS} PCNs are in the plan, so they are not cut into fifths."
    high, low = found.fifths.iloc[0], found.fifths.iloc[-1]
    return (
        f"In the fifth of PCNs with greatest need the rate {turned(high['rate_before'], high['rate_after'], 3)} "
        f"{found.plan.rate_unit}; in the fifth with least need it {turned(low['rate_before'], low['rate_after'], 3)}."
    )


def _slope(found: PostsFound) -> str:
    if pd.isna(found.change("slope")[0]):
        return "The slope cannot be estimated: too few PCNs, or need is the same in all of them."
    ends = zip(*(found.change(name) for name in ("slope", "slope_low", "slope_high")), strict=True)
    before, after = (f"{slope:+.3f} (95 % interval {low:+.3f} to {high:+.3f})" for slope, low, high in ends)
    return (
        f"For {per_words(found)}, the rate of PCNs changes by {before} {found.plan.rate_unit} today "
        f"and by {after} with the plan ({len(found.plan.problem.pcn_codes):,} PCNs). An association, "
        "not a forecast of what posts achieve."
    )


def cost_words(given: float, cost: float | None, prices: str) -> str:
    """The cost of posts a year, or that none was given."""
    if cost is None:
        return "No cost is assumed. Give your cost of a full-time post under 'More conditions' to see it."
    year = f"in prices of {prices}" if prices.strip() else "prices of no year were named"
    return f"£{given * cost:,.0f} a year at £{cost:,.0f} a full-time post: your figure, {year}."


def _silent(view: View, found: PostsFound) -> str:
    if not found.silent:
        return "Every PCN reported."
    words = f"{found.silent:,} with {found.silent_patients:,.0f} patients. Nobody knows how many posts they have. "
    if view["unreported"] == "exclude":
        return f"{words}They are left out of the plan and of every figure above; they do not count as having none."
    return f"{words}The plan assumes the rate of the PCNs of their ICB that reported, and says so in every row."


def _solver(found: PostsFound) -> str:
    allocation = found.plan.allocation
    if allocation.gap_pct <= PROVEN_PCT:
        words = "The solver proved that no other plan does better by this aim (gap 0 %)."
    else:
        words = f"The solver stopped early: another plan could be better by at most {allocation.gap_pct:.2g} %."
    if abs(allocation.value - allocation.greedy_value) <= PROVEN_PCT * max(1.0, allocation.value):
        return f"{words} Giving one post after another to whoever gains most leads to the same result."
    more = 100 * (allocation.value / allocation.greedy_value - 1) if allocation.greedy_value > 0 else float("nan")
    return f"{words} It is {more:.2g} % better than giving one post after another to whoever gains most."


def _sure(found: PostsFound) -> str:
    if found.plan.problem.objective == "worst_first":
        return "Need does not decide who comes first here, so its sampling error changes nothing."
    if found.plan.error_is_unknown:
        return f"{found.plan.need.unknown_error} No redraws can test the recommendations."
    if not found.plan.problem.need_error.any():
        return (
            f"{found.plan.need.no_error_words} That does not say that it is the right need: set the plan beside other "
            "measures, below."
        )
    survives = found.rows.loc[found.rows["added_fte"] > 0, "robustness_pct"].dropna()
    firm = int((survives >= 80).sum())  # noqa: PLR2004 - percent, said in the sentence
    return (
        f"Need was drawn again 500 times within its sampling error. {firm:,} of the {len(survives):,} PCNs that "
        "get posts keep at least half of them in 80 % of the draws or more."
    )


MEASURES: Final = {
    "fte": ("Link workers of the plan's PCNs, FTE", 1),
    "mean_rate": ("FTE per 10,000 patients, all together", 3),
    "lowest_rate": ("Lowest rate of any PCN", 3),
    "shortfall_fte": ("FTE lacking to the target", 1),
    "people_under_target": ("Patients of PCNs under the target", 0),
    "need_covered_pct": ("Need covered, %", 1),
    "slope": ("Slope on need", 3),
    "slope_low": ("Slope, lower end of its 95 % interval", 3),
    "slope_high": ("Slope, upper end of its 95 % interval", 3),
    "slope_index": ("Rate at least need less rate at greatest need (fitted over fifths)", 3),
    "concentration_index": (
        f"Concentration index (below 0: towards need; above 0: towards lower need; within {CLEAR_LEAN:g}: neither)",
        3,
    ),
}


def effect_rows(found: PostsFound) -> pd.DataFrame:
    """Measures before and after with their words: measure, words, before, after, change, digits."""
    share = pd.DataFrame(
        [{"measure": "need_covered_pct", "before": found.covered_pct[0], "after": found.covered_pct[1]}]
    )
    share["change"] = share["after"] - share["before"]
    rows = pd.concat([found.effects, share], ignore_index=True).set_index("measure").loc[list(MEASURES)].reset_index()
    labels = {name: words for name, (words, _) in MEASURES.items()}
    labels["mean_rate"] = f"{found.plan.rate_unit}, all together"
    labels["slope"] = f"Slope: {found.plan.rate_unit} for {per_words(found)}"
    return rows.assign(
        words=rows["measure"].map(labels), digits=rows["measure"].map({name: at for name, (_, at) in MEASURES.items()})
    )


def effect_texts(found: PostsFound) -> pd.DataFrame:
    """The same as a table of words."""
    rows = effect_rows(found)

    def text(name: str, sign: str) -> list[str]:
        return [
            "[x]" if pd.isna(value) else f"{value:{sign},.{digits}f}"
            for value, digits in zip(rows[name], rows["digits"], strict=True)
        ]

    return pd.DataFrame(
        {
            "Measure": rows["words"],
            "Today": text("before", ""),
            "With the plan": text("after", ""),
            "Change": text("change", "+"),
        }
    )
