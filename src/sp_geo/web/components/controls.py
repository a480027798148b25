"""Controls made from fields: the browser's own, so that keyboard, screen reader and phone know them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from dash import html

from sp_geo.web.state import Field


def _select(item: Field) -> html.Select:
    options = [html.Option(words, value=value) for value, words in item.options.items()]
    return html.Select(options, id=f"control-{item.name}")


def native_input(attributes: Mapping[str, str]) -> html.Span:
    """A place that the browser fills with an input of its own; Dash has none without a will of its own."""
    return html.Span(className="native", **{"data-input": json.dumps(attributes)})


def control(item: Field) -> html.Div:
    """One control with its label."""
    parts: list[Any] = [html.Label(item.label, htmlFor=f"control-{item.name}")]
    kind = {"number": "number", "flag": "checkbox"}.get(item.kind, "text")
    attributes = {"id": f"control-{item.name}", "type": kind}
    if item.kind == "number":
        limits = (("min", item.low), ("max", item.high), ("step", item.step))
        attributes |= {name: f"{value:g}" for name, value in limits if math.isfinite(value)}
    if item.hint:
        attributes["aria-describedby"] = f"hint-{item.name}"
        parts.append(html.P(item.hint, className="hint", id=f"hint-{item.name}"))
    typed = native_input({**attributes, "class": "find", "autocomplete": "off"})
    parts.append(_select(item) if item.options else typed)
    return html.Div(parts, className="control tick" if item.kind == "flag" else "control")


def stepper(item: Field) -> html.Div:
    """A choice that has an order: the choice itself, a slider under it, and buttons to step and to play."""
    last = len(item.options) - 1
    slide = native_input({"id": f"slide-{item.name}", "type": "range", "min": "0", "max": str(last), "class": "slide"})
    buttons = html.Div(
        [
            html.Button("Earlier", type="button", **{"data-step": "-1"}),
            html.Button("Later", type="button", **{"data-step": "1"}),
            html.Button("Play", id="play", type="button", **{"aria-pressed": "false"}),
        ],
        className="steps",
        role="group",
        **{"aria-label": f"Step through {item.label.lower()}s"},
    )
    return html.Div(
        [
            html.Div([html.Label(item.label, htmlFor=f"control-{item.name}"), _select(item)], className="control"),
            html.Div(
                [
                    html.Label(f"Slide through {item.label.lower()}s", htmlFor=f"slide-{item.name}"),
                    html.Div([slide, buttons], className="sliding"),
                ],
                className="control",
            ),
        ],
        className="stepper",
    )


def controls(fields: Iterable[Field], heading: str = "Choose what to look at") -> html.Section:
    """The controls of a page, one a field; hidden fields have none."""
    shown = [stepper(item) if item.kind == "slider" else control(item) for item in fields if item.kind != "hidden"]
    return html.Section([html.H2(heading), html.Div(shown, className="controls")], className="panel")
