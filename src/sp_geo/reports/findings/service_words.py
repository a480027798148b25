"""What is recorded of services and who is in a desert, in sentences; silence is not said to be none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd

from sp_geo.services.access import ALL

CATEGORY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ALL: "All together",
        "isolation": "Isolation",
        "activity": "Physical activity",
        "independence": "Independent living",
        "long_term_conditions": "Long-term conditions",
        "creativity": "Creativity and learning",
        "housing": "Housing",
        "money": "Money and benefits",
        "other": "Other",
    }
)
_MOST_DISTRICTS: Final = 3


def percent(part: float, whole: float) -> str:
    """A share as it is said; ``[x]`` of nothing."""
    if whole <= 0:
        return "[x]"
    share = 100 * part / whole
    return f"{share:.1f} %" if 0 < share < 1 else f"{share:.0f} %"


def for_category(category: str) -> str:
    """A category at the end of a sentence."""
    return "every category" if category == ALL else CATEGORY_WORDS[category].lower()


def category_list(text: object) -> str:
    """Categories with ; between as they are said."""
    return ", ".join(CATEGORY_WORDS.get(name, name) for name in str(text).split(";") if name) if text else ""


def count_words(services: pd.DataFrame, place: str) -> list[str]:
    """How many services are recorded by how many directories, and for how many the capacity is unknown.

    Args:
        services: rows of out_service.
        place: such as `` with a site in Kent and Medway``, with its blank; empty for England.
    """
    if services.empty:
        return [f"No service{place} is recorded."]
    directories = services["directory_id"].nunique()
    unknown = int(services["effective_places"].isna().sum())
    return [
        f"{len(services):,} services{place} are recorded by {directories:,} "
        f"director{'y' if directories == 1 else 'ies'}.",
        f"For {unknown:,} of the {len(services):,} ({percent(unknown, len(services))}) nobody knows how many people "
        "they can take: the record does not say, or is old.",
    ]


def covered_words(covered: float, everyone: float, category: str, area: str, basis: str) -> list[str]:
    """What share of people live where a directory covers the category, and what is said of the others.

    Args:
        covered: people where a directory covers it.
        everyone: people of the area.
        category: of services.
        area: its name.
        basis: which people were counted.
    """
    if covered <= 0:
        return [
            f"No directory covers {for_category(category)} anywhere in {area}, where {everyone:,.0f} people live "
            f"({basis}): silence says nothing about what there is."
        ]
    words = [
        f"A directory covers {for_category(category)} where {percent(covered, everyone)} of the {everyone:,.0f} "
        f"people of {area} live ({basis})."
    ]
    if covered < everyone:
        words.append(
            f"For the other {percent(everyone - covered, everyone)} it is not recorded: no directory covers "
            "where they live, so silence says nothing about what there is."
        )
    return words


def desert_words(dry: pd.DataFrame, judged: float, category: str, area: str) -> str:
    """How many people are in deserts, of how many who could be judged, in how many clusters.

    Args:
        dry: small areas of the area in a desert: patients_count, cluster_id.
        judged: people of the area in small areas that could be judged.
        category: of services.
        area: its name.
    """
    what = "all categories together" if category == ALL else for_category(category)
    if judged <= 0:
        return (
            f"No small area of {area} could be judged for {what}: a directory must cover it, its services must record "
            "what they can take, and its need must be known. That is not the same as no desert."
        )
    people, count = float(dry["patients_count"].sum()), dry["cluster_id"].nunique()
    return (
        f"{people:,.0f} people in {len(dry):,} small areas of {area} are in deserts of {what}: "
        f"{percent(people, judged)} of the {judged:,.0f} who could be judged. The areas form {count:,} "
        f"cluster{'' if count == 1 else 's'} of neighbours."
    )


def cluster_places(rows: pd.DataFrame) -> pd.Series:
    """Where each cluster is: the districts with most of its people, by cluster_id.

    Args:
        rows: of small areas in clusters: cluster_id, lsoa11_name, patients_count.
    """
    # The name of a small area is its district's, a number and a letter.
    district = rows["lsoa11_name"].str.rsplit(" ", n=1).str[0].rename("district")
    people = rows.groupby([rows["cluster_id"], district])["patients_count"].sum().reset_index()
    people = people.sort_values(["cluster_id", "patients_count"], ascending=[True, False], kind="stable")
    count = people.groupby("cluster_id").size()
    first = people.groupby("cluster_id").head(_MOST_DISTRICTS).groupby("cluster_id")["district"].agg(", ".join)
    more = (count - _MOST_DISTRICTS).clip(lower=0)
    return first + more.map(lambda left: f" and {left:,} more" if left else "")
