"""Sound files that people keep themselves: posts, referrals, services, places and gaps, and what is conserved of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.corruption.building import grid_seed, under
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Grid, Seed
from tests.corruption.plain import (
    Row,
    area,
    code,
    fields,
    list_day,
    loose,
    number,
    people,
    postcode,
    said,
    share,
    whole,
    word,
    yes_no,
)

_POSTS = Layout(
    fields(
        """
        post_id | key | post_id; pcn_code | code | pcn_code; first_quarter | date | first_quarter
        last_quarter | date | last_quarter; role | word | role; fte | number | fte; employer | word | employer
        funded_by | word | funded_by; note
        """,
        first_quarter=code,
        last_quarter=code,
    ),
    (
        Conserved(
            "core_local_post",
            "pcn_code, first_quarter, last_quarter, role, fte, employer, funded_by",
            made={"post_id": lambda row: code(row["post_id"], shape="[A-Z0-9_./ -]{1,40}") or f"row-{row.number}"},
        ),
    ),
)
_REFERRALS = Layout(
    fields(
        """
        quarter | date | quarter; area_code | key | area_code; category | word | category; fifth | word | fifth
        sex | word | sex; age_band | word | age_band; patients | count | patients; referrals | count | referrals
        contacted | count | contacted; supported | count | supported; waiting | count | waiting
        """,
        quarter=code,
        age_band=lambda text: text.strip().lower(),
        **dict.fromkeys(("referrals", "contacted", "supported", "waiting"), people),
    ),
    (
        Conserved(
            "core_referral_activity",
            "quarter, area_code, category, fifth, sex, age_band, patients, referrals, contacted, supported, waiting",
        ),
    ),
)


def _more_supported(content: Content, random: Any) -> Content:
    sheet, grid = next((key, [list(row) for row in grid]) for key, grid in content.items())
    row = grid[random.randrange(1, len(grid))]
    row[9] = str(int(row[8]) + 1 + random.randrange(9)) if row[8].isdigit() else row[9]
    row[8] = str(int(row[7]) + 1) if not row[8].isdigit() else row[8]
    return content | {sheet: grid}


def _point(north: str, east: str) -> Callable[[Row], tuple[float | None, float | None]]:
    """Two degrees in Britain, or none; of one alone nothing can be made."""

    def read(row: Row) -> tuple[float | None, float | None]:
        if not said(row[north]) and not said(row[east]):
            return None, None
        return number(said(row[north]) or "x", 49, 61), number(said(row[east]) or "x", -9, 3)

    return read


_service_point = _point("latitude", "longitude")


def _sites(rows: list[Row]) -> Iterator[Row]:
    """Services that are somewhere."""
    for row in rows:
        serves = word(row["serves"])
        if serves == "place" or (not serves and (_service_point(row)[0] is not None or said(row["postcode"]))):
            yield row


def _areas(rows: list[Row]) -> list[Row]:
    """A row for each area that a service serves."""
    return [
        replace(row, texts={"area": one})
        for row in rows
        for one in dict.fromkeys(area(part) for part in re.split("[;,]", said(row["areas_served"], 20_000) or ""))
        if one
    ]


_SERVICES = Layout(
    fields(
        """
        service_id | key; name | name | name; description | name; category | word; latitude | number
        longitude | number; postcode | name; serves | word; areas_served | code
        places_per_quarter | number | places_per_quarter; free_share | number | free_share
        open_to_referrals | word | open_to_referrals; waiting_days | number | waiting_days
        age_from | number | age_from; age_to | number | age_to; last_checked | date | last_checked
        """,
        name=said,
        open_to_referrals=yes_no,
        free_share=share,
        last_checked=list_day,
        **dict.fromkeys(("places_per_quarter", "waiting_days", "age_from", "age_to"), loose),
    ),
    (
        Conserved(
            "core_service",
            "name, places_per_quarter, free_share, open_to_referrals, waiting_days, age_from, age_to, last_checked",
        ),
        Conserved(
            "core_service_site",
            made={"latitude": lambda row: _service_point(row)[0], "longitude": lambda row: _service_point(row)[1]},
            meant=_sites,
        ),
        Conserved("core_service_area", made={"area_code": lambda row: row["area"]}, meant=_areas),
    ),
)
_venue_point = _point("Lat", "Long")


def _venue(row: Row) -> str | None:
    return said(row["Name"]) or next((part.strip() for part in (said(row["Address"]) or "").split(",")), None)


_VENUES = Layout(
    fields(
        "Name | name\nAddress | name\nPostcode | name | postcode\nOpening hours\nLat | number\nLong | number\nTelephone",
        postcode=postcode,
    ),
    (
        Conserved("core_service", made={"name": _venue}),
        Conserved(
            "core_service_site",
            "postcode",
            made={"latitude": lambda row: _venue_point(row)[0], "longitude": lambda row: _venue_point(row)[1]},
        ),
    ),
)


def _people(text: str) -> float:
    """People that a report is of; one if it does not say."""
    return whole(str(loose(text) or 1)) or 1


_GAPS = Layout(
    fields(
        """
        report_id | key
        reported | date | reported
        area_code | code | area_code
        category | word | category
        cause | word | cause
        people | count | people
        """,
        reported=list_day,
        area_code=area,
        people=_people,
    ),
    (Conserved("core_gap_report", "reported, area_code, category, cause, people"),),
)


def table_of(layout: Layout, text: str) -> Grid:
    """Rows written as CSV under the headers of a layout."""
    return under(layout.fields, list(csv.reader(text.strip().splitlines())))


_SERVICE_ROWS = table_of(
    _SERVICES,
    """
s1,SYNTHETIC walking group,Walks,activity,53.48,-2.24,M1 1AE,place,,40,0.25,yes,14,18,99,2026-05-01
s2,SYNTHETIC advice line,Advice,housing,,,,remote,,200,50%,no,0,,,01/06/2026
s3,SYNTHETIC befriending,"Visits, at home",isolation,,,,areas,E08000009;E08000003,"1,200",,,,60,,
s4,SYNTHETIC café — Tuesdays,,isolation,51.5,-0.12,,,,,,,,,,2026-07-01
s5,SYNTHETIC garden,Digging,independence,,,SW1A 1AA,place,,15,1,yes,7,,,
""",
)
_VENUE_ROWS = table_of(
    _VENUES,
    """
SYNTHETIC hall,1 High St,M1 1AE,Mon-Fri 9am-5pm,53.48,-2.24,0161 496 0000
SYNTHETIC library,2 High St,M2 5DB,Sat 10:00-16:00,53.47,-2.25,
SYNTHETIC church,"3 Low Rd, Hulme",M15 5TZ,,,,
SYNTHETIC café,4 Low Rd,M3 4EN,,53.49,-2.2,
""",
)
_GAP_ROWS = table_of(
    _GAPS,
    """
r1,2026-07-01,E08000009,isolation,full,1
r2,02/07/2026,U12345,Long-term conditions,Too far,
r3,2026-07-03,QOP,housing,none_known,3
r4,2026-07-04,E01005061,creativity,cost,12
""",
)
_POST_ROWS = table_of(
    _POSTS,
    """
p1,U90001,2022Q1,,link_worker,1,charity,icb,
p2,U90002,2022Q1,2022Q3,Link worker,0.6,council,,x
p3,U90003,2022Q2,,mental_health_link_worker,0.5,trust,pcn,
,U90003,2022Q2,,other,1.25,other,,
""",
)
_REFERRAL_ROWS = table_of(
    _REFERRALS,
    """
2026Q1,QOP,all,1,all,all,20000,120,100,80,12
2026Q1,QOP,all,2,all,all,21000,110,90,70,[c]
2026Q1,QOP,all,3,all,all,22000,90,70,50,
2026Q1,QOP,all,4,all,all,23000,60,[c],,[x]
2026Q1,QOP,all,5,all,all,24000,0,0,0,0
""",
)


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    listed: tuple[tuple[str, Grid, Layout, dict[str, Any]], ...] = (
        ("local_posts", _POST_ROWS, _POSTS, {"by_row": True}),
        ("referral_activity", _REFERRAL_ROWS, _REFERRALS, {"contradict": (_more_supported,)}),
        ("service_template", _SERVICE_ROWS, _SERVICES, {"by_record": True}),
        ("venue_list", _VENUE_ROWS, _VENUES, {"by_row": True, "by_record": True}),
        ("gap_log", _GAP_ROWS, _GAPS, {"by_record": True}),
    )
    return [
        *(grid_seed(kind, grid, layout, **more) for kind, grid, layout, more in listed),
        *(
            grid_seed(kind, grid, layout, form="workbook", name=f"{kind}-workbook", **more)
            for kind, grid, layout, more in listed
            if kind != "venue_list"
        ),
    ]
