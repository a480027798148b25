"""Sound files about practices, networks and staff, with their oracles."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from tests.corruption.building import grid_seed, miniature
from tests.corruption.model import Content, Doubt, Seed, Truth
from tests.corruption.naive import (
    Field,
    Unfit,
    code,
    convert,
    count,
    day,
    name,
    normal,
    number,
    one,
    only,
    pick,
    unique,
    word,
)

PRACTICE, PCN = r"[A-Z][0-9]{5}", r"U[0-9]{5}"
SUB_ICB, ICB, REGION = r"[0-9]{2}[A-Z]|[A-Z0-9]{5}", r"Q[A-Z0-9]{2}|[A-Z0-9]{5}", r"Y[0-9]{2}"
NOT_SAID = ("NULL", "NA", "N/A", ".")
_LINK_WORKERS = {
    "social prescribing link worker": "splw",
    "social prescribing link workers": "splw",
    "social prescriber link worker": "splw",
    "social prescribing link worker (mental health practitioner - adult)": "splw_mental_health_adult",
    "social prescribing link worker (mental health practitioner - adults)": "splw_mental_health_adult",
    "social prescribing link worker (mental health practitioner)": "splw_mental_health",
}


def _role(text: str) -> str:
    plain = one(re.sub("[\u2010-\u2015\u2212]", "-", text)).lower()
    if "link worker" in plain or "social prescrib" in plain or plain in _LINK_WORKERS:
        if plain not in _LINK_WORKERS:
            raise Unfit(text)
        return _LINK_WORKERS[plain]
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not slug:
        raise Unfit(text)
    return slug


_MONTHS = {
    "march": "3",
    "mar": "3",
    "june": "6",
    "jun": "6",
    "september": "9",
    "sep": "9",
    "december": "12",
    "dec": "12",
}
WORKFORCE = (
    Field("Data_source", "word", "employment", word({"nwrs staff": "staff", "nwrs contracted services": "contracted"})),
    Field("CENSUS_YEAR", "count", "year", count(2015, 2100)),
    Field(
        "CENSUS_MONTH",
        "count",
        "month",
        word({str(n): str(n) for n in (3, 6, 9, 12)} | _MONTHS | {"03": "3", "06": "6", "09": "9"}),
    ),
    Field("PCN_CODE", "key", "pcn_code", code(PCN)),
    Field("PCN_NAME", "name", "pcn_name", name),
    Field("SUB_ICB_CODE", "code", "sub_icb_code", code(SUB_ICB, null=True, blanks=NOT_SAID), needed=False),
    Field("SUB_ICB_NAME"),
    Field("ICB_CODE", "code", "icb_code", code(ICB, null=True, blanks=NOT_SAID), needed=False),
    Field("ICB_NAME", "name", "icb_name", name, needed=False),
    Field("COMM_REGION_CODE", "code", "region_code", code(REGION, null=True, blanks=NOT_SAID), needed=False),
    Field("COMM_REGION_NAME", "name", "region_name", name, needed=False),
    Field("STAFF_GROUP"),
    Field("STAFF_ROLE"),
    Field("DETAILED_STAFF_ROLE", "word", "role", _role),
    Field("FTE", "number", "fte", number(-0.03, 50)),
    Field("UNIQUE_IDENTIFIER", "name", "person", lambda text: text.strip()),
)


def _workforce(content: Content) -> Truth:
    rows = convert(content[""], WORKFORCE).rows
    quarter = f"{only(rows, 'year')}Q{int(only(rows, 'month')) // 3}"
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        staff = row["employment"] == "staff"
        # One published error is let through: minus one hour of a contracted service.
        if not 0 <= row["fte"] <= (3 if staff else 50) and (staff or abs(row["fte"] + 0.026666667) > 1e-6):
            raise Doubt("fte")
        groups[row["pcn_code"], row["role"], row["employment"]].append(row)
    totals = []
    for (pcn, role, employment), held in groups.items():
        people = [row["person"].upper() for row in held]
        named = {row["person"] for row in held if row["person"].upper() not in {"", *NOT_SAID}}
        heads = len(named) + sum(person in {"", *NOT_SAID} for person in people) if employment == "staff" else None
        totals.append(
            {"quarter": quarter, "pcn_code": pcn, "role": role, "employment": employment, "headcount": heads}
            | {"fte": sum(row["fte"] for row in held), "rows_count": len(held)}
        )
    first = {row["pcn_code"]: row for row in reversed(rows)}
    release = [
        {name: row[name] for name in ("pcn_code", "sub_icb_code", "icb_code", "region_code", "pcn_name", "region_name")}
        for row in first.values()
    ]
    return Truth({"core_pcn_workforce": totals, "core_pcn_release": release})


MAP = (
    Field("PUBLICATION"),
    Field("EXTRACT_DATE", "date", "day", day()),
    Field("PRACTICE_CODE", "key", "practice_code", code(PRACTICE)),
    Field("PRACTICE_NAME", "name", "practice_name", name, needed=False),
    Field("PRACTICE_POSTCODE", "name", "postcode", name, needed=False),
    Field("PCN_CODE", "code", "pcn_code", code(r"U([0-9]{5})?")),
    Field("PCN_NAME", "name", "pcn_name", name, needed=False),
    Field("ONS_SUB_ICB_LOCATION_CODE", "name"),
    Field("SUB_ICB_LOCATION_CODE", "code", "sub_icb_code", code(SUB_ICB, null=True, blanks=("U", "UNALLOCATED"))),
    Field("SUB_ICB_LOCATION_NAME", "name"),
    Field("ONS_ICB_CODE", "name"),
    Field("ICB_CODE", "code", "icb_code", code(ICB, null=True, blanks=("U", "UNALLOCATED"))),
    Field("ICB_NAME", "name"),
    Field("ONS_COMM_REGION_CODE", "name"),
    Field("COMM_REGION_CODE", "code", "region_code", code(REGION, null=True, blanks=("U", "UNALLOCATED"))),
    Field("COMM_REGION_NAME", "name"),
    Field("SUPPLIER_NAME"),
)


def _map(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "practice_code")
    taken = only(rows, "day")
    columns = ("practice_code", "pcn_code", "sub_icb_code", "icb_code", "region_code")
    return Truth({"core_practice_membership": pick(rows, *columns, valid_from=taken, kind="snapshot")})


EPRACCUR_WIDTH = 27


def _epraccur(content: Content) -> Truth:
    found = []
    for row in content[""]:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != EPRACCUR_WIDTH:
            raise Doubt("width")
        org, setting = row[0].strip(), row[25].strip()
        if not re.fullmatch(r"[A-Za-z0-9]{3,9}", org) or not re.fullmatch(
            r"[0-9]{0,2}|ro[0-9]{1,3}", setting, re.ASCII | re.IGNORECASE
        ):
            raise Doubt("a row that may be a practice")
        if not re.fullmatch(PRACTICE, org.upper()) or setting.upper() not in {"4", "RO76"}:
            continue
        try:
            closed = day(null=True)(row[11])
            found.append(
                {
                    "org_code": org.upper(),
                    "name": name(row[1]),
                    "postcode": name(row[9]),
                    "opened": day(null=True)(row[10]),
                    "closed": closed,
                    "status": word(
                        {"a": "A", "active": "A", "c": "C", "closed": "C", "d": "D", "dormant": "D"}
                        | {"p": "P", "proposed": "P"}
                        | dict.fromkeys(("i", "inactive"), "C" if closed else "D")
                    )(row[12]),
                    "parent_code": code(r"[A-Z0-9]{3,5}", null=True)(row[14]),
                }
            )
            day(null=True)(row[15])
        except Unfit as fault:
            raise Doubt(str(fault)) from fault
    if not found:
        raise Doubt("no practice")
    unique(found, "org_code")
    return Truth({"core_organisation": found})


def _succession(content: Content) -> Truth:
    found: dict[tuple[str, str], str | None] = {}
    rows = [row for row in content[""] if any(cell.strip() for cell in row)]
    for row in rows:
        if len(row) != 5:
            raise Doubt("width")
        first, second = (cell.strip().upper() if cell.isascii() else cell for cell in row[:2])
        if not re.fullmatch(r"[A-Z0-9]{3,12}", first) or not re.fullmatch(r"[A-Z0-9]{3,12}", second):
            raise Doubt("a code")
        if not re.fullmatch(PRACTICE, first) or not re.fullmatch(PRACTICE, second) or first == second:
            continue
        if re.fullmatch(PCN, first) or re.fullmatch(PCN, second):
            continue
        if row[4].strip() not in {"S", "P", "s", "p", "", "0", "1"}:
            raise Doubt("the indicator")
        if row[4].strip().upper() == "P":
            first, second = second, first
        try:
            when = day(null=True)(row[3])
        except Unfit as fault:
            raise Doubt(str(fault)) from fault
        found[first, second] = max(str(when or ""), found.get((first, second)) or "") or None
    if not found:
        raise Doubt("none")
    return Truth(
        {
            "core_practice_succession": [
                {"practice_code": first, "successor_code": second, "effective": when}
                for (first, second), when in found.items()
            ]
        }
    )


EPCN_PCNS = (
    Field("PCN Code", "key", "org_code", code(PCN)),
    Field("PCN Name", "name", "name", name),
    Field("Current Clinical Commissioning Group Code", "code", "parent_code", code(SUB_ICB, null=True), needed=False),
    Field("Clinical Commissioning Group Name"),
    Field("Open Date", "date", "opened", day()),
    Field("Close Date", "date", "closed", day(null=True)),
    *(Field(f"Address Line {n}") for n in range(1, 6)),
    Field("Postcode", "name", "postcode", name, needed=False),
)
EPCN_PARTNERS = (
    Field("Partner Organisation Code", "key", "practice_code", code(PRACTICE)),
    Field("Partner Name"),
    Field("Practice Parent CCG Code", "code", "sub_icb_code", code(SUB_ICB, null=True), needed=False),
    Field("Practice Parent CCG Name"),
    Field("PCN Code", "key", "pcn_code", code(PCN)),
    Field("PCN Name"),
    Field("PCN Parent CCG Code"),
    Field("PCN Parent CCG Name"),
    Field("Practice to PCN Relationship Start Date", "date", "valid_from", day()),
    Field("Practice to PCN Relationship End Date", "date", "valid_to", day(null=True)),
    Field("Practice CCG and PCN CCG Match"),
)


def _epcn(content: Content) -> Truth:
    sheets = {normal(key): grid for key, grid in content.items()}
    if not {"pcndetails", "pcn core partner details"} <= sheets.keys():
        raise Doubt("a sheet")
    pcns = convert(sheets["pcndetails"], EPCN_PCNS).rows
    partners = convert(sheets["pcn core partner details"], EPCN_PARTNERS).rows
    unique(pcns, "org_code")
    unique(partners, "practice_code", "pcn_code", "valid_from")
    for rows, first, last in ((pcns, "opened", "closed"), (partners, "valid_from", "valid_to")):
        if any(row[last] is not None and row[last] < row[first] for row in rows):
            raise Doubt("end before start")
    return Truth({"core_organisation": pcns, "core_practice_membership": partners})


def _late(content: Content, random: Any) -> Content:
    grid = [list(row) for row in content["PCN Core Partner Details"]]
    grid[random.randrange(1, len(grid))][9] = "20180101"
    return content | {"PCN Core Partner Details": grid}


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    successions = [
        *miniature("organisations/succession*"),
        ["Z90011", "Z90001", "1", "20210401", "S"],
        ["Z90002", "Z90012", "1", "20200401", "P"],
    ]
    return [
        grid_seed("pcn_workforce", miniature("workforce/*032026*"), WORKFORCE, oracle=_workforce),
        grid_seed("practice_map", miniature("organisations/*map.2026*"), MAP, _map),
        Seed(
            "epraccur",
            "epraccur",
            "csv",
            "epraccur.csv",
            {"": miniature("organisations/epraccur*")},
            _epraccur,
            has_header=False,
        ),
        Seed(
            "practice_succession",
            "practice_succession",
            "csv",
            "succ.csv",
            {"": successions},
            _succession,
            has_header=False,
        ),
        grid_seed(
            "epcn",
            {"PCNDetails": miniature("organisations/ePCN.2022*", "PCNDetails")}
            | {"PCN Core Partner Details": miniature("organisations/ePCN.2022*", "PCN Core Partner Details")},
            {"PCNDetails": EPCN_PCNS, "PCN Core Partner Details": EPCN_PARTNERS},
            oracle=_epcn,
            form="workbook",
            contradict=(_late,),
        ),
    ]
