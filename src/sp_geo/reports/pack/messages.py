"""The main messages of a pack: what an ICB should remember, what it rests on, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sp_geo.reports.files.message import Message
from sp_geo.reports.findings.comparison import beside_words, icb_rows
from sp_geo.reports.findings.headlines import headline_figures
from sp_geo.reports.findings.provision_words import floor_words, provision_words, reporting_words
from sp_geo.reports.findings.shortfall import judged, shortfall_words
from sp_geo.reports.findings.silence_words import silence_words
from sp_geo.reports.pack.data import Material
from sp_geo.reports.pack.pictures import Picture
from sp_geo.reports.pack.services import Services
from sp_geo.reports.pack.tables import placed_rows
from sp_geo.reports.sheet import Sheet
from sp_geo.statistics.conclusions.associations import association, non_response_words
from sp_geo.statistics.conclusions.labels import FEWEST, REFERENCE, lowered, pcns_words

COUNTED = "These are counts of all who reported, not a sample, so they have no interval."
NO_CAUSE = "An association between PCNs: it does not say that need brings link workers, or that they bring health."


def messages(
    made: Material,
    drawn: Mapping[str, bytes],
    pictures: Mapping[str, Picture],
    sheets: Mapping[str, Sheet],
    services: Services | None,
) -> list[Message]:
    """Four messages, and one of services where a directory is in the workspace.

    Args:
        made: what the pack is made of.
        drawn: PNG by the name of its picture.
        pictures: by name, for their alternatives.
        sheets: by name.
        services: of the area; None for none.
    """

    def message(key: str, headline: str, points: list[str], picture: str, sheet: str) -> Message:
        known = pictures.get(picture)
        return Message(
            key=key,
            headline=headline,
            points=tuple(point for point in points if point),
            picture=drawn.get(picture, b""),
            alternative="" if known is None else known.alternative,
            sheet=sheets.get(sheet),
        )

    found = [
        message("provision", *_provision(made), "map_provision", "pcns"),
        message("reporting", *_reporting(made), "reporting", "quarters"),
        message("association", *_association(made), "slopes", "slopes"),
        message("shortfall", *_shortfall(made), "need_and_provision", "need_and_provision"),
    ]
    if services is not None:
        found.append(message("services", services.headline(), services.words(), "map_services", "deserts"))
    return found


def _provision(made: Material) -> tuple[str, list[str]]:
    here, name = headline_figures(made.here, made.quarter), made.area.name
    said = provision_words(made.here, made.then, made.quarter, made.before)
    if not here.reported:
        return f"No PCN of {name} reported in {made.quarter}.", [*said, floor_words(here)]
    headline = (
        f"{name} had {here.fte:,.1f} full-time equivalent link workers in {made.quarter}: {here.per_10k:.2f} for every "
        "10,000 patients of the PCNs that reported."
    )
    icbs = icb_rows(made.england, made.quarter, made.area, made.build.area_names)
    beside = beside_words(here, headline_figures(made.england, made.quarter), icbs, made.area)
    return headline, [*said, beside, COUNTED]


def _reporting(made: Material) -> tuple[str, list[str]]:
    here = headline_figures(made.here, made.quarter)
    silent = here.active - here.reported
    said = reporting_words(made.here, made.quarter)
    if not here.reported:
        return f"None of the {pcns_words(here.active)} of {made.area.name} reported in {made.quarter}.", said
    headline = (
        f"{here.reported:,} of {here.active:,} PCNs of {made.area.name} reported in {made.quarter} "
        f"({here.coverage_pct:.0f} %): {here.zero:,} of them had no link worker"
        + (f", and {silent:,} did not say." if silent else ".")
    )
    return headline, [*said, floor_words(here)]


def _association(made: Material) -> tuple[str, list[str]]:
    """The slope of the area where its PCNs are enough, and England's beside it; England's alone where not."""
    area, rows = made.told_of
    now = rows[rows["quarter"] == made.quarter]
    found = association(now, made.quarter, made.need)
    need = lowered(made.need.label)
    if not found.is_same:
        headline = (
            f"Whether {area.name} had more link workers where {need} is higher depends, for {made.quarter}, on how "
            "PCNs that did not report are treated."
        )
    elif found.way is None:
        headline = f"Whether link workers are where {need} is higher cannot be said for {area.name} in {made.quarter}."
    elif found.way:
        more = "more" if found.way > 0 else "fewer"
        headline = f"In {area.name}, PCNs with higher {need} had {more} link workers in {made.quarter}."
    else:
        headline = f"Whether link workers are where {need} is higher cannot be told for {area.name} in {made.quarter}."
    points = ["" if found.way else found.lead, found.figures, found.non_responses, non_response_words(now)]
    points += silence_words(made.silence[area.code], made.need)[:1]
    if area.is_england and not made.area.is_england:
        # The area's own PCNs are too few; its slope is given all the same.
        own = made.area_slopes[made.area_slopes["quarter"] == made.quarter]
        n_pcns = int(own.loc[own["non_response"] == REFERENCE, "n_pcns"].max())
        points.append(
            f"For {made.area.name} alone nothing is concluded: {n_pcns:,} PCNs with both figures are fewer than "
            f"{FEWEST}. {non_response_words(own)}"
        )
    elif not area.is_england:
        england = made.england_slopes[made.england_slopes["quarter"] == made.quarter]
        points.append(f"England. {non_response_words(england)}")
    return headline, [*points, NO_CAUSE]


def _shortfall(made: Material) -> tuple[str, list[str]]:
    everywhere = placed_rows(made)
    here: pd.DataFrame = made.area.rows(everywhere)
    held, said = judged(here), shortfall_words(here, everywhere, made.need)
    if held.empty:
        return f"Where provision is low for need cannot be said for {made.area.name} in {made.quarter}.", said
    headline = (
        f"{int(held['is_short'].sum()):,} of {len(held):,} PCNs of {made.area.name} had high need and little "
        f"provision in {made.quarter}."
    )
    return headline, said
