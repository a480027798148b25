"""What a workspace holds: files and their use, quarters, what did not match, and what is odd in the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.publications.catalogue import publications
from sp_geo.questions.file_use import uses
from sp_geo.questions.panel import ALL, SERIES, Answer, title
from sp_geo.questions.records import provenance
from sp_geo.workspace.shelf import list_shelved


def status_quarters(build: Build) -> pd.DataFrame:
    """Coverage by quarter, with the provenance of the data."""
    return build.table("out_quarter_coverage").assign(provenance=provenance(build.manifest.is_synthetic))


def _files(workspace: Path) -> pd.DataFrame:
    shelved = list_shelved(workspace)
    state = uses(Build.open(workspace), shelved)
    origins = [item.origin for item in shelved]
    return pd.DataFrame(
        [
            {
                "publication": item.origin.title,
                "period": item.origin.period,
                "file": item.origin.name_among(origins),
                "sha256": item.origin.sha256[:12],
                "state": state[item.origin.sha256],
                "provenance": provenance(item.origin.is_synthetic),
            }
            for item in sorted(shelved, key=lambda item: (item.origin.publication, item.origin.period))
        ]
    )


def status(workspace: Path) -> Iterator[tuple[str, pd.DataFrame, tuple[str, ...]]]:
    """What is there, as titled tables: files, then quarters, then what did not match.

    Raises:
        WorkspaceError: the workspace has no files.
    """
    files = _files(workspace)
    if files.empty:
        raise WorkspaceError(
            "the workspace has no files", file=str(workspace), advice="Add some with 'sp-geo add PATH'"
        )
    yield "Files", files, ()
    build = Build.open(workspace)
    if not build.has("out_quarter_coverage"):
        yield "Quarters", pd.DataFrame({"state": ["nothing built yet"]}), ("Run 'sp-geo build'.",)
        return
    yield "Quarters", _short(build.table("out_quarter_coverage")), (f"Series: {SERIES}.",)
    yield "Reconciliation: where every patient, FTE and answer ended", build.table("out_reconciliation"), ()
    yield "Not matched, by cause", _by_cause(build.table("out_unmatched")), (
        "Each practice and PCN is listed in unmatched.csv of a pack ('sp-geo export').",
    )  # fmt: skip
    odd = anomalies(build).rows
    if len(odd):
        yield "What is odd in the published files, and what was done", anomaly_causes(odd), (
            "'sp-geo status --anomalies' lists every row.",
        )  # fmt: skip


def anomaly_causes(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of core_anomaly counted by publication, period, problem and outcome, most rows first."""
    key = ["publication", "period", "problem", "column", "outcome", "unit"]
    counted = rows.groupby(key, dropna=False)["effect"].agg(["size", "sum", "count"]).reset_index()
    counted["effect"] = counted["sum"].where(counted["count"] > 0)
    ordered = counted.rename(columns={"size": "rows_count"}).sort_values(
        ["rows_count", *key[:3]], ascending=[False, True, True, True], ignore_index=True
    )
    return ordered[[*key[:4], "outcome", "rows_count", "effect", "unit"]]


def anomalies(build: Build) -> Answer:
    """Every odd row of the published files, publications by their titles.

    Raises:
        WorkspaceError: nothing has been built.
    """
    synthetic = build.manifest.is_synthetic
    rows = build.table("core_anomaly").drop(columns="number")
    titles = {key: item.title for key, item in publications().items()}
    rows = rows.assign(publication=rows["publication"].map(titles), provenance=provenance(synthetic))
    notes = (
        "Kept: used as published, because the publisher's totals hold it. Left out: the row is not used. "
        "Read as missing: the row is used without this value.",
    )
    return Answer(rows, title("What is odd in the published files", synthetic), notes)


def _short(coverage: pd.DataFrame) -> pd.DataFrame:
    names = {
        "quarter": "quarter",
        "n_active_pcns": "active PCNs",
        "n_reporting_pcns": "reporting",
        "n_true_zero_pcns": "true zeros",
        "coverage_pct": "coverage %",
        "splw_release_fte": "link worker FTE",
        "patients_count": "patients",
        "list_release": "lists",
        "membership_source": "memberships",
    }
    told = coverage[list(names)].rename(columns=names)
    return told.assign(memberships=told["memberships"].map(_membership_words))


def _membership_words(source: str) -> str:
    """Where memberships come from, by the publication's title: ``practice_map 2020-04`` is a name of ours."""
    key, _, period = source.partition(" ")
    known = publications()
    return f"{known[key].title}, {period}" if key in known else source


def _by_cause(strays: pd.DataFrame) -> pd.DataFrame:
    groups = strays.groupby(["quarter", "measure", "cause"])["amount"]
    counted = groups.agg(organisations="size", amount="sum").reset_index()
    return counted.rename(columns={"amount": "patients, FTE or answers"})


def build_summary(build: Build) -> list[str]:
    """What a build ended with, one line a quarter."""
    coverage = build.table("out_quarter_coverage")
    mark = f"{build.mark} ".lstrip()
    return [
        *_services_summary(build, mark),
        *_months_summary(build, mark),
        *[
            f"{mark}{row.quarter}: {row.n_active_pcns:,} PCNs, {row.n_reporting_pcns:,} reported "
            f"({row.coverage_pct:.1f} %), "
            f"{row.splw_release_fte:,.1f} link worker FTE, lists {row.list_release}, "
            f"{_membership_words(str(row.membership_source))}"
            for row in coverage.itertuples()
        ],
    ]


def _months_summary(build: Build, mark: str) -> list[str]:
    """Months within quarters in one line, if there are any."""
    months = sorted(build.table("core_pcn_month", ["month"])["month"].unique())
    if not months:
        return []
    span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}, {len(months)} months"
    return [f"{mark}monthly history within quarters: {span} ('sp-geo panel --monthly')"]


def _services_summary(build: Build, mark: str) -> list[str]:
    """Recorded services and deserts in one line, if there are any directories."""
    directories = build.table("out_directory")
    if directories.empty:
        return []
    services, access = build.table("out_service"), build.table("out_lsoa_access")
    placed = int((services["placed_sites_count"] > 0).sum())
    covered = access.loc[(access["category"] == ALL) & access["is_covered"], "patients_count"].sum()
    everyone = access.loc[access["category"] == ALL, "patients_count"].sum()
    share = f", directories cover {100 * covered / everyone:.0f} % of people" if everyone > 0 else ""
    return [
        f"{mark}services: {len(services):,} recorded by {directories['directory_id'].nunique():,} directories, "
        f"{placed:,} placed{share}, {len(build.table('out_desert_cluster')):,} desert clusters"
    ]
