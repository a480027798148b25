"""Pictures of a pack: maps of provision and need, who reported, slopes, fifths, need against provision, deserts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sp_geo.core.quarters import Quarter, span
from sp_geo.questions.services.request import RECORDED
from sp_geo.reports.findings.measures import PROVISION, measure_of, measures
from sp_geo.reports.findings.pcn_map import shown_classes
from sp_geo.reports.findings.shortfall import limits_of
from sp_geo.reports.pack.data import Material
from sp_geo.reports.pack.services import Services
from sp_geo.reports.pack.tables import pcns, placed_rows
from sp_geo.reports.pictures.chart_pictures import line_picture, ranked_picture, slope_picture
from sp_geo.reports.pictures.map_classes import classed
from sp_geo.reports.pictures.map_pictures import map_picture
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.pictures.quadrant_picture import Axes, quadrant_picture
from sp_geo.statistics.conclusions.labels import NON_RESPONSE_WORDS, REFERENCE, lowered
from sp_geo.statistics.conclusions.verdicts import kinds_words
from sp_geo.statistics.quantiles import fifth_words

_FTE: Final = "FTE per 10,000 patients"
FOOTPRINT: Final = (
    "A PCN has no boundary: its footprint is where more patients are its own than any other's. White: PCNs of "
    "other areas."
)


@dataclass(frozen=True)
class Picture:
    """A picture that can be drawn.

    Attributes:
        name: of its files.
        alternative: what it shows, in words.
        draw: gives a matplotlib figure.
    """

    name: str
    alternative: str
    draw: Callable[[], Any]


def pictures(made: Material, caption: Caption, services: Services | None) -> list[Picture]:
    """All pictures of a pack.

    Args:
        made: what it is made of.
        caption: sources, licence, day and mark; each picture has its own title.
        services: of the area; None for none.
    """
    found = [
        _map(made, caption, PROVISION, "map_provision"),
        _map(made, caption, made.need.name, "map_need"),
        _reporting(made, caption),
        _slopes(made, caption),
        _fifths(made, caption),
        _need_and_provision(made, caption),
    ]
    if services is not None and len(services.clusters):
        found.append(_deserts(services, caption))
    return found


def outline_of(made: Material) -> gpd.GeoSeries | None:
    """Edges of the area's ICBs; None where they are not known."""
    edges = made.icb_edges
    if edges is None:
        return None
    edges = edges[edges["icb_code"].isin(made.here["icb_code"].unique())]
    return edges.geometry.rename("Integrated care board")


def _map(made: Material, caption: Caption, name: str, file: str) -> Picture:
    sheet = replace(pcns(made), colour=name)
    classes = shown_classes(sheet.rows, made.scale(name))
    measure = measures(made.build.needs)[name]
    title = f"{measure.label} by PCN, {made.area.name}, {made.quarter}"
    counted = "; ".join(f"{shown.label}: {len(shown.positions):,}" for shown in classes)
    alternative = (
        f"Map of {len(sheet.rows):,} PCNs of {made.area.name} by {lowered(measure.heading)}. PCNs in "
        f"each class: {counted}."
    )
    first = f"{caption.below.split(chr(10))[0]}. {FOOTPRINT}"
    return _picture(
        file, alternative, caption, title, lambda named: map_picture(sheet, classes, outline_of(made), named), first
    )


def _picture(
    name: str, alternative: str, caption: Caption, title: str, draw: Callable[[Caption], Any], first: str = ""
) -> Picture:
    """A picture under its own title, and with a first line of its own below it where there is one."""
    if first:
        caption = replace(caption, below="\n".join([first, *caption.below.split("\n")[1:]]))
    return Picture(name, alternative, partial(draw, replace(caption, title=title)))


def _timeline(made: Material) -> list[str]:
    """Every calendar quarter from the first to the last, so that one without figures is seen as a gap."""
    return [str(item) for item in span(Quarter.parse(made.quarters[0]), Quarter.parse(made.quarters[-1]))]


def _reporting(made: Material, caption: Caption) -> Picture:
    rows = made.by_quarter.set_index("quarter")
    series = {area.name: rows.loc[rows["area_code"] == area.code, "coverage_pct"] for area in made.areas}
    said = "; ".join(
        f"{name} {values.iloc[-1]:.0f} % in {values.index[-1]}, {values.iloc[0]:.0f} % in {values.index[0]}"
        for name, values in series.items()
    )
    title = f"Share of PCNs that reported, {made.area.name}, {made.quarters[0]} to {made.quarters[-1]}"
    alternative = f"Line by quarter of the share of active PCNs that reported. {said}."
    unit = "% of active PCNs that reported"
    return _picture(
        "reporting", alternative, caption, title, lambda named: line_picture(series, unit, named, _timeline(made))
    )


def _slopes(made: Material, caption: Caption) -> Picture:
    area, rows = made.told_of
    item = made.need
    coverage = rows.drop_duplicates("quarter").set_index("quarter")["coverage_pct"].reindex(_timeline(made))
    series = {label: rows[rows["non_response"] == name] for name, label in NON_RESPONSE_WORDS.items()}
    title = f"Slope of link workers on {lowered(item.label)}, by quarter, {area.name}"
    first = (
        f"{area.name}, {made.quarters[0]} to {made.quarters[-1]}; {coverage.min():.0f} to {coverage.max():.0f} % "
        f"of active PCNs reported. Intervals are 95 %, {kinds_words(rows)}."
    )
    held = rows[(rows["non_response"] == REFERENCE) & rows["estimate"].notna()]
    above, under = int((held["ci_low"] > 0).sum()), int((held["ci_high"] < 0).sum())
    alternative = (
        f"Slopes of {area.name} by quarter under four ways of handling non-response, with 95 % intervals, over the "
        f"share of PCNs that reported. Among those that reported, the interval lies above 0 in {above:,} of "
        f"{len(held):,} quarters, below 0 in {under:,}, and takes in 0 in the others."
    )
    unit = f"{_FTE} per 10 {item.unit}"
    return _picture(
        "slopes", alternative, caption, title, lambda named: slope_picture(series, coverage, unit, named), first
    )


def _fifths(made: Material, caption: Caption) -> Picture:
    area = made.told_of[0]
    rows = made.fifths[(made.fifths["measure"] == "rate") & (made.fifths["non_response"] == REFERENCE)]
    rows = rows[rows["area_code"] == area.code].sort_values("fifth")
    drawn = pd.DataFrame(
        {
            "name": [f"Fifth {fifth_words(int(number))}" for number in rows["fifth"]],
            "value": rows["estimate"].to_numpy(),
            "low": rows["ci_low"].to_numpy(),
            "high": rows["ci_high"].to_numpy(),
        }
    )
    said = "; ".join(
        f"{row['name']} {row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})" for row in drawn.to_dict("records")
    )
    n_pcns = int(rows["n_pcns"].iloc[0])
    title = f"Link workers by fifth of {lowered(made.need.label)}, {area.name}, {made.quarter}"
    first = f"{area.name}, {made.quarter}, {n_pcns:,} PCNs that reported. Lines: 95 % intervals over PCNs."
    alternative = f"Rate by fifth of need of {area.name}, {_FTE}, with 95 % interval, {n_pcns:,} PCNs. {said}."
    return _picture("fifths", alternative, caption, title, lambda named: ranked_picture(drawn, _FTE, named), first)


def _need_and_provision(made: Material, caption: Caption) -> Picture:
    rows, item = placed_rows(made), measure_of(made.need)
    here = set(made.area.rows(rows)["pcn_code"])
    points = pd.DataFrame(
        {
            "x": rows[item.name].astype(float) * item.scale,
            "y": rows[PROVISION].astype(float),
            "is_here": rows["pcn_code"].isin(here),
            "is_short": rows["is_short"],
            "name": rows["pcn_name"].fillna(rows["pcn_code"]),
        }
    )
    need, rate = limits_of(rows, item.name)
    area = "" if made.area.is_england else made.area.name
    words = Axes(item.heading, f"Link workers ({_FTE})", (need * item.scale, rate), area)
    held = points[points["is_here"]].dropna(subset=["x", "y"])
    alternative = (
        f"Each PCN as a point: {lowered(item.label)} across, link workers up. {len(held):,} PCNs of "
        f"{made.area.name}; {int(held['is_short'].sum()):,} of them right of the limit of high need and under that of "
        "little provision."
    )
    title = f"Need and provision by PCN, {made.area.name}, {made.quarter}"
    return _picture(
        "need_and_provision", alternative, caption, title, lambda named: quadrant_picture(points, words, named)
    )


def _deserts(services: Services, caption: Caption) -> Picture:
    made = services.made
    sheet = services.cluster_sheet() if made.area.is_england else services.area_sheet()
    classes = classed(sheet).shown
    what = "Clusters of service deserts" if made.area.is_england else "Access to recorded services"
    counted = "; ".join(f"{shown.label}: {len(shown.positions):,}" for shown in classes)
    first = f"{made.area.name}. A directory covers where {services.covered} of people live. {RECORDED}"
    title = f"{what}, all services together, {made.area.name}"
    whole = "clusters" if made.area.is_england else "small areas"
    alternative = f"Map of {len(sheet.rows):,} {whole} of {made.area.name}. In each class: {counted}."
    return _picture(
        "map_services",
        alternative,
        caption,
        title,
        lambda named: map_picture(sheet, classes, outline_of(made), named),
        first,
    )
