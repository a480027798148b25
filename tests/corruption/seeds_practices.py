"""Sound files about practices, PCNs and staff, and what is conserved of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tests.corruption.building import grid_seed, miniature, seed_of
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Seed
from tests.corruption.plain import Row, Unfit, day, fields, word

PRACTICE = r"[A-Z][0-9]{5}"


def fitting(text: str, shape: str) -> str:
    """A code or word that tells whether a row is meant: damaged, it must not pass its row over."""
    found = text.strip().upper()
    if not text.strip().isascii() or not re.fullmatch(shape, found, re.ASCII):
        raise Unfit(text)
    return found


def _employment(text: str) -> str:
    return {"nwrs_staff": "staff", "nwrs_contracted_services": "contracted"}.get(str(word(text)), text)


def _is_link_worker(text: str) -> bool:
    return "link worker" in text.lower() or "social prescrib" in text.lower()


_WORKFORCE = Layout(
    fields(
        """
        Data_source | word | employment; CENSUS_YEAR | count; CENSUS_MONTH | count; PCN_CODE | key | pcn_code
        PCN_NAME | name; SUB_ICB_CODE | parent | sub_icb_code; SUB_ICB_NAME; ICB_CODE | parent | icb_code
        ICB_NAME | name; COMM_REGION_CODE | parent | region_code; COMM_REGION_NAME | name; STAFF_GROUP; STAFF_ROLE
        DETAILED_STAFF_ROLE | word | role; FTE | number | fte; UNIQUE_IDENTIFIER | name
        """,
        employment=_employment,
        role=_is_link_worker,
    ),
    (
        Conserved(
            "core_pcn_workforce",
            "pcn_code, employment, role",
            "fte",
            seen={"role": lambda role: role.startswith("splw")},
            may_go="pcn_code",
        ),
        Conserved("core_pcn_release", "pcn_code", may_go="pcn_code", distinct=True),
    ),
    single=("CENSUS_YEAR", "CENSUS_MONTH"),
    amount="FTE",
)
_MAP = Layout(
    fields(
        """
        PUBLICATION; EXTRACT_DATE | date; PRACTICE_CODE | key | practice_code; PRACTICE_NAME | name | name
        PRACTICE_POSTCODE | name | postcode; PCN_CODE | code | pcn_code; PCN_NAME | name
        ONS_SUB_ICB_LOCATION_CODE | name; SUB_ICB_LOCATION_CODE | parent | sub_icb_code; SUB_ICB_LOCATION_NAME | name
        ONS_ICB_CODE | name; ICB_CODE | parent | icb_code; ICB_NAME | name; ONS_COMM_REGION_CODE | name
        COMM_REGION_CODE | parent | region_code; COMM_REGION_NAME | name; SUPPLIER_NAME
        """
    ),
    (
        Conserved("core_practice_membership", "practice_code, pcn_code, sub_icb_code, icb_code, region_code"),
        Conserved("core_organisation", "org_code=practice_code, name, postcode", among=("org_type", "practice")),
    ),
    single=("EXTRACT_DATE",),
)


def _practices(rows: list[Row]) -> list[Row]:
    return [
        row
        for row in rows
        if re.fullmatch(PRACTICE, fitting(row["1"], "[A-Z0-9]{3,9}"))
        and fitting(row["26"], "[0-9]{0,2}|RO[0-9]{1,3}") in {"4", "RO76"}
    ]


def _status(row: Row) -> str:
    said = str(word(row["13"]))
    if said not in {"a", "active", "c", "closed", "d", "dormant", "p", "proposed", "i", "inactive"}:
        raise Unfit(said)
    return {"i": "C" if day(row["12"]) else "D"}.get(said[0], said[0].upper())


_EPRACCUR = Layout(
    fields(
        "1 | key | org_code\n2 | name | name\n"
        + "\n".join(map(str, range(3, 10)))
        + "\n10 | name | postcode\n11 | date | opened\n12 | date | closed\n13 | word\n14\n"
        + "15 | parent | parent_code\n16 | date\n"
        + "\n".join(map(str, range(17, 28))),
    ),
    (
        Conserved(
            "core_organisation",
            "org_code, name, postcode, opened, closed, parent_code",
            made={"status": _status},
            meant=_practices,
            apart=("edition",),
        ),
    ),
)


def _successions(rows: list[Row]) -> list[Row]:
    """Of two practices, each pair once with its latest day; ``P`` says that the second came first."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        pair = fitting(row["1"], "[A-Z0-9]{3,12}"), fitting(row["2"], "[A-Z0-9]{3,12}")
        if pair[0] == pair[1] or not all(re.fullmatch(PRACTICE, part) and part[0] != "U" for part in pair):
            continue
        if fitting(row["5"], "[SP01]?") == "P":
            pair = pair[1], pair[0]
        if pair not in found or (day(row["4"]) or "") >= (day(found[pair]["4"]) or ""):
            found[pair] = replace(row, texts={**row.texts, "1": pair[0], "2": pair[1]})
    return list(found.values())


_SUCCESSIONS = Layout(
    fields("1 | key | practice_code\n2 | key | successor_code\n3\n4 | date | effective\n5 | word"),
    (Conserved("core_practice_succession", "practice_code, successor_code, effective", meant=_successions),),
)
_EPCN_PCNS = fields(
    """
    PCN Code | key | org_code; PCN Name | name | name
    Current Clinical Commissioning Group Code | parent | parent_code; Clinical Commissioning Group Name
    Open Date | date | opened; Close Date | date | closed; Address Line 1; Postcode | name | postcode
    """
)
_EPCN_PARTNERS = fields(
    """
    Partner Organisation Code | key | practice_code; Partner Name; Practice Parent CCG Code | parent | sub_icb_code
    Practice Parent CCG Name; PCN Code | key | pcn_code; Practice to PCN Relationship Start Date | date | valid_from
    Practice to PCN Relationship End Date | date | valid_to
    """
)
_EPCN = {"PCNDetails": _EPCN_PCNS, "PCN Core Partner Details": _EPCN_PARTNERS}
_EDITION = ("edition", "edition_date")


def _of_sheet(sheet: str) -> Callable[[list[Row]], list[Row]]:
    """Rows that stand under the first header of a sheet, which no other has under its own first one."""
    key = _EPCN[sheet][1 if sheet == "PCNDetails" else 0].header
    return lambda rows: [row for row in rows if key in row.texts]


def _epcn(meant: Callable[[str], Callable[[list[Row]], Iterable[Row]]]) -> tuple[Conserved, Conserved]:
    """What is conserved of PCNs and of their practices, of the rows that ``meant`` picks by the sheet's name."""
    pcns = "org_code, name, parent_code, opened, closed, postcode"
    spells = "practice_code, pcn_code, sub_icb_code, valid_from, valid_to"
    first, second = _EPCN
    return (
        Conserved("core_organisation", pcns, meant=meant(first), apart=_EDITION),
        Conserved("core_practice_membership", spells, meant=meant(second), apart=_EDITION),
    )


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
    epcn = {name: miniature("organisations/ePCN.2022*", name) for name in _EPCN}
    return [
        grid_seed("pcn_workforce", miniature("workforce/*032026*"), _WORKFORCE),
        grid_seed("practice_map", miniature("organisations/*map.2026*"), _MAP),
        grid_seed("epraccur", miniature("organisations/epraccur*"), _EPRACCUR, has_header=False),
        grid_seed("practice_succession", successions, _SUCCESSIONS, has_header=False, file="succ.csv"),
        seed_of("epcn", "workbook", epcn, _EPCN, _epcn(_of_sheet), contradict=(_late,)),
        *(
            grid_seed(kind, epcn[sheet], Layout(_EPCN[sheet], (conserved,)))
            for kind, sheet, conserved in zip(("epcn_pcns", "epcn_partners"), _EPCN, _epcn(lambda _: list), strict=True)
        ),
    ]
