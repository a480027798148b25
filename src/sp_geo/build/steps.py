"""What each step of the build reads, writes and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from sp_geo.build import steps_icbs, steps_services
from sp_geo.build.context import Frames, Given
from sp_geo.core.errors import InvalidContent
from sp_geo.core.quarters import Quarter
from sp_geo.geography import boundaries, catchment
from sp_geo.panel import measures
from sp_geo.panel.areas import OrganisationNames
from sp_geo.panel.assemble import Assembler
from sp_geo.panel.indicator import all_indicators
from sp_geo.panel.local_posts import local_posts
from sp_geo.panel.membership import resolve
from sp_geo.services.access_inputs import LANDSCAPE_READS
from sp_geo.statistics.bounds import with_bounds
from sp_geo.statistics.inference import with_q_values
from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.tables import TABLES
from sp_geo.tables.outputs import NON_RESPONSES, out_pcn_month

DEFAULT_STEP = 10.0
"""Slopes are given per 10 percentage points of a share, or per 10 points of a score."""


@dataclass(frozen=True)
class Step:
    """One step of the build.

    Attributes:
        name: for people.
        publications: whose files it reads.
        reads: tables it reads.
        writes: tables it makes, all of them, empty if need be.
        run: makes the tables.
        parameters: those that it uses, and runs again for.
    """

    name: str
    publications: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    run: Callable[[Given], Frames]
    parameters: tuple[str, ...] = ()


def ingest(given: Given) -> Frames:
    """Read files into core tables; a total that several publications give is taken from the first of them.

    Raises:
        InvalidContent: two files say the same thing twice.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for item in sorted(given.files, key=lambda shelved: (shelved.origin.publication, shelved.origin.period)):
        for name, frame in given.read(item).items():
            parts.setdefault(name, []).append(frame)
    return {name: _together(name, frames) for name, frames in parts.items()}


def _together(name: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    table = TABLES[name]
    frame = pd.concat(_one_an_edition(frames) if name == "core_practice_membership" else frames, ignore_index=True)
    if name == "core_practice_list":
        frame = frame.sort_values("source", key=lambda found: found.map(_LIST_RANK), kind="stable")
        return frame.drop_duplicates(list(table.key))
    if name == "core_organisation":
        return frame.drop_duplicates(list(table.key))
    repeated = frame.duplicated(list(table.key))
    if repeated.any():
        example = ", ".join(str(part) for part in frame.loc[repeated, list(table.key)].iloc[0])
        raise InvalidContent(
            f"two files both give {name.removeprefix('core_').replace('_', ' ')}",
            found=example,
            expected="each in one file",
            advice="Remove one of the two with 'sp-geo remove'",
        )
    return frame


def _one_an_edition(frames: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Of two files of one edition, ePCN workbook and report, the one that knows more; mixed, spells stand twice."""
    best: dict[Any, pd.DataFrame] = {}
    for frame in frames:
        for edition, rows in frame.groupby(["kind", "edition"]):
            held = best.get(edition)
            if held is None or rows["edition_date"].max() > held["edition_date"].max():
                best[edition] = rows
    return list(best.values())


_LIST_RANK = {"list_totals": 0, "list_by_age": 1, "list_by_lsoa": 2}


def _names(tables: Frames) -> OrganisationNames:
    return OrganisationNames(
        organisations=tables["core_organisation"],
        releases=tables["core_pcn_release"],
        icbs=tables["out_icb"],
        sub_icbs=tables["out_icb_location"],
    )


def panel(given: Given) -> Frames:
    """Join every quarter that has a workforce release; none in a workspace of services alone."""
    assembler = Assembler(tables=given.tables, names=_names(given.tables), parameters=given.parameters)
    quarters = [assembler.assemble(quarter) for quarter in assembler.quarters()]
    if not quarters:
        return {}
    return {
        "out_pcn_quarter": pd.concat([quarter.pcns for quarter in quarters], ignore_index=True),
        "out_pcn_need": pd.concat([quarter.needs for quarter in quarters], ignore_index=True),
        "out_quarter_coverage": pd.concat([quarter.coverage for quarter in quarters], ignore_index=True),
        "out_reconciliation": pd.concat([quarter.reconciliation for quarter in quarters], ignore_index=True),
        "out_unmatched": pd.concat([quarter.unmatched for quarter in quarters], ignore_index=True),
    }


def months(given: Given) -> Frames:
    """Provision by month: the months within quarters, and those that end one."""
    assembler = Assembler(tables=given.tables, names=_names(given.tables), parameters=given.parameters)
    parts = [assembler.assemble_month(month) for month in assembler.months()]
    ends = given.tables["out_pcn_quarter"]
    if not ends.empty:
        ends = ends.assign(month=[Quarter.parse(text).end.strftime("%Y-%m") for text in ends["quarter"]])
        parts.append(ends[out_pcn_month.column_names])
    return {"out_pcn_month": pd.concat(parts, ignore_index=True)} if parts else {}


_SLOPE_COLUMNS: Final = (
    "pcn_code",
    "quarter",
    "icb_code",
    "region_code",
    "reporting_status",
    "splw_fte",
    "splw_fte_per_10k",
    "list_size",
)


def slopes(given: Given) -> Frames:
    """The default regressions: every need, every treatment, every quarter."""
    frame = given.tables["out_pcn_quarter"]
    if frame.empty:
        return {}
    # A thousand samples are taken: each carries only what a slope needs.
    kept = [name for name in _SLOPE_COLUMNS if name in frame]
    found = []
    for item in all_indicators(given.tables["core_own_measure"]).values():
        if frame[item.name].notna().any():
            rows, need = frame[[*kept, item.name]], Need.of(item)
            found.append(with_bounds(quarter_slopes(rows, need, NON_RESPONSES, DEFAULT_STEP), rows, need))
    return {"out_quarter_slope": with_q_values(pd.concat(found, ignore_index=True))} if found else {}


def local_post_tables(given: Given) -> Frames:
    """Local posts by PCN and quarter, apart from the published series, and those that found no active PCN."""
    posts = given.tables["core_local_post"]
    return {} if posts.empty else local_posts(posts, given.tables["out_pcn_quarter"][["pcn_code", "quarter"]])


def footprints(given: Given) -> Frames:
    """Footprints of all PCNs, each as at the latest quarter in which it was active."""
    pcns = given.tables["out_pcn_quarter"]
    latest = pcns.groupby("pcn_code")["quarter"].max()
    by_area = given.tables["core_practice_list_lsoa11"]
    if by_area.empty or pcns.empty:
        return {}
    release = by_area["release"].max()
    patients = by_area[by_area["release"] == release]
    parts = []
    for quarter in sorted(latest.unique()):
        members = resolve(given.tables["core_practice_membership"], Quarter.parse(quarter)).practices
        active = pcns.loc[pcns["quarter"] == quarter, "pcn_code"]
        members = members[members["pcn_code"].isin(active)]
        wanted = latest.index[latest == quarter]
        found = catchment.footprints_of(patients, members, boundaries.lsoa11(), list(wanted))
        parts.append(found.assign(quarter=quarter, list_release=release))
    return {"out_pcn_footprint": pd.concat(parts, ignore_index=True)}


def _core(name: str, publications: tuple[str, ...], writes: tuple[str, ...]) -> Step:
    return Step(name=name, publications=publications, reads=(), writes=writes, run=ingest)


_PANEL_READS = (
    "out_icb",
    "out_icb_location",
    "core_organisation",
    "core_practice_membership",
    "core_practice_succession",
    "core_pcn_workforce",
    "core_pcn_release",
    "core_practice_list",
    "core_practice_list_age",
    "core_practice_list_lsoa11",
    "core_practice_list_lsoa21",
    "core_practice_weighted_list",
    "core_practice_indicator",
    "core_pcn_indicator",
    "core_practice_survey",
    *measures.READS,
)

STEPS: Final[tuple[Step, ...]] = (
    _core(
        "organisations",
        ("epcn", "epcn_partners", "epcn_pcns", "practice_map", "epraccur", "practice_succession"),
        ("core_organisation", "core_practice_membership", "core_practice_succession"),
    ),
    _core("workforce", ("pcn_workforce",), ("core_pcn_workforce", "core_pcn_release", "core_pcn_month")),
    _core(
        "lists",
        ("list_totals", "list_by_age", "list_by_lsoa"),
        ("core_practice_list", "core_practice_list_age", "core_practice_list_lsoa11", "core_practice_list_lsoa21"),
    ),
    _core("weighted lists", ("nhs_payments",), ("core_practice_weighted_list",)),
    _core(
        "deprivation",
        ("indices_of_deprivation", "fingertips_practice"),
        ("core_lsoa11_deprivation", "core_lsoa21_deprivation", "core_practice_indicator", "core_pcn_indicator"),
    ),
    _core("ethnicity", ("census_ethnicity",), ("core_lsoa21_ethnicity",)),
    _core("survey", ("patient_survey_2018", "patient_survey_2024"), ("core_practice_survey",)),
    _core(
        "areas",
        (
            "lsoa_lookup",
            "lsoa_msoa",
            "lsoa11_parents",
            "lsoa21_icb",
            "lsoa21_ward",
            "local_authority_region",
            "lsoa11_population",
            "lsoa21_population",
            "rural_urban_2011",
            "rural_urban_2021",
        ),
        (
            "core_lsoa_lookup",
            "core_lsoa11_parent",
            "core_lsoa21_parent",
            "core_local_authority_region",
            "core_lsoa11_population",
            "core_lsoa21_population",
            "core_lsoa11_rurality",
            "core_lsoa21_rurality",
        ),
    ),
    _core("own measures", ("own_measure",), ("core_own_measure", "core_own_measure_value")),
    _core("boundaries", ("boundaries",), ("core_boundary",)),
    _core("referrals", ("referral_activity",), ("core_referral_activity",)),
    _core("local post lists", ("local_posts",), ("core_local_post",)),
    _core("changes of ICBs", ("board_changes",), ("core_icb_change",)),
    Step(
        name="icbs",
        publications=(),
        reads=("core_icb_change",),
        writes=("out_icb", "out_icb_location", "out_icb_set"),
        run=steps_icbs.icbs,
    ),
    Step(
        name="panel",
        publications=(),
        reads=_PANEL_READS,
        writes=("out_pcn_quarter", "out_pcn_need", "out_quarter_coverage", "out_reconciliation", "out_unmatched"),
        run=panel,
        parameters=("list_release", "area_release", "survey_year", "survey_design_effect", "area_weights_max_age_days"),
    ),
    Step(
        name="months",
        publications=(),
        reads=(
            "core_pcn_month",
            "core_pcn_release",
            "core_organisation",
            "core_practice_membership",
            "core_practice_list",
            "out_icb",
            "out_icb_location",
            "out_pcn_quarter",
        ),
        writes=("out_pcn_month",),
        run=months,
        parameters=("list_release",),
    ),
    # Read by nothing that follows: local posts stay apart from the published series.
    Step(
        name="local posts",
        publications=(),
        reads=("core_local_post", "out_pcn_quarter"),
        writes=("out_local_post_quarter", "out_local_post_unmatched"),
        run=local_post_tables,
    ),
    Step(
        name="ICBs of PCNs",
        publications=(),
        reads=steps_icbs.READS,
        writes=("out_pcn_icb",),
        run=steps_icbs.icbs_of_pcns,
    ),
    Step(
        name="slopes",
        publications=(),
        reads=("out_pcn_quarter", "core_own_measure"),
        writes=("out_quarter_slope",),
        run=slopes,
    ),
    Step(
        name="footprints",
        publications=(),
        reads=("out_pcn_quarter", "core_practice_membership", "core_practice_list_lsoa11"),
        writes=("out_pcn_footprint",),
        run=footprints,
    ),
    Step(
        name="directories",
        publications=steps_services.PUBLICATIONS,
        reads=(),
        writes=steps_services.DIRECTORY_TABLES,
        run=steps_services.directories,
    ),
    Step(
        name="small areas",
        publications=(),
        reads=steps_services.SMALL_AREA_READS,
        writes=("out_lsoa11",),
        run=steps_services.areas,
    ),
    Step(
        name="services",
        publications=(),
        reads=(*steps_services.DIRECTORY_TABLES, "core_lsoa11_parent", "out_icb", "out_icb_location"),
        writes=(
            "out_service",
            "out_service_site",
            "out_service_category",
            "out_service_term",
            "out_directory",
            "out_service_coverage",
            "out_charity_site",
            "out_grant_site",
        ),
        run=steps_services.services,
        parameters=("services",),
    ),
    Step(
        name="access",
        publications=(),
        reads=(*LANDSCAPE_READS, "core_service", "core_referral_activity"),
        writes=("out_lsoa_access", "out_lsoa_demand", "out_desert", "out_desert_cluster"),
        run=steps_services.access,
        parameters=("services",),
    ),
)
