"""The first page: networks on a map and in a table, and the slope of provision on need by quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_leaflet as dl
import pandas as pd
from dash import dcc, html

from sp_geo.analysis.wording import differences_in_words
from sp_geo.dashboard.components.parts import banner, facts, plain_table
from sp_geo.dashboard.components.pcn_table import PAGE_ROWS, pages, pcn_table
from sp_geo.dashboard.figures.palette import CLASS_FILLS, STATES, TREATMENTS
from sp_geo.dashboard.figures.slopes import slope_figure
from sp_geo.dashboard.geometry import Shapes
from sp_geo.dashboard.state import ENGLAND, ViewState
from sp_geo.dashboard.views import (
    NO_VALUE,
    NOT_REPORTED,
    TRUE_ZERO,
    Snapshot,
    map_view,
    measures,
    slope_rows,
    table_rows,
)
from sp_geo.panel.indicator import indicators
from sp_geo.reporting.records import SYNTHETIC

STEP = "10"
FROM_END = "from the quarter's end"
_EDGES: Mapping[str, dict[str, Any]] = {
    TRUE_ZERO: {"edge": "#c25700", "weight": 2.5, "dash": None},
    NOT_REPORTED: {"edge": "#4c6272", "weight": 1.2, "dash": "5 4"},
    NO_VALUE: {"edge": "#6b5f45", "weight": 1.2, "dash": "1 4"},
}


def looks() -> dict[str, dict[str, Any]]:
    """How the map draws each letter: fill, edge, weight of the edge and its dashes."""
    classes = {
        str(number): {"fill": fill, "edge": "#ffffff", "weight": 0.6, "dash": None}
        for number, fill in enumerate(CLASS_FILLS)
    }
    return classes | {letter: {"fill": fill, **_EDGES[letter]} for letter, (_, fill, _) in STATES.items()}


def _control(label: str, name: str, options: dict[str, str], value: str) -> html.Div:
    return html.Div(
        [
            html.Label(label, htmlFor=name),
            dcc.Dropdown(
                id=name,
                options=[{"label": words, "value": key} for key, words in options.items()],
                value=value,
                clearable=False,
            ),
        ],
        className="control",
    )


def controls(snapshot: Snapshot, state: ViewState) -> html.Section:
    """What the reader may choose."""
    choices = snapshot.choices
    labels = {name: measure.label for name, measure in measures().items()}
    names = {name: labels[name] for name in choices.measures}
    needs = {name: labels[name] for name in choices.needs}
    areas = {ENGLAND: ENGLAND} | {code: name for code, name in snapshot.area_names.items() if code in choices.areas}
    quarters = {quarter: quarter for quarter in reversed(choices.quarters)}
    steps = html.Div(
        [
            html.Span("Step through quarters", className="label", id="steps-label"),
            html.Div(
                [
                    html.Button("Earlier", id="earlier", n_clicks=0, type="button"),
                    html.Button("Later", id="later", n_clicks=0, type="button"),
                    html.Button("Play", id="play", n_clicks=0, type="button", **{"aria-pressed": "false"}),
                ],
                className="steps",
                role="group",
                **{"aria-labelledby": "steps-label"},
            ),
        ],
        className="control",
    )
    return html.Section(
        [
            html.H2("Choose what to look at"),
            html.Div(
                [
                    _control("Area", "area", areas, state.area),
                    _control("Quarter", "quarter", quarters, state.quarter),
                    steps,
                    _control("Shown on the map", "measure", names, state.measure),
                    _control("Need in the regression", "need", needs, state.need),
                ],
                className="controls",
            ),
        ],
        className="panel",
    )


def the_map(pcn: Shapes, boards: Shapes) -> html.Div:
    """The map; it has no tiles and asks nothing of the internet."""
    layers = [
        # In a pane of its own, because layers are drawn in the order in which they happen to arrive.
        dl.Pane(
            dl.GeoJSON(
                url=boards.address,
                id="boards",
                style={"variable": "spGeo.map.outline"},
                interactive=False,
                pane="backdrop",
            ),
            name="backdrop",
            style={"zIndex": 350},
        ),
        dl.GeoJSON(
            url=pcn.address,
            id="footprints",
            style={"variable": "spGeo.map.style"},
            onEachFeature={"variable": "spGeo.map.name"},
            hideout={"classes": "", "looks": looks(), "chosen": ""},
        ),
    ]
    container = dl.MapContainer(
        layers,
        id="map",
        bounds=[list(corner) for corner in pcn.bounds[ENGLAND]],
        preferCanvas=True,
        trackViewport=False,
        zoomSnap=0.25,
        attributionControl=False,
        className="map",
    )
    return html.Div(
        [container],
        role="region",
        **{"aria-label": "Map of network footprints. The table beside it holds the same networks and values."},
    )


def layout(snapshot: Snapshot, state: ViewState, pcn: Shapes, boards: Shapes) -> html.Div:
    """The page, with empty places that the callbacks fill."""
    mapped = html.Section(
        [
            html.H2("Networks", id="map-heading"),
            html.P(id="map-words", className="words", **{"aria-live": "polite"}),
            html.Div([_left(pcn, boards), _right()], className="pair"),
        ],
        className="panel",
    )
    slopes = html.Section(
        [
            html.H2("Were link workers where need is higher?"),
            html.P(id="slope-words", className="words"),
            html.P(id="slope-note", className="note"),
            html.Div(id="slopes", className="chart"),
            html.Details([html.Summary("The numbers of this chart"), html.Div(id="slope-table")]),
        ],
        className="panel",
    )
    rests = html.Section([html.H2("What this rests on"), html.Div(id="rests")], className="panel")
    return html.Div(
        [
            banner(snapshot.manifest.is_synthetic),
            html.Main(
                [
                    html.H1("Link workers and need, by primary care network"),
                    html.P(
                        "Social prescribing link workers per 10,000 registered patients, quarter by quarter, against "
                        "need where their patients live.",
                        className="lead",
                    ),
                    html.Div(id="message", role="status"),
                    controls(snapshot, state),
                    mapped,
                    slopes,
                    rests,
                ],
                id="content",
                tabIndex="-1",
            ),
            html.Footer(
                "Associations between networks, not effects. Boundaries: Source: Office for National Statistics "
                "licensed under the Open Government Licence v.3.0. Contains OS data © Crown copyright and database "
                "right."
            ),
            dcc.Interval(id="clock", interval=1400, disabled=True),
            # The chart's library is large: the map and the table are drawn before it is asked for.
            dcc.Interval(id="settled", interval=200, max_intervals=1),
            dcc.Store(id="sorting", data={"column": "splw_fte_per_10k", "downwards": False}),
            dcc.Store(id="page", data=0),
            dcc.Store(id="chosen", data=""),
        ]
    )


def _left(pcn: Shapes, boards: Shapes) -> html.Div:
    note = (
        "A network has no boundary. Its footprint is the small areas where more registered patients are its own "
        "than any other network's; footprints say least in cities."
    )
    return html.Div(
        [
            the_map(pcn, boards),
            html.Div(id="legend"),
            html.P(note, className="note"),
            html.Div(id="facts", **{"aria-live": "polite"}),
        ]
    )


def _right() -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    html.Label("Find a network by name, code or board", htmlFor="find"),
                    dcc.Input(id="find", type="search", value="", debounce=0.3, className="find", autoComplete="off"),
                ],
                className="control",
            ),
            html.Div(
                id="table", className="scroll", tabIndex="0", role="region", **{"aria-label": "Table of networks"}
            ),
            html.Div(
                [
                    html.Button("Previous", id="previous", n_clicks=0, type="button"),
                    html.Span(id="page-words", **{"aria-live": "polite"}),
                    html.Button("Next", id="next", n_clicks=0, type="button"),
                    html.A("Download as CSV", id="download", href="#", className="button", download=""),
                ],
                className="pager",
            ),
        ]
    )


def hideout(snapshot: Snapshot, state: ViewState, chosen: str) -> dict[str, Any]:
    """All that the map needs to be drawn anew: a letter a network."""
    return {"classes": map_view(snapshot, state).classes, "looks": looks(), "chosen": chosen}


def area_words(snapshot: Snapshot, state: ViewState) -> str:
    """The area as it is said."""
    return ENGLAND if state.area == ENGLAND else snapshot.area_names[state.area]


def map_words(snapshot: Snapshot, state: ViewState) -> str:
    """One sentence on the quarter and area shown."""
    rows = snapshot.rows(state)
    if rows.empty:
        return f"No network of this area was active in {state.quarter}: boards changed in July 2022 and April 2026."
    reported = rows[rows["reporting_status"] != "not_reported"]
    rate = 10_000 * reported["splw_fte"].sum() / max(reported["list_size"].sum(), 1.0)
    zero = int((rows["reporting_status"] == "true_zero").sum())
    return (
        f"{area_words(snapshot, state)}, {state.quarter}: {len(reported):,} of {len(rows):,} active networks reported "
        f"({100 * len(reported) / len(rows):.0f} %), {zero:,} of them no link worker. Those that reported have "
        f"{reported['splw_fte'].sum():,.1f} FTE, {rate:.2f} per 10,000 of their patients."
    )


def table_part(
    snapshot: Snapshot, state: ViewState, find: str, sorting: Mapping[str, Any], page: int
) -> tuple[html.Table, str, int, int]:
    """The table's page, its position in words, the page shown (from 0) and how many there are."""
    rows = table_rows(snapshot, state, find, str(sorting["column"]), bool(sorting["downwards"]))
    count = pages(len(rows))
    shown = min(max(page, 0), count - 1)
    caption = f"{len(rows):,} networks, {area_words(snapshot, state)}, {state.quarter}"
    if snapshot.manifest.is_synthetic:
        caption = f"{SYNTHETIC}: {caption}"
    table = pcn_table(
        rows, measures()[state.measure], caption, str(sorting["column"]), bool(sorting["downwards"]), shown
    )
    first = shown * PAGE_ROWS + 1 if len(rows) else 0
    return table, f"{first:,} to {min(first + PAGE_ROWS - 1, len(rows)):,} of {len(rows):,}", shown, count


def slope_parts(snapshot: Snapshot, state: ViewState) -> tuple[str, str, dcc.Graph, html.Div]:
    """The sentence, the note under it, the figure and the table of slopes."""
    item = indicators()[state.need]
    rows = slope_rows(snapshot, state)
    labels = {name: label[0].lower() + label[1:] for name, (label, _, _) in TREATMENTS.items()}
    said = differences_in_words(rows, labels | {item.name: item.label})
    words = (
        f"{area_words(snapshot, state)}. {said or 'No need measure has a value yet: add deprivation or the survey.'}"
    )
    note = (
        f"Link worker FTE per 10,000 patients for each {STEP} {item.unit}, with 95 % intervals. An association between "
        f"networks, not an effect. {item.caveat.strip()}"
    )
    mark = SYNTHETIC if snapshot.manifest.is_synthetic else ""
    figure = slope_figure(rows, list(snapshot.choices.quarters), f"{STEP} {item.unit}", mark)
    caption = f"Slope of FTE per 10,000 on {item.label}, per {STEP} {item.unit}, with 95 % intervals (HC1)"
    graph = dcc.Graph(figure=figure, config={"displaylogo": False, "displayModeBar": False})
    return words, note, graph, plain_table(_slope_words(rows), f"{mark} {caption}".strip(), _NUMBERS)


_NUMBERS = {"Slope", "From", "To", "p", "n", "Active", "Coverage, %"}


def _slope_words(rows: pd.DataFrame) -> pd.DataFrame:
    def words(value: float, digits: int) -> str:
        return "[x]" if pd.isna(value) else f"{value:.{digits}f}"

    return pd.DataFrame(
        {
            "Quarter": rows["quarter"],
            "Treatment": rows["treatment"].map({name: label for name, (label, _, _) in TREATMENTS.items()}),
            "Slope": [words(value, 4) for value in rows["estimate"]],
            "From": [words(value, 4) for value in rows["ci_low"]],
            "To": [words(value, 4) for value in rows["ci_high"]],
            "p": [words(value, 3) for value in rows["p_value"]],
            "n": [f"{value:,}" for value in rows["n_pcns"]],
            "Active": [f"{value:,}" for value in rows["n_active_pcns"]],
            "Coverage, %": [words(value, 1) for value in rows["coverage_pct"]],
            "Remark": rows["reason"] + rows["note"].where(rows["reason"] == "", ""),
        }
    )


def _days(count: int, words: str) -> str:
    return f"{count:,} day{'' if count == 1 else 's'} {words}"


def rests_on(snapshot: Snapshot, state: ViewState) -> html.Div:
    """Where the quarter's figures come from."""
    row: Any = snapshot.coverage.loc[state.quarter]
    manifest = snapshot.manifest
    licences = sorted({str(item["licence"]) for item in manifest.inputs})
    publishers = sorted({str(item["publisher"]) for item in manifest.inputs})
    return facts(
        [
            ("Series", "NWRS workforce system alone; not the series with reimbursement claims"),
            (
                "Networks in the release",
                f"{row['n_release_pcns']:,}, {row['n_contracted_only_pcns']:,} with contracted services only",
            ),
            (
                "Link workers in the release",
                f"{row['splw_release_fte']:,.1f} FTE, {row['splw_plain_release_fte']:,.1f} in the plain role",
            ),
            (
                "Lists",
                f"extract of {row['list_release']}, {_days(row['list_distance_days'], FROM_END)}",
            ),
            (
                "Memberships",
                f"{row['membership_source']}, {_days(row['membership_distance_days'], FROM_END)}",
            ),
            ("Files", f"{len(manifest.inputs):,}, from {'; '.join(publishers)}"),
            ("Licences", "; ".join(licences)),
            ("Data digest", manifest.tables["out_pcn_quarter"].sha256[:16]),
            ("Software", f"sp_geo {manifest.versions.get('sp_geo', '')}"),
        ]
    )
