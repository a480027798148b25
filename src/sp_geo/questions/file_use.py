"""Which file serves: used, displaced by another one, or read by no measure, as far as the built tables tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sp_geo.build.view import Build
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved, current, displacements, why

USED = "used"
WAITING = "added, not built yet"
DISPLACED = "displaced by "
UNUSED = "not used: "
_LISTS = ("list_totals", "list_by_age", "list_by_lsoa")
"""Publications that give a practice's total, the best first: of one month, only the best is taken."""


@dataclass(frozen=True)
class _Told:
    """What the built tables say of their sources.

    Attributes:
        needs: sources of need, in the words of out_pcn_need.
        lists: months of the list extracts that give patients.
        current: notes of the files that were built from.
    """

    needs: frozenset[str]
    lists: frozenset[str]
    current: tuple[Origin, ...]

    def has(self, words: str) -> bool:
        """Whether a source of need begins with these words, or has them after a semicolon."""
        return any(part.strip().startswith(words) for source in self.needs for part in source.split(";"))

    def best(self, month: str) -> str:
        """The publication that gives the patients of a month."""
        held = {origin.publication for origin in self.current if origin.period[:7] == month}
        return next((publication for publication in _LISTS if publication in held), "")

    def latest(self, publication: str) -> str:
        """The last month of a publication."""
        return max((origin.period[:7] for origin in self.current if origin.publication == publication), default="")


def uses(build: Build, shelf: Sequence[Shelved]) -> dict[str, str]:
    """What becomes of each file on the shelf, in words, by its hash.

    Raises:
        WorkspaceError: a built table is gone.
    """
    built = {str(item["sha256"]) for item in build.manifest.inputs}
    others = displacements(shelf)
    # Where there is no panel, nothing tells which file serves.
    told = None
    if build.has("out_quarter_coverage") and build.has("out_pcn_need"):
        coverage = build.table("out_quarter_coverage", ["list_release"])
        if not coverage.empty:
            needs = build.table("out_pcn_need", ["source"])["source"].dropna().unique()
            lists = coverage["list_release"].dropna().unique()
            told = _Told(frozenset(needs), frozenset(lists), tuple(item.origin for item in current(shelf)))
    words = {}
    for item in shelf:
        sha256 = item.origin.sha256
        if sha256 in others:
            other = others[sha256].origin
            is_built = "used until the next build, then " if sha256 in built else ""
            words[sha256] = f"{is_built}{DISPLACED}{other.name_among([item.origin])} ({why(other, item.origin)})"
        elif sha256 not in built:
            words[sha256] = WAITING
        else:
            reason = _reason(item.origin, told) if told is not None else ""
            words[sha256] = f"{UNUSED}{reason}" if reason else USED
    return words


def _reason(origin: Origin, told: _Told) -> str:
    """Why no measure uses a file that was built from; empty if one does, or if the tables do not tell."""
    if origin.publication == "fingertips_practice":
        # The period is the indicators and then their years; beyond three, the first and the last.
        numbers = re.findall(r"\d{3,6}", origin.period.partition("-")[0])
        if "-to-" not in origin.period and not any(told.has(f"Fingertips {number} of ") for number in numbers):
            return f"no measure reads indicator {', '.join(numbers)}"
    if origin.publication.startswith("patient_survey_"):
        years = re.findall(r"20\d\d", origin.period)
        if not any(told.has(f"GP Patient Survey {year} ") for year in years):
            return f"no quarter is served by the survey of {', '.join(years)}"
    if origin.publication in _LISTS:
        month = origin.period[:7]
        gives_patients = month in told.lists and told.best(month) == origin.publication
        gives_ages = origin.publication == "list_by_age" and told.has(f"list by age {month}")
        gives_areas = origin.publication == "list_by_lsoa" and (
            told.has(f"patients by area {month}") or told.latest("list_by_lsoa") == month
        )
        if not (gives_patients or gives_ages or gives_areas):
            return "other extracts are nearer to every quarter"
    return ""
