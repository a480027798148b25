"""The join, and nothing else: PCNs in a quarter, their provision and their need, reconciled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from sp_geo.core import codes
from sp_geo.core.errors import WorkspaceError
from sp_geo.core.parameters import Parameters
from sp_geo.core.quarters import Month, Quarter
from sp_geo.panel import need_area, need_survey, reconcile, weighted_list
from sp_geo.panel.areas import OrganisationNames, icb_of_pcns
from sp_geo.panel.indicator import Indicator, all_indicators
from sp_geo.panel.lists import Release, choose
from sp_geo.panel.measures import area_measures
from sp_geo.panel.membership import Membership, last_known_pcn, resolve
from sp_geo.panel.need import QuarterSources, needs_of
from sp_geo.panel.own import carried_values, refuse_without_lookup
from sp_geo.panel.provision import PLAIN_ROLE, link_workers, with_rate, with_status, with_weighted
from sp_geo.tables.outputs import out_pcn_month

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class QuarterPanel:
    """One quarter, joined.

    Attributes:
        pcns: rows of out_pcn_quarter.
        needs: rows of out_pcn_need.
        coverage: the row of out_quarter_coverage.
        reconciliation: rows of out_reconciliation.
        unmatched: rows of out_unmatched.
    """

    pcns: pd.DataFrame
    needs: pd.DataFrame
    coverage: pd.DataFrame
    reconciliation: pd.DataFrame
    unmatched: pd.DataFrame


@dataclass(frozen=True)
class _Lists:
    """The list extract that serves a quarter."""

    release: Release
    practices: pd.DataFrame  # practice_code, patients, pcn_code, cause, detail

    @cached_property
    def members(self) -> pd.DataFrame:
        """Practices of active PCNs: practice_code, pcn_code, patients."""
        return self.practices[self.practices["cause"] == reconcile.MATCHED]


@dataclass
class Assembler:
    """Joins quarter after quarter; what several quarters share is computed once.

    Args:
        tables: the core tables, any of them empty.
        names: of PCNs, ICBs and regions.
        parameters: the analyst's choices.
    """

    tables: Tables
    names: OrganisationNames
    parameters: Parameters
    _sums: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    _places: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def _measures(self) -> Mapping[str, need_area.AreaMeasure]:
        return area_measures(self.tables)

    @cached_property
    def _indicators(self) -> Mapping[str, Indicator]:
        return all_indicators(self.tables["core_own_measure"])

    @cached_property
    def _own_values(self) -> pd.DataFrame:
        return carried_values(self.tables)

    @cached_property
    def _last_known(self) -> pd.Series:
        return last_known_pcn(self.tables["core_practice_membership"])

    @cached_property
    def _successors(self) -> dict[str, str]:
        succession = self.tables["core_practice_succession"]
        return dict(zip(succession["practice_code"], succession["successor_code"], strict=True))

    def quarters(self) -> list[Quarter]:
        """Quarters with a workforce release, in order."""
        return [Quarter.parse(text) for text in sorted(self.tables["core_pcn_release"]["quarter"].unique())]

    def assemble(self, quarter: Quarter) -> QuarterPanel:
        """Join one quarter.

        Raises:
            WorkspaceError: memberships or lists are missing altogether.
            ReconciliationError: a total is not the same after the join.
        """
        membership = self._membership(quarter)
        lists = self._lists(quarter, membership)
        release = self.tables["core_pcn_release"]
        release = release[release["quarter"] == str(quarter)]
        workforce = self.tables["core_pcn_workforce"]
        workforce = workforce[workforce["quarter"] == str(quarter)]
        pcns = self._pcns(quarter, lists, membership)
        pcns = with_status(pcns, workforce, release)
        weighted_lists = self.tables["core_practice_weighted_list"]
        chosen = weighted_list.choose_year(weighted_lists["year"].unique(), quarter)
        figures = weighted_lists[weighted_lists["year"] == (chosen[0] if chosen else "")]
        weighted = chosen and weighted_list.weighted_list_of(
            figures, lists.practices, self._successors, self._last_known, chosen
        )
        pcns = with_weighted(pcns, weighted)
        survey = self._survey(quarter, lists, membership)
        by_area, area = self._area_sums(quarter)
        needs = self._needs(quarter, lists, survey, by_area, area)
        wide = needs.pivot(index="pcn_code", columns="need", values="value").reindex(columns=list(self._indicators))
        pcns = pcns.join(wide.astype(float), on="pcn_code")
        supply = link_workers(workforce)["splw_fte"]
        units = {
            "list_patients": (
                lists.practices.rename(columns={"practice_code": "org_code", "patients": "amount"}),
                float(lists.practices["patients"].sum()),
            ),
            "splw_fte": (_fte_units(supply, pcns), float(supply.sum())),
        }
        if area is not None and by_area is not None:
            units["area_patients"] = self._area_units(area, by_area, membership)
        if survey is not None:
            surveys = self.tables["core_practice_survey"]
            answers = surveys.loc[surveys["year"] == survey.year, "base_count"].fillna(0)
            units["survey_answers"] = (survey.practices, float(answers.sum()))
        if weighted is not None:
            units["weighted_patients"] = (weighted.practices, float(figures["weighted_patients"].sum()))
        parts = [reconcile.parts_by_cause(rows, name, total) for name, (rows, total) in units.items()]
        # Addresses in Wales or without an area are parts of practices that did match: counted, not listed.
        unmatched = [reconcile.unmatched(rows, name) for name, (rows, _) in units.items() if name != "area_patients"]
        # Practices in two PCNs on the day or on another: counted and listed, since the join has to take one.
        here = membership.ambiguous
        words = "found in " + here["found"] + ", taken as " + here["pcn_code"]
        on_the_day = here[["practice_code"]].assign(cause="in_two_pcns", detail=words)
        memberships = pd.concat([on_the_day, membership.at_once.assign(cause="in_two_pcns_on_another_day")])
        memberships = memberships.rename(columns={"practice_code": "org_code"})
        unmatched.append(memberships.assign(measure="memberships", amount=float("nan")))
        return QuarterPanel(
            pcns=pcns.assign(quarter=str(quarter)),
            needs=needs.assign(quarter=str(quarter)),
            coverage=_coverage(quarter, pcns, release, workforce, lists.release, membership).assign(
                weighted_year=weighted.year if weighted else None,
                weighted_distance_days=pd.array([weighted.distance_days if weighted else None], dtype="Int64"),
            ),
            reconciliation=pd.concat(parts, ignore_index=True).assign(quarter=str(quarter)),
            unmatched=pd.concat(unmatched, ignore_index=True).assign(quarter=str(quarter)),
        )

    def months(self) -> list[Month]:
        """Months within a quarter that have a workforce release, in order."""
        return [Month.parse(text) for text in sorted(self.tables["core_pcn_month"]["month"].unique())]

    def assemble_month(self, month: Month) -> pd.DataFrame:
        """Provision of every active PCN at the end of a month within a quarter.

        Returns:
            Rows of out_pcn_month.

        Raises:
            WorkspaceError: memberships or lists are missing altogether.
            ReconciliationError: the release's FTE is not all in PCNs or with those that are not active.
        """
        membership = self._membership(month)
        pcns = self._pcns(month, self._lists(month, membership), membership)
        release = self.tables["core_pcn_month"]
        release = release[release["month"] == str(month)].drop(columns="month").set_index("pcn_code")
        joined = pcns.join(release, on="pcn_code")
        reconcile.parts_by_cause(_fte_units(release["splw_fte"], joined), "splw_fte", float(release["splw_fte"].sum()))
        return with_rate(joined).assign(month=str(month))[out_pcn_month.column_names]

    def _membership(self, quarter: Quarter | Month) -> Membership:
        memberships = self.tables["core_practice_membership"]
        if memberships.empty:
            raise WorkspaceError(
                "nothing says which practice belongs to which PCN", advice="Add an ePCN workbook or a practice map"
            )
        return resolve(memberships, quarter)

    def _lists(self, quarter: Quarter | Month, membership: Membership) -> _Lists:
        table = self.tables["core_practice_list"]
        release = choose(table["release"].unique(), quarter, self.parameters.list_release)
        if release is None:
            raise WorkspaceError(
                "there are no registered patients", advice="Add 'Patients Registered at a GP Practice'"
            )
        rows = table.loc[table["release"] == release.month, ["practice_code", "patients_count"]]
        practices = rows.rename(columns={"patients_count": "patients"}).astype({"patients": float})
        practices = practices.merge(membership.practices, on="practice_code", how="left", validate="one_to_one")
        practices["cause"] = reconcile.MATCHED
        practices.loc[practices["pcn_code"] == codes.UNALLOCATED_PCN, "cause"] = "unallocated"
        between = practices["practice_code"].map(membership.between.set_index("practice_code")["detail"])
        practices = practices.assign(detail=between)
        practices.loc[practices["pcn_code"].isna(), "cause"] = "no_pcn"
        practices.loc[between.notna(), "cause"] = "between_two_pcns"
        practices.loc[practices["patients"] == 0, "cause"] = "no_patients"
        return _Lists(release=release, practices=practices)

    def _pcns(self, quarter: Quarter | Month, lists: _Lists, membership: Membership) -> pd.DataFrame:
        sizes = lists.members.groupby("pcn_code")["patients"].agg(list_size="sum", practices_count="size").reset_index()
        places = icb_of_pcns(lists.members, self.names, quarter)
        pcns = sizes.join(places, on="pcn_code")
        pcns["pcn_name"] = pcns["pcn_code"].map(self.names.pcn_names(quarter))
        return pcns.assign(list_release=lists.release.month, membership_source=membership.source)

    def _area_sums(self, quarter: Quarter) -> tuple[pd.DataFrame | None, tuple[Release, str] | None]:
        """Practice sums of every measure, from the patients by area nearest to the quarter."""
        months = {
            vintage: self.tables[f"core_practice_list_lsoa{vintage}"]["release"].unique() for vintage in ("11", "21")
        }
        release = choose([*months["11"], *months["21"]], quarter, self.parameters.area_release)
        if release is None:
            return None, None
        vintage = "21" if release.month in months["21"] else "11"
        if (release.month, vintage) not in self._sums:
            refuse_without_lookup(self._measures, vintage, self.tables["core_lsoa_lookup"])
            values = {
                name: need_area.value_by_area(measure, vintage, self.tables["core_lsoa_lookup"])
                for name, measure in self._measures.items()
            }
            values = {name: value for name, value in values.items() if not value.empty}
            self._sums[release.month, vintage] = need_area.practice_sums(
                self._by_area(release.month, vintage), values, vintage
            )
        return self._sums[release.month, vintage], (release, vintage)

    def _by_area(self, month: str, vintage: str) -> pd.DataFrame:
        table = self.tables[f"core_practice_list_lsoa{vintage}"]
        return table[table["release"] == month]

    def _needs(
        self,
        quarter: Quarter,
        lists: _Lists,
        survey: need_survey.SurveyNeed | None,
        sums: pd.DataFrame | None,
        area: tuple[Release, str] | None,
    ) -> pd.DataFrame:
        ages = self.tables["core_practice_list_age"]
        age_release = choose(ages["release"].unique(), quarter)
        given = QuarterSources(
            quarter=quarter,
            members=lists.members,
            list_size=lists.practices.set_index("practice_code")["patients"],
            area_sums=sums,
            area_labels={name: measure.label for name, measure in self._measures.items()},
            area_release=area[0].month if area else "",
            area_distance_days=area[0].distance_days if area else 0,
            practice_indicators=self.tables["core_practice_indicator"],
            pcn_indicators=self.tables["core_pcn_indicator"],
            ages=ages[ages["release"] == (age_release.month if age_release else "")],
            survey=survey,
            own_values=self._own_values,
            weights_max_age_days=self.parameters.area_weights_max_age_days,
        )
        return needs_of(self._indicators, given)

    def _survey(self, quarter: Quarter, lists: _Lists, membership: Membership) -> need_survey.SurveyNeed | None:
        table = self.tables["core_practice_survey"]
        year = need_survey.choose_year(
            [int(found) for found in table["year"].unique()], quarter.year, self.parameters.survey_year
        )
        if year is None:
            return None
        rows = table[table["year"] == year]
        members = membership.practices.set_index("practice_code")["pcn_code"]
        traced = need_survey.trace(
            rows["practice_code"],
            members[members != codes.UNALLOCATED_PCN],
            self._successors,
            self._last_known,
            set(lists.members["pcn_code"]),
        )
        answers = rows.merge(traced, on="practice_code", validate="one_to_one")
        answers["cause"] = answers["cause"].mask(answers["suppressed"], "suppressed")
        usable = answers[answers["pcn_code"].notna() & ~answers["suppressed"]]
        patients = lists.practices.set_index("practice_code")["patients"]
        return need_survey.SurveyNeed(
            values=need_survey.aggregate(usable, patients, self.parameters.survey_design_effect),
            practices=answers.rename(columns={"practice_code": "org_code", "base_count": "amount"})[
                ["org_code", "pcn_code", "cause", "amount"]
            ],
            year=year,
            series=str(rows["series"].iloc[0]),
        )

    def _area_units(
        self, area: tuple[Release, str], sums: pd.DataFrame, membership: Membership
    ) -> tuple[pd.DataFrame, float]:
        """Patients by area, by where they ended: in a PCN, without one, in Wales, or without an area."""
        release, vintage = area
        key = (release.month, vintage)
        if key not in self._places:
            self._places[key] = need_area.patients_by_place(self._by_area(*key), vintage)
        places = self._places[key]
        long = places.reset_index(names="org_code").melt("org_code", var_name="place", value_name="amount")
        pcn = long["org_code"].map(membership.practices.set_index("practice_code")["pcn_code"])
        causes = {"england": reconcile.MATCHED, "wales": "address_in_wales", "no_area": "address_without_area"}
        long["cause"] = long["place"].map(causes)
        long["cause"] = long["cause"].mask(pcn.isna() | (pcn == codes.UNALLOCATED_PCN), "practice_without_pcn")
        units = long[long["amount"] > 0].groupby(["org_code", "cause"])["amount"].sum().reset_index()
        return units, float(sums["patients_count"].sum())


def _fte_units(supply: pd.Series, pcns: pd.DataFrame) -> pd.DataFrame:
    """Link worker FTE by PCN of the release: matched, or in a PCN that is not active on the day."""
    found = supply.rename("amount").rename_axis("org_code").reset_index()
    active = found["org_code"].isin(pcns["pcn_code"])
    found["cause"] = active.map({True: reconcile.MATCHED, False: "pcn_not_active"})
    kept = pcns.set_index("pcn_code")["splw_fte"]
    # What the panel holds, not what the release said: a slip in the join would show as a total that differs.
    found["amount"] = found["amount"].where(~active, found["org_code"].map(kept))
    return found


def _coverage(
    quarter: Quarter,
    pcns: pd.DataFrame,
    release: pd.DataFrame,
    workforce: pd.DataFrame,
    lists: Release,
    membership: Membership,
) -> pd.DataFrame:
    reporting = int((pcns["reporting_status"] != "not_reported").sum())
    supply = workforce[workforce["role"].str.startswith(PLAIN_ROLE)]
    return pd.DataFrame(
        {
            "quarter": [str(quarter)],
            "n_active_pcns": len(pcns),
            "n_reporting_pcns": reporting,
            "n_true_zero_pcns": int((pcns["reporting_status"] == "true_zero").sum()),
            "n_release_pcns": len(release),
            "n_contracted_only_pcns": int((release["staff_rows_count"] == 0).sum()),
            "coverage_pct": 100 * reporting / len(pcns) if len(pcns) else 0.0,
            "splw_release_fte": float(supply["fte"].sum()),
            "splw_plain_release_fte": float(supply.loc[supply["role"] == PLAIN_ROLE, "fte"].sum()),
            "patients_count": float(pcns["list_size"].sum()),
            "list_release": lists.month,
            "list_distance_days": lists.distance_days,
            "membership_source": membership.source,
            "membership_distance_days": membership.distance_days,
        }
    )
