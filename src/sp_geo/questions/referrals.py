"""Questions of referral activity: rates, most against least deprived, trends, and the path to support."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD, withheld_in_tables
from sp_geo.core.errors import WorkspaceError
from sp_geo.geography.boundaries import icb_codes
from sp_geo.questions.panel import Answer, answered, choose
from sp_geo.questions.requests.services import ReferralsRequest
from sp_geo.tables.referrals import REFERRAL_CATEGORIES

MEASURES: Final = ("rates", "ratio", "trend", "path")
GROUPINGS: Final = ("quarter", "fifth", "region", "sex", "age_band", "area_code")
ALL: Final = "all"
_KEYS: Final = ["quarter", "area_code", "fifth", "sex", "age_band"]
_COUNTS: Final = ["referrals", "contacted", "supported"]
_PATH: Final = "is_of_path"
_PATH_OF_ALL: Final = "is_of_path_of_all"
_KNOWN: Final = "is_known"
_ESTIMATES: Final = ("estimate", "std_error", "ci_low", "ci_high", "p_value")


def activity(build: Build, category: str) -> pd.DataFrame:
    """Referral activity of one category or of all together, each group's patients counted once.

    Args:
        build: with the built tables.
        category: one of the table's, or ``all``.

    Returns:
        quarter, area_code, region, fifth, sex, age_band, patients, referrals, contacted, supported; a count is missing
        if any of its parts is.

    Raises:
        WorkspaceError: no file of referral activity has been added, or patients differ between categories.
    """
    table = build.table("core_referral_activity")
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
    return _with_regions(sums)


def _with_regions(rows: pd.DataFrame) -> pd.DataFrame:
    regions = icb_codes().drop_duplicates("icb_code", keep="last").set_index("icb_code")["region_name"]
    return rows.assign(region=rows["area_code"].map(regions).fillna("not known"))


def referrals(build: Build, request: ReferralsRequest) -> Answer:
    """One question of referral activity; counts under five are withheld, and what would give them away.

    Raises:
        UsageError: the measure, a grouping or the category is unknown.
        WorkspaceError: there is no referral activity.
    """
    from sp_geo.statistics.referral_trends import most_to_least_table, path_table, rates_table, trends_table

    wanted, category = choose("measure", request.measure, MEASURES), request.category
    groups = tuple(dict.fromkeys(choose("grouping", name, GROUPINGS) for name in request.by))
    rows = activity(build, category)
    hidden = _Hidden(build, category)
    keys = groups or ("quarter",)
    if wanted == "rates":
        found = rates_table(rows, keys)
        found = _shown(found, {"events": hidden.of(found, "referrals", keys)})
    elif wanted == "ratio":
        found = most_to_least_table(rows, "fifth", "1", "5", keys)
        rest = tuple(name for name in keys if name != "fifth")
        ends = {"most_events": "1", "least_events": "5"}
        found = _shown(found, {end: hidden.of(found, "referrals", rest, fifth=fifth) for end, fifth in ends.items()})
    elif wanted == "trend":
        found = trends_table(rows, tuple(name for name in groups if name != "quarter"))
    else:
        # Counts of both ends of each step are withheld by themselves, and the share where either is.
        found = path_table(rows, keys)
        flags = {count: hidden.of(found, count, keys, is_path=True) for count in _COUNTS}
        part = found["step"].map({"met of referred": "contacted"}).fillna("supported")
        whole = found["step"].map({"supported of met": "contacted"}).fillna("referrals")
        found = _shown(
            found,
            {
                name: pd.DataFrame({count: flags[count] & end.eq(count) for count in _COUNTS}).any(axis=1)
                for name, end in (("count", part), ("of", whole))
            },
        )
    found = found.assign(category=category, measure=wanted)
    notes = (
        "From your own file. Rates are per 10,000 patients; intervals are 95 %.",
        f"Counts from 1 to {THRESHOLD - 1} are withheld ({SUPPRESSED}), and others that would give them away, here or "
        "with the totals of another question.",
    )
    return answered(build, found, f"Referral activity: {wanted}, {category} categories", notes)


class _Hidden:
    """What may not be shown, over every question that can be asked of the same file.

    Args:
        build: with the built tables.
        category: asked about, or ``all``.
    """

    def __init__(self, build: Build, category: str) -> None:
        cells = _with_regions(build.table("core_referral_activity")).astype(dict.fromkeys(_COUNTS, "float64"))
        keys = cells.groupby(_KEYS)
        # Some questions leave out rows with a missing count: a total less theirs must give nothing away either.
        cells[_PATH] = cells[_COUNTS].notna().all(axis=1)
        cells[_PATH_OF_ALL] = cells[_PATH].groupby([cells[name] for name in _KEYS]).transform("all")
        for count in _COUNTS:
            cells[f"{count}_{_KNOWN}"] = keys[count].transform("count").eq(keys[count].transform("size"))
        self._cells = cells
        self._category = category
        self._made: dict[str, Mapping[frozenset[str], pd.DataFrame]] = {}

    def of(
        self, found: pd.DataFrame, count: str, by: tuple[str, ...], *, is_path: bool = False, **fixed: str
    ) -> pd.Series:
        """Whether the sum of each row may not be shown.

        Args:
            found: with the columns of ``by``.
            count: which count.
            by: what the rows are grouped by.
            is_path: whether only rows with all three counts are summed.
            fixed: values of further dimensions.
        """
        if self._category == ALL:
            values: dict[str, str | bool] = {**fixed, (_PATH_OF_ALL if is_path else f"{count}_{_KNOWN}"): True}
        else:
            values = {**fixed, "category": self._category, **({_PATH: True} if is_path else {})}
        dims = [*GROUPINGS, "category", _PATH, _PATH_OF_ALL, f"{count}_{_KNOWN}"]
        dims = [name for name in dims if len(self._cells[name].unique()) > 1]
        if count not in self._made:
            self._made[count] = withheld_in_tables(self._cells, dims, count)
        names = [name for name in (*by, *values) if name in dims]
        table = self._made[count][frozenset(names)]
        keys = found.assign(**values)[names]
        if not names:
            return pd.Series(bool(table["withheld"].iloc[0]), index=found.index)
        # A row of which no cell is known has no sum to withhold.
        flags = keys.merge(table[[*names, "withheld"]], on=names, how="left", validate="many_to_one")["withheld"]
        return pd.Series(flags.eq(True).to_numpy(), index=found.index)  # noqa: FBT003 - missing is not withheld


def _shown(found: pd.DataFrame, hidden: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The table without counts that may not be shown, and without what was computed from any of them."""
    gone = [name for name in _ESTIMATES if name in found]
    either = pd.DataFrame(hidden).any(axis=1)
    masked = found.astype(dict.fromkeys((*hidden, *gone), "float64"))
    for name, flags in hidden.items():
        masked[name] = masked[name].mask(flags)
    masked[gone] = masked[gone].mask(either)
    masked["reason"] = masked["reason"].mask(either, SUPPRESSED)
    return masked
