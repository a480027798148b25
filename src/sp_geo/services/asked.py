"""Words and limits of what can be asked of access and deserts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DECAYS: Final[Mapping[str, str]] = {
    "step": "Falls in three steps",
    "gaussian": "Falls slowly, then fast (Gaussian)",
    "power": "Falls fast, then slowly (power)",
}
COUNTED: Final[Mapping[str, str]] = {"places": "Free places", "services": "Services, each as one"}
FIFTHS: Final[Mapping[str, str]] = {
    "1": "Top fifth of England",
    **{str(count): f"Top {count} fifths of England" for count in (2, 3, 4)},
    "5": "Any",
}
LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "catchment_km": (0.5, 60.0),
    "rural_catchment_km": (0.5, 60.0),
    "minutes": (1.0, 240.0),
    "fifths": (1.0, 5.0),
}
"""Least and greatest of each number."""
