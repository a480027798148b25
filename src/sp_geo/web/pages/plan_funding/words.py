"""Plans of money and of sites in words, and as tables to show and to take away."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import Answer
from sp_geo.questions.requests.words import LEVELS
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web.plans.funding_views import FundingFound, category_words, funding_found, sites_found
from sp_geo.web.plans.words import on_page, refusal_words, turned
from sp_geo.web.state import View

_UNMET: Final = "people a quarter"
_DEMAND: Final = (
    Column("unmet_before", "Unmet today", _UNMET, 0),
    Column("unmet_after", "Unmet with the plan", _UNMET, 0),
    Column("unknown", "Lines of unknown demand", "", 0),
)


def money(build: Build, view: View) -> FundingFound:
    """The budget divided.

    Raises:
        SpGeoError: it was refused.
    """
    return funding_found(build, view).answer


def funding_words(found: FundingFound) -> list[tuple[str, str]]:
    """What a division of the budget does, as headings and sentences."""
    rows, request = found.rows, found.asked.request
    given = int(rows["amount_gbp"].sum())
    grants = int((rows["amount_gbp"] > 0).sum())
    areas = int((found.areas["amount_gbp"] > 0).sum())
    left = request.budget - given
    exact = f"£{left:,} are not given." if left else "The budget is met to the pound."
    way = turned(rows["unmet_before"].sum(), rows["unmet_after"].sum())
    unmet = f"While the money lasts, unmet demand {way} people a quarter."
    unknown = int(rows["unmet_before"].isna().sum())
    if unknown:
        unmet += (
            f" That is where it is known: of {unknown:,} lines it is not, because no directory covers the area or too "
            "few PCNs reported. They get nothing, which does not say that nobody needs it there."
        )
    by_fifths = "There are too few areas to cut them into fifths."
    if len(found.fifths):
        high, low = found.fifths.iloc[0], found.fifths.iloc[-1]
        by_fifths = (
            f"The fifth of areas with greatest need gets £{high['per_1000']:,.0f} for every 1,000 patients, the fifth "
            f"with least need £{low['per_1000']:,.0f}."
        )
    parts = [
        (
            "Who gets it",
            f"£{given:,} over {request.years} years go in {grants:,} grants to {areas:,} of {len(found.areas):,} areas "
            f"({LEVELS[request.level].lower()}). A line is an area and a category; {len(rows) - grants:,} lines get "
            f"nothing. {exact}",
        ),
        ("Unmet demand", unmet),
        ("By fifths of need", by_fifths),
        ("What a place costs", cost_words(found)),
    ]
    warned = [on_page(words) for words in found.funding.warnings]
    return [*parts, *([("What the evidence speaks against", " ".join(warned))] if warned else [])]


def cost_words(found: FundingFound) -> str:
    """What a place costs, and which of the costs are stand-ins."""
    asked = found.asked
    wanted = asked.request.category or tuple(name for name, _ in asked.prices)
    stand_ins = [name for name in asked.stand_ins if name in wanted]
    why = "Costs decide how many places the money buys, not who gets it."
    if not stand_ins:
        return f"Costs per place are your own. {why}"
    named = "all categories" if len(stand_ins) == len(wanted) else ", ".join(map(category_words, stand_ins)).lower()
    return (
        f"A stand-in is used for {named}: no national figure fits every category. Set your own under 'Costs per "
        f"place'. {why}"
    )


def _title(build: Build, view: View, words: str) -> str:
    return marked(build.mark, f"{words}, {build.area_words(view['area']) if build.has_panel else 'England'}")


def area_name(build: Build, code: str) -> str:
    """Name of a PCN; the code of any other area, of which no name is kept."""
    return build.pcn_names.get(code, code) if build.has_panel else code


def funding_sheet(build: Build, view: View) -> Sheet:
    """One row a line: pounds, a year, why, unmet demand before and after."""
    import geopandas as gpd

    rows = money(build, view).rows
    rows = rows.assign(
        area_name=[area_name(build, code) for code in rows["area_code"]],
        category_words=rows["category"].map(category_words),
        reason=rows["reason"].map(on_page),
        **({"pcn_code": rows["area_code"]} if view["level"] == "pcn" else {}),
    )
    shapes = None
    if view["level"] == "pcn" and build.has_panel:
        held = build.footprints.set_index("pcn_code")["geometry"].reindex(rows["area_code"])
        shapes = gpd.GeoSeries(held.to_numpy(), crs=MEASURE)
    return Sheet(
        name="funding",
        title=_title(build, view, f"Grants out of £{view.number('budget') or 0:,.0f}"),
        rows=rows,
        columns=(
            Column("area_name", "Area"),
            Column("area_code", "Code"),
            Column("category_words", "Category"),
            Column("amount_gbp", "Grant over all years", "£", 0),
            Column("amount_a_year_gbp", "A year", "£", 0),
            Column("unmet_before", "Unmet today", _UNMET, 1),
            Column("unmet_after", "Unmet with the plan", _UNMET, 1),
            Column("places_a_quarter", "Places bought", "a quarter", 1),
            Column("reason", "Why"),
        ),
        notes=("[x]: unmet demand is not known. That is not the same as none.",),
        shapes=shapes,
        colour="amount_gbp" if shapes is not None else "",
    )


def category_sheet(build: Build, view: View) -> Sheet:
    """One row a category."""
    return Sheet(
        name="categories",
        title=_title(build, view, "Grants by category"),
        rows=money(build, view).categories,
        columns=(
            Column("words", "Category"),
            Column("amount_gbp", "Grants over all years", "£", 0),
            Column("grants", "Grants", "", 0),
            Column("cost_gbp", "Cost of a place", "£", 2),
            *_DEMAND,
        ),
    )


def fifth_sheet(build: Build, view: View) -> Sheet:
    """One row a fifth of areas by need."""
    return Sheet(
        name="fifths",
        title=_title(build, view, "Grants by fifths of need"),
        rows=money(build, view).fifths,
        columns=(
            Column("words", "Fifth of areas by need"),
            Column("areas", "Areas", "", 0),
            Column("patients", "Patients", "", 0),
            Column("amount_gbp", "Grants over all years", "£", 0),
            Column("per_1000", "For every 1,000 patients", "£", 0),
            *_DEMAND,
        ),
        notes=("Unmet demand is summed over the lines of which it is known.",),
    )


def sites_words(answer: Answer) -> str:
    """Who gets a site within reach, in one sentence."""
    rows = answer.rows
    if rows.empty:
        return "No site is opened."
    if "people_newly_covered" in rows:
        return f"{len(rows):,} sites bring {rows['people_newly_covered'].sum():,.0f} people newly within reach."
    return f"{len(rows):,} sites shorten the way to the nearest site."


def sites_sheet(build: Build, view: View) -> Sheet:
    """One row a site, in the order in which they add most; without rows where there is no plan of sites."""
    import geopandas as gpd

    outcome = sites_found(build, view)
    title = _title(build, view, "Sites to open")
    columns: tuple[Column, ...] = (Column("site_name", "Site"), Column("rank", "Order", "", 0))
    if outcome.found is None:
        # The money on the same page can still be taken away.
        why = refusal_words(outcome.refusal) if outcome.refusal is not None else ["There is no plan."]
        return Sheet("sites", title, pd.DataFrame({"site_name": [], "rank": []}), columns, tuple(why))
    rows = outcome.found.rows
    rows = rows.assign(network=rows["pcn_code"].map(lambda code: area_name(build, code), na_action="ignore"))
    covering = "people_newly_covered" in rows
    amounts = (
        (Column("people_newly_covered", "People newly within reach", "", 0),)
        if covering
        else (
            Column("saved_weighted_km", "Way saved", "km x people x need", 0),
            Column("weight_served", "Nearest site for", "people x need", 0),
        )
    )
    return Sheet(
        name="sites",
        title=title,
        rows=rows,
        columns=(
            *columns,
            Column("lsoa11_name", "Small area (2011)"),
            Column("lsoa11_code", "Code of the small area"),
            Column("network", "Most patients there belong to"),
            *amounts,
            Column("reason", "Why"),
            Column("site_id", "Identifier of the site", is_aside=True),
        ),
        notes=outcome.found.notes,
        shapes=gpd.GeoSeries.from_xy(rows["easting_m"], rows["northing_m"], crs=MEASURE) if len(rows) else None,
    )


SHEETS: Final = {
    "funding": funding_sheet,
    "categories": category_sheet,
    "fifths": fifth_sheet,
    "sites": sites_sheet,
}
