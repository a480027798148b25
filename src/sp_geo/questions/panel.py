"""Answers: rows with what must be known with them; the panel and its regression; what other questions share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from sp_geo.build.areas import in_area
from sp_geo.build.icb_sets import AS_THEN, OnSet, note_of
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.quarters import Month, Quarter
from sp_geo.core.suggest import did_you_mean, no_such, shown
from sp_geo.panel.indicator import Indicator, indicator_of
from sp_geo.panel.weighted_list import weighted_words
from sp_geo.questions.records import provenance
from sp_geo.questions.requests.statistics import PanelRequest, RegressRequest
from sp_geo.statistics.bounds import CAP_PERCENTILE, with_bounds
from sp_geo.statistics.conclusions.differences import differences_in_words
from sp_geo.statistics.conclusions.errors import errors_note
from sp_geo.statistics.inference import ERRORS, Errors, with_q_values
from sp_geo.statistics.measures import ALL_ROLES, MENTAL_HEALTH_ROLES, PLAIN_ROLE, WEIGHTED, Need, Provision
from sp_geo.statistics.need_values import NEED_VALUES, values_words, with_need_values
from sp_geo.statistics.non_response import NON_RESPONSES, WEIGHTS, Weights
from sp_geo.statistics.power import balanced_words
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.statistics.silence import IMPUTED, Choices, imputed_slopes
from sp_geo.workspace.store import SYNTHETIC

if TYPE_CHECKING:
    import geopandas as gpd

T = TypeVar("T", bound=str)
SERIES = "NWRS (workforce system alone)"
ALL = "all"
LATEST = "latest"
PATIENTS = {"raw": "list_size", "weighted": WEIGHTED}
"""Column of the patients that a rate is of."""
ROLES = {ALL: ALL_ROLES, "plain": PLAIN_ROLE, "mental_health": MENTAL_HEALTH_ROLES}
WORST_CASE = (
    "bound_low and bound_high: the least and the greatest slope if each PCN that did not report has anything from none "
    f"to the {CAP_PERCENTILE:g}th percentile of those that did. detectable: the smallest slope that a row shows with a "
    "power of 80 %. absent_as_zero is a scenario, no bound: a slope can leave what the treatments span."
)
SAID_ONCE = ("need", "per", "series", "weights", "se_type", "covariates", "reason", "note", "provenance")
"""Columns of slopes that a table for people says once, above it, where they are the same in every row."""
_SLOPE_FIRST = ("quarter", "need", "non_response", "per", "estimate", "ci_low", "ci_high", "std_error", "p_value")
_PANEL_FIRST = (
    "pcn_code",
    "pcn_name",
    "icb_code",
    "quarter",
    "reporting_status",
    "splw_fte",
    "list_size",
    "splw_fte_per_10k",
)


@dataclass(frozen=True)
class Answer:
    """Rows with a title and what must be known with them.

    Attributes:
        rows: of the table.
        title: its heading, marked where the data are invented.
        notes: sentences.
        shapes: of the rows, EPSG:27700, where they have any: one a row in their order, or one for each value of the
            column that the index is named after.
    """

    rows: pd.DataFrame
    title: str
    notes: tuple[str, ...]
    shapes: gpd.GeoSeries | None = None


def provision_of(role: str, patients: str) -> Provision:
    """The series of a role, over raw or weighted patients.

    Raises:
        UsageError: there is no such role, or no such kind of patients.
    """
    provision = ROLES[choose("role", role, list(ROLES))]
    return provision if choose("kind of patients", patients, list(PATIENTS)) == "raw" else provision.per_weighted


def choose(what: str, wanted: str, known: Sequence[T], names: Mapping[str, str] | None = None) -> T:
    """A known word, or a refusal that names the nearest ones.

    Args:
        what: kind of word.
        wanted: what was typed.
        known: words that may be meant.
        names: what they are called, by which they may be suggested but never taken.

    Raises:
        UsageError: there is no such word.
    """
    found = next((word for word in known if word == wanted), None)
    if found is not None:
        return found
    raise no_such(what, wanted, {word: (names or {}).get(word, "") for word in known})


def standard_errors(wanted: str) -> Errors:
    """A kind of standard errors, written in any case.

    Raises:
        UsageError: there is no such kind.
    """
    written = {name.lower(): name for name in ERRORS}
    return choose("standard error", written.get(wanted.lower(), wanted), ERRORS)


def in_quarters(frame: pd.DataFrame, quarters: tuple[str, ...], since: str = "") -> pd.DataFrame:
    """Rows of some quarters; ``latest`` is the last there is; all rows if none is named, or all since one."""
    if frame.empty:
        raise WorkspaceError(
            "no quarter of link workers has been built",
            advice="Add a workforce release of March, June, September or December ('panel --monthly' shows months)",
        )
    known = sorted(frame["quarter"].unique())
    wanted = []
    for text in [*quarters, *([since] if since else [])]:
        try:
            quarter = known[-1] if text == LATEST else str(Quarter.parse(text))
        except UsageError as fault:
            near = did_you_mean(text, known)
            raise UsageError(fault.problem, found=shown(text), expected=fault.expected, advice=near) from fault
        wanted.append(choose("quarter in the workspace", quarter, known))
    if since:
        frame = frame[frame["quarter"] >= wanted.pop()]
    return frame[frame["quarter"].isin(wanted)] if wanted else frame


def regress(build: Build, request: RegressRequest) -> Answer:
    """Slopes of provision on need by quarter and handling of non-response.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: nothing has been built.
    """
    on = build.on(request.icbs).on_set
    known = build.needs
    names = list(known) if ALL in request.need else list(request.need)
    england, _, values_notes = valued_panel(build, build.table("out_pcn_quarter"), names, request.need_values)
    frame = rows_asked(in_quarters(england, request.quarter, request.since), request.area, on)
    for name in request.covariate:
        indicator_of(name, known)
    provision = provision_of(request.role, request.patients)
    errors = standard_errors(request.se)
    wanted = [indicator_of(name, known) for name in names]
    if ALL in request.need:
        wanted = with_values(wanted, frame)
    rows = with_q_values(
        pd.concat([_slopes(england, request, frame, item, on, errors) for item in wanted], ignore_index=True)
    )
    rest = [name for name in rows.columns if name not in _SLOPE_FIRST]
    known_pcns = frame.groupby("quarter")[[item.name for item in wanted]].count().max()
    most = int(frame.groupby("quarter").size().max())
    notes = (
        f"Series: {SERIES}. Intervals are 95 %. An association between PCNs, not an effect.",
        errors_note(rows, errors),
        *(f"{item.name}: per {request.per:g} {item.unit}. {item.caveat.strip()}" for item in wanted),
        *(
            f"{item.name}: at most {known_pcns[item.name]:,} of {most:,} PCNs have a value in any quarter."
            for item in wanted
            if 0 < known_pcns[item.name] < most
        ),
        *values_notes,
        *patients_notes(frame, request.patients),
        *icb_notes(on, frame, request.area),
        *_silence_notes(rows, request),
    )
    return answered(build, rows[[*_SLOPE_FIRST, *rest]], f"Slope of link worker {provision.unit} on need", notes)


def valued_panel(
    build: Build, panel: pd.DataFrame, names: Sequence[str], chosen: str
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """The panel with the values chosen of the survey needs among some, what they rest on, and which they are in words.

    Raises:
        UsageError: there are no such values, or the survey gives no bases.
    """
    values = choose("values of need", chosen, NEED_VALUES)
    behind, notes = build.table("out_pcn_need"), []
    for name in names:
        if name in build.needs and build.needs[name].is_survey:
            panel, behind = with_need_values(panel, behind, name, values)
            notes.append(values_words(name, values))
    return panel, behind, tuple(notes)


def _slopes(
    england: pd.DataFrame,
    request: RegressRequest,
    frame: pd.DataFrame,
    item: Indicator,
    on: OnSet | None,
    errors: Errors,
) -> pd.DataFrame:
    """Slopes on one need under the treatments asked for, with the worst case beside each."""
    treatment = choose("non_response", request.non_response, [*NON_RESPONSES, IMPUTED, ALL])
    need, provision = Need.of(item), provision_of(request.role, request.patients)
    weights: Weights = choose("weights", request.weights, WEIGHTS)
    parts = []
    chosen = tuple(name for name in NON_RESPONSES if treatment in {name, ALL})
    if chosen:
        parts.append(quarter_slopes(frame, need, chosen, request.per, weights, errors, request.covariate, provision))
    # It takes as long as all the others together, so it is not done for every need unless it is asked for.
    if treatment == IMPUTED or (treatment == ALL and ALL not in request.need):
        everything = rows_asked(england, request.area, on)
        choices = Choices(weights, errors, request.covariate, provision)
        parts.append(imputed_slopes(everything, need, request.per, choices, tuple(frame["quarter"].unique())))
    rows = pd.concat(parts, ignore_index=True).sort_values("quarter", kind="stable", ignore_index=True)
    return with_bounds(rows, frame, need, provision, weights, request.covariate)


def _silence_notes(rows: pd.DataFrame, request: RegressRequest) -> tuple[str, ...]:
    """What the columns of silence say, what the balanced panel can tell, and only then how the treatments differ."""
    if ALL in request.need:
        return (WORST_CASE,)
    power = balanced_words(rows, f"slope per {request.per:g}")
    differences = differences_in_words(rows) if request.non_response == ALL else ""
    return tuple(words for words in (WORST_CASE, power, differences) if words)


def rows_asked(panel: pd.DataFrame, area: str, on: OnSet | None) -> pd.DataFrame:
    """The panel's rows of an area, with the ICBs that errors are clustered by.

    Those are the ICBs of the day for England, and those of the set asked for within an area: an ICB that came of two is
    one, also in quarters when it was two.

    Args:
        panel: of the quarters asked for.
        area: code of an ICB or region; empty for England.
        on: set of ICBs that the area is of.
    """
    rows = in_area(panel, area, on)
    return rows if on is None or not area else on.shown(rows, ("icb_code",))


def with_values(wanted: Sequence[Indicator], panel: pd.DataFrame) -> list[Indicator]:
    """The need measures of which at least one PCN has a value.

    Raises:
        WorkspaceError: there is none.
    """
    held = [item for item in wanted if panel[item.name].notna().any()]
    if not held:
        raise WorkspaceError(
            "no need measure has a value for these PCNs",
            advice="Add deprivation, ethnicity or the patient survey, and patients by small area",
        )
    return held


def said_once(answer: Answer) -> Answer:
    """The answer for people: what is the same in every row stands in the title and not in every row."""
    same = [name for name in SAID_ONCE if name in answer.rows and len(answer.rows[name].unique()) == 1]
    values = {name: answer.rows[name].iloc[0] for name in same}
    said = ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in values.items()
        if value not in {"", None}
    )
    return Answer(answer.rows.drop(columns=same), f"{answer.title} ({said})" if said else answer.title, answer.notes)


def answered(build: Build, rows: pd.DataFrame, what: str, notes: Iterable[str]) -> Answer:
    """Rows with their provenance, under a heading that is marked where the data are invented."""
    synthetic = build.manifest.is_synthetic
    return Answer(rows.assign(provenance=provenance(synthetic)), title(what, synthetic), tuple(notes))


def title(text: str, synthetic: bool) -> str:
    """A heading, marked where the data are invented."""
    return f"{SYNTHETIC}: {text}" if synthetic else text


def patients_notes(frame: pd.DataFrame, patients: str) -> tuple[str, ...]:
    """What must be known of the patients that a rate is of; nothing of registered ones."""
    return () if patients == "raw" else (weighted_words(frame),)


def icb_notes(on: OnSet | None, frame: pd.DataFrame, area: str) -> tuple[str, ...]:
    """Which ICBs an area is of; nothing where the answer is of England on the ICBs of the day."""
    if on is None:
        return (note_of(on, frame),) if area else ()
    kept = "Weights for silence" if area else "Errors by cluster and weights for silence"
    return (note_of(on, frame), f"{kept} stay with the ICBs of the day.")


def panel(build: Build, request: PanelRequest) -> Answer:
    """One row per active PCN of a quarter, or of every month with a workforce release.

    Raises:
        UsageError: the quarter or the area is unknown, or months are asked for on ICBs of another day.
        WorkspaceError: nothing has been built.
    """
    if request.monthly:
        return _months(build, request)
    on = build.on(request.icbs).on_set
    frame = in_area(in_quarters(build.table("out_pcn_quarter"), (request.quarter,)), request.area, on)
    said = note_of(on, frame)
    frame = frame if on is None else on.shown(frame)
    first = [*_PANEL_FIRST, *build.needs]
    rest = [name for name in frame.columns if name not in first]
    shown = str(frame["quarter"].iloc[0]) if len(frame) else request.quarter
    silent = f"{len(frame):,} active PCNs. Series: {SERIES}. A missing FTE is a PCN that did not report, not a zero."
    notes = (silent, weighted_words(frame), said, *own_notes(build, frame))
    return answered(build, frame[[*first, *rest]], f"PCNs in {shown}", notes)


def own_notes(build: Build, panel: pd.DataFrame) -> tuple[str, ...]:
    """What the user's own measures cover of some rows of the panel: PCNs with a value, and patients who have one."""
    own = [item for item in build.needs.values() if item.is_own]
    if not own:
        return ()
    behind = build.table("out_pcn_need", ["quarter", "pcn_code", "need", "patients_with_value"])
    behind = behind.merge(panel[["quarter", "pcn_code"]])
    people = behind.groupby("need")["patients_with_value"].sum()
    everyone = panel["list_size"].sum()
    return tuple(
        f"{item.name}: {item.label}; {int(panel[item.name].notna().sum()):,} of {len(panel):,} rows have a value, and "
        f"{100 * people.get(item.name, 0.0) / everyone:.1f} % of patients. {item.caveat}"
        for item in own
    )


def _months(build: Build, request: PanelRequest) -> Answer:
    """One row per active PCN of every month with a workforce release; all months if the quarter is ``latest``."""
    if request.icbs != AS_THEN:
        raise UsageError(
            "months stand on the ICBs of their day", found=f"--icbs {request.icbs}", expected=f"--icbs {AS_THEN}"
        )
    frame = build.table("out_pcn_month")
    if request.quarter != LATEST:
        asked = Quarter.parse(request.quarter)
        frame = frame[[Quarter.containing(Month.parse(text).end) == asked for text in frame["month"]]]
    rows = in_area(frame, request.area)
    count = rows["month"].nunique()
    notes = (
        f"{count:,} month{'' if count == 1 else 's'} with a release. Series: {SERIES}. "
        "A missing FTE is a PCN that did not report, not a zero.",
    )
    return answered(build, rows, "PCNs by month", notes)
