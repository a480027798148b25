"""Which of the things that differ between two builds can have moved a value; no more is claimed than can be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sp_geo.panel.indicator import indicators
from sp_geo.questions.changes.causes import (
    AREAS,
    INPUTS,
    LIST_PUBLICATIONS,
    LISTS,
    MEMBER_PUBLICATIONS,
    MEMBERSHIPS,
    PARAMETER,
    SEED,
    SOFTWARE,
    Cause,
)
from sp_geo.questions.changes.members import KINDS as MEMBER_KINDS

UNTOLD: Final = "Not told apart: "
UNKNOWN: Final = "No input of it is known to differ."
_MOST: Final = 3
_WORKFORCE: Final = "pcn_workforce"
_NOT_NEED: Final = {_WORKFORCE, "local_posts", "referral_activity", "gap_log", "board_changes"}
_BY_AREA: Final = {"list_by_lsoa", "lsoa_lookup", "lsoa11_population"}
_BEHIND: Final[Mapping[str, set[str]]] = {
    "deprivation": {"indices_of_deprivation", *_BY_AREA},
    "ethnicity": {"census_ethnicity", *_BY_AREA},
    "rurality": {"rural_urban_2011", "rural_urban_2021", *_BY_AREA},
    "practice_indicator": {"fingertips_practice", *LIST_PUBLICATIONS},
    "age": {"list_by_age"},
    "survey": {"patient_survey_2018", "patient_survey_2024", "practice_succession"},
}
"""Publications behind a source of need; a measure with a source of another kind may hang on any of them."""
_UNNAMED: Final = {"lsoa_lookup", "lsoa11_population", "practice_succession"}
"""Publications behind needs that the source of a value does not name."""
_NEED_CHOICES: Final = {"area_release", "survey_year", "survey_design_effect", "area_weights_max_age_days"}


@dataclass(frozen=True)
class Attribution:
    """Finds the causes of differences among what differs between two builds.

    Attributes:
        causes: everything that differs.
        releases: months of the lists that serve each quarter, before and after.
    """

    causes: tuple[Cause, ...]
    releases: Mapping[str, set[str]] = field(default_factory=dict)

    @cached_property
    def _inputs(self) -> list[Cause]:
        return [cause for cause in self.causes if cause.kind in INPUTS]

    @cached_property
    def software(self) -> list[str]:
        """Software and libraries in one sentence, as they can move anything; empty if they are the same."""
        names = [cause.about for cause in self.causes if cause.kind in SOFTWARE]
        return [f"The software is another ({', '.join(names)})."] if names else []

    def events(self, pcn: str, quarter: str) -> list[str]:
        """What became of a PCN's practices in a quarter."""
        return [cause.sentence for cause in self._members.get(pcn, []) if quarter in cause.quarters]

    @cached_property
    def _members(self) -> dict[str, list[Cause]]:
        found: dict[str, list[Cause]] = {}
        for cause in self.causes:
            if cause.kind in MEMBER_KINDS:
                for pcn in cause.pcns:
                    found.setdefault(pcn, []).append(cause)
        return found

    def workforce(self, quarter: str) -> list[str]:
        """Workforce releases of a quarter that differ."""
        return [
            cause.sentence
            for cause in self._inputs
            if cause.key == _WORKFORCE and (quarter in cause.quarters or not cause.quarters)
        ]

    def lists(self, quarter: str) -> list[str]:
        """Another list extract that serves a quarter, or the same one with other content."""
        served = [cause.sentence for cause in self.causes if cause.kind == LISTS and quarter in cause.quarters]
        months = self.releases.get(quarter, set())
        return served or [
            cause.sentence for cause in self._inputs if cause.key in LIST_PUBLICATIONS and cause.period in months
        ]

    def need(self, name: str, quarter: str, editions: tuple[str, str]) -> list[str]:
        """What can have moved a need of PCNs in a quarter.

        Args:
            name: need measure.
            quarter: of it.
            editions: what the value rested on before and after; empty where there was none.
        """
        earlier, later = editions
        if earlier and later and earlier != later:
            return [f"It rests on {later}, before on {earlier}."]
        behind = _publications_behind(name)
        if not behind:
            files = [cause for cause in self._inputs if cause.key not in {*_NOT_NEED, *MEMBER_PUBLICATIONS}]
        elif earlier and later:
            # A file can be in the edition that a value rests on if its period is; some files no edition names.
            files = [
                cause
                for cause in self._inputs
                if cause.key in behind
                and (cause.key in _UNNAMED or all(part in later for part in cause.period.split("-")))
            ]
        else:
            chosen = [cause for cause in self.causes if cause.kind == PARAMETER and cause.key in _NEED_CHOICES]
            files = [*(cause for cause in self._inputs if cause.key in behind), *chosen]
        served = [cause for cause in self.causes if cause.kind == LISTS and quarter in cause.quarters]
        return [cause.sentence for cause in (*files, *served)]

    def places(self, quarter: str) -> list[str]:
        """What can have moved a PCN's ICB or name."""
        of_names = {*MEMBER_PUBLICATIONS, "epraccur", "board_changes"}
        return [
            *self.workforce(quarter),
            *(
                cause.sentence
                for cause in self.causes
                if cause.key in of_names
                or cause.kind == AREAS
                or (cause.kind in {LISTS, MEMBERSHIPS} and quarter in cause.quarters)
            ),
        ]

    def services(self) -> list[str]:
        """What can have moved figures of services."""
        kinds, others = {*INPUTS, PARAMETER, AREAS, SEED}, {_WORKFORCE, *MEMBER_PUBLICATIONS}
        return [cause.sentence for cause in self.causes if cause.kind in kinds and cause.key not in others]

    def told(self, found: Iterable[str]) -> str:
        """One cause as it is; several, or none that is known, as such."""
        sentences = list(dict.fromkeys([*found, *self.software]))
        if not sentences:
            return UNKNOWN
        return sentences[0] if len(sentences) == 1 else UNTOLD + joined(sentences)


def joined(sentences: list[str]) -> str:
    """A few sentences, and how many more there are."""
    rest = len(sentences) - _MOST
    return " ".join(sentences[:_MOST]) + (f" And {rest:,} more." if rest > 0 else "")


def _publications_behind(name: str) -> set[str]:
    """Publications that a need measure can rest on; empty where that is not known."""
    known = indicators().get(name)
    found: set[str] = set()
    for source in known.sources if known else ():
        kind = str(source.get("table", source["kind"]))
        if kind == "edition_in_force":
            editions = (_publications_behind(str(edition["indicator"])) for edition in source["editions"])
            found |= set().union(*editions)
        elif kind in _BEHIND:
            found |= _BEHIND[kind]
        else:
            return set()
    return found
