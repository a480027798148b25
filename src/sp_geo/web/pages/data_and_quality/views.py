"""What the page on data and quality shows: files, quarters, totals, what did not match, choices and versions."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

import pandas as pd
import yaml

from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError
from sp_geo.core.parameters import Parameters
from sp_geo.core.quarters import Quarter, span
from sp_geo.questions.file_use import uses
from sp_geo.reports.findings.quality import MEASURES, ended_rows
from sp_geo.services.assumptions import assumptions, described
from sp_geo.statistics.conclusions.labels import lowered
from sp_geo.tables.anomalies import core_anomaly
from sp_geo.tables.outputs import out_quarter_coverage, out_reconciliation
from sp_geo.tables.service_outputs import out_service_site
from sp_geo.tables.services import core_service_refused
from sp_geo.workspace.shelf import list_shelved

USED: Final = "Used"
DISPLACED: Final = "Displaced by"
UNUSED: Final = "Not used"
WAITING: Final = "Added, not built yet"
REMOVED: Final = "Used, and removed since"
HASH: Final = 12
_MEANINGS: Final = {
    "list_release": "Which list extract gives the patients of a quarter: the nearest, or one month for all.",
    "area_release": "Which extract of patients by small area weighs need: the nearest, or one month for all.",
    "survey_design_effect": "By which a survey's bases are divided before any standard error, as answers are weighted.",
    "survey_year": "Which patient survey gives need: the latest not after the quarter, or one year for all.",
    "area_weights_max_age_days": "Days after which an older extract by small area gives way to a published value.",
}
_PUBLICATION = "pcn_workforce"
_DIRECTORIES = frozenset({"open_referral", "open_referral_package", "service_template", "venue_list"})


def file_rows(build: Build) -> pd.DataFrame:
    """One row a file: what it is, from whom, of when, under which licence, and whether these figures rest on it.

    If the shelf cannot be read, the files of the build alone are listed.
    """
    built = {str(item["sha256"]): item for item in build.manifest.inputs}
    try:
        shelf = list_shelved(build.workspace)
    except SpGeoError:
        return _file_frame([{**item, "published": "", "state": USED} for item in built.values()])
    state = uses(build.base, shelf)
    said = {key: words[:1].upper() + words[1:] for key, words in state.items()}
    records = [{**vars(item.origin), "state": said[item.origin.sha256]} for item in shelf]
    there = {item.origin.sha256 for item in shelf}
    gone = [{**item, "published": "", "state": REMOVED} for key, item in built.items() if key not in there]
    return _file_frame([*records, *gone])


def _file_frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    names = ("publication", "title", "period", "file", "publisher", "licence", "published", "state", "sha256")
    frame = pd.DataFrame([{name: record.get(name, "") for name in names} for record in records], columns=list(names))
    return frame.assign(
        hash_prefix=frame["sha256"].astype(str).str[:HASH],
        published=frame["published"].where(frame["published"] != "", None),
    ).sort_values(
        ["publication", "title", "period", "published"], key=_first_things_first, ignore_index=True
    )  # fmt: skip


def _first_things_first(column: pd.Series) -> pd.Series:
    """The workforce releases head the list and directories of services, which may be many, end it."""
    if column.name != "publication":
        return column
    return column.map(lambda name: 0 if name == _PUBLICATION else 2 if name in _DIRECTORIES else 1)


def missing_quarters(build: Build, files: pd.DataFrame) -> list[tuple[str, bool]]:
    """Quarters between the first and the last without figures, each with whether a release of it is on the shelf."""
    held = list(build.choices.quarters) if build.has_panel else []
    if not held:
        return []
    releases = set(files.loc[files["publication"] == _PUBLICATION, "period"])
    between = span(Quarter.parse(held[0]), Quarter.parse(held[-1]))
    return [(str(item), str(item) in releases) for item in between if str(item) not in held]


def missing_words(build: Build, files: pd.DataFrame) -> str:
    """Whether the series has gaps, in words."""
    if not build.has_panel:
        return "No quarter of link worker posts is loaded."
    held = list(build.choices.quarters)
    found = missing_quarters(build, files)
    span_words = f"{held[0]} to {held[-1]}, {len(held)} quarter{'' if len(held) == 1 else 's'}"
    if not found:
        return f"{span_words}; none between them is missing."
    absent = [name for name, there in found if not there]
    unbuilt = [name for name, there in found if there]
    parts = []
    if absent:
        parts.append(f"no workforce release is loaded for {runs(absent)}")
    if unbuilt:
        parts.append(f"a release is loaded but no figures could be built for {runs(unbuilt)}")
    return f"{span_words}; {'; '.join(parts)}. Charts over time leave a gap there."


def runs(quarters: list[str]) -> str:
    """Quarters in their order, those that follow each other said as one span."""
    found: list[list[Quarter]] = []
    for item in (Quarter.parse(name) for name in quarters):
        if found and found[-1][-1].shift(1) == item:
            found[-1].append(item)
        else:
            found.append([item])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]} ({len(run)} quarters)" for run in found)


def coverage_rows(build: Build) -> pd.DataFrame:
    """Who reported, quarter by quarter; no rows before the first build."""
    name = "out_quarter_coverage"
    rows = build.table(name) if build.rows_count(name) else out_quarter_coverage.empty()
    return rows.assign(membership_source=rows["membership_source"].map(membership_words))


def membership_words(source: str) -> str:
    """Where memberships come from, by the publication's name for people."""
    publication, _, edition = source.partition(" ")
    named = {"epcn": "ePCN workbook", "practice_map": "Practice map"}.get(publication, publication.replace("_", " "))
    return f"{named} {edition}".strip()


def state_counts(files: pd.DataFrame) -> str:
    """How many files are in which state."""
    kinds = files["state"].map(lambda words: next((kind for kind in _STATE_WORDS if words.startswith(kind)), words))
    counted = kinds.value_counts()
    said = [f"{int(counted[state]):,} {words}" for state, words in _STATE_WORDS.items() if state in counted.index]
    return ", ".join(said) if said else "none"


_STATE_WORDS: Final = {
    REMOVED: "used and since removed: run 'sp-geo build'",
    USED: "used",
    DISPLACED: "displaced by another file",
    UNUSED: "not used by any measure",
    WAITING: "added but not built yet: run 'sp-geo build'",
}
"""Words for a count, by the beginning of a state."""


def reconciliation_rows(build: Build, quarter: str) -> pd.DataFrame:
    """Where every total of a quarter ended, part by part, each with its share of the total."""
    rows = build.table("out_reconciliation") if build.rows_count("out_reconciliation") else out_reconciliation.empty()
    return ended_rows(rows[rows["quarter"] == quarter])


def reconciliation_words(rows: pd.DataFrame, quarter: str) -> str:
    """How much of each total reached a PCN."""
    if rows.empty:
        return f"Nothing was joined for {quarter}."
    said = []
    for measure, (label, unit) in MEASURES.items():
        here = rows[rows["measure"] == measure]
        if here.empty:
            continue
        reached = here[here["cause"].isin(["matched", "through_successor", "through_last_pcn"])]
        share = 100 * reached["amount"].sum() / here["amount"].sum() if here["amount"].sum() else float("nan")
        words = "[x]" if pd.isna(share) else f"{share:.2f} %"
        said.append(f"{lowered(label)}: {words} of {here['amount'].sum():,.0f} {unit}")
    return (
        f"In {quarter} this reached a PCN: {'; '.join(said)}. Parts add up to the total before the join; if they "
        "did not, nothing would have been built."
    )


def anomaly_rows(build: Build) -> pd.DataFrame:
    """What is odd in the files of the build, publications by their titles."""
    titles = {str(item["publication"]): str(item["title"]) for item in build.manifest.inputs}
    rows = build.table("core_anomaly") if build.rows_count("core_anomaly") else core_anomaly.empty()
    return rows.assign(publication=rows["publication"].map(titles).fillna(rows["publication"]))


def anomaly_words(rows: pd.DataFrame) -> str:
    """How much is odd, and what became of it."""
    if rows.empty:
        return "Nothing odd was found in the published files."
    counted = rows["outcome"].value_counts()
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in counted.items())
    files = rows.groupby(["publication", "period"]).ngroups
    return (
        f"{len(rows):,} odd row{'' if len(rows) == 1 else 's'} or value{'' if len(rows) == 1 else 's'} in {files:,} "
        f"file{'' if files == 1 else 's'}: {told}. A published file is "
        "used as it is, because its totals are; only what cannot be used is left out."
    )


def refused_rows(build: Build) -> pd.DataFrame:
    """Faults of service records: refused ones and those taken in with a warning."""
    name = "core_service_refused"
    rows = build.table(name) if build.rows_count(name) else core_service_refused.empty()
    return rows.sort_values(["outcome", "cause", "directory_id"], ignore_index=True)


def unplaced_rows(build: Build) -> pd.DataFrame:
    """Sites of services that have no place on the map, with why."""
    rows = build.table("out_service_site") if build.rows_count("out_service_site") else out_service_site.empty()
    return rows[rows["cause"].notna()].reset_index(drop=True)


def service_causes(refused: pd.DataFrame, unplaced: pd.DataFrame) -> pd.DataFrame:
    """Refusals, warnings and sites without a place, counted by cause."""
    outcomes = refused["outcome"].map({"refused": "Record refused", "warned": "Taken in with a warning"})
    both = pd.concat(
        [
            pd.DataFrame({"outcome": outcomes, "cause": refused["cause"]}),
            pd.DataFrame({"outcome": "Site without a place", "cause": unplaced["cause"]}),
        ]
    )
    counted = both.groupby(["outcome", "cause"]).size().rename("records").reset_index()
    return counted.sort_values(["outcome", "records"], ascending=[True, False], ignore_index=True)


def parameter_rows(build: Build) -> pd.DataFrame:
    """Every choice in force: name, value, default, unit, meaning, whether it was changed."""
    held, default = dict(build.manifest.parameters), Parameters().as_record()
    rows = [
        {
            "parameter": name.replace("_", " "),
            "value": str(held.get(name, default[name])),
            "default": str(default[name]),
            "unit": "days" if name.endswith("_days") else "",
            "meaning": meaning,
        }
        for name, meaning in _MEANINGS.items()
    ]
    used = described(assumptions(held.get("services") or {}))
    rows += [
        {
            "parameter": f"services: {item['assumption'].replace('_', ' ')}",
            "value": f"{item['value']:g}",
            "default": f"{item['default']:g}",
            "unit": item["unit"],
            "meaning": item["meaning"],
        }
        for item in used.to_dict("records")
    ]
    text = resources.files("sp_geo.planning").joinpath("costs.yaml").read_text(encoding="utf-8")
    own = dict(build.manifest.parameters.get("cost_per_place_gbp") or {})
    rows += [
        {
            "parameter": f"cost per place: {name.replace('_', ' ')}",
            "value": f"{own.get(name, cost):g}",
            "default": f"{cost:g}",
            "unit": "pounds",
            "meaning": "Cost of one place in a service of this category. The default is a stand-in, not published.",
        }
        for name, cost in yaml.safe_load(text).items()
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(changed=["Changed" if a != b else "Default" for a, b in frame[["value", "default"]].to_numpy()])


def version_rows(build: Build) -> pd.DataFrame:
    """Software and libraries that the build was made with."""
    held = build.manifest.versions
    return pd.DataFrame({"software": list(held), "version": list(held.values())})


def table_rows(build: Build) -> pd.DataFrame:
    """Tables of the build with rows and hash, to compare two copies."""
    tables = sorted(build.manifest.tables.items())
    return pd.DataFrame(
        {
            "table": [name for name, _ in tables],
            "rows_count": [entry.rows for _, entry in tables],
            "hash_prefix": [entry.sha256[:HASH] for _, entry in tables],
        }
    )
