"""What a reader is looking at, as it stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import parse_qsl, urlencode

ENGLAND = "England"
PROVISION = "splw_fte_per_10k"


@dataclass(frozen=True)
class Choices:
    """What there is to look at.

    Attributes:
        quarters: in order.
        measures: columns that the map can show; the first is provision.
        needs: columns that the regression can use.
        areas: codes of ICBs, after England.
    """

    quarters: Sequence[str]
    measures: Sequence[str]
    needs: Sequence[str]
    areas: Sequence[str]


@dataclass(frozen=True)
class ViewState:
    """One view.

    Attributes:
        quarter: shown on the map and in the table.
        measure: shown on the map.
        need: in the regression.
        area: ICB code, or England.
    """

    quarter: str
    measure: str
    need: str
    area: str

    def as_search(self) -> str:
        """The part of the address after the question mark, with it."""
        return "?" + urlencode(asdict(self))

    def step(self, choices: Choices, quarters: int) -> ViewState:
        """The same view some quarters on, going round at the ends."""
        order = list(choices.quarters)
        return replace(self, quarter=order[(order.index(self.quarter) + quarters) % len(order)])


def first_view(choices: Choices) -> ViewState:
    """The view of a reader who asked for nothing: the latest quarter, provision, England."""
    need = "imd_score" if "imd_score" in choices.needs else choices.needs[0]
    return ViewState(choices.quarters[-1], choices.measures[0], need, ENGLAND)


def read_search(search: str | None, choices: Choices) -> tuple[ViewState, list[str]]:
    """The view that an address asks for; what it asks for in vain is left at its default and named.

    Returns:
        The view, and the words in the address that mean nothing here, safe to show.
    """
    view = first_view(choices)
    known = {
        "quarter": choices.quarters,
        "measure": choices.measures,
        "need": choices.needs,
        "area": [ENGLAND, *choices.areas],
    }
    unknown = []
    for name, value in parse_qsl((search or "").lstrip("?"), max_num_fields=20, separator="&"):
        if name in known and value in known[name]:
            view = replace(view, **{name: value})
        elif name in known:
            unknown.append(f"{name} '{value[:30]}'")
    return view, unknown
