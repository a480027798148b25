"""What a workspace holds: files and their use, quarters, what did not match, and what is odd in the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.publications.catalogue import publications
from sp_geo.questions.file_use import uses
from sp_geo.questions.panel import ALL, SERIES, Answer, answered
from sp_geo.questions.records import provenance
from sp_geo.workspace.shelf import list_shelved

OUTCOMES: Final = (
    "Kept: used as published, because the publisher's totals hold it. Left out: the row is not used. Read as missing: "
    "the row is used without this value."
)
"""What was done with an odd row, in a note."""
_SHORT: Final = {
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
"""Columns of the coverage that a summary shows, and their headings."""


def status_quarters(build: Build) -> pd.DataFrame:
    """Coverage by quarter, with the provenance of the data."""
    return build.table("out_quarter_coverage").assign(provenance=provenance(build.manifest.is_synthetic))


def status(workspace: Path) -> Iterator[tuple[str, pd.DataFrame, tuple[str, ...]]]:
    """What is there, as titled tables: files, then quarters, then what did not match.

    Raises:
        WorkspaceError: the workspace has no files.
    """
    shelved = list_shelved(workspace)
    if not shelved:
        raise WorkspaceError(
            "the workspace has no files", file=str(workspace), advice="Add some with 'sp-geo add PATH'"
        )
    build = Build.open(workspace)
    state = uses(build, shelved)
    origins = [item.origin for item in shelved]
    files = [
        {
            "publication": origin.title,
            "period": origin.period,
            "file": origin.name_among(origins),
            "sha256": origin.sha256[:12],
            "state": state[origin.sha256],
            "provenance": provenance(origin.is_synthetic),
        }
        for origin in sorted(origins, key=lambda origin: (origin.publication, origin.period))
    ]
    yield "Files", pd.DataFrame(files), ()
    if not build.has("out_quarter_coverage"):
        yield "Quarters", pd.DataFrame({"state": ["nothing built yet"]}), ("Run 'sp-geo build'.",)
        return
    coverage = build.table("out_quarter_coverage")[list(_SHORT)].rename(columns=_SHORT)
    coverage["memberships"] = coverage["memberships"].map(_membership_words)
    yield "Quarters", coverage, (f"Series: {SERIES}.",)
    yield "Reconciliation: where every patient, FTE and answer ended", build.table("out_reconciliation"), ()
    unmatched = build.table("out_unmatched").groupby(["quarter", "measure", "cause"])["amount"]
    counted = unmatched.agg(organisations="size", amount="sum").reset_index()
    yield "Not matched, by cause", counted.rename(columns={"amount": "patients, FTE or answers"}), (
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
    rows = build.table("core_anomaly").drop(columns="number")
    titles = {key: item.title for key, item in publications().items()}
    rows = rows.assign(publication=rows["publication"].map(titles))
    return answered(build, rows, "What is odd in the published files", (OUTCOMES,))


def _membership_words(source: str) -> str:
    """Where memberships come from, by the publication's title: ``practice_map 2020-04`` is a name of ours."""
    key, _, period = source.partition(" ")
    known = publications()
    return f"{known[key].title}, {period}" if key in known else source


def build_summary(build: Build) -> list[str]:
    """What a build ended with, one line a quarter."""
    said = []
    directories = build.table("out_directory")
    if not directories.empty:
        services, access = build.table("out_service"), build.table("out_lsoa_access")
        access = access[access["category"] == ALL]
        covered, everyone = access.loc[access["is_covered"], "patients_count"].sum(), access["patients_count"].sum()
        share = f", directories cover {100 * covered / everyone:.0f} % of people" if everyone > 0 else ""
        said.append(
            f"services: {len(services):,} recorded by {directories['directory_id'].nunique():,} directories, "
            f"{(services['placed_sites_count'] > 0).sum():,} placed{share}, "
            f"{len(build.table('out_desert_cluster')):,} desert clusters"
        )
    months = sorted(build.table("core_pcn_month", ["month"])["month"].unique())
    if months:
        span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}, {len(months)} months"
        said.append(f"monthly history within quarters: {span} ('sp-geo panel --monthly')")
    said += [
        f"{row.quarter}: {row.n_active_pcns:,} PCNs, {row.n_reporting_pcns:,} reported ({row.coverage_pct:.1f} %), "
        f"{row.splw_release_fte:,.1f} link worker FTE, lists {row.list_release}, "
        f"{_membership_words(str(row.membership_source))}"
        for row in build.table("out_quarter_coverage").itertuples()
    ]
    return [f"{build.mark} {line}".lstrip() for line in said]
