"""Services filed under the survey's referral reasons: our own words first, then reviewed terms, keywords last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

import pandas as pd
import yaml

from sp_geo.tables.referrals import REFERRAL_CATEGORIES

OWN_WORDS: Final = "category"
_MOST_WORDS: Final = 500


def _plain(text: str) -> str:
    return " ".join(str(text).lower().split())


@cache
def mapping(name: str) -> Mapping[str, tuple[str, ...]]:
    """Categories by term (small letters) of a mapping file: ``terms``, ``charity_classifications``, ``keywords``."""
    text = resources.files("sp_geo.services").joinpath("mappings", f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for category, terms in yaml.safe_load(text).items():
        for term in terms:
            found[_plain(term)] = (*found.get(_plain(term), ()), category)
    return found


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    parts: dict[str, list[str]] = {}
    for word, categories in mapping("keywords").items():
        for category in categories:
            parts.setdefault(category, []).append(re.escape(word).replace(r"\*", r"\w*"))
    return tuple((category, re.compile(rf"\b(?:{'|'.join(words)})\b")) for category, words in parts.items())


def by_keywords(text: str) -> tuple[str, ...]:
    """Categories whose keywords occur in a text."""
    plain = _plain(text[:_MOST_WORDS])
    return tuple(category for category, pattern in _patterns() if pattern.search(plain))


def mapped_terms(terms: pd.DataFrame, name: str) -> pd.DataFrame:
    """Terms with the categories they stand for.

    Args:
        terms: vocabulary, term, and an identifier of what they describe.
        name: mapping file.

    Returns:
        The same rows with ``category``, one row a category; missing where a term is not mapped.
    """
    known = mapping(name)
    own = terms["vocabulary"] == OWN_WORDS
    is_ours = own & terms["term"].isin(REFERRAL_CATEGORIES)
    lists = [
        (term,) if ours else known.get(_plain(term), (None,)) for term, ours in zip(terms["term"], is_ours, strict=True)
    ]
    rows: pd.DataFrame = terms.assign(category=pd.Series(lists, index=terms.index, dtype=object)).explode("category")
    return rows


def categories_of(services: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """The categories of every service.

    Args:
        services: core_service.
        terms: core_service_term.

    Returns:
        service_id, category, how (``term`` or ``keyword``), share (of the service's capacity that is counted under the
        category: one over their number), a row a category; a service that nothing files is absent.
    """
    filed = mapped_terms(terms, "terms").dropna(subset=["category"])[["service_id", "category"]].drop_duplicates()
    rest = services[~services["service_id"].isin(filed["service_id"])]
    words = rest["name"].fillna("") + " " + rest["description"].fillna("")
    guessed = pd.DataFrame(
        {"service_id": rest["service_id"], "category": [by_keywords(text) for text in words]},
        columns=["service_id", "category"],
    ).explode("category")
    both = pd.concat(
        [filed.assign(matched_by="term"), guessed.dropna(subset=["category"]).assign(matched_by="keyword")]
    )
    both = both.astype({"service_id": "str", "category": "str", "matched_by": "str"})
    both["share"] = 1.0 / both.groupby("service_id")["category"].transform("size")
    return both.sort_values(["service_id", "category"], ignore_index=True)


def term_counts(terms: pd.DataFrame, name: str, identifier: str) -> pd.DataFrame:
    """Every term with its category and how many records carry it; an empty category where it is not mapped.

    Returns:
        vocabulary, term, category, records_count.
    """
    rows = mapped_terms(terms, name)
    rows["category"] = rows["category"].fillna("").astype("str")
    counted = rows.groupby(["vocabulary", "term", "category"])[identifier].nunique().rename("records_count")
    return counted.reset_index().sort_values(
        ["records_count", "vocabulary", "term", "category"], ascending=[False, True, True, True], ignore_index=True
    )
