"""Tables of the page of services: shown, searched and taken away, with the shapes of what has a place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.services.request import used_assumptions
from sp_geo.reports.findings import service_sheets as briefed
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.service_sheets import CAPACITY_WORDS
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.services.access import ALL
from sp_geo.web.pages.services import deserts
from sp_geo.web.pages.services.views import area_rows, area_words
from sp_geo.web.pages.services.words import method_words, rule_words, services_in
from sp_geo.web.service_grid import has_access, inside, method_in
from sp_geo.web.state import View


def _of(view: View) -> str:
    return CATEGORY_WORDS[view["category"]].lower()


def _blank(names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in names})


def areas(build: Build, view: View) -> Sheet:
    """Small areas of the area with access to the category, state, and whether they are deserts; with their shapes."""
    if not has_access(build):
        return briefed.areas(pd.DataFrame(), "areas", "Access by small area", ())
    words = f"Access by small area, {_of(view)}, {area_words(build, view)}: {method_in(build, view).unit}"
    return briefed.areas(
        area_rows(build, view)[inside(build, view)].reset_index(drop=True),
        "areas",
        marked(build.mark, words),
        (method_words(build, view), rule_words(build, view)),
        unit=_unit(build, view),
    )


def _unit(build: Build, view: View) -> str:
    what = "free places a quarter" if method_in(build, view).measure == "places" else "recorded services"
    return f"{what} per 1,000 people"


def clusters(build: Build, view: View) -> Sheet:
    """Clusters of deserts of the category, most people first, with the shape of each."""
    found = has_access(build)
    rows = area_rows(build, view) if found else pd.DataFrame({"is_desert": [], "lsoa11_code": [], "cluster_id": []})
    return briefed.clusters(
        deserts.cluster_rows(build, view) if found else pd.DataFrame(),
        rows[rows["is_desert"].astype(bool)],
        "clusters",
        marked(build.mark, f"Clusters of deserts, {_of(view)}, {area_words(build, view)}"),
        rule_words(build, view),
        measures(build.needs)[view["need"]],
        used_assumptions(build).resamples,
        unit=_unit(build, view),
    )


def sensitivity(build: Build, view: View) -> Sheet:
    """How the map changes with the choices."""
    asked = has_access(build) and view.flag("firm")
    rows = deserts.sensitivity_rows(build, view) if asked else pd.DataFrame()
    columns = (
        Column("is_shown", "Shown above"),
        Column("catchment_km", "Furthest way", "km", 1),
        Column("decay", "Decay"),
        Column("share_of_mean", "Little access: under", "% of the mean", 0, 100.0),
        Column("areas_count", "Desert areas", "", 0),
        Column("clusters_count", "Clusters", "", 0),
        Column("patients_count", "People in them", "", 0),
        Column("overlap_with_map", "Same as the map", "% of areas in either", 0, 100.0),
    )
    if rows.empty:
        rows = _blank(tuple(item.name for item in columns))
    else:
        rows = rows.assign(is_shown=np.where(rows["is_map"], "Yes", "No"))
    return Sheet(
        name="sensitivity",
        title=marked(build.mark, f"How the deserts of England change with the choices, {_of(view)}"),
        rows=rows,
        columns=columns,
        notes=(
            rule_words(build, view),
            "Same as the map: small areas that are deserts in both over those in either.",
            *([] if asked else ["Not worked out: ask for it on the page."]),
        ),
    )


def attributes(build: Build, view: View) -> Sheet:
    """Shares of people by what services near them offer."""
    columns = (
        Column("what", "Category" if view["attribute"] else "A service that is"),
        Column("with_pct", "Is near", "% of people", 1),
        Column("perhaps_pct", "One that does not say is near", "% of people", 1),
        Column("without_pct", "None near", "% of people", 1),
        Column("not_recorded_pct", "Not recorded", "% of people", 1),
        Column("patients_without", "People with none near", "", 0),
        Column("attribute", "Code", is_aside=True),
    )
    names = tuple(item.name for item in columns)
    rows = deserts.attribute_rows(build, view) if has_access(build) else _blank(names)
    return Sheet(
        name="attributes",
        title=marked(
            build.mark,
            f"Services near by what they offer, within {float(view['within']):g} km, "
            f"{'each category' if view['attribute'] else _of(view)}, {area_words(build, view)}",
        ),
        rows=rows,
        columns=columns,
        notes=(
            "The four shares sum to 100 % of people. Not recorded: no directory covers where they live.",
            "Kilometres along the way: the straight line times the detour of the workspace.",
        ),
    )


def capacity(build: Build, view: View) -> Sheet:
    """What services can take, by category."""
    hold = used_assumptions(build).hold_days
    return Sheet(
        name="capacity",
        title=marked(build.mark, f"What recorded services can take, {area_words(build, view)}"),
        rows=deserts.capacity_rows(build, view),
        columns=(
            Column("category", "Category"),
            Column("services", "Services", "", 0),
            *[Column(name, words, "", 0) for name, words in CAPACITY_WORDS.items()],
            Column("places", "Places", "a quarter", 0),
            Column("places_said", "Say their places", "", 0),
            Column("free_share", "Free", "% of places", 0, 100.0),
            Column("effective_places", "Free places that count", "a quarter", 0),
            Column("waiting_median", "Median wait", "days", 0),
            Column("waits_said", "Say their wait", "", 0),
            Column("waits_over", f"Over {hold:g} days", "", 0),
            Column("category_code", "Code", is_aside=True),
        ),
        notes=(
            "Counts are of services; places are people whom they can take on in a quarter.",
            "A service of several categories counts once in each of them, and its places by its share in each.",
            f"Over {hold:g} days a service counts as without a free place: link workers can hold nobody longer.",
            "Free places that count: of services whose capacity is known; closed, full and late ones count as 0, those "
            "that do not say are left out.",
        ),
    )


def waits(build: Build, view: View) -> Sheet:
    """Services by how long people wait."""
    rows = deserts.wait_rows(build, view)
    return Sheet(
        name="waits",
        title=marked(build.mark, f"How long people wait, {_of(view)}, {area_words(build, view)}"),
        rows=rows,
        columns=(Column("band", "Wait"), Column("services", "Services", "", 0)),
        notes=(f"Of {rows['services'].sum():,} services. The hold is {used_assumptions(build).hold_days:g} days.",),
    )


def recorded(build: Build, view: View) -> Sheet:
    """Services of the category with a site in the area, or all of England's, a row a site, with the place of each."""
    held = deserts.listed(build, "services")
    held = held[held["service_id"].isin(services_in(build, view)["service_id"])]
    if view["category"] != ALL:
        held = held[held["categories"].fillna("").str.split(";").map(lambda names: view["category"] in names)]
    title = marked(build.mark, f"Recorded services, {_of(view)}, {area_words(build, view)}")
    return briefed.recorded(held, title)


def gap_log(build: Build, view: View) -> Sheet:
    """Link workers' reports beside the deserts; small counts withheld."""
    import geopandas as gpd

    columns = (
        Column("area", "Area"),
        Column("area_code", "Code"),
        Column("category_words", "Category"),
        Column("people", "People reported", "", 0, state="mark"),
        Column("reports", "Reports", "", 0, state="mark"),
        Column("reported_per_10k", "People reported", "per 10,000 people", 2, state="mark"),
        Column("main_cause", "Main cause", state="cause_mark"),
        Column("desert_share", "Live in a desert", "% of people covered", 0, 100.0),
        Column("verdict", "Reports beside the map"),
    )
    outcome = deserts.gap_rows(build, view) if deserts.has_gap_log(build) else None
    if outcome is None or outcome.found is None:
        return Sheet("gaps", "Reported gaps", _blank(tuple(item.name for item in columns)), columns)
    answer = outcome.found
    names = {**build.area_names, **build.pcn_names} if build.has_panel else {}
    rows = answer.rows
    hidden = rows["suppressed"].astype(bool)
    rows = rows.assign(
        area=rows["area_code"].map(lambda code: names.get(code, code)),
        category_words=rows["category"].map(CATEGORY_WORDS),
        main_cause=rows["main_cause"].str.replace("_", " "),
        # Nobody who is withheld, and nobody who reported nothing, has a cause; the two are not the same.
        mark=np.where(hidden, "[c]", ""),
        cause_mark=np.where(hidden, "[c]", np.where(rows["people"] == 0, "[z]", "")),
    )
    shapes = None
    if answer.shapes is not None:
        shapes = gpd.GeoSeries(answer.shapes.reindex(rows["area_code"]).to_numpy(), crs=MEASURE)
    return Sheet(
        name="gaps",
        title=marked(build.mark, f"Reported gaps beside deserts as built, {_of(view)}, {area_words(build, view)}"),
        rows=rows.reset_index(drop=True),
        columns=columns,
        notes=answer.notes,
        shapes=shapes,
        colour="desert_share",
    )
