"""Sheets of the page on data and quality."""

from __future__ import annotations

from sp_geo.build.view import Build
from sp_geo.reports.findings import quality as briefed
from sp_geo.reports.findings import service_sheets
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web.pages.data_and_quality import changes as changed
from sp_geo.web.pages.data_and_quality import unmatched as unmatched_rows
from sp_geo.web.pages.data_and_quality import views
from sp_geo.web.state import View


def _quarter(view: View) -> str:
    return view.values.get("quarter", "")


def files(build: Build, _view: View) -> Sheet:
    """What is loaded, file by file."""
    rows = views.file_rows(build)
    title = marked(build.mark, f"{len(rows):,} files: {views.state_counts(rows)}")
    digest = Column("hash_prefix", f"SHA-256, first {views.HASH}")
    return briefed.files(rows, "files", title, digest, (Column("state", "State"),))


def changes_causes(build: Build, _view: View) -> Sheet:
    """What was done since the build before."""
    return Sheet(
        name="changes_causes",
        title=marked(build.mark, "What was done since the build before"),
        rows=changed.shown(build).causes,
        columns=(
            Column("kind", "Kind"),
            Column("sentence", "What"),
            Column("about", "Concerns", is_aside=True),
            Column("quarters", "Quarters", is_aside=True),
            Column("before", "Before", is_aside=True),
            Column("after", "Now", is_aside=True),
        ),
    )


_VALUES = (
    Column("before_words", "Before"),
    Column("after_words", "Now"),
    Column("difference", "Difference", "", 3, state="difference_mark"),
)


def changes_figures(build: Build, _view: View) -> Sheet:
    """Figures of areas that differ from the build before."""
    return Sheet(
        name="changes_figures",
        title=marked(build.mark, "Figures of areas that differ"),
        rows=changed.shown(build).figures,
        columns=(
            Column("area_name", "Area"),
            Column("area_code", "Code", is_aside=True),
            Column("quarter", "Quarter"),
            Column("figure", "Figure"),
            *_VALUES,
            Column("unit", "Unit", is_aside=True),
            Column("cause", "Cause, as far as it can be told"),
        ),
        notes=(
            "Slopes are England's, with 95 % intervals.",
            "A quarter that only one build has is told for England alone.",
        ),
    )


def changes_pcns(build: Build, _view: View) -> Sheet:
    """Values of PCNs that differ from the build before, the largest difference first."""
    found = changed.shown(build)
    cut = f"The {len(found.pcns):,} largest of {found.pcn_rows:,}; 'sp-geo changes --format csv' gives all of them."
    return Sheet(
        name="changes_pcns",
        title=marked(build.mark, "PCNs that differ, the largest first"),
        rows=found.pcns,
        columns=(
            Column("pcn_code", "PCN"),
            Column("pcn_name", "Name"),
            Column("icb_code", "ICB", is_aside=True),
            Column("quarter", "Quarter"),
            Column("label", "Measure"),
            *_VALUES,
            Column("size", "Size", "%", 0, 100.0),
            Column("cause", "Cause, as far as it can be told"),
        ),
        notes=(
            "Size: the difference as a share of the mean PCN's value; at least 100 % where a value became known or "
            "unknown. A value that is not known is not zero.",
            *((cut,) if len(found.pcns) < found.pcn_rows else ()),
        ),
    )


def coverage(build: Build, _view: View) -> Sheet:
    """Who reported, quarter by quarter, and which lists and memberships serve each."""
    rows = views.coverage_rows(build)
    return Sheet(
        name="coverage",
        title=marked(build.mark, "Reporting, lists and memberships by quarter, England"),
        rows=rows,
        columns=(
            Column("quarter", "Quarter"),
            Column("n_active_pcns", "Active PCNs", "", 0),
            Column("n_reporting_pcns", "Reported", "", 0),
            Column("coverage_pct", "Coverage", "% of active", 1),
            Column("n_true_zero_pcns", "Reported none", "", 0),
            Column("n_contracted_only_pcns", "Contracted services only", "", 0),
            Column("splw_release_fte", "Link workers in the release", "FTE", 1),
            Column("patients_count", "Patients", "registered", 0),
            Column("list_distance_days", "Lists off by", "days", 0),
            Column("membership_distance_days", "Memberships off by", "days", 0),
            Column("list_release", "Lists of"),
            Column("membership_source", "Memberships from"),
        ),
        notes=("Series: workforce system (NWRS) alone. A PCN that did not report is not one without link workers.",),
    )


def reconciliation(build: Build, view: View) -> Sheet:
    """Where every total of the quarter ended."""
    rows = views.reconciliation_rows(build, _quarter(view))
    return briefed.reconciliation(
        rows, marked(build.mark, f"Where every patient, FTE and answer ended, {_quarter(view)}")
    )


def unmatched_causes(build: Build, view: View) -> Sheet:
    """What did not match in the quarter, counted by cause."""
    ended = views.reconciliation_rows(build, _quarter(view))
    rows = unmatched_rows.stray_causes(unmatched_rows.stray_rows(build, _quarter(view)), ended)
    return Sheet(
        name="unmatched_causes",
        title=marked(build.mark, f"What did not match, by cause, {_quarter(view)}"),
        rows=rows,
        columns=(
            Column("measure_words", "Total"),
            Column("cause_words", "Cause"),
            Column("organisations", "Practices or PCNs", "", 0),
            *briefed.amount_columns(rows),
            Column("listed", "In the list below"),
        ),
        notes=("Amount is [x] where nothing is known of the organisations' size.",),
    )


def unmatched(build: Build, view: View) -> Sheet:
    """Every practice and PCN that did not match in the quarter."""
    rows = unmatched_rows.stray_rows(build, _quarter(view))
    return briefed.unmatched(rows, marked(build.mark, f"Practices and PCNs that did not match, {_quarter(view)}"))


def anomaly_causes(build: Build, _view: View) -> Sheet:
    """What is odd in the published files, counted."""
    rows = views.anomaly_rows(build)
    return briefed.anomalies_by_cause(rows, marked(build.mark, "What is odd in the published files, counted"))


def anomalies(build: Build, _view: View) -> Sheet:
    """Every odd row of the published files."""
    return briefed.anomalies(views.anomaly_rows(build), marked(build.mark, "Odd rows of the published files"))


def service_causes(build: Build, _view: View) -> Sheet:
    """Service records refused or warned of, and sites without a place, by cause."""
    return Sheet(
        name="service_causes",
        title=marked(build.mark, "Service records refused, and sites without a place, by cause"),
        rows=views.service_causes(views.refused_rows(build), views.unplaced_rows(build)),
        columns=(
            Column("outcome", "What happened"),
            Column("cause", "Cause"),
            Column("records", "Records or sites", "", 0),
        ),
        notes=("A site without a place is on no map and in no access score; it is counted here.",),
    )


def refused(build: Build, _view: View) -> Sheet:
    """Every fault of a service record."""
    return service_sheets.refused(views.refused_rows(build), marked(build.mark, "Faults of service records"))


def unplaced(build: Build, _view: View) -> Sheet:
    """Every site without a place."""
    return Sheet(
        name="unplaced",
        title=marked(build.mark, "Sites of services without a place in England"),
        rows=views.unplaced_rows(build),
        columns=(Column("service_id", "Service"), Column("site", "Site", "", 0), Column("cause", "Cause")),
    )


def parameters(build: Build, _view: View) -> Sheet:
    """Choices in force."""
    return Sheet(
        name="parameters",
        title=marked(build.mark, "Choices in force"),
        rows=views.parameter_rows(build),
        columns=(
            Column("parameter", "Choice"),
            Column("value", "In force"),
            Column("default", "Default"),
            Column("changed", "State"),
            Column("unit", "Unit"),
            Column("meaning", "Meaning"),
        ),
        notes=("Choices are set in parameters.yaml in the workspace; a build takes them in.",),
    )


def versions(build: Build, _view: View) -> Sheet:
    """Software of the build."""
    return Sheet(
        name="versions",
        title=marked(build.mark, "Software that shaped the figures"),
        rows=views.version_rows(build),
        columns=(Column("software", "Software"), Column("version", "Version")),
    )


def tables(build: Build, _view: View) -> Sheet:
    """Tables of the build."""
    return Sheet(
        name="tables",
        title=marked(build.mark, f"Tables of the build, digest {build.manifest.digest}"),
        rows=views.table_rows(build),
        columns=(
            Column("table", "Table"),
            Column("rows_count", "Rows", "", 0),
            Column("hash_prefix", f"SHA-256, first {views.HASH}"),
        ),
        notes=("Two copies with the same digest hold the same figures.",),
    )
