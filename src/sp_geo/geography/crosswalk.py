"""Small areas of 2011 against those of 2021.

Between the censuses most small areas stayed as they were (U), some were split (S), some merged (M) and a few were
redrawn irregularly (X). A pair of areas that share ground is one row of the lookup. Two questions must be kept apart:

* **Counts** (patients, residents) are apportioned: each count by areas of 2021 is divided over the areas of 2011 that
  it meets by shares that sum to one, so that totals are conserved. See :func:`weights` and :func:`to_lsoa11`.
* **Shares and scores** (percentages, index points) are not divided. A share is the sum of its numerators over the sum
  of its denominators, each area of the other vintage given whole; a score is the mean over residents, which are its
  denominator. See :func:`shares_across`.

The lookup has no residents by pair. Where several areas of 2011 meet one of 2021, they share it equally: exact for
areas unchanged or split, a stated approximation for merged and irregular ones.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core.errors import InvalidContent

OLD: Final = "lsoa11_code"
NEW: Final = "lsoa21_code"
# Whether the 2011 area, and whether the 2021 area, stands in more than one pair.
_SHAPE: Final = {"U": (False, False), "S": (True, False), "M": (False, True)}


def weights(lookup: pd.DataFrame) -> pd.DataFrame:
    """How counts by areas of 2021 are divided over those of 2011.

    Args:
        lookup: core_lsoa_lookup: lsoa11_code, lsoa21_code, change (U, S, M or X), one row a pair.

    Returns:
        One row a pair, ordered by code: lsoa11_code, lsoa21_code, share_of_21 (share of the 2021 area's count that goes
        to the 2011 area; sums to 1 by lsoa21_code).

    Raises:
        InvalidContent: a pair stands twice, or contradicts its own change.
    """
    repeated = lookup.duplicated([OLD, NEW])
    if repeated.any():
        pair = lookup.loc[repeated, [OLD, NEW]].iloc[0]
        raise InvalidContent("a pair of small areas stands twice", found=" and ".join(pair), expected="one row a pair")
    has_parts = lookup.groupby(OLD)[NEW].transform("size") > 1
    has_others = lookup.groupby(NEW)[OLD].transform("size") > 1
    for change, (old, new) in _SHAPE.items():
        wrong = (lookup["change"] == change) & ((has_parts != old) | (has_others != new))
        if wrong.any():
            raise InvalidContent(
                "a pair of small areas contradicts its own change",
                column="change",
                found=f"{change} for {lookup.loc[wrong, OLD].iloc[0]} and {lookup.loc[wrong, NEW].iloc[0]}",
                expected="U one to one, S one to several, M several to one, X irregular; the lookup may be incomplete",
            )
    pairs = lookup[[OLD, NEW]].sort_values([OLD, NEW], ignore_index=True)
    return pairs.assign(share_of_21=1.0 / pairs.groupby(NEW)[OLD].transform("size"))


def to_lsoa11(counts: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Counts by lsoa21_code as counts by lsoa11_code, with the same totals.

    Parts of a split area are added up; a merged area is apportioned.

    Args:
        counts: indexed by lsoa21_code, one column a count.
        shares: of :func:`weights`.

    Returns:
        The same columns, indexed by lsoa11_code. A count to which a missing count contributes is missing.

    Raises:
        InvalidContent: an area is not in the lookup, or stands twice.
    """
    if not counts.index.is_unique:
        twice = counts.index[counts.index.duplicated()][0]
        raise InvalidContent("a small area stands twice", column=NEW, found=str(twice), expected="one row an area")
    unknown = counts.index[~counts.index.isin(shares[NEW])]
    if len(unknown):
        raise InvalidContent(
            "small areas are not in the lookup, so their counts would be lost",
            column=NEW,
            found=f"{unknown[0]} and {len(unknown) - 1:,} more",
            advice="Check the vintage of the areas",
        )
    # Areas that meet none of the counts' areas (Wales, say) stay out; those that meet only some of them are missing.
    concerned = shares.loc[shares[NEW].isin(counts.index), OLD]
    pairs = shares[shares[OLD].isin(concerned)]
    parts = counts.reindex(pairs[NEW]).set_axis(pairs.index).mul(pairs["share_of_21"], axis=0)
    sums: pd.DataFrame = parts.groupby(pairs[OLD]).sum(skipna=False)
    return sums


def shares_across(
    numerator: pd.Series, denominator: pd.Series, lookup: pd.DataFrame, wanted: str, given: str
) -> pd.Series:
    """A share by areas of one vintage as a share by those of the other.

    Sum of numerators over sum of denominators of all given areas that the wanted area meets, each of them whole: a
    merged area gives its share to each of its parts. Apportioning would change nothing where an area meets one area, or
    several that belong to it alone; it differs for irregular areas only. The rule of the reference figures.

    Args:
        numerator: by code of the ``given`` column.
        denominator: by code of the ``given`` column; areas with either missing are left out.
        lookup: core_lsoa_lookup.
        wanted: column of the areas wanted, ``lsoa11_code`` or ``lsoa21_code``.
        given: column of the areas given, the other one.

    Returns:
        Share (0 to 1 if the numerator is a part of the denominator) by code of the wanted areas; areas with an empty
        denominator are absent.
    """
    counts = pd.DataFrame({"numerator": numerator, "denominator": denominator}).dropna()
    sums = (
        lookup[[wanted, given]].join(counts, on=given, how="inner").groupby(wanted)[["numerator", "denominator"]].sum()
    )
    held = sums[sums["denominator"] > 0]
    share: pd.Series = (held["numerator"] / held["denominator"]).rename("share")
    return share
