"""Classes of a map as a style that QGIS opens a layer with, and what is said of the layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from sp_geo.reports.pictures.colours import CLASS_EDGE, ZERO, Look
from sp_geo.reports.pictures.map_classes import Classed, fills_of, look_of
from sp_geo.reports.sheet import MISSING, Column, Cover, Sheet

VERSION: Final = "3.28.0"
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def style_of(cut: Classed, columns: Sequence[Column], *, is_area: bool) -> str:
    """A style in QGIS's own form: a rule for each class, so that missing values are drawn and named as well.

    Args:
        cut: the classes.
        columns: shown, whose headings become the names of the layer's fields.
        is_area: whether the shapes are areas; points otherwise.
    """
    rules = list(_rules(cut))
    root = Element("qgis", version=VERSION, styleCategories="Symbology|Fields")
    renderer = SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0"
    )
    tree = SubElement(renderer, "rules", key="{00000000-0000-0000-0000-000000000000}")
    symbols = SubElement(renderer, "symbols")
    for number, (label, wanted, look) in enumerate(rules):
        key = f"{{00000000-0000-0000-0000-{number + 1:012d}}}"
        SubElement(tree, "rule", key=key, filter=wanted, label=label, symbol=str(number))
        kind = "fill" if is_area else "marker"
        symbol = SubElement(
            symbols, "symbol", name=str(number), type=kind, alpha="1", force_rhr="0", clip_to_extent="1"
        )
        fill, edge = {"color": _colour(look.fill)}, _colour(look.edge)
        line = {"outline_color": edge, "outline_width": "0.1", "outline_width_unit": "MM"}
        if is_area:
            _layer(symbol, "SimpleFill", {**fill, "style": "solid", "outline_style": "solid", **line})
            if look.pattern:
                _layer(symbol, "SimpleFill", {"color": edge, "style": look.pattern, "outline_style": "no"})
        else:
            shape = "cross_fill" if look.pattern else "circle"
            _layer(symbol, "SimpleMarker", {**fill, "name": shape, "size": "2.4", "size_unit": "MM", **line})
    aliases = SubElement(root, "aliases")
    for number, column in enumerate(columns):
        name = column.heading if column.scale == 1 else f"{column.label} (times {column.scale:g}: {column.unit})"
        SubElement(aliases, "alias", index=str(number), field=column.name, name=name)
    SubElement(root, "layerGeometryType").text = "2" if is_area else "0"
    return _DOCTYPE + tostring(root, encoding="unicode")


def _rules(cut: Classed) -> list[tuple[str, str, Look]]:
    """Label, condition and look of every class, in the order of the legend."""
    name = _quoted(cut.column.name)
    apart = f" AND {name} <> 0" if cut.has_zero else ""
    found = []
    for number, (label, fill) in enumerate(zip(cut.labels, fills_of(len(cut.labels)), strict=True)):
        low = f" AND {name} >= {cut.limits[number - 1]!r}" if number else ""
        high = f" AND {name} < {cut.limits[number]!r}" if number < len(cut.limits) else ""
        found.append((label, f"{name} IS NOT NULL{apart}{low}{high}", Look(label, fill, "", "", CLASS_EDGE)))
    if cut.has_zero:
        found.append((ZERO.label, f"{name} = 0", ZERO))
    state, others = _quoted(cut.column.state), [_text(mark) for mark in cut.states if mark != MISSING]
    for mark in cut.states:
        wanted = f"{name} IS NULL"
        if cut.column.state and mark != MISSING:
            wanted += f" AND {state} = {_text(mark)}"
        elif cut.column.state and others:
            wanted += f" AND ({state} IS NULL OR {state} NOT IN ({', '.join(others)}))"
        found.append((look_of(mark).label, wanted, look_of(mark)))
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _layer(symbol: Element, kind: str, options: dict[str, str]) -> None:
    layer = SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    held = SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        SubElement(held, "Option", name=name, type="QString", value=value)
        # Versions before 3.20 read these instead.
        SubElement(layer, "prop", k=name, v=value)


def _colour(code: str) -> str:
    red, green, blue = (int(code[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},255"


def metadata_of(sheet: Sheet, cover: Cover) -> str:
    """What QGIS shows as the properties of a layer: title, notes, licence, sources, and the mark."""
    root = Element("qgis", version=VERSION)
    SubElement(root, "identifier").text = f"{sheet.name}-{cover.digest}"
    SubElement(root, "language").text = "ENG"
    SubElement(root, "type").text = "dataset"
    SubElement(root, "title").text = f"{cover.mark}: {sheet.title}" if cover.mark else sheet.title
    SubElement(root, "abstract").text = description_of(sheet, cover)
    for licence in cover.licences:
        SubElement(root, "license").text = licence
    SubElement(root, "rights").text = f"Sources: {'; '.join(cover.sources)}"
    return _DOCTYPE + tostring(root, encoding="unicode")


def description_of(sheet: Sheet, cover: Cover) -> str:
    """Everything that must be said of a layer, in sentences."""
    parts = [
        "SYNTHETIC: invented data, not for decisions" if cover.mark else "",
        cover.subject,
        *sheet.notes,
        f"Sources: {'; '.join(cover.sources)}",
        f"Licence: {'; '.join(cover.licences)}",
        f"Made {cover.made.isoformat()} with sp_geo {cover.version}, data {cover.digest}",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
