"""Data and quality: what is loaded, who reported, where every total ended, and which choices are in force."""

from __future__ import annotations

from typing import Any

from dash import html

from sp_geo.build.view import Build
from sp_geo.questions.requests.workspace import ChangesRequest
from sp_geo.web import fields
from sp_geo.web.components.controls import control
from sp_geo.web.components.parts import facts, section, sheet_table
from sp_geo.web.page import Page, Part, Slot
from sp_geo.web.pages.data_and_quality import changes, sheets, unmatched, views
from sp_geo.web.state import Field, View

NAME = "data-and-quality"
_ON = ("quarter",)


def _quarter(build: Build) -> Field:
    found = fields.quarter(build)
    return Field(found.name, "Quarter shown in this part", found.default, found.options)


def _summary(build: Build, _view: View) -> html.Dl:
    files, manifest = views.file_rows(build), build.manifest
    invented = "SYNTHETIC: every figure is invented. Areas are real." if manifest.is_synthetic else "Published figures."
    return facts(
        [
            ("Figures", invented),
            ("Files", views.state_counts(files)),
            ("Quarters", views.missing_words(build, files)),
            ("Series", "Workforce system (NWRS) alone; not the series with reimbursement claims"),
            ("Publishers", "; ".join(manifest.publishers) or "none"),
            ("Licences", "; ".join(manifest.licences) or "none"),
            ("Data digest", manifest.digest),
            ("Software", f"sp_geo {manifest.versions.get('sp_geo', '')}"),
        ]
    )


def _changed(build: Build, _view: View) -> list[Any]:
    found = changes.shown(build)
    parts: list[Any] = [html.P(found.sentence, className="words")]
    if len(found.causes):
        parts.append(sheet_table(NAME, "changes_causes"))
    if len(found.pcns):
        find = "Find a PCN, quarter, measure or cause"
        parts += [html.H3("PCNs"), sheet_table(NAME, "changes_pcns", link="/pcn", find=find)]
    if len(found.figures):
        find = "Find an area, quarter, figure or cause"
        parts += [html.H3("England, regions and ICBs"), sheet_table(NAME, "changes_figures", find=find)]
    return parts


def _ended(build: Build, view: View) -> html.P:
    if not build.has_panel:
        return html.P("No quarter has been built, so nothing was joined.", className="words")
    rows = views.reconciliation_rows(build, view["quarter"])
    return html.P(views.reconciliation_words(rows, view["quarter"]), className="words")


def _unmatched(build: Build, view: View) -> Any:
    if not build.has_panel:
        return None
    quarter = view["quarter"]
    listed, ended = unmatched.stray_rows(build, quarter), views.reconciliation_rows(build, quarter)
    said = unmatched.area_words(ended, quarter, unmatched.area_release(build, quarter))
    if listed.empty and not said:
        return html.P(f"Everything matched in {quarter}.", className="words")
    parts: list[Any] = [html.P(said, className="words")] if said else []
    parts.append(sheet_table(NAME, "unmatched_causes"))
    if len(listed):
        parts += [html.H3("The list"), sheet_table(NAME, "unmatched", find="Find a code or a cause")]
    return parts


def _services(build: Build) -> html.Section:
    heading = "Service records refused, and sites without a place"
    if not build.has_services:
        words = "No directory of services is loaded, so nothing was refused and no site is without a place."
        return section(heading, html.P(words, className="words"))
    refused, unplaced = views.refused_rows(build), views.unplaced_rows(build)
    records = int((refused["outcome"] == "refused").sum())
    words = (
        f"{build.rows_count('out_service'):,} services were taken in. {records:,} faults led to a record being "
        f"refused, {len(refused) - records:,} to a warning. {len(unplaced):,} sites have no place on the map."
    )
    parts: list[Any] = [html.P(words, className="words")]
    if len(refused) or len(unplaced):
        parts.append(sheet_table(NAME, "service_causes"))
    if len(refused):
        parts.append(html.Details([html.Summary("Every fault of a record"), sheet_table(NAME, "refused_records")]))
    if len(unplaced):
        parts.append(html.Details([html.Summary("Every site without a place"), sheet_table(NAME, "unplaced")]))
    return section(heading, *parts)


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    reported = [section("Who reported", slot("quality-ended"), slot("quality-unmatched"))]
    if build.has_panel:
        reported = [
            section("Who reported, quarter by quarter", sheet_table(NAME, "coverage", find="Find a quarter")),
            section(
                "Where every patient, post and answer ended",
                html.Div(control(_quarter(build)), className="controls"),
                slot("quality-ended"),
                sheet_table(NAME, "reconciliation"),
                html.H3("What did not match"),
                slot("quality-unmatched"),
            ),
        ]
    rows = views.anomaly_rows(build)
    odd: list[Any] = [html.P(views.anomaly_words(rows), className="words")]
    if len(rows):
        every = sheet_table(NAME, "anomalies", find="Find a file, a problem or what was found")
        odd += [sheet_table(NAME, "anomaly_causes"), html.Details([html.Summary("Every odd row"), every])]
    return [
        html.H1("Data and quality"),
        html.P(
            "What these figures rest on: every file, who reported, what did not match, and every choice in force.",
            className="lead",
        ),
        section("In short", slot("quality-summary")),
        section("What is loaded", sheet_table(NAME, "files", find="Find a publication, period, file or state")),
        section("What changed since the build before", slot("quality-changes")),
        *reported,
        section("What is odd in the published files", *odd),
        _services(build),
        section(
            "Choices in force",
            html.P("A different choice gives different figures. All can be set in the workspace.", className="words"),
            sheet_table(NAME, "parameters", find="Find a choice"),
        ),
        section(
            "Software and tables",
            sheet_table(NAME, "versions"),
            html.Details([html.Summary("Tables of the build"), sheet_table(NAME, "tables")]),
        ),
    ]


PAGE = Page(
    path=f"/{NAME}",
    title="Data and quality",
    fields=lambda build: (_quarter(build),) if build.has_panel else (),
    parts=(
        Part("quality-summary", _summary, once=True),
        Part("quality-changes", _changed, once=True, late=True),
        Part("quality-ended", _ended, _ON, live=True),
        Part("quality-unmatched", _unmatched, _ON),
    ),
    layout=_layout,
    sheets={
        "files": sheets.files,
        "changes_causes": sheets.changes_causes,
        "changes_figures": sheets.changes_figures,
        "changes_pcns": sheets.changes_pcns,
        "coverage": sheets.coverage,
        "reconciliation": sheets.reconciliation,
        "unmatched_causes": sheets.unmatched_causes,
        "unmatched": sheets.unmatched,
        "anomaly_causes": sheets.anomaly_causes,
        "anomalies": sheets.anomalies,
        "service_causes": sheets.service_causes,
        "refused_records": sheets.refused,
        "unplaced": sheets.unplaced,
        "parameters": sheets.parameters,
        "versions": sheets.versions,
        "tables": sheets.tables,
    },
    asks=lambda _build, _view: (ChangesRequest(),),
)
