"""Words that options take, for help and completion, without loading what they stand for.

Each list is that of the module that obeys it; ``tests/unit/test_completion.py`` compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

ALL: Final = "all"
LATEST: Final = "latest"
AS_THEN: Final = "as_then"
RAW: Final = "raw"
PROVISION: Final = "splw_fte_per_10k"
NON_RESPONSES: Final[Mapping[str, str]] = {
    "reporters": "PCNs that reported",
    "absent_as_zero": "a scenario: a PCN that did not report counts as one without posts",
    "balanced": "PCNs that reported in every quarter",
    "reweighted": "reporting PCNs stand for those like them",
}
SLOPE_NON_RESPONSES: Final[Mapping[str, str]] = {
    **NON_RESPONSES,
    "imputed": "PCNs that did not report are imputed, again and again",
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
STANDARD_ERRORS: Final = {
    "auto": "by the design: CR2 by ICB, or permuted within one ICB",
    "CR2": "clustered by ICB, Bell and McCaffrey, Satterthwaite degrees of freedom",
    "permuted": "HC3, judged by permuting PCNs",
    "wild": "clustered by ICB, judged by the wild bootstrap",
    "cluster": "clustered by ICB, t on (ICBs - 1)",
    "HC3": "t on (PCNs - parameters)",
    "HC1": "normal; to repeat published work",
}
CLUSTERS: Final = ("auto", "pcn")
SMALL_AREA_NEEDS: Final = ("imd_score", "minority_ethnic")
POST_OBJECTIVES: Final[Mapping[str, str]] = {
    "shortfall": "Gaps, high need first",
    "worst_first": "Whoever has least",
    "proportional": "In line with need",
}
POST_VIEWS: Final = ("pcns", "order", "effects", "needs", "scenarios", "frontier")
NEED_VALUES: Final[Mapping[str, str]] = {
    "observed": "as the survey found it",
    "shrunk": "drawn towards what is expected of such a PCN",
    "predicted": "shrunk, and predicted where nobody answered",
}
NEED_VIEWS: Final = ("pcns", "card")
PATIENTS: Final = (RAW, "weighted")
UNREPORTED: Final = ("ask", "exclude", "impute")
LEVELS: Final[Mapping[str, str]] = {
    "pcn": "PCNs",
    "local_authority": "Local authorities",
    "sub_icb": "Sub-ICB locations",
}
SITE_OBJECTIVES: Final[Mapping[str, str]] = {
    "covering": "Most people within reach",
    "median": "Shortest ways for all",
}
CANDIDATES: Final[Mapping[str, str]] = {
    "areas": "Any small area",
    "venues": "Where services meet",
    "practices": "GP practices",
}
SERVICE_VIEWS: Final = (
    "services", "directories", "refused", "unplaced", "unmapped", "attributes", "charities", "grants", "assumptions",
)  # fmt: skip
DESERT_VIEWS: Final = ("clusters", "areas", "sensitivity")
REFERRAL_MEASURES: Final = ("rates", "ratio", "trend", "path")
GROUPINGS: Final = ("quarter", "fifth", "region", "sex", "age_band", "area_code")
ICB_VIEWS: Final = ("icbs", "sets", "locations", "pcns", "moved")
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
    files = resources.files("sp_geo.panel").joinpath("indicators").iterdir()
    return dict(_named((file for file in files if file.name.endswith(".yaml")), "name", "label"))


@cache
def publications() -> Mapping[str, str]:
    """Publications that are known, with their titles."""
    folders = resources.files("sp_geo.publications").iterdir()
    files = (folder.joinpath("publication.yaml") for folder in folders if folder.is_dir())
    return dict(_named((file for file in files if file.is_file()), "key", "title"))


def _named(files: Iterable[Traversable], code: str, name: str) -> Iterator[tuple[str, str]]:
    """Two plain lines of each YAML file; reading all of it would take most of a completion's time."""
    found = [dict(_FIELD.findall(file.read_text(encoding="utf-8"))) for file in files]
    for fields in sorted((fields for fields in found if code in fields), key=lambda fields: fields[code]):
        yield fields[code].strip("\"'"), fields.get(name, "").strip("\"'")
