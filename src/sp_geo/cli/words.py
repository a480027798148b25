"""Words that options take, for help and completion, without loading what they stand for.

Each list is that of the module that obeys it; ``tests/unit/test_completion.py`` compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

ALL: Final = "all"
LATEST: Final = "latest"
AS_THEN: Final = "as_then"
RAW: Final = "raw"
PROVISION: Final = "splw_fte_per_10k"
TREATMENTS: Final[Mapping[str, str]] = {
    "reporters": "PCNs that reported",
    "absent_as_zero": "a PCN that did not report counts as one without posts",
    "balanced": "PCNs that reported in every quarter",
    "reweighted": "reporting PCNs stand for those like them",
}
ROLES: Final[Mapping[str, str]] = {
    "all": "all link workers",
    "plain": "the role Social Prescribing Link Worker alone",
    "mental_health": "the mental health variants alone",
}
CATEGORIES: Final = (
    "isolation", "activity", "independence", "long_term_conditions", "creativity", "housing", "money", "other",
)  # fmt: skip
WEIGHTS: Final = ("none", "patients")
STANDARD_ERRORS: Final = ("HC1", "HC3", "cluster")
DECAYS: Final = ("step", "gaussian", "power")
CAPACITIES: Final = ("places", "services")
SMALL_AREA_NEEDS: Final = ("imd_score", "minority_ethnic")
POST_OBJECTIVES: Final = ("shortfall", "worst_first", "proportional")
POST_VIEWS: Final = ("pcns", "order", "effects", "needs", "scenarios", "frontier")
PATIENTS: Final = (RAW, "weighted")
UNREPORTED: Final = ("ask", "exclude", "impute")
LEVELS: Final = ("pcn", "local_authority", "sub_icb")
SITE_OBJECTIVES: Final = ("covering", "median")
CANDIDATES: Final = ("areas", "venues", "practices")
SERVICE_VIEWS: Final = (
    "services", "directories", "refused", "unplaced", "unmapped", "attributes", "charities", "grants", "assumptions",
)  # fmt: skip
DESERT_VIEWS: Final = ("clusters", "areas", "sensitivity")
REFERRAL_MEASURES: Final = ("rates", "ratio", "trend", "path")
GROUPINGS: Final = ("quarter", "fifth", "region", "sex", "age_band", "area_code")
BOARD_VIEWS: Final = ("boards", "sets", "locations", "networks", "moved")
LOCAL_POST_VIEWS: Final = ("quarters", "posts", "unmatched")
CHANGE_VIEWS: Final = ("causes", "figures", "pcns")
CHANGE_MEASURES: Final = ("splw_fte", "list_size", "splw_fte_per_10k")
DIRECTIONS: Final = ("more", "less")
TEMPLATES: Final = ("services", "gap-log", "referral-activity", "local-posts", "own-measure")
SCALES: Final[Mapping[str, str]] = {
    "full": "England",
    "region": "one region",
    "miniature": "a few PCNs",
}
_FIELD: Final = re.compile(r"^(name|label|key|title): *(.+?) *$", re.MULTILINE)


@cache
def needs() -> Mapping[str, str]:
    """Need measures with their labels."""
    return dict(_named("sp_geo.panel", "indicators", "name", "label"))


@cache
def publications() -> Mapping[str, str]:
    """Publications that are known, with their titles."""
    return dict(_named("sp_geo.workspace", "publications", "key", "title"))


def _named(package: str, folder: str, code: str, name: str) -> Iterator[tuple[str, str]]:
    """Two plain lines of each YAML file of a folder; reading all of it would take most of a completion's time."""
    files = [item for item in resources.files(package).joinpath(folder).iterdir() if item.name.endswith(".yaml")]
    for item in sorted(files, key=lambda file: file.name):
        fields = dict(_FIELD.findall(item.read_text(encoding="utf-8")))
        if code in fields:
            yield fields[code].strip("\"'"), fields.get(name, "").strip("\"'")
