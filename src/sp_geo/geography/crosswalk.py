"""Small areas of 2011 against those of 2021.

Between the censuses most small areas stayed as they were (U), some were split (S), some merged (M) and a few were
redrawn irregularly (X). A pair of areas that share ground is one row of the lookup. Two questions must be kept apart:

* **Counts** (patients, residents) are apportioned: each count is divided over the areas it meets by shares that sum to
  one, so that totals are conserved in either direction. See :func:`weights`, :func:`to_lsoa11`, :func:`to_lsoa21`.
* **Shares and scores** (percentages, index points) are not divided. A share is the sum of its numerators over the sum
  of its denominators, each area of the other vintage given whole (:func:`shares_to_lsoa11`); a score is the mean over
  residents (:func:`scores_to_lsoa11`, :func:`scores_to_lsoa21`).

The lookup has no residents by pair. Where several areas meet one, they share it in proportion to their own residents:
exact in number for areas unchanged, split or merged whole, a stated approximation for irregular ones.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core.errors import InvalidContent

OLD: Final = "lsoa11_code"
NEW: Final = "lsoa21_code"
# Whether the 2011 area, and whether the 2021 area, stands in more than one pair.
_SHAPE: Final = {"U": (False, False), "S": (True, False), "M": (False, True)}


def weights(lookup: pd.DataFrame, residents11: pd.Series, residents21: pd.Series | None = None) -> pd.DataFrame:
    """How counts of either vintage are divided over the areas of the other.

    Args:
        lookup: core_lsoa_lookup: lsoa11_code, lsoa21_code, change (U, S, M or X), one row a pair.
        residents11: residents by lsoa11_code, used where areas were merged or redrawn.
        residents21: residents by lsoa21_code, used where areas were split or redrawn; without them an area's count is
            divided equally over its parts.

    Returns:
        One row a pair, ordered by code: lsoa11_code, lsoa21_code, share_of_11 (share of the 2011 area's count that goes
        to the 2021 area; sums to 1 by lsoa11_code), share_of_21 (the reverse; sums to 1 by lsoa21_code). Areas in which
        nobody lives are divided equally.

    Raises:
        InvalidContent: a pair stands twice, a pair contradicts its own change, or residents of an area are missing or
            negative.
    """
    repeated = lookup.duplicated([OLD, NEW])
    if repeated.any():
        pair = lookup.loc[repeated, [OLD, NEW]].iloc[0]
        raise InvalidContent("a pair of small areas stands twice", found=" and ".join(pair), expected="one row a pair")
    found = pd.DataFrame(
        {
            "old": lookup.groupby(OLD)[NEW].transform("size") > 1,
            "new": lookup.groupby(NEW)[OLD].transform("size") > 1,
        }
    )
    for change, (old, new) in _SHAPE.items():
        wrong = (lookup["change"] == change) & ((found["old"] != old) | (found["new"] != new))
        if wrong.any():
            raise InvalidContent(
                "a pair of small areas contradicts its own change",
                column="change",
                found=f"{change} for {lookup.loc[wrong, OLD].iloc[0]} and {lookup.loc[wrong, NEW].iloc[0]}",
                expected="U one to one, S one to several, M several to one, X irregular; the lookup may be incomplete",
            )
    pairs = lookup[[OLD, NEW]].sort_values([OLD, NEW], ignore_index=True)
    people21 = pd.Series(1.0, index=pairs[NEW].unique()) if residents21 is None else residents21
    pairs["share_of_11"] = _shared(pairs, OLD, NEW, people21)
    pairs["share_of_21"] = _shared(pairs, NEW, OLD, residents11)
    return pairs


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
    return _apportioned(counts, shares, NEW, OLD, "share_of_21")


def to_lsoa21(counts: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Counts by lsoa11_code as counts by lsoa21_code; the reverse of :func:`to_lsoa11`, with the same rules."""
    return _apportioned(counts, shares, OLD, NEW, "share_of_11")


def shares_to_lsoa11(numerator: pd.Series, denominator: pd.Series, lookup: pd.DataFrame) -> pd.Series:
    """A share by lsoa21_code as a share by lsoa11_code.

    Sum of numerators over sum of denominators of all 2021 areas that the 2011 area meets, each of them whole: a merged
    area gives its share to each of its parts. Apportioning would change nothing where a 2011 area meets one 2021 area,
    or several that belong to it alone; it differs for irregular areas only. The rule of the reference figures.

    Args:
        numerator: counts by lsoa21_code.
        denominator: counts by lsoa21_code; areas with either missing are left out.
        lookup: core_lsoa_lookup.

    Returns:
        Share (0 to 1 if the numerator is a part of the denominator) by lsoa11_code; areas with an empty denominator are
        absent.
    """
    return shares_across(numerator, denominator, lookup, OLD, NEW)


def shares_to_lsoa21(numerator: pd.Series, denominator: pd.Series, lookup: pd.DataFrame) -> pd.Series:
    """A share by lsoa11_code as a share by lsoa21_code, as :func:`shares_to_lsoa11`."""
    return shares_across(numerator, denominator, lookup, NEW, OLD)


def shares_across(
    numerator: pd.Series, denominator: pd.Series, lookup: pd.DataFrame, wanted: str, given: str
) -> pd.Series:
    """The rule of :func:`shares_to_lsoa11` in either direction.

    Args:
        numerator: by code of the ``given`` column.
        denominator: by code of the ``given`` column; areas with either missing are left out.
        lookup: core_lsoa_lookup.
        wanted: column of the areas wanted, ``lsoa11_code`` or ``lsoa21_code``.
        given: column of the areas given, the other one.
    """
    counts = pd.DataFrame({"numerator": numerator, "denominator": denominator}).dropna()
    sums = (
        lookup[[wanted, given]].join(counts, on=given, how="inner").groupby(wanted)[["numerator", "denominator"]].sum()
    )
    held = sums[sums["denominator"] > 0]
    share: pd.Series = (held["numerator"] / held["denominator"]).rename("share")
    return share


def scores_to_lsoa11(scores: pd.Series, residents21: pd.Series, shares: pd.DataFrame) -> pd.Series:
    """A score by lsoa21_code as the mean over the residents of each lsoa11_code.

    Args:
        scores: by lsoa21_code, in any unit.
        residents21: residents by lsoa21_code.
        shares: of :func:`weights`.

    Returns:
        Score by lsoa11_code in the same unit. Areas without a score leave the mean; an area with none, or in which
        nobody lives, is absent.
    """
    return _mean(scores, residents21, shares, NEW, OLD, "share_of_21")


def scores_to_lsoa21(scores: pd.Series, residents11: pd.Series, shares: pd.DataFrame) -> pd.Series:
    """A score by lsoa11_code as the mean over the residents of each lsoa21_code; as :func:`scores_to_lsoa11`."""
    return _mean(scores, residents11, shares, OLD, NEW, "share_of_11")


def _shared(pairs: pd.DataFrame, owner: str, part: str, residents: pd.Series) -> pd.Series:
    people = pairs[part].map(residents)
    wrong = ~(people >= 0)
    if wrong.any():
        raise InvalidContent(
            "residents of a small area are missing or negative",
            column=part,
            found=f"{pairs.loc[wrong, part].iloc[0]} and {pairs.loc[wrong, part].nunique() - 1:,} more",
            expected="residents of every area of the lookup",
        )
    groups = people.groupby(pairs[owner])
    total, parts = groups.transform("sum"), groups.transform("size")
    return (people / total).where(total > 0, 1.0 / parts)


def _apportioned(counts: pd.DataFrame, shares: pd.DataFrame, source: str, target: str, share: str) -> pd.DataFrame:
    if not counts.index.is_unique:
        twice = counts.index[counts.index.duplicated()][0]
        raise InvalidContent("a small area stands twice", column=source, found=str(twice), expected="one row an area")
    unknown = counts.index[~counts.index.isin(shares[source])]
    if len(unknown):
        raise InvalidContent(
            "small areas are not in the lookup, so their counts would be lost",
            column=source,
            found=f"{unknown[0]} and {len(unknown) - 1:,} more",
            advice="Check the vintage of the areas",
        )
    # Areas that meet none of the counts' areas (Wales, say) stay out; those that meet only some of them are missing.
    concerned = shares.loc[shares[source].isin(counts.index), target]
    pairs = shares[shares[target].isin(concerned)]
    parts = counts.reindex(pairs[source]).set_axis(pairs.index).mul(pairs[share], axis=0)
    sums: pd.DataFrame = parts.groupby(pairs[target]).sum(skipna=False)
    return sums


def _mean(
    scores: pd.Series, residents: pd.Series, shares: pd.DataFrame, source: str, target: str, share: str
) -> pd.Series:
    score = shares[source].map(scores)
    people = (shares[source].map(residents) * shares[share]).where(score.notna())
    sums = pd.DataFrame({"points": score * people, "people": people}).groupby(shares[target]).sum(min_count=1)
    held = sums[sums["people"] > 0]
    mean: pd.Series = (held["points"] / held["people"]).rename("score")
    return mean
