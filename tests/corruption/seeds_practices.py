"""Sound files about practices, PCNs and their patients, and what is conserved of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.corruption.building import miniature, more, seed_of, table
from tests.corruption.conserved import Conserved, Layout, layout, under
from tests.corruption.model import Content, Grid, Seed
from tests.corruption.reading import ANY, Row, answer, fields, number, word

_LEVELS = "GP/PCN|CCG|STP|ICB|SUB_ICB_LOCATION_CODE|COMM REGION"
_SEXES = "ALL/MALE|FEMALE"
_PRACTICE = "[A-TV-Z][0-9]{5}"


def _employment(row: Row) -> str:
    """``staff`` of ``NWRS_Staff``."""
    return (word(row["Data_source"]) or "").removeprefix("nwrs_").partition("_")[0]


_WORKFORCE = Layout(
    fields(
        """
        Data_source | word; CENSUS_YEAR | count; CENSUS_MONTH | count; PCN_CODE | key | pcn_code; PCN_NAME | name
        SUB_ICB_CODE | parent; ICB_CODE | parent; ICB_NAME | name; COMM_REGION_CODE | parent; COMM_REGION_NAME | name
        DETAILED_STAFF_ROLE | word; FTE | number | fte; UNIQUE_IDENTIFIER | name
        """
    ),
    (
        Conserved("core_pcn_workforce", "pcn_code", "fte", made={"employment": _employment}, may_go="pcn_code"),
        Conserved("core_pcn_release", "pcn_code", may_go="pcn_code", distinct=True),
    ),
    single=("CENSUS_YEAR", "CENSUS_MONTH"),
    amount="FTE",
)
_MAP = Layout(
    fields(
        """
        EXTRACT_DATE | date; PRACTICE_CODE | key | practice_code; PRACTICE_NAME | name | name
        PRACTICE_POSTCODE | name | postcode; PCN_CODE | code | pcn_code; PCN_NAME | name
        ONS_SUB_ICB_LOCATION_CODE | name; SUB_ICB_LOCATION_CODE | parent | sub_icb_code; SUB_ICB_LOCATION_NAME | name
        ONS_ICB_CODE | name; ICB_CODE | parent | icb_code; ICB_NAME | name; ONS_COMM_REGION_CODE | name
        COMM_REGION_CODE | parent | region_code; COMM_REGION_NAME | name
        """
    ),
    (
        Conserved("core_practice_membership", "practice_code, pcn_code, sub_icb_code, icb_code, region_code"),
        Conserved("core_organisation", "org_code=practice_code, name, postcode", among=("org_type", "practice")),
    ),
    single=("EXTRACT_DATE",),
)
_EPRACCUR = layout(
    "core_organisation",
    "1 | key | org_code; 2 | name | name; 10 | name | postcode; 11 | date | opened; 12 | date | closed; 13 | word\n"
    "15 | parent | parent_code; 16 | date; 26 | word",
    only={"1": f"{_PRACTICE}/[A-Z0-9]{{3,9}}", "26": "4|RO76/[0-9]{0,2}|RO[0-9]{1,3}"},
    apart=("edition",),
)


_SUCCESSIONS = layout(
    "core_practice_succession",
    "1 | key | practice_code; 2 | key | successor_code; 4 | date | effective; 5 | word",
    only={"1": f"{_PRACTICE}/[A-Z0-9]{{3,12}}", "2": f"{_PRACTICE}/[A-Z0-9]{{3,12}}", "5": "[S01]?/-"},
    distinct=True,
)
_EPCN = {
    "PCNDetails": fields(
        """
        PCN Code | key | org_code; PCN Name | name | name
        Current Clinical Commissioning Group Code | parent | parent_code
        Open Date | date | opened; Close Date | date | closed; Postcode | name | postcode
        """
    ),
    "PCN Core Partner Details": fields(
        """
        Partner Organisation Code | key | practice_code; Practice Parent CCG Code | parent | sub_icb_code
        PCN Code | key | pcn_code; Practice to PCN Relationship Start Date | date | valid_from
        Practice to PCN Relationship End Date | date | valid_to
        """
    ),
}
_EDITION = ("edition", "edition_date")
_OF_EPCN = (
    Conserved(
        "core_organisation",
        "org_code, name, parent_code, opened, closed, postcode",
        meant=under("PCN Name"),
        apart=_EDITION,
    ),
    Conserved(
        "core_practice_membership",
        "practice_code, pcn_code, sub_icb_code, valid_from, valid_to",
        meant=under("Partner Organisation Code"),
        apart=_EDITION,
    ),
)


def _late(content: Content, random: Any) -> Content:
    grid = [list(row) for row in content["PCN Core Partner Details"]]
    grid[random.randrange(1, len(grid))][9] = "20180101"
    return content | {"PCN Core Partner Details": grid}


def _practices() -> list[Seed]:
    successions = [*miniature("organisations/succession*"),
                   ["Z90011", "Z90001", "1", "20210401", "S"], ["Z90012", "Z90002", "1", "20200401", "S"]]  # fmt: skip
    epcn = {name: miniature("organisations/ePCN.2022*", sheet=name) for name in _EPCN}
    return [
        seed_of("pcn_workforce", miniature("workforce/*032026*"), _WORKFORCE),
        seed_of("practice_map", miniature("organisations/*map.2026*"), _MAP),
        seed_of("epraccur", miniature("organisations/epraccur*"), _EPRACCUR, has_header=False),
        seed_of("practice_succession", successions, _SUCCESSIONS, has_header=False, file="succ.csv"),
        seed_of("epcn", epcn, _EPCN, *_OF_EPCN, form="workbook", contradict=(_late,)),
        *(
            seed_of(kind, epcn[sheet], Layout(_EPCN[sheet], (conserved,)))
            for kind, sheet, conserved in zip(("epcn_pcns", "epcn_partners"), _EPCN, _OF_EPCN, strict=True)
        ),
    ]


_LIST: dict[str, Any] = {"single": ("EXTRACT_DATE",), "amount": "NUMBER_OF_PATIENTS"}
_TOTALS = layout(
    "core_practice_list",
    "EXTRACT_DATE | date; TYPE | word; CODE | key | practice_code; SEX | word; AGE | word\n"
    "NUMBER_OF_PATIENTS | count | patients_count",
    only={"TYPE": _LEVELS, "SEX": _SEXES, "AGE": r"ALL/[0-9]{1,3}\+?"},
    **_LIST,
)


def _by_lsoa(sexes: str) -> Layout:
    """A list by small area in which rows of these sexes count."""
    only = {"SEX": sexes}
    return Layout(
        fields(
            "EXTRACT_DATE | date; PRACTICE_CODE | key | practice_code; LSOA_CODE | key | lsoa11_code; SEX | word\n"
            "NUMBER_OF_PATIENTS | count | patients_count"
        ),
        (
            Conserved("core_practice_list_lsoa11", sums="patients_count", only=only),
            Conserved("core_practice_list", "practice_code", "patients_count", only=only),
        ),
        **_LIST,
    )


def _age(row: Row) -> int:
    """The age from which a band goes."""
    return int(re.findall("[0-9]+", row["AGE_GROUP_5"])[0])


# The file says everything three times over: a total, and the bands of each sex.
_BY_AGE = Layout(
    fields(
        "EXTRACT_DATE | date; ORG_TYPE | word; ORG_CODE | key | practice_code; SEX | word; AGE_GROUP_5 | word\n"
        "NUMBER_OF_PATIENTS | count | patients_count"
    ),
    tuple(
        Conserved(
            table,
            "practice_code",
            "patients_count",
            only={"ORG_TYPE": _LEVELS, "SEX": sexes, "AGE_GROUP_5": ages},
            may_go="practice_code",
            made={"age_from": _age} if table.endswith("age") else {},
        )
        for table, sexes, ages in (
            ("core_practice_list", _SEXES, r"ALL/[0-9]{1,2}\+?|[0-9]{1,2}[_-][0-9]{1,2}"),
            ("core_practice_list_age", "MALE|FEMALE/ALL", "[0-9].*/ALL"),
        )
    ),
    **_LIST,
)


def _survey(code: str, base: str, *shares: str, **made: Callable[[Row], Any]) -> Layout:
    """Answers by practice; what is withheld must be told, and be no number."""
    withheld = [base, *shares]
    return layout(
        "core_practice_survey",
        f"year | count; {code} | key | practice_code; {base} | answer | base_count;"
        + ";".join(f"{share} | number" for share in shares),
        columns="practice_code, base_count",
        made={
            # The file's name says its year as well.
            "year": lambda row: number(row["year"]) if "year" in row.texts else ANY,
            "suppressed": lambda row: any((number(row[header].replace("/", "")) or 0) < 0 for header in withheld),
            **made,
        },
    )


def _no_count(row: Row) -> Any:
    """Those who said no; where only their share is given, whether that is in per cent hangs on other rows."""
    base, no, part = (answer(row[header]) for header in ("q32_123base", "q32_3", "q32_3pct"))
    if no is None:
        return None if base is None or part is None else ANY
    return no if base is None else min(no, base)


def _no_share(row: Row) -> Any:
    """The share of those who said no; whether it is given in per cent hangs on other rows."""
    part = answer(row["healthsupport.pcteval"])
    return None if part is None or answer(row["healthsupport.baseevalw"]) == 0 else ANY if part > 1 else 1 - part


_SURVEY_18 = _survey("practice_code", "q32_123base", "q32_3", "q32_3pct", no_count=_no_count)
_SURVEY_24 = _survey(
    *("ad_practicecode", "healthsupport.baseevalw", *(f"healthsupport_{n}.pct" for n in (1, 2, 3))),
    "healthsupport.pcteval",
    no_share=_no_share,
)
_WEIGHTED = "Number of Weighted Patients (Last Known Figure)"


def _paid(row: Row) -> Any:
    """A number of weighted patients; nobody is paid for none, so 0 and less say that there is none."""
    found = number("" if row[_WEIGHTED].strip() == "-" else row[_WEIGHTED])
    return None if found is not None and found <= 0 else found


_PAYMENTS = layout(
    "core_practice_weighted_list",
    f"Practice Code | key | practice_code; Practice Open Date | date; {_WEIGHTED} | number",
    columns="practice_code",
    made={"weighted_patients": _paid},
)
_FINGERTIPS = layout(
    "core_practice_indicator",
    "PRACTICE_CODE | key | practice_code; IMD_YEAR | count | period; IMD_SCORE | number | value",
)
_NATIVE = layout(
    "core_practice_indicator",
    """
    Indicator ID | count | indicator_id; Area Code | key | practice_code; Area Type | word; Sex | word
    Time period | name | period; Value | number | value
    """,
    only={"Area Type": "GPS/ENGLAND|ICBS"},
    distinct=True,
)


def _few_ages(grid: Grid) -> Grid:
    """Two practices of a list by age, and the region that they make up."""
    held = [row for row in grid[1:] if row[2] == "GP" and row[3] in {"Z90001", "Z90003"}]
    total = sum(int(row[8]) for row in held if row[6:8] == ["ALL", "ALL"])
    region = [*grid[1][:2], "Comm Region", "Y59", "E40000005", "", "ALL", "ALL", str(total)]
    return [grid[0], region, *held]


def _patients() -> list[Seed]:
    ages = _few_ages(miniature("lists/*quin-age.2022*"))
    areas = miniature("lists/*lsoa-all*", 14)
    split = [areas[0]] + [[*row[:5], sex, str(int(row[6]) // 2)] for row in areas[1:9] for sex in ("MALE", "FEMALE")]
    whole = split + [[*row[:5], "ALL", str(int(row[6]) // 2 * 2)] for row in areas[1:9]]
    native = ["Indicator ID,Indicator Name,Area Code,Area Name,Area Type,Sex,Time period,Value"]
    native += [f"94240,SYNTHETIC score,Z9000{n},SYNTHETIC area,GPs,Persons,2025,{9.5 + n}" for n in range(1, 8)]
    native += ["94240,SYNTHETIC score,E92000001,SYNTHETIC area,England,Persons,2025,21.7", native[1]]
    patients: Any = {"contradict": (more("", "NUMBER_OF_PATIENTS", 1),)}
    answers = miniature("survey/*2022*", 10)
    # Of the last practice the base is withheld as well.
    answers[-1][answers[0].index("q32_123base")] = "-97"
    survey: Any = {"file": "survey 2022.csv", "contradict": (more("", "q32_3", 300),)}
    return [
        seed_of("list_totals", miniature("lists/*all.2022-01*"), _TOTALS),
        seed_of("list_by_lsoa", areas, _by_lsoa(_SEXES)),
        seed_of("list_by_lsoa", split, _by_lsoa("MALE|FEMALE/ALL"), name="list_by_lsoa-sexes"),
        seed_of("list_by_lsoa", whole, _by_lsoa(_SEXES), name="list_by_lsoa-both", **patients),
        seed_of("list_by_age", ages, _BY_AGE, **patients),
        seed_of("nhs_payments", miniature("payments/*"), _PAYMENTS, file="22-23.csv"),
        seed_of("fingertips_practice", miniature("deprivation/finger*"), _FINGERTIPS),
        seed_of("fingertips_practice", table("\n".join(native)), _NATIVE, name="fingertips_practice-native"),
        seed_of("patient_survey_2018", answers, _SURVEY_18, **survey),
        seed_of("patient_survey_2024", miniature("survey/*2026*", 10), _SURVEY_24, file="survey 2026.csv"),
    ]


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    return [*_practices(), *_patients()]
