"""What the categories of services are called, on every page alike."""

from __future__ import annotations

from typing import Final

from sp_geo.services.access import ALL

CATEGORY_WORDS: Final = {
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
