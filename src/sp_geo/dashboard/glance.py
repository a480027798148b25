"""England or one area at a glance: figures of a quarter beside those of a year before, and what they say in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sp_geo.dashboard.figures.palette import TREATMENTS
from sp_geo.dashboard.sheets import slope_rows
from sp_geo.dashboard.snapshot import PROVISION, Snapshot
from sp_geo.panel.indicator import indicators

YEAR_QUARTERS = 4
_FEWEST = 10
"""Networks of which a half and a tenth can be told."""


@dataclass(frozen=True)
class Glance:
    """Figures of one quarter and area.

    Attributes:
        quarter: they are of.
        active: networks.
        reported: networks that reported.
        zero: networks that reported no link worker.
        fte: link workers of those that reported.
        per_10k: their rate over their own patients; missing if none reported.
        patients: of all active networks.
        silent_patients: of networks that did not report.
    """

    quarter: str
    active: int
    reported: int
    zero: int
    fte: float
    per_10k: float
    patients: float
    silent_patients: float

    @property
    def coverage_pct(self) -> float:
        """Share of active networks that reported."""
        return 100 * self.reported / self.active if self.active else float("nan")


def glance(rows: pd.DataFrame, quarter: str) -> Glance:
    """Figures of the rows of one quarter."""
    silent = rows["reporting_status"] == "not_reported"
    told = rows[~silent]
    patients = float(told["list_size"].sum())
    return Glance(
        quarter=quarter,
        active=len(rows),
        reported=len(told),
        zero=int((rows["reporting_status"] == "true_zero").sum()),
        fte=float(told["splw_fte"].sum()),
        per_10k=10_000 * float(told["splw_fte"].sum()) / patients if patients else float("nan"),
        patients=float(rows["list_size"].sum()),
        silent_patients=float(rows.loc[silent, "list_size"].sum()),
    )


def year_before(snapshot: Snapshot, quarter: str) -> str:
    """The same quarter a year before, or the first there is."""
    order = list(snapshot.choices.quarters)
    return order[max(0, order.index(quarter) - YEAR_QUARTERS)]


def like_for_like(snapshot: Snapshot, quarter: str, area: str) -> tuple[int, float, float]:
    """Networks that reported in this quarter and a year before, and their FTE then and now."""
    now = snapshot.rows(quarter, area).set_index("pcn_code")["splw_fte"].dropna()
    then = snapshot.rows(year_before(snapshot, quarter), area).set_index("pcn_code")["splw_fte"].dropna()
    both = now.index.intersection(then.index)
    return len(both), float(then[both].sum()), float(now[both].sum())


def things_to_know(snapshot: Snapshot, quarter: str, area: str, need: str) -> list[tuple[str, str]]:
    """Three headings with what the figures say under each, in plain words."""
    rows = snapshot.rows(quarter, area)
    if rows.empty:
        return []
    return [
        ("How many link workers there are", _provision(snapshot, quarter, area)),
        ("Whether they are where need is higher", _association(snapshot, quarter, area, need)),
        ("Who has none, and who did not say", _none(rows, quarter)),
    ]


def _provision(snapshot: Snapshot, quarter: str, area: str) -> str:
    found = glance(snapshot.rows(quarter, area), quarter)
    if not found.reported:
        return f"No network reported in {quarter}, so nothing is known of its link workers."
    words = (
        f"{found.fte:,.1f} full-time equivalents, {found.per_10k:.2f} for every 10,000 patients of the "
        f"{found.reported:,} networks that reported ({found.coverage_pct:.0f} % of {found.active:,})."
    )
    before = year_before(snapshot, quarter)
    count, then, now = like_for_like(snapshot, quarter, area)
    if before == quarter or not count or not then:
        return words
    turn = "more" if now >= then else "fewer"
    total = found.fte - glance(snapshot.rows(before, area), before).fte
    return (
        f"{words} The {count:,} networks that reported both now and in {before} have {abs(now - then):,.1f} {turn} "
        f"({100 * (now - then) / then:+.1f} %). The total changed by {total:+,.1f}: the rest is networks that began or "
        "ceased to report, opened or closed."
    )


def _association(snapshot: Snapshot, quarter: str, area: str, need: str) -> str:
    rows = slope_rows(snapshot, need, area)
    rows = rows[rows["quarter"] == quarter]
    item = indicators()[need]
    found = rows[(rows["treatment"] == "reporters") & (rows["reason"] == "")]
    if found.empty:
        return f"It cannot be said for {quarter}: too few networks reported or have a value of {item.label.lower()}."
    row = found.iloc[0]
    if row["ci_low"] > 0:
        lead = "Yes, in this quarter: networks of higher need have more."
    elif row["ci_high"] < 0:
        lead = "No, the reverse: networks of higher need have fewer."
    else:
        lead = "There is no clear association either way."
    return (
        f"{lead} For each 10 {item.unit} of {item.label[0].lower()}{item.label[1:]}, {row['estimate']:+.3f} FTE per "
        f"10,000 patients (95 % interval {row['ci_low']:.3f} to {row['ci_high']:.3f}, {row['n_pcns']:,} networks). "
        f"{_treatments(rows)}"
    )


def _treatments(rows: pd.DataFrame) -> str:
    """Whether the conclusion is the same however silence is treated; if not, which treatments differ, with their n."""
    told = rows[rows["reason"] == ""].set_index("treatment")
    signs = (told["ci_low"] > 0).astype(int) - (told["ci_high"] < 0).astype(int)
    others = [name for name in told.index if signs[name] != signs["reporters"]]
    if not others:
        return f"The conclusion is the same under {len(told)} ways to treat networks that did not report."
    words = {1: "more where need is higher", -1: "fewer where need is higher", 0: "no clear association"}
    labels = {name: label[0].lower() + label[1:] for name, (label, _, _) in TREATMENTS.items()}
    said = [
        f"under '{labels[name]}' it is {words[int(signs[name])]} ({told.loc[name, 'estimate']:+.3f}, "
        f"{told.loc[name, 'ci_low']:.3f} to {told.loc[name, 'ci_high']:.3f}, {told.loc[name, 'n_pcns']:,} networks)"
        for name in others
    ]
    return f"The conclusion depends on how networks that did not report are treated: {'; '.join(said)}."


def _none(rows: pd.DataFrame, quarter: str) -> str:
    found = glance(rows, quarter)
    zero = rows[rows["reporting_status"] == "true_zero"]
    silent = rows[rows["reporting_status"] == "not_reported"]
    parts = [
        f"{len(zero):,} networks ({100 * len(zero) / max(found.reported, 1):.0f} % of those that reported) with "
        f"{zero['list_size'].sum():,.0f} patients reported no link worker."
        if len(zero)
        else "No network reported having none."
    ]
    if len(silent):
        parts.append(
            f"{len(silent):,} with {found.silent_patients:,.0f} patients did not report: they may have some, and "
            "nothing on these pages counts them as zero."
        )
    else:
        parts.append("Every active network reported.")
    told = rows.dropna(subset=[PROVISION])
    if len(told) >= _FEWEST:
        middle, high = told[PROVISION].quantile([0.5, 0.9])
        parts.append(
            f"Half of the {len(told):,} that reported have {middle:.2f} or less per 10,000 patients, a tenth "
            f"{high:.2f} or more."
        )
    return " ".join(parts)


def changes(snapshot: Snapshot, area: str) -> pd.DataFrame:
    """One row a quarter, the latest first: who reported, posts, rate and coverage."""
    return pd.DataFrame(
        [
            {
                "quarter": found.quarter,
                "active_pcns": found.active,
                "reporting_pcns": found.reported,
                "coverage_pct": found.coverage_pct,
                "true_zero_pcns": found.zero,
                "splw_fte": found.fte if found.reported else float("nan"),
                "splw_fte_per_10k": found.per_10k,
                "patients_count": found.patients,
                "silent_patients_count": found.silent_patients,
            }
            for quarter in reversed(snapshot.choices.quarters)
            if (found := glance(snapshot.rows(quarter, area), quarter)).active
        ]
    )
