"""What an analyst may decide, each with its default and its bounds, kept in ``<workspace>/parameters.yaml``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sp_geo.core.errors import InvalidContent

FILE = "parameters.yaml"
MOST_DESIGN_EFFECT = 10


@dataclass(frozen=True)
class Parameters:
    """Choices that shape the panel.

    Attributes:
        list_release: ``nearest``, or a month such as ``2022-07`` whose lists serve every quarter.
        area_release: the same for patients by practice and small area, which weigh the need of a place.
        survey_year: ``latest`` (latest survey not after the quarter, else the earliest), or a year for all quarters.
        area_weights_max_age_days: a patient-weighted average from an older extract gives way to a value that is
            published by practice, where there is one.
        survey_design_effect: by which a survey's bases are divided before any standard error, as answers are weighted;
            1 or more.
        services: assumptions about services that differ from the defaults, by name; their ranges are checked by
            :mod:`sp_geo.services.assumptions`, which knows them.
        cost_per_place_gbp: pounds for one place in a service, by category, that differ from the stand-ins.
    """

    list_release: str = "nearest"
    area_release: str = "nearest"
    survey_year: str = "latest"
    area_weights_max_age_days: int = 731
    survey_design_effect: float = 1.4
    services: Mapping[str, Any] = field(default_factory=dict)
    cost_per_place_gbp: Mapping[str, Any] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """Plain fields, for the manifest."""
        return asdict(self)


def _fault(path: Path, name: str, value: object, expected: str) -> InvalidContent:
    return InvalidContent("parameter cannot be used", file=str(path), column=name, found=repr(value), expected=expected)


_RELEASE = (
    lambda value: value == "nearest" or re.fullmatch(r"\d{4}-\d{2}", str(value)),
    "'nearest' or a month such as 2022-07",
)
_ALLOWED: Mapping[str, tuple[Callable[[Any], object], str]] = {
    "list_release": _RELEASE,
    "area_release": _RELEASE,
    "survey_year": (
        lambda value: value == "latest" or re.fullmatch(r"\d{4}", str(value)),
        "'latest' or a year such as 2019",
    ),
    "area_weights_max_age_days": (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "a whole number of days, 0 or more",
    ),
    "survey_design_effect": (
        lambda value: (
            isinstance(value, (int, float)) and not isinstance(value, bool) and 1 <= value <= MOST_DESIGN_EFFECT
        ),
        f"a number from 1 to {MOST_DESIGN_EFFECT}",
    ),
    "services": (lambda value: isinstance(value, dict), "lines such as 'hold_days: 84' below it"),
    "cost_per_place_gbp": (lambda value: isinstance(value, dict), "lines such as 'money: 120' below it"),
}
"""What each parameter may be, as a test and in words."""


def read_parameters(workspace: Path) -> Parameters:
    """The workspace's parameters, or the defaults where it has none.

    Raises:
        InvalidContent: the file is not valid YAML, or a parameter is unknown or out of bounds.
    """
    path = workspace / FILE
    if not path.exists():
        return Parameters()
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise InvalidContent(
            "not valid YAML", file=str(path), advice="Compare it with the example of docs/first_run.md"
        ) from fault
    if values is None:  # a file of comments only
        return Parameters()
    if not isinstance(values, dict):
        raise InvalidContent("not a list of parameters", file=str(path), expected="lines such as 'survey_year: 2019'")
    for name, value in values.items():
        if name not in _ALLOWED:
            raise _fault(path, str(name), value, f"one of {', '.join(_ALLOWED)}")
        is_allowed, expected = _ALLOWED[name]
        if not is_allowed(value):
            raise _fault(path, name, value, expected)
    days = values.pop("area_weights_max_age_days", Parameters.area_weights_max_age_days)
    design_effect = float(values.pop("survey_design_effect", Parameters.survey_design_effect))
    services, costs = values.pop("services", {}), values.pop("cost_per_place_gbp", {})
    return Parameters(
        area_weights_max_age_days=days,
        survey_design_effect=design_effect,
        services=services,
        cost_per_place_gbp=costs,
        **{name: str(value) for name, value in values.items()},
    )
