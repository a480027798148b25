"""Sound files that people keep themselves: posts, referrals, services, places and gaps, with their oracles."""

from __future__ import annotations

import csv
import re
from typing import Any

from tests.corruption.building import grid_seed, under
from tests.corruption.model import Content, Doubt, Seed, Truth
from tests.corruption.naive import (
    Field,
    Unfit,
    code,
    convert,
    count,
    first_of,
    list_day,
    loose,
    needed_text,
    number,
    one,
    pick,
    postcode,
    said,
    unique,
    word,
)

PCN, ONS = r"U[0-9]{5}", r"[EWNS][0-9]{8}"
ICB = r"Q[A-Z0-9]{2}|[A-Z0-9]{5}"
AREA = rf"{ONS}|{PCN}|Y[0-9]{{2}}|{ICB}|[0-9]{{2}}[A-Z]"
CATEGORIES = ("isolation", "activity", "independence", "long_term_conditions", "creativity", "housing")
QUARTER = r"20[1-4][0-9]Q[1-4]"


def _words(*items: str) -> dict[str, str]:
    return {shape: item for item in items for shape in (item, item.replace("_", " "))}


POSTS = (
    Field("post_id", "key", "post_id", code(r"[A-Z0-9_./ -]{1,40}", null=True), needed=False),
    Field("pcn_code", "code", "pcn_code", code(PCN)),
    Field("first_quarter", "date", "first_quarter", code(QUARTER)),
    Field("last_quarter", "date", "last_quarter", code(QUARTER, null=True), needed=False),
    Field("role", "word", "role", word(_words("link_worker", "mental_health_link_worker", "other"))),
    Field("fte", "number", "fte", number(0.01, 1.5)),
    Field("employer", "word", "employer", word(_words("charity", "council", "trust", "other"))),
    Field(
        "funded_by",
        "word",
        "funded_by",
        word(_words("icb", "council", "charity", "trust", "pcn", "other"), null=True),
        needed=False,
    ),
    Field("note"),
)


def _posts(rows: list[dict[str, Any]]) -> Truth:
    if any(row["last_quarter"] and row["last_quarter"] < row["first_quarter"] for row in rows):
        raise Doubt("ends before it begins")
    given = [row for row in rows if row["post_id"]]
    unique(given, "post_id")
    columns = [field.into for field in POSTS if field.into and field.into != "post_id"]
    return Truth({"core_local_post": pick(rows, *columns)})


_PEOPLE = {"null": ("", "[x]", "[c]")}
REFERRALS = (
    Field("quarter", "date", "quarter", code(r"[0-9]{4}Q[1-4]")),
    Field("area_code", "key", "area_code", code(rf"{ICB}|{PCN}|{ONS}")),
    Field("category", "word", "category", word((*CATEGORIES, "all"))),
    Field("fifth", "word", "fifth", word(("1", "2", "3", "4", "5", "all"))),
    Field("sex", "word", "sex", word(("female", "male", "all"))),
    Field(
        "age_band", "word", "age_band", lambda text: str(code(r"[0-9]{1,3}-[0-9]{1,3}|[0-9]{1,3}\+|ALL")(text)).lower()
    ),
    Field("patients", "count", "patients", count(1, 100_000_000)),
    Field("referrals", "count", "referrals", count(0, 100_000_000, **_PEOPLE)),
    Field("contacted", "count", "contacted", count(0, 100_000_000, **_PEOPLE)),
    Field("supported", "count", "supported", count(0, 100_000_000, **_PEOPLE)),
    Field("waiting", "count", "waiting", count(0, 100_000_000, **_PEOPLE)),
)


def _referrals(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "quarter", "area_code", "category", "fifth", "sex", "age_band")
    for part, whole in (("contacted", "referrals"), ("supported", "contacted")):
        if any(row[part] is not None and row[whole] is not None and row[part] > row[whole] for row in rows):
            raise Doubt(part)
    for group in ("category", "fifth", "sex", "age_band"):
        if len({row[group] == "all" for row in rows}) > 1:
            raise Doubt(group)
    return Truth({"core_referral_activity": rows})


def _more_supported(content: Content, random: Any) -> Content:
    sheet, grid = next((key, [list(row) for row in grid]) for key, grid in content.items())
    row = grid[random.randrange(1, len(grid))]
    row[9] = str(int(row[8]) + 1 + random.randrange(9)) if row[8].isdigit() else row[9]
    row[8] = str(int(row[7]) + 1) if not row[8].isdigit() else row[8]
    return content | {sheet: grid}


def yes_no(text: str) -> str | None:
    """yes, no or nothing, in any of the words for them."""
    found = said(text)
    known = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no", "false": "no", "0": "no"}
    if found is None:
        return None
    if found.lower() not in known:
        raise Unfit(text)
    return known[found.lower()]


def _area(text: str) -> str | None:
    found = said(text)
    return None if found is None else str(code(AREA)(found))


def _areas(text: str) -> Any:
    return tuple(
        dict.fromkeys(str(code(AREA)(part)) for part in re.split("[;,]", said(text, 20_000) or "") if part.strip())
    )


SERVICES = (
    Field("service_id", "key", "local_id", lambda text: said(text), needed=False),
    Field("name", "name", "name", needed_text),
    Field("description", "name", "description", lambda text: said(text), needed=False, soft=True),
    Field("category", "word", "category", lambda text: said(text), needed=False),
    Field("latitude", "number", "latitude", loose(-90, 90), needed=False),
    Field("longitude", "number", "longitude", loose(-180, 180), needed=False),
    Field("postcode", "name", "postcode", lambda text: _careless(text), needed=False),
    Field("serves", "word", "serves", word(("place", "areas", "remote"), null=True), needed=False),
    Field("areas_served", "code", "areas", _areas, needed=False),
    Field("places_per_quarter", "number", "places_per_quarter", loose(0, 1e6), needed=False),
    Field("free_share", "number", "free_share", loose(0, 1, percent=True), needed=False),
    Field("open_to_referrals", "word", "open_to_referrals", yes_no, needed=False),
    Field("waiting_days", "number", "waiting_days", loose(0, 3650), needed=False),
    Field("age_from", "number", "age_from", loose(0, 130), needed=False),
    Field("age_to", "number", "age_to", loose(0, 130), needed=False),
    Field("last_checked", "date", "last_checked", list_day, needed=False),
)
_CAPACITY = ("name", "places_per_quarter", "free_share", "open_to_referrals", "waiting_days", "age_from", "age_to")


def _point(row: dict[str, Any]) -> tuple[float, float] | None:
    north, east = row["latitude"], row["longitude"]
    if north is None and east is None:
        return None
    if north is None or east is None or not (49 <= north <= 61 and -9 <= east <= 3):
        raise Unfit("not in Britain")
    return north, east


def _services(content: Content) -> Truth:
    grid = content.get("services", next(iter(content.values())))
    found = convert(grid, SERVICES, by_record=True)
    kept, lost, warned = [], found.lost, found.warned
    for row in found.rows:
        try:
            point = _point(row)
            if row["postcode"] == "?" and not point:
                raise Unfit("postcode")
            warned += row["postcode"] == "?"
            if row["age_from"] is not None and row["age_to"] is not None and row["age_from"] > row["age_to"]:
                raise Unfit("ages")
            if row["serves"] == "areas" and not row["areas"]:
                raise Unfit("areas")
        except Unfit:
            lost += 1
            continue
        kept.append(row | {"point": point})
    named, repeated = first_of([row for row in kept if row["local_id"]], "local_id")
    kept = [row for row in kept if not row["local_id"] or any(row is held for held in named)]
    if not kept:
        raise Doubt("none")
    sites = [
        {"latitude": row["point"][0] if row["point"] else None, "longitude": row["point"][1] if row["point"] else None}
        for row in kept
        if row["serves"] == "place" or (not row["serves"] and (row["point"] or row["postcode"]))
    ]
    areas = [{"area_code": area} for row in kept for area in row["areas"]]
    return Truth(
        {
            "core_service": pick(kept, *_CAPACITY, "last_checked"),
            "core_service_site": sites,
            "core_service_area": areas,
        },
        lost + repeated,
        warned,
    )


def _careless(text: str) -> str | None:
    """A postcode, or a question mark for what is none: beside coordinates it costs nothing."""
    try:
        return postcode(text)  # type: ignore[return-value]
    except Unfit:
        return "?"


VENUES = (
    Field("Name", "name", "name", lambda text: said(text), needed=False),
    Field("Address", "name", "address", lambda text: said(text), needed=False),
    Field("Postcode", "name", "postcode", postcode, soft=True),
    Field("Opening hours"),
    Field("Lat", "number", "latitude", lambda text: _degrees(text), needed=False),
    Field("Long", "number", "longitude", lambda text: _degrees(text), needed=False),
    Field("Telephone"),
)


def _degrees(text: str) -> float | None:
    return loose(-180, 180)(text)  # type: ignore[return-value]


def _venues(content: Content) -> Truth:
    found = convert(content[""], VENUES, by_record=True)
    kept, lost = [], found.lost
    for row in found.rows:
        try:
            point = _point(row) or (None, None)
            name_ = row["name"] or next(
                (part.strip() for part in (row["address"] or "").split(",") if part.strip()), None
            )
            if not name_:
                raise Unfit("no name")
        except Unfit:
            lost += 1
            continue
        kept.append({"postcode": row["postcode"], "latitude": point[0], "longitude": point[1], "name": name_})
    if not kept:
        raise Doubt("none")
    # A row that says the same as an earlier one is lost; that is looked at in the raw rows.
    header, *rows = [row for row in content[""] if any(cell.strip() for cell in row)]
    wanted = [at for at, cell in enumerate(header) if cell.strip().lower() != "telephone"]
    texts = [tuple(one(row[at]) for at in wanted) for row in rows if len(row) >= len(header)]
    repeats = len(texts) - len(set(texts))
    if repeats:
        kept, extra = first_of(kept, "name", "postcode", "latitude", "longitude")
        lost += extra
    return Truth(
        {"core_service": pick(kept, "name"), "core_service_site": pick(kept, "postcode", "latitude", "longitude")},
        lost,
        found.warned,
    )


GAPS = (
    Field("report_id", "key", "report_id", lambda text: _identifier(text), needed=False),
    Field("reported", "date", "reported", lambda text: needed(list_day(text))),
    Field("area_code", "code", "area_code", lambda text: needed(_area(text))),
    Field("category", "word", "category", lambda text: _plain_word(text, CATEGORIES)),
    Field(
        "cause",
        "word",
        "cause",
        lambda text: _plain_word(text, ("none_known", "full", "too_far", "wait_too_long", "cost", "hours")),
    ),
    Field("people", "count", "people", lambda text: _people(text), needed=False),
)


def needed(value: Any) -> Any:
    """A value that no record may lack."""
    if value is None:
        raise Unfit("nothing")
    return value


def _identifier(text: str) -> str | None:
    found = said(text)
    if found is not None and not re.fullmatch(r"[A-Za-z0-9_./-]{1,40}", found):
        raise Unfit(text)
    return found


def _plain_word(text: str, allowed: tuple[str, ...]) -> str:
    found = re.sub(r"[^a-z0-9]+", "_", one(text).lower()).strip("_")
    if found not in allowed:
        raise Unfit(text)
    return found


def _people(text: str) -> int:
    found = loose(1, 1000)(text)
    if found is not None and found != int(found):  # type: ignore[arg-type]
        raise Unfit(text)
    return int(found or 1)  # type: ignore[arg-type]


def _gaps(content: Content) -> Truth:
    found = convert(next(iter(content.values())), GAPS, by_record=True)
    given, lost = first_of([row for row in found.rows if row["report_id"]], "report_id")
    rows = given + [row for row in found.rows if not row["report_id"]]
    columns = ("reported", "area_code", "category", "cause", "people")
    return Truth({"core_gap_report": pick(rows, *columns)}, found.lost + lost, found.warned)


_SERVICE_ROWS = list(
    csv.reader(
        """\
s1,SYNTHETIC walking group,Walks,activity,53.48,-2.24,M1 1AE,place,,40,0.25,yes,14,18,99,2026-05-01
s2,SYNTHETIC advice line,Advice,housing,,,,remote,,200,50%,no,0,,,01/06/2026
s3,SYNTHETIC befriending,"Visits, at home",isolation,,,,areas,E08000009;E08000003,"1,200",,,,60,,
s4,SYNTHETIC café — Tuesdays,,isolation,51.5,-0.12,,,,,,,,,,2026-07-01
s5,SYNTHETIC garden,Digging,independence,,,SW1A 1AA,place,,15,1,yes,7,,,
""".splitlines()
    )
)
_VENUE_ROWS = [
    ["SYNTHETIC hall", "1 High St", "M1 1AE", "Mon-Fri 9am-5pm", "53.48", "-2.24", "0161 496 0000"],
    ["SYNTHETIC library", "2 High St", "M2 5DB", "Sat 10:00-16:00", "53.47", "-2.25", ""],
    ["SYNTHETIC church", "3 Low Rd, Hulme", "M15 5TZ", "", "", "", ""],
    ["SYNTHETIC café", "4 Low Rd", "M3 4EN", "", "53.49", "-2.2", ""],
]
_GAP_ROWS = [
    ["r1", "2026-07-01", "E08000009", "isolation", "full", "1"],
    ["r2", "02/07/2026", "U12345", "Long-term conditions", "Too far", ""],
    ["r3", "2026-07-03", "QOP", "housing", "none_known", "3"],
    ["r4", "2026-07-04", "E01005061", "creativity", "cost", "12"],
]
_POST_ROWS = [
    ["p1", "U90001", "2022Q1", "", "link_worker", "1", "charity", "icb", ""],
    ["p2", "U90002", "2022Q1", "2022Q3", "Link worker", "0.6", "council", "", "x"],
    ["p3", "U90003", "2022Q2", "", "mental_health_link_worker", "0.5", "trust", "pcn", ""],
    ["", "U90003", "2022Q2", "", "other", "1.25", "other", "", ""],
]
_REFERRAL_ROWS = [
    ["2026Q1", area, "all", fifth, "all", "all", patients, *counts]
    for area, fifth, patients, counts in (
        ("QOP", "1", "20000", ("120", "100", "80", "12")),
        ("QOP", "2", "21000", ("110", "90", "70", "[c]")),
        ("QOP", "3", "22000", ("90", "70", "50", "")),
        ("QOP", "4", "23000", ("60", "[c]", "", "[x]")),
        ("QOP", "5", "24000", ("0", "0", "0", "0")),
    )
]


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    record: dict[str, Any] = {"by_record": True}
    return [
        grid_seed("local_posts", under(POSTS, _POST_ROWS), POSTS, _posts, by_row=True),
        grid_seed(
            "local_posts",
            under(POSTS, _POST_ROWS),
            POSTS,
            _posts,
            by_row=True,
            form="workbook",
            name="local_posts-workbook",
        ),
        grid_seed(
            "referral_activity", under(REFERRALS, _REFERRAL_ROWS), REFERRALS, _referrals, contradict=(_more_supported,)
        ),
        grid_seed(
            "referral_activity",
            under(REFERRALS, _REFERRAL_ROWS),
            REFERRALS,
            _referrals,
            form="workbook",
            name="referral_activity-workbook",
            contradict=(_more_supported,),
        ),
        grid_seed("service_template", under(SERVICES, _SERVICE_ROWS), SERVICES, oracle=_services, **record),
        grid_seed(
            "service_template",
            under(SERVICES, _SERVICE_ROWS),
            SERVICES,
            oracle=_services,
            form="workbook",
            name="service_template-workbook",
            **record,
        ),
        grid_seed("venue_list", under(VENUES, _VENUE_ROWS), VENUES, oracle=_venues, by_row=True, **record),
        grid_seed("gap_log", under(GAPS, _GAP_ROWS), GAPS, oracle=_gaps, **record),
        grid_seed(
            "gap_log", under(GAPS, _GAP_ROWS), GAPS, oracle=_gaps, form="workbook", name="gap_log-workbook", **record
        ),
    ]
