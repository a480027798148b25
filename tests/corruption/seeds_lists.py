"""Sound files that people keep themselves, and lists of grants and charities, and what is conserved of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from tests.corruption.building import json_seed, records_of, scalar, seed_of, table
from tests.corruption.conserved import Conserved, Layout, layout
from tests.corruption.model import Content, Grid, Seed
from tests.corruption.reading import Row, amount, fields, one, said, word

_POSTS = layout(
    "core_local_post",
    """
    post_id | name; pcn_code | code | .; first_quarter | quarter | .; last_quarter | quarter | .; role | word | .
    fte | number | .; employer | word | .; funded_by | word | .
    """,
    columns="pcn_code, first_quarter, last_quarter, role, fte, employer, funded_by",
    made={"post_id": lambda row: one(row["post_id"]).upper() or f"row-{row.number}"},
)
_REFERRALS = layout(
    "core_referral_activity",
    """
    quarter | quarter | .; area_code | key | .; category | word | .; fifth | word | .; sex | word | .
    age_band | word | .; patients | count | .; referrals | people | .; contacted | people | .; supported | people | .
    waiting | people | .
    """,
)


def _more_supported(content: Content, random: Any) -> Content:
    sheet, grid = next((key, [list(row) for row in grid]) for key, grid in content.items())
    row = grid[random.randrange(1, len(grid))]
    row[9] = str(int(row[8]) + 1 + random.randrange(9)) if row[8].isdigit() else row[9]
    row[8] = str(int(row[7]) + 1) if not row[8].isdigit() else row[8]
    return content | {sheet: grid}


def _places(rows: list[Row]) -> list[Row]:
    """Services that are somewhere."""
    return [row for row in rows if said(row["latitude"]) or said(row["longitude"]) or said(row["postcode"])]


def _areas(rows: list[Row]) -> list[Row]:
    """A row for each area that a service serves."""
    return [
        replace(row, texts={"areas_served": part})
        for row in rows
        for part in dict.fromkeys(part.strip().upper() for part in re.split("[;,]", row["areas_served"]))
        if said(part)
    ]


_POINT = "latitude, longitude"
_SERVICES = Layout(
    fields(
        """
        service_id | saidkey; name | said | .; description | name; category | word; latitude | amount | .
        longitude | amount | .; postcode | name; serves | word; areas_served | area | area_code
        places_per_quarter | amount | .; free_share | share | .; open_to_referrals | yes | .; waiting_days | amount | .
        age_from | amount | .; age_to | amount | .; last_checked | day | .
        """
    ),
    (
        Conserved(
            "core_service",
            "name, places_per_quarter, free_share, open_to_referrals, waiting_days, age_from, age_to, last_checked",
        ),
        Conserved("core_service_site", _POINT, within=True, meant=_places),
        Conserved("core_service_area", "area_code", meant=_areas),
    ),
)
_VENUES = Layout(
    fields(
        "Name | name; Address | name; Postcode | postcode | postcode; Lat | amount | latitude; Long | amount | longitude"
    ),
    (
        Conserved(
            "core_service",
            made={"name": lambda row: said(row["Name"]) or said(row["Address"].partition(",")[0].strip())},
        ),
        Conserved("core_service_site", f"postcode, {_POINT}"),
    ),
)
_GAPS = layout(
    "core_gap_report",
    """
    report_id | saidkey; reported | day | .; area_code | area | .; category | word | .; cause | word | .
    people | amount
    """,
    columns="reported, area_code, category, cause",
    # A report that does not say how many is of one.
    made={"people": lambda row: 1.0 if (found := amount(row["people"])) in {None, 0} else found},
)
_SERVICE_ROWS = table(
    """
service_id,name,description,category,latitude,longitude,postcode,serves,areas_served,places_per_quarter,free_share,open_to_referrals,waiting_days,age_from,age_to,last_checked
s1,SYNTHETIC walking group,Walks,activity,53.48,-2.24,M1 1AE,place,,40,0.25,yes,14,18,99,2026-05-01
s2,SYNTHETIC advice line,Advice,housing,,,,remote,,200,50%,no,0,,,01/06/2026
s3,SYNTHETIC befriending,"Visits, at home",isolation,,,,areas,E08000009;E08000003,"1,200",,,,60,,
s4,SYNTHETIC café — Tuesdays,,isolation,51.5,-0.12,,,,,,,,,,2026-07-01
s5,SYNTHETIC garden,Digging,independence,,,SW1A 1AA,place,,15,1,yes,7,,,
"""
)
_VENUE_ROWS = table(
    """
Name,Address,Postcode,Opening hours,Lat,Long,Telephone
SYNTHETIC hall,1 High St,M1 1AE,Mon-Fri 9am-5pm,53.48,-2.24,0161 496 0000
SYNTHETIC library,2 High St,M2 5DB,Sat 10:00-16:00,53.47,-2.25,
SYNTHETIC church,"3 Low Rd, Hulme",M15 5TZ,,,,
SYNTHETIC café,4 Low Rd,M3 4EN,,53.49,-2.2,
"""
)
_GAP_ROWS = table(
    """
report_id,reported,area_code,category,cause,people
r1,2026-07-01,E08000009,isolation,full,1
r2,02/07/2026,U12345,Long-term conditions,Too far,
r3,2026-07-03,QOP,housing,none_known,3
r4,2026-07-04,E01005061,creativity,cost,12
"""
)
_POST_ROWS = table(
    """
post_id,pcn_code,first_quarter,last_quarter,role,fte,employer,funded_by,note
p1,U90001,2022Q1,,link_worker,1,charity,icb,
p2,U90002,2022Q1,2022Q3,Link worker,0.6,council,,x
p3,U90003,2022Q2,,mental_health_link_worker,0.5,trust,pcn,
,U90003,2022Q2,,other,1.25,other,,
"""
)
_REFERRAL_ROWS = table(
    """
quarter,area_code,category,fifth,sex,age_band,patients,referrals,contacted,supported,waiting
2026Q1,QOP,all,1,all,all,20000,120,100,80,12
2026Q1,QOP,all,2,all,all,21000,110,90,70,[c]
2026Q1,QOP,all,3,all,all,22000,90,70,50,
2026Q1,QOP,all,4,all,all,23000,60,[c],,[x]
2026Q1,QOP,all,5,all,all,24000,0,0,0,0
"""
)
_OWN = layout(
    "core_own_measure_value",
    "area_code | key | .; value | figure | .; name | name; unit | name; higher_means | word; source | name\n"
    "period | name; licence | name",
    only={"area_code": "[A-TV-Z][0-9]{5}/.*"},
    among=("state", "given|missing|suppressed"),
    apart=("measure",),
    single=("name", "unit", "higher_means", "source", "period", "licence"),
)
_OWN_ROWS = table(
    "area_code,value,base,name,unit,higher_means,source,period,licence\n"
    "Z90001,4.5,,SYNTHETIC carers,points,more need,here,2026,own\n"
    + "\n".join(
        f"Z900{at:02d},{value},,,,,,,"
        for at, value in enumerate(("0", "12", "*", "", "7.25", "3", "1", "2.5", "8", "9", "10.125"), start=2)
    )
)
GRANTS = layout(
    "core_grant",
    """
    Identifier | saidkey | grant_id; Title | name; Description | name; Currency | word; Amount Awarded | amount
    Award Date | day | awarded; Recipient Org:Identifier | said | recipient_id; Recipient Org:Name | name
    Recipient Org:Postal Code | postcode | postcode; Beneficiary Location:0:Geographic Code | area | area_code
    """,
    columns="grant_id, awarded, recipient_id, postcode, area_code",
    made={
        "amount_gbp": lambda row: amount(row["Amount Awarded"]) if word(row["Currency"]) == "gbp" else None,
    },
)
GRANT_ROWS = [
    [field.header for field in GRANTS.fields],
    *table(
        """
360G-x-1,SYNTHETIC lunch club,Meals,GBP,5000,2025-03-01,GB-CHC-1234567,SYNTHETIC Trust,M1 1AE,E08000009
360G-x-2,SYNTHETIC choir,"Songs, in parts",GBP,"12,500.50",2025-04-01,GB-CHC-1234568,SYNTHETIC Choir,M2 5DB,
360G-x-3,SYNTHETIC bus,,EUR,700,2025-05-01,GB-CHC-1234569,SYNTHETIC Bus,,E07000207
360G-x-4,SYNTHETIC allotment,Spades,GBP,250,,,SYNTHETIC Plot,SW1A 1AA,E01005061
"""
    ),
]


REGISTER: dict[str, tuple[Grid, Layout]] = {
    "charity_register": (
        table(
            """
date_of_extract,registered_charity_number,linked_charity_number,charity_name,charity_registration_status,date_of_registration,date_of_removal,latest_income,charity_activities,charity_contact_postcode,charity_contact_phone
2026-07-01,1234567,0,SYNTHETIC Trust,Registered,1999-05-01,,12000,Helps,M1 1AE,0161 496 0000
2026-07-01,1234568,0,SYNTHETIC Choir,Registered,2001-05-01,,,Sings,M2 5DB,
2026-07-01,1234567,1,SYNTHETIC Branch,Registered,2005-01-31,,150,Helps,SW1A 1AA,
2026-07-01,212345,0,SYNTHETIC Old,Registered,1960-01-31,,99999,Remembers,,
"""
        ),
        layout(
            "core_charity",
            """
            registered_charity_number | charity | charity_number; linked_charity_number | count0 | linked_number
            charity_name | said; charity_registration_status | word; date_of_registration | day | registered
            date_of_removal | day; latest_income | amount | income_gbp; charity_contact_postcode | postcode | postcode
            """,
        ),
    ),
    "charity_area": (
        table(
            """
date_of_extract,registered_charity_number,geographic_area_type,geographic_area_description
2026-07-01,1234567,Local Authority,Trafford
2026-07-01,1234567,Region,Throughout London
2026-07-01,1234568,Local Authority,Manchester
"""
        ),
        layout(
            "core_charity_area",
            """
            registered_charity_number | charity | charity_number; geographic_area_type | said | area_type
            geographic_area_description | said | area_name
            """,
            distinct=True,
        ),
    ),
    "charity_classification": (
        table(
            """
date_of_extract,registered_charity_number,classification_code,classification_type,classification_description
2026-07-01,1234567,101,What,Recreation
2026-07-01,1234567,201,Who,Elderly/old People
2026-07-01,1234568,101,What,Recreation
"""
        ),
        layout(
            "core_charity_term",
            """
            registered_charity_number | charity | charity_number; classification_type | said | vocabulary
            classification_description | said | term
            """,
            distinct=True,
        ),
    ),
}


def _register_json(kind: str) -> Seed:
    grid, looked = REGISTER[kind]

    def texts(item: dict[str, Any]) -> dict[str, Any]:
        named = {word(name): value for name, value in item.items()}
        return {field.header: scalar(named.get(word(field.header))) for field in looked.fields}

    value = [
        {
            name: int(cell) if re.fullmatch("[1-9][0-9]{0,9}|0", cell) else cell or None
            for name, cell in zip(grid[0], row, strict=True)
        }
        for row in grid[1:]
    ]
    return json_seed(f"{kind}-json", value, lambda content: records_of(content[""], texts), looked)


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    by_record: dict[str, Any] = {"by_record": True}
    kept: tuple[tuple[str, Grid, Layout, dict[str, Any]], ...] = (
        ("local_posts", _POST_ROWS, _POSTS, {"by_row": True}),
        ("referral_activity", _REFERRAL_ROWS, _REFERRALS, {"contradict": (_more_supported,)}),
        ("service_template", _SERVICE_ROWS, _SERVICES, by_record),
        ("gap_log", _GAP_ROWS, _GAPS, by_record),
        ("own_measure", _OWN_ROWS, _OWN, {}),
        ("grants", GRANT_ROWS, GRANTS, by_record),
    )
    return [
        *(
            seed_of(kind, grid, looked, form=form, **more)
            for kind, grid, looked, more in kept
            for form in ("csv", "workbook")
        ),
        seed_of("venue_list", _VENUE_ROWS, _VENUES, by_row=True, by_record=True),
        *(seed_of(kind, *held, **by_record) for kind, held in REGISTER.items()),
        *(
            seed_of(kind, *REGISTER[kind], form="tsv", name=f"{kind}-tabs", **by_record)
            for kind in ("charity_register", "charity_area")
        ),
        *(_register_json(kind) for kind in REGISTER),
    ]
