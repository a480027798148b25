"""PCN profile: one PCN with its figures beside England's, its quarters, patients, services and peers."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from sp_geo.build.view import Build
from sp_geo.core.quarters import Month
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.requests.statistics import PanelRequest
from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.web import fields
from sp_geo.web.components.controls import controls
from sp_geo.web.components.parts import chart, facts, section, sheet_table
from sp_geo.web.page import Page, Part, Slot, needs_panel
from sp_geo.web.pages.pcn.history import history_figure, history_picture
from sp_geo.web.pages.pcn.map import CLASS_WORDS, still_map
from sp_geo.web.pages.pcn.members import Home, home
from sp_geo.web.pages.pcn.reach import LEAST_SHARE, ground_and_method, service_words
from sp_geo.web.pages.pcn.search import chosen, found
from sp_geo.web.pages.pcn.sheets import SHEETS
from sp_geo.web.pages.pcn.views import (
    PERCENTILE,
    head_facts,
    history_rows,
    history_words,
    home_facts,
    inactive_words,
    indicator_rows,
    month_rows,
    strip_words,
)
from sp_geo.web.state import Field, View

NAME = "pcn"
PATH = f"/{NAME}"
_WHO = ("find", "pcn")
_WHO_AND_WHEN = ("find", "pcn", "quarter")


def _fields(build: Build) -> tuple[Field, ...]:
    hint = "A name or part of it, the code of a PCN or practice, or a whole postcode where patients live."
    return (
        Field("find", "Find a PCN", "", kind="text", hint=hint),
        fields.quarter(build),
        fields.pcn(build),
    )


def _link(view: View, code: str, words: str) -> html.A:
    search = View({"pcn": code, **({"quarter": view["quarter"]} if "quarter" in view.values else {})}).as_search()
    return html.A(words, href=PATH + search, **{"data-page": PATH, "data-search": search})


def _found(build: Build, view: View) -> Any:
    answer, code = found(build, view), chosen(build, view)
    if not answer.words:
        return None
    parts: list[Any] = [html.P(answer.words, className="words")]
    is_listed = len(answer.hits) > 1
    if code and not (is_listed and code in {hit.pcn_code for hit in answer.hits}):
        parts.append(html.P(["Shown below: ", html.Strong(f"{build.pcn_names[code]} ({code})"), "."]))
    if is_listed or (answer.hits and answer.hits[0].pcn_code != code):
        hits = [
            html.Li([html.Strong(hit.words), ", shown below"], className="is-shown")
            if hit.pcn_code == code
            else html.Li(_link(view, hit.pcn_code, hit.words))
            for hit in answer.hits
        ]
        parts.append(html.Ul(hits, className="hits"))
    return section("What was found", *parts)


def _head(build: Build, view: View) -> Any:
    code = chosen(build, view)
    if not code:
        return section(
            "All PCNs",
            html.P(f"PCNs active in {view['quarter']}. Choose one to see all that is known of it.", className="words"),
            sheet_table(NAME, "pcns", PATH, find="Find a PCN by name, code or ICB"),
        )
    pairs = head_facts(build, view["quarter"], code)
    if pairs:
        return section(build.pcn_names[code], facts(pairs))
    last = home(build, code).quarter
    return section(
        build.pcn_names[code],
        html.P(inactive_words(build, view["quarter"], code), className="message"),
        html.P(_link(view.but(quarter=last), code, f"Its figures of {last}")),
    )


def _indicators(build: Build, view: View) -> Any:
    code = chosen(build, view)
    rows = indicator_rows(build, view["quarter"], code) if code else pd.DataFrame()
    if rows.empty:
        return None
    strips = []
    for _, row in rows.iterrows():
        # Where the PCN stands between the lowest and the highest of England.
        parts: list[Any] = [html.Span(row["label"], className="strip-label")]
        if pd.notna(row["value"]):
            dot = html.Span(className="strip-dot", style={"left": f"{row['percentile']:.1f}%"})
            track = [html.Span(className="strip-half"), dot]
            parts.append(html.Span(track, className="strip-track", **{"aria-hidden": "true"}))
        strips.append(html.Li([*parts, html.Span(strip_words(row), className="strip-words")]))
    return section(
        "Its figures beside England's",
        html.P(
            f"{view['quarter']}, all active PCNs of England with a value. On each strip the PCN with the "
            "lowest value would stand on the left and the one with the highest on the right; lines mark tenths of the "
            "PCNs, the long one the median. Rank 1 is the highest value; PCNs with the same value share the "
            f"better rank. {PERCENTILE} A rank is not a judgement.",
            className="words",
        ),
        html.Ul(strips, className="strips"),
        html.H3("The same in a table"),
        sheet_table(NAME, "indicators"),
        html.H3("What the figures rest on"),
        sheet_table(NAME, "basis"),
        html.P(
            "[x]: not available, nobody told us. [z]: not applicable. Only a sample has an interval; a mean over "
            "patients has no numerator.",
            className="note",
        ),
    )


def _history(build: Build, view: View) -> Any:
    code = chosen(build, view)
    if not code:
        return None
    rows = history_rows(build, code)
    words = history_words(rows)
    label = f"Link workers of {build.pcn_names[code]} by quarter, its rate beside England's, and its patients. {words}"
    by_month = []
    months = month_rows(build, code)["month"]
    # Without a release of a month within a quarter, months would only say the quarters again.
    if not all(Month.parse(month).quarter for month in months):
        note = (
            f"Releases of {len(months)} months are loaded. Figures by quarter use the month that ends it; the months "
            "between show how it came there."
        )
        table = sheet_table(NAME, "months", sort="month", downwards=True)
        by_month = [html.Details([html.Summary("Month by month"), html.P(note, className="words"), table])]
    return section(
        "Link workers by quarter",
        html.P(words, className="words"),
        chart(history_figure(rows, build.mark), label),
        html.H3("The same quarters in a table"),
        sheet_table(NAME, "history", sort="quarter", downwards=True),
        *by_month,
    )


def _practices(build: Build, view: View) -> Any:
    code = chosen(build, view)
    active = set(build.by_quarter[view["quarter"]]["pcn_code"])
    return section("Its practices", sheet_table(NAME, "practices")) if code in active else None


def _home(build: Build, view: View) -> Any:
    code = chosen(build, view)
    if not code:
        return None
    here = home(build, code)
    heading = "Where its patients live"
    if here.areas.empty:
        words = "No file loaded says in which small areas of 2011 the patients of its practices live."
        return section(heading, html.P(words, className="words"))
    words = (
        f"Patients of {here.release} of the practices that it had in {here.quarter}. A PCN has no boundary: its "
        "footprint is the small areas where more registered patients are its own than any other PCN's. The lower "
        "the share who live inside, the less the footprint says."
    )
    return section(
        heading,
        html.P(words, className="words"),
        facts(home_facts(here)),
        html.H3("Small areas with most of its patients"),
        sheet_table(NAME, "areas", find="Find a small area by name or code"),
        html.H3("The same on a map"),
        *_map(build, code, here),
    )


def _map(build: Build, code: str, here: Home) -> list[Any]:
    import geopandas as gpd

    shapes = gpd.GeoDataFrame(build.footprints).set_index("pcn_code").geometry
    # Only footprints of the same quarter: those of PCNs that have ended lie under those of today.
    same = build.footprints.set_index("pcn_code")["quarter"] == here.quarter
    others = shapes[same.to_numpy() & (shapes.index != code)].dropna()
    drawn = still_map(here.areas, shapes.get(code), gpd.GeoSeries(others, crs=MEASURE))
    words = (
        f"Map of small areas where patients of {build.pcn_names[code]} live, darker where more of an area's "
        "patients are its own, with the edge of its footprint and of its neighbours'. The table above holds the same "
        "areas and figures."
    )
    fills = [
        ("swatch", fill, f"{said} ({count:,})")
        for fill, said, count in zip(CLASS_FILLS, CLASS_WORDS, drawn.counts, strict=True)
    ]
    fills += [
        ("swatch own-edge", "#ffffff", "Edge of its footprint"),
        ("swatch other-edge", "#ffffff", "Edges of other PCNs' footprints"),
        ("swatch", "#f0f4f5", "None of its patients"),
    ]
    keys = [
        html.Li([html.Span(className=name, style={"backgroundColor": fill}, **{"aria-hidden": "true"}), said])
        for name, fill, said in fills
    ]
    title = "Share of a small area's registered patients who are this PCN's (small areas)"
    legend = html.Div([html.P(title, className="legend-title"), html.Ul(keys, className="legend")])
    picture = html.Img(src=drawn.address, alt=words, width=drawn.width, height=drawn.height, className="still-map")
    note = "The map shows the small areas that hold nine in ten of its patients, and its footprint."
    if drawn.left_out:
        note += f" {drawn.left_out:,} small areas with a few of its patients lie outside the picture."
    return [picture, legend, html.P(note, className="note")]


def _services(build: Build, view: View) -> Any:
    code = chosen(build, view)
    if not code:
        return None
    heading = "Recorded services in reach"
    if not build.rows_count("out_lsoa_access"):
        words = (
            "No directory of services is loaded, so nothing is said of services. Add one on the page My data, or with "
            "sp-geo add; sp-geo template services gives a form to fill."
        )
        return section(heading, html.P(words, className="words"))
    rows = PAGE.sheet("services", build, view).rows
    _, method = ground_and_method(build)
    note = (
        f"A service is in reach if at least {100 * LEAST_SHARE:.0f} % of the PCN's patients live within "
        f"{method.catchment_km:g} km of it, at {method.detour:g} m of way for each metre of straight line, or in an "
        "area that it goes to. All together counts a service once that is filed under several categories. Places are "
        "of services that say so; other PCNs' patients want the same places."
    )
    return section(
        heading,
        html.P(service_words(rows, method.catchment_km), className="words"),
        sheet_table(NAME, "services"),
        html.P(note, className="note"),
    )


def _peers(build: Build, view: View) -> Any:
    code = chosen(build, view)
    if code not in set(build.by_quarter[view["quarter"]]["pcn_code"]):
        return None
    return section(
        "PCNs like it",
        html.P(PAGE.sheet("peers", build, view).notes[0], className="words"),
        sheet_table(NAME, "peers", PATH),
        html.P("Like in what is compared, not in all that matters: a place to start asking.", className="note"),
    )


def _picture(build: Build, view: View, caption: Caption) -> Any:
    code = chosen(build, view)
    rows = history_rows(build, code) if code else pd.DataFrame()
    title = f"Link workers by quarter, {build.pcn_names[code]} ({code})" if code else caption.title
    return history_picture(rows, Caption(title, caption.below, caption.mark))


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    return [
        html.H1("PCN profile"),
        html.P(
            "All that is known of one primary care network, beside England: its link workers, patients, services and "
            "PCNs like it.",
            className="lead",
        ),
        controls(_fields(build), "Choose a PCN and a quarter"),
        *[slot(part.name) for part in PAGE.parts],
    ]


PAGE = Page(
    path=PATH,
    title="PCN profile",
    fields=_fields,
    parts=(
        Part("pcn-found", _found, _WHO_AND_WHEN, live=True),
        Part("pcn-head", _head, _WHO_AND_WHEN),
        Part("pcn-indicators", _indicators, _WHO_AND_WHEN),
        Part("pcn-history", _history, _WHO, late=True),
        Part("pcn-practices", _practices, _WHO_AND_WHEN),
        Part("pcn-home", _home, _WHO, late=True),
        Part("pcn-services", _services, _WHO, late=True),
        Part("pcn-peers", _peers, _WHO_AND_WHEN),
    ),
    layout=_layout,
    sheets=SHEETS,
    sheets_on={
        "indicators": _WHO_AND_WHEN,
        "basis": _WHO_AND_WHEN,
        "history": _WHO,
        "practices": _WHO_AND_WHEN,
        "areas": _WHO,
        "services": _WHO,
        "peers": _WHO_AND_WHEN,
        "pcns": ("quarter",),
    },
    has_places=True,
    picture=_picture,
    lacks=needs_panel,
    asks=lambda _build, view: (PanelRequest(view["quarter"]),),
)
