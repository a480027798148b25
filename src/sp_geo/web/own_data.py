"""What was added from files of one's own: local posts apart from the published figures, and referral activity."""

from __future__ import annotations

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED
from sp_geo.questions import local_posts, referrals
from sp_geo.questions.requests.services import LocalPostsRequest, ReferralsRequest
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web.state import View

_FIFTHS = {"1": "1, most deprived", "5": "5, least deprived"}


def has_posts(build: Build) -> bool:
    """Whether a list of local posts has been added."""
    return build.rows_count("core_local_post") > 0


def has_referrals(build: Build) -> bool:
    """Whether a file of referral activity has been added."""
    return build.rows_count("core_referral_activity") > 0


def posts_of(build: Build, pcn_code: str, quarter: str) -> float:
    """FTE of local posts of a PCN in a quarter; missing if none is listed."""
    if not has_posts(build):
        return float("nan")
    rows = build.table("out_local_post_quarter")
    found = rows[(rows["pcn_code"] == pcn_code) & (rows["quarter"] == quarter)]["local_fte"]
    return float(found.sum()) if len(found) else float("nan")


def posts_facts(build: Build, pcn_code: str, quarter: str) -> list[tuple[str, str]]:
    """Local posts of a PCN as a pair of words; nothing where none is listed."""
    fte = posts_of(build, pcn_code, quarter)
    if pd.isna(fte):
        return []
    return [("Local posts, from your own list", f"{fte:,.2f} FTE, counted apart from the published figures")]


def posts_sheet(build: Build, _view: View) -> Sheet:
    """Local posts by PCN and quarter."""
    names = ["pcn_code", "pcn_name", "quarter", "local_fte", "posts_count"]
    rows = pd.DataFrame(columns=names)
    notes: tuple[str, ...] = (local_posts.APART,)
    if has_posts(build):
        answer = local_posts.local_posts(build.base, LocalPostsRequest())
        rows, notes = answer.rows, answer.notes
    return Sheet(
        name="local_posts",
        title=marked(build.mark, "Local posts by PCN and quarter, from your own list"),
        rows=rows,
        columns=(
            Column("pcn_name", "PCN"),
            Column("pcn_code", "Code"),
            Column("quarter", "Quarter"),
            Column("local_fte", "Local posts", "FTE", 2),
            Column("posts_count", "Posts", "posts", 0),
        ),
        notes=notes,
    )


def referrals_sheet(build: Build, _view: View) -> Sheet:
    """Referrals per 10,000 patients by quarter and fifth of deprivation; small counts are withheld."""
    names = ["quarter", "fifth", "events", "patients", "estimate", "ci_low", "ci_high", "reason"]
    rows = pd.DataFrame(columns=names)
    notes: tuple[str, ...] = ()
    if has_referrals(build):
        answer = referrals.referrals(build.base, ReferralsRequest("rates", ("quarter", "fifth")))
        rows, notes = answer.rows.iloc[::-1].reset_index(drop=True), answer.notes
    rows = rows.assign(
        fifth=rows["fifth"].map(lambda name: _FIFTHS.get(name, name)),
        state=rows["reason"].where(rows["reason"] == SUPPRESSED, ""),
    )
    return Sheet(
        name="referrals",
        title=marked(build.mark, "Referrals by quarter and fifth of deprivation, from your own file"),
        rows=rows,
        columns=(
            Column("quarter", "Quarter"),
            Column("fifth", "Fifth of deprivation"),
            Column("events", "Referrals", "people", 0, state="state"),
            Column("patients", "Patients", "registered", 0),
            Column("estimate", "Rate", "per 10,000 patients", 2, state="state"),
            Column("ci_low", "From (95 %)", "", 2, state="state"),
            Column("ci_high", "To (95 %)", "", 2, state="state"),
        ),
        notes=notes,
    )


def referral_words(build: Build) -> list[str]:
    """How referrals changed, and how the most deprived compare with the least, in sentences."""
    words = []
    trend = referrals.referrals(build.base, ReferralsRequest("trend")).rows.dropna(subset=["estimate"])
    for _, row in trend[trend["segment"].astype(str) == "average"].head(1).iterrows():
        bends = f", with bends at {row['joinpoints']}" if row["joinpoints"] else ", without a bend"
        words.append(
            f"From {row['from']} to {row['to']} the rate of referrals changed by {row['estimate']:+.1f} % a quarter on "
            f"average (95 % interval {row['ci_low']:.1f} to {row['ci_high']:.1f}, {row['n_quarters']:,} quarters)"
            f"{bends}."
        )
    ratio = referrals.referrals(build.base, ReferralsRequest("ratio", ("quarter",))).rows.dropna(subset=["estimate"])
    for _, row in ratio.sort_values("quarter").tail(1).iterrows():
        words.append(
            f"In {row['quarter']} the most deprived fifth had {row['estimate']:.2f} times the rate of the least "
            f"deprived (95 % interval {row['ci_low']:.2f} to {row['ci_high']:.2f}; {row['most_events']:,.0f} against "
            f"{row['least_events']:,.0f} referrals)."
        )
    return words
