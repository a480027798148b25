"""Two builds compared: what was done, which figures moved, which PCNs, and what can be told of why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.panel.indicator import indicators
from sp_geo.questions.changes.attribution import Attribution
from sp_geo.questions.changes.causes import causes_of, spans
from sp_geo.questions.changes.figures import figure_changes
from sp_geo.questions.changes.pcns import causes_by_area, pcn_changes
from sp_geo.questions.changes.tables import TableReader

CAUSE_COLUMNS: Final = ("kind", "about", "quarters", "before", "after", "sentence")
_LABELS: Final[Mapping[str, str]] = {
    "splw_fte": "Link worker FTE",
    "splw_plain_fte": "Link worker FTE, plain role",
    "splw_mental_health_fte": "Link worker FTE, mental health roles",
    "splw_contracted_fte": "Link worker FTE, contracted services",
    "splw_headcount": "People in post",
    "list_size": "Registered patients",
    "weighted_list_size": "Weighted patients",
    "practices_count": "Member practices",
    "splw_fte_per_10k": "FTE per 10,000 patients",
    "splw_fte_per_10k_weighted": "FTE per 10,000 weighted patients",
    "icb_code": "ICB",
    "pcn_name": "Name",
}
SAME: Final = "Nothing differs: files, choices and software are those of the build before."


@dataclass(frozen=True)
class Changes:
    """What differs between two builds.

    Attributes:
        causes: what was done, with :data:`CAUSE_COLUMNS`: files, choices and software first, then what followed.
        figures: of England, regions and ICBs, with :data:`sp_geo.questions.changes.figures.COLUMNS`.
        pcns: with :data:`sp_geo.questions.changes.pcns.COLUMNS`, the largest difference first.
        places: pcn_code, quarter, icb_code, region_code of PCNs in either build; empty where no PCN differs.
        new: quarters that the later build alone has.
        lost: quarters that the earlier build alone has.
    """

    causes: pd.DataFrame
    figures: pd.DataFrame
    pcns: pd.DataFrame
    places: pd.DataFrame
    new: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What differs in one line."""
        if self.causes.empty:
            return SAME
        kinds = Counter(self.causes["kind"])
        done = ", ".join(f"{kind} ({count:,})" for kind, count in kinds.items())
        parts = [f"Since the build before: {done}."]
        parts += [f"{spans(self.new)} is new."] if self.new else []
        parts += [f"{spans(self.lost)} is gone."] if self.lost else []
        if self.figures.empty and self.pcns.empty:
            parts.append("No figure differs.")
        elif self.pcns.empty:
            parts.append(f"No value of a PCN differs; {_many(len(self.figures), 'figure')} of areas do.")
        else:
            top, count = self.pcns.iloc[0].to_dict(), self.pcns["pcn_code"].nunique()
            parts.append(
                f"{_many(len(self.pcns), 'value')} of {_many(count, 'PCN')} "
                f"{'differs' if len(self.pcns) == 1 else 'differ'}. "
                f"The largest: {label_of(top['measure'])} of {top['pcn_code']} in {top['quarter']}: "
                f"{value_words(top, 'before')} before, {value_words(top, 'after')} now."
            )
        return " ".join(parts)


def label_of(measure: str) -> str:
    """A measure of PCNs as people call it."""
    known = indicators().get(measure)
    return _LABELS.get(measure) or (known.label if known else measure.replace("_", " "))


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def value_words(row: Mapping[Any, Any], side: str) -> str:
    """A value of a row as it is said: a number, with its interval if it has one, or the state where there is none.

    Args:
        row: of figures or PCNs.
        side: ``before`` or ``after``.
    """
    if pd.isna(row[side]):
        return str(row[f"state_{side}"]).replace("_", " ")
    low, high = row.get(f"ci_low_{side}"), row.get(f"ci_high_{side}")
    interval = "" if pd.isna(low) or pd.isna(high) else f" ({_number(low)} to {_number(high)})"
    return _number(row[side]) + interval


def _number(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"  # noqa: PLR2004 - patients are whole


def compare(before: Build, after: Build) -> Changes:
    """What differs between two states of a workspace, and why as far as it can be told.

    Args:
        before: the earlier state.
        after: the later one.

    Raises:
        WorkspaceError: a table of one of them is gone or damaged.
    """
    read = TableReader(before, after)
    had, has = read.both("out_quarter_coverage", ["quarter", "list_release"])
    both = sorted(set(had["quarter"]) & set(has["quarter"]))
    causes = causes_of(before, after, both)
    releases: dict[str, set[str]] = {}
    for quarter, month in pd.concat([had, has])[["quarter", "list_release"]].to_numpy():
        releases.setdefault(quarter, set()).add(month)
    why = Attribution(causes, releases)
    pcns, places = pcn_changes(read, both, why)
    told = [(item.kind, item.about, spans(item.quarters), item.before, item.after, item.sentence) for item in causes]
    return Changes(
        causes=pd.DataFrame(told, columns=[*CAUSE_COLUMNS], dtype="object"),
        figures=figure_changes(read, both, why, causes_by_area(pcns, places)),
        pcns=pcns,
        places=places,
        new=tuple(sorted(set(has["quarter"]) - set(both))),
        lost=tuple(sorted(set(had["quarter"]) - set(both))),
    )
