"""Questions of referral activity: rates, most against least deprived, trends, and the path to support."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.disclosure import SUPPRESSED, THRESHOLD, withheld
from sp_geo.errors import WorkspaceError
from sp_geo.geography.boundaries import icb_codes
from sp_geo.queries import Answer, choose, title
from sp_geo.reporting.records import provenance
from sp_geo.store import Store
from sp_geo.tables.referrals import REFERRAL_CATEGORIES

MEASURES: Final = ("rates", "ratio", "trend", "path")
GROUPINGS: Final = ("quarter", "fifth", "region", "sex", "age_band", "area_code")
ALL: Final = "all"
_KEYS: Final = ["quarter", "area_code", "fifth", "sex", "age_band"]
_COUNTS: Final = ["referrals", "contacted", "supported"]
_ESTIMATES: Final = ("estimate", "std_error", "ci_low", "ci_high", "p_value")


def activity(store: Store, category: str) -> pd.DataFrame:
    """Referral activity of one category or of all together, each group's patients counted once.

    Args:
        store: with the built tables.
        category: one of the table's, or ``all``.

    Returns:
        quarter, area_code, region, fifth, sex, age_band, patients, referrals, contacted, supported; a count is missing
        if any of its parts is.

    Raises:
        WorkspaceError: no file of referral activity has been added, or patients differ between categories.
    """
    table = store.read("core_referral_activity")
    if table.empty:
        raise WorkspaceError(
            "there is no referral activity",
            advice="Write a file with 'sp-geo template referral-activity --out FILE.xlsx', fill it, add it and build",
        )
    if category != ALL:
        table = table[table["category"].isin([choose("category", category, (*REFERRAL_CATEGORIES, ALL))])]
    counted = table.astype(dict.fromkeys(_COUNTS, "float64"))
    denominators = counted.drop_duplicates([*_KEYS, "patients"])
    if denominators.duplicated(_KEYS).any():
        raise WorkspaceError(
            "the patients of a group differ between categories",
            expected="the same denominator in every category of a group",
            advice="Correct the file, remove the old one and add it again",
        )
    groups = counted.groupby(_KEYS, sort=True)
    # A total of which a part is not known is not known.
    whole = groups[_COUNTS].sum().where(groups[_COUNTS].count().eq(groups.size(), axis=0))
    sums = whole.join(groups["patients"].first()).reset_index()
    regions = icb_codes().drop_duplicates("icb_code", keep="last").set_index("icb_code")["region_name"]
    return sums.assign(region=sums["area_code"].map(regions).fillna("not known"))


def ask(store: Store, measure: str, by: tuple[str, ...], category: str) -> Answer:
    """One question of referral activity; counts under five are withheld, and what would give them away.

    Raises:
        UsageError: the measure, a grouping or the category is unknown.
        WorkspaceError: there is no referral activity.
    """
    from sp_geo.analysis.referral_trends import most_to_least_table, path_table, rates_table, trends_table

    wanted = choose("measure", measure, MEASURES)
    groups = tuple(choose("grouping", name, GROUPINGS) for name in by)
    rows = activity(store, category)
    if wanted == "rates":
        found = _shown(rates_table(rows, groups or ("quarter",)), "events", groups)
    elif wanted == "ratio":
        found = _shown(most_to_least_table(rows, "fifth", "1", "5", groups or ("quarter",)), "most_events", groups)
        found = _shown(found, "least_events", groups)
    elif wanted == "trend":
        found = trends_table(rows, tuple(name for name in groups if name != "quarter"))
    else:
        found = _shown(path_table(rows, groups or ("quarter",)), "count", groups)
    found = found.assign(category=category, measure=wanted, provenance=provenance(store.manifest.is_synthetic))
    notes = (
        "From your own file. Rates are per 10,000 patients; intervals are 95 %.",
        f"Counts from 1 to {THRESHOLD - 1} are withheld ({SUPPRESSED}), and the next smallest where one is alone.",
    )
    return Answer(
        found, title(f"Referral activity: {wanted}, {category} categories", store.manifest.is_synthetic), notes
    )


def _shown(found: pd.DataFrame, count: str, groups: tuple[str, ...]) -> pd.DataFrame:
    """The table without counts that are too small to be shown, and without what was computed from them."""
    outer = [name for name in groups[:1] if name in found] if len(groups) > 1 else []
    group = found[outer[0]] if outer else pd.Series("", index=found.index)
    hidden = withheld(found[count].astype("float64"), group)
    gone = [name for name in (count, *_ESTIMATES) if name in found]
    masked = found.astype(dict.fromkeys(gone, "float64"))
    masked[gone] = masked[gone].mask(hidden)
    masked["reason"] = masked["reason"].mask(hidden, SUPPRESSED)
    return masked
