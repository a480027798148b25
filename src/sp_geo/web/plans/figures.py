"""Figures of two saved plans: those that can be set side by side, and why others are left out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.planning.plan import Comparison, Plan
from sp_geo.planning.problem import PER
from sp_geo.questions.panel import ALL, provision_of
from sp_geo.web.plans.posts_views import fifths_of
from sp_geo.web.plans.requests import asked_words
from sp_geo.web.plans.words import MEASURES

OF_TARGET: Final = ("shortfall_fte", "people_under_target")
"""Measures that depend on the target as much as on the posts."""
OF_NEED: Final = ("slope", "slope_low", "slope_high", "slope_index", "concentration_index")
"""Measures along the order of PCNs by need."""
_WHOSE: Final = ("area", "quarter", "unreported", "patients")
_WHEN: Final = {"before": "Today", "after": "With the plan", "cost_per_place_gbp": "Cost of a place, £"}
_WHOLE_FROM: Final = 10_000.0
_COLUMNS: Final = ["key", "figure", "first", "second"]
_EPSILON: Final = 1e-9


def figure_words(name: str) -> str:
    """A figure of a summary as it is said: when, and what."""
    when, _, measure = name.partition(".")
    plain = (measure or name).replace("_", " ").replace(".", ", ").capitalize()
    if when not in _WHEN:
        return name.replace("_", " ").replace(".", ", ").capitalize()
    return f"{_WHEN[when]}: {MEASURES.get(measure, (plain, 0))[0]}"


def target(plan: Plan) -> float:
    """FTE per 10,000 patients that a plan of posts goes by: its own, else the average with all its posts."""
    own = plan.request.get("target")
    if own is not None:
        return float(own)
    have = sum(float(row["fte_before"]) for row in plan.rows)
    return (have + float(plan.request["fte"])) / sum(float(row["patients"]) for row in plan.rows) * PER


def _unit(plan: Plan) -> str:
    """Unit of a plan's rates; plans of before there was a choice count registered patients."""
    return provision_of(ALL, str(plan.request.get("patients", "raw"))).unit


def targets_differ(first: Plan, second: Plan) -> bool:
    """Whether what PCNs lack to the target means something else in each plan."""
    return not math.isclose(target(first), target(second), rel_tol=1e-6) or _differs("patients", first, second)


def needs_differ(first: Plan, second: Plan) -> bool:
    """Whether the plans put PCNs into different orders of need."""
    return _differs("need", first, second)


def _differs(name: str, first: Plan, second: Plan) -> bool:
    return bool(first.request.get(name) != second.request.get(name))


def figures(first: Plan, second: Plan, found: Comparison) -> pd.DataFrame:
    """Figures of both plans that can be compared.

    Returns:
        key (such as ``after.slope``), figure (words), first, second, difference (second less first).
    """
    rows = found.summaries
    numbers = rows[["first", "second"]].map(
        lambda value: isinstance(value, int | float) and not isinstance(value, bool)
    )
    rows = rows[numbers.any(axis=1)]
    frame = pd.DataFrame(
        {
            "key": rows["figure"],
            "figure": [figure_words(str(name)) for name in rows["figure"]],
            "first": pd.to_numeric(rows["first"], errors="coerce").astype(float),
            "second": pd.to_numeric(rows["second"], errors="coerce").astype(float),
        }
    )
    if first.kind == "posts":
        # Both targets above the rows that can be compared, rates by fifths under them.
        apart, reordered = targets_differ(first, second), needs_differ(first, second)
        units = dict.fromkeys(_unit(plan) for plan in (first, second))
        head = [("target", f"Target of the plan, {', then '.join(units)}", target(first), target(second))]
        tail = [] if reordered else _fifths(first, second)
        if apart and not any(_differs(name, first, second) for name in _WHOSE):
            tail += _against((first, second), target(first))
        left_out = [*(OF_TARGET if apart else ()), *(OF_NEED if reordered else ())]
        kept = frame[~frame["key"].str.rpartition(".")[2].isin(left_out)]
        parts = [pd.DataFrame(part, columns=_COLUMNS) for part in (head, tail) if part]
        frame = pd.concat([parts[0], kept, *parts[1:]], ignore_index=True)
    return frame.reset_index(drop=True).assign(difference=lambda made: made["second"] - made["first"])


def _fifths(first: Plan, second: Plan) -> list[tuple[str, str, float, float]]:
    found = []
    for plan in (first, second):
        rows = pd.DataFrame(plan.rows).sort_values("pcn_code")
        values = [rows[name].to_numpy(dtype=float) for name in ("need_value", "patients", "fte_before", "added_fte")]
        found.append(fifths_of(*values))
    one, two = found
    if one.empty or two.empty:
        return []
    # Ties may leave a fifth empty in one of the plans only.
    both = one.merge(two, on="words", suffixes=("", "_two"))
    return [
        (f"fifth.{words}", f"With the plan: rate in the fifth of PCNs numbered {words}", rate, other)
        for words, rate, other in zip(both["words"], both["rate_after"], both["rate_after_two"], strict=True)
    ]


def _against(pair: Iterable[Plan], aim: float) -> list[tuple[str, str, float, float]]:
    """What both plans leave lacking to one target."""
    lacking, under = [], []
    for plan in pair:
        rows = pd.DataFrame(plan.rows)
        wanted = rows["patients"].to_numpy(dtype=float) * aim / PER
        short = wanted - rows["fte_after"].to_numpy(dtype=float)
        lacking.append(float(np.maximum(short, 0.0).sum()))
        under.append(float(rows["patients"].to_numpy(dtype=float)[short > _EPSILON].sum()))
    said = f"With the plan, both against the first plan's target ({aim:.3f})"
    return [
        ("one_target.shortfall_fte", f"{said}: FTE lacking", lacking[0], lacking[1]),
        ("one_target.people_under_target", f"{said}: patients of PCNs under it", under[0], under[1]),
    ]


def figure_notes(build: Build, first: Plan, second: Plan) -> tuple[str, ...]:
    """Why figures are left out, or do not compare."""
    if first.kind != "posts":
        return ()
    notes = []
    if targets_differ(first, second):
        notes.append(
            f"The targets differ ({target(first):.3f} {_unit(first)} and {target(second):.3f} {_unit(second)}). "
            "Unless you set a target, it is the average with the plan's own posts, so a plan with more posts aims "
            "higher. Rows that depend on each plan's own target (FTE lacking, patients under the target) are therefore "
            "left out. To compare them, set the same target in both plans."
        )
    if needs_differ(first, second):
        _, one, two = asked_words(build, "posts", "need", first.request["need"], second.request["need"])
        notes.append(
            f"The plans go by different needs ({one}; {two}), which put PCNs into different orders. Slopes, "
            "fifths and indices along need are therefore left out."
        )
    others = [asked_words(build, "posts", name)[0].lower() for name in _WHOSE if _differs(name, first, second)]
    if others:
        notes.append(
            f"The plans are not of the same PCNs and patients (they differ in: {', '.join(others)}), so figures "
            "differ by more than the posts given."
        )
    return tuple(notes)


def figure_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Figures as a table of words: whole numbers whole, others to three places, a slope with its interval."""
    labels = dict(zip(rows["key"], rows["figure"], strict=True))
    keys = [key for key in labels if not key.endswith((".slope_low", ".slope_high"))]

    def texts(name: str, sign: str) -> list[str]:
        held = dict(zip(rows["key"], rows[name].astype(float), strict=True))
        said = {key: _text(held[key], sign) for key in keys}
        for key in [key for key in keys if key.endswith(".slope") and not sign]:
            slope, low, high = (held.get(f"{key}{end}", math.nan) for end in ("", "_low", "_high"))
            said[key] = _text(slope, "+") if math.isnan(low) else f"{slope:+.3f} ({low:+.3f} to {high:+.3f})"
        return list(said.values())

    return pd.DataFrame(
        {
            "Figure": [f"{labels[key]} (95 % interval)" if key.endswith(".slope") else labels[key] for key in keys],
            "First plan": texts("first", ""),
            "Second plan": texts("second", ""),
            "Second less first": texts("difference", "+"),
        }
    )


def _text(value: float, sign: str) -> str:
    return "[x]" if math.isnan(value) else f"{value:{sign},.{0 if abs(value) >= _WHOLE_FROM else 3}f}"
