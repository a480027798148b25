"""What can be asked of access and deserts: one request, from which a command's options and a page's fields are made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

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


@dataclass(frozen=True)
class Choice:
    """How one field of a request is asked for.

    Attributes:
        help: of its option on the command line.
        metavar: of its option.
        address: its name in the address of a page; empty where no page asks for it.
        label: of its control on a page.
        words: values with their words; empty for a number, or where they hang on the workspace.
        low: least number, in the unit of the page.
        high: greatest number.
        step: of the page's control.
        per_unit: how many of the page's unit make one of the request's: 100 where a page asks in per cent for a share.
        kind: of the values.
    """

    help: str
    metavar: str
    address: str = ""
    label: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    low: float = -math.inf
    high: float = math.inf
    step: float = 1.0
    per_unit: float = 1.0
    kind: type[str | int | float] = str

    def read(self, text: str) -> Any:
        """The request's value for the text of a page's control."""
        return float(text) / self.per_unit if self.kind is float else self.kind(text)


def _asked(default: Any, choice: Choice) -> Any:
    return field(default=default, metadata={"choice": choice})


@dataclass(frozen=True)
class AccessRequest:
    """Which access and deserts are asked for; None stands for the assumption of the build."""

    category: str = "all"
    area: str = ""
    directory: str = ""
    catchment_km: float | None = _asked(
        None,
        Choice(
            "Furthest way to a service; default: parameters.yaml, or 10.",
            "KM",
            address="km",
            label="Furthest way, km",
            low=0.5,
            high=60,
            step=0.5,
            kind=float,
        ),
    )
    rural_catchment_km: float | None = _asked(
        None, Choice("Furthest way in rural areas; default: as elsewhere.", "KM", low=0.5, high=60, kind=float)
    )
    minutes: float | None = _asked(
        None,
        Choice(
            "Furthest journey by the travel times that were added; default: distance counts.",
            "MINUTES",
            low=1,
            high=240,
            kind=float,
        ),
    )
    detour: float | None = _asked(
        None,
        Choice(
            "Metres of way for each metre of straight line; default: parameters.yaml, or 1.3.", "FACTOR", kind=float
        ),
    )
    decay: str = _asked(
        "step",
        Choice(
            "How distance counts within the catchment: step, gaussian or power.",
            "SHAPE",
            address="decay",
            label="Willingness to go, by distance",
            words=DECAYS,
        ),
    )
    measure: str = _asked(
        "places",
        Choice(
            "places (effective places a quarter) or services (each counted as one).",
            "MEASURE",
            address="counted",
            label="What is counted",
            words=COUNTED,
        ),
    )
    need: str = _asked(
        "imd_score",
        Choice(
            "Need of small areas: imd_score, minority_ethnic, or an own measure of areas.",
            "NEED",
            address="need",
            label="Need",
        ),
    )
    fifths: int | None = _asked(
        None,
        Choice(
            "Top fifths of need that count; default: parameters.yaml, or 2.",
            "NUMBER",
            address="fifths",
            label="How high need must be",
            words=FIFTHS,
            low=1,
            high=5,
            kind=int,
        ),
    )
    share_of_mean: float | None = _asked(
        None,
        Choice(
            "Little access: under this share of the mean; default: parameters.yaml, or 0.5.",
            "SHARE",
            address="share",
            label="Little access: under this % of the mean",
            low=5,
            high=100,
            step=5,
            per_unit=100,
            kind=float,
        ),
    )


CHOICES: Final[Mapping[str, Choice]] = {
    item.name: item.metadata["choice"] for item in fields(AccessRequest) if "choice" in item.metadata
}
"""How each field is asked for, by its name."""
