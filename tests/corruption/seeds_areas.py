"""Sound files about small areas and the larger ones around them, with their oracles."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import shapely

from tests.corruption.building import grid_seed, miniature, more
from tests.corruption.model import Content, Doubt, Seed, Truth
from tests.corruption.naive import Field, code, count, day, first_of, name, normal, number, unique, word

_ICB = r"Q[A-Z0-9]{2}|[A-Z0-9]{5}"
LSOA = r"[EW]01[0-9]{6}"
_GROUPS = {
    "white": "Ethnic group: White",
    "asian": "Ethnic group: Asian, Asian British or Asian Welsh",
    "black": "Ethnic group: Black, Black British, Black Welsh, Caribbean or African",
    "mixed": "Ethnic group: Mixed or Multiple ethnic groups",
    "other": "Ethnic group: Other ethnic group",
}
_TOTAL = "Ethnic group: Total: All usual residents"


def _ethnicity(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "lsoa21_code")
    if any(abs(sum(row[f"{group}_count"] for group in _GROUPS) - row["total_count"]) > 10 for row in rows):
        raise Doubt("groups")
    return Truth({"core_lsoa21_ethnicity": rows})


def _deprivation(vintage: str) -> Callable[[list[dict[str, Any]]], Truth]:
    def build(rows: list[dict[str, Any]]) -> Truth:
        area = f"lsoa{vintage}_code"
        unique(rows, area)
        return Truth({f"core_lsoa{vintage}_deprivation": rows})

    return build


def _deprivation_fields(vintage: str) -> tuple[Field, ...]:
    imd = "Index of Multiple Deprivation (IMD)"
    return (
        Field(f"LSOA code (20{vintage})", "key", f"lsoa{vintage}_code", code("E01[0-9]{6}")),
        Field(f"LSOA name (20{vintage})"),
        Field(f"{imd} Score", "number", "imd_score", number(0, 100)),
        Field(
            f"{imd} Rank (where 1 is most deprived)", "count", "imd_rank", count(1, 100_000, null=("",)), needed=False
        ),
        Field(
            f"{imd} Decile (where 1 is most deprived 10% of LSOAs)",
            "count",
            "imd_decile",
            count(1, 10, null=("",)),
            needed=False,
        ),
        Field("Income Score (rate)"),
        Field("Employment Score (rate)"),
        Field("Total population: mid 2015 (excluding prisoners)"),
    )


def _lookup(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "lsoa11_code", "lsoa21_code")
    return Truth({"core_lsoa_lookup": rows})


def _parents(vintage: str, *kinds: str) -> Callable[[list[dict[str, Any]]], Truth]:
    def build(rows: list[dict[str, Any]]) -> Truth:
        area = f"lsoa{vintage}_code"
        unique(rows, area)
        found = [
            {area: row[area], "parent_type": kind, "parent_ons_code": row[f"{kind}_ons_code"]}
            | {"parent_code": row.get(f"{kind}_code"), "parent_name": row[f"{kind}_name"]}
            for row in rows
            for kind in kinds
        ]
        return Truth({f"core_lsoa{vintage}_parent": found})

    return build


def _msoas(rows: list[dict[str, Any]]) -> Truth:
    pairs, _ = first_of(rows, "lsoa21_code", "msoa_ons_code")
    return _parents("21", "msoa")(pairs)


def _population(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "lsoa11_code")
    found = []
    for row in rows:
        if any(row[f"age_{age}"] is None for age in range(65, 91)):
            raise Doubt("a blank age")
        older = sum(value for key, value in row.items() if key.startswith("age_") and int(key[4:]) >= 65)
        ages = [value for key, value in row.items() if key.startswith("age_")]
        if older > row["residents_count"] or (None not in ages and sum(ages) != row["residents_count"]):
            raise Doubt("ages")
        found.append(
            {"lsoa11_code": row["lsoa11_code"], "residents_count": row["residents_count"]}
            | {"residents_65_plus_count": older}
        )
    return Truth({"core_lsoa11_population": found})


def _rurality(vintage: str) -> Callable[[list[dict[str, Any]]], Truth]:
    def build(rows: list[dict[str, Any]]) -> Truth:
        area = f"lsoa{vintage}_code"
        unique(rows, area)
        said = [row["said"] for row in rows] if vintage == "21" else []
        if any(said) and any(("rural" in str(row["said"]).lower()) != (row["class_code"][0] == "R") for row in rows):
            raise Doubt("class")
        rural = ("D", "E", "F") if vintage == "11" else ("R",)
        return Truth(
            {
                f"core_lsoa{vintage}_rurality": [
                    {area: row[area], "class_code": row["class_code"], "is_rural": row["class_code"].startswith(rural)}
                    for row in rows
                ]
            }
        )

    return build


def _journeys(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "lsoa11_code", "to_lsoa11_code")
    return Truth({"core_travel_time": rows})


def _districts(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "local_authority_code")
    return Truth({"core_local_authority_region": rows})


_BRITAIN = (-200_000.0, -200_000.0, 800_000.0, 1_350_000.0)


def _boundaries(content: Content) -> Truth:
    layer = content[""]
    found = []
    column = next((name for name in layer["columns"] if re.fullmatch(r"lsoa[0-9]{2}(_code|cd)", normal(name))), None)
    if column is None or layer["crs"] is None:
        raise Doubt("no code or no system")
    titles = [item for item in layer["columns"] if re.fullmatch(r"lsoa[0-9]{2}(_name|nm)", normal(item))]
    for row, shape in zip(layer["rows"], layer["geometry"], strict=True):
        held = dict(zip(layer["columns"], row, strict=True))
        area = str(held[column]).strip().upper()
        if not re.fullmatch(r"[EWNS][0-9]{8}", area, re.ASCII) or shape is None or shape.is_empty:
            raise Doubt("code or shape")
        if shape.geom_type not in {"Polygon", "MultiPolygon"} or not all(map(_finite, shape.bounds)):
            raise Doubt("no area")
        if layer["crs"] == "EPSG:4326":
            west, south, east, north = shape.bounds
            if not (-9 <= west <= east <= 3 and 49 <= south <= north <= 61):
                raise Doubt("not in Britain")
        elif layer["crs"] == "EPSG:27700" and not _inside(shape.bounds):
            raise Doubt("not in Britain")
        found.append({"area_code": area, "area_name": held[titles[0]] if titles else None})
    unique(found, "area_code")
    return Truth({"core_boundary": found})


def _finite(value: float) -> bool:
    return value - value == 0


def _inside(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    # Degrees that are said to be metres lie within a few hundred metres of the grid's origin, far out at sea.
    return (
        _BRITAIN[0] <= west
        and south >= _BRITAIN[1]
        and east <= _BRITAIN[2]
        and north <= _BRITAIN[3]
        and max(north, east) > 400
    )


def squares(count_: int = 4) -> dict[str, Any]:
    """A layer of squares near Southampton."""
    return {
        "columns": ["lsoa21_code", "lsoa21_name", "note"],
        "rows": [[f"E0199900{n}", f"SYNTHETIC area {n}", "x"] for n in range(1, count_ + 1)],
        "geometry": [
            shapely.box(440_000 + 1000 * n, 110_000, 441_000 + 1000 * n, 111_000) for n in range(1, count_ + 1)
        ],
        "crs": "EPSG:27700",
    }


_LOOKUP11 = (
    Field("lsoa11_name"),
    Field("lsoa11_code", "key", "lsoa11_code", code(LSOA)),
    Field("sicbl22_name", "name", "sub_icb_name", name),
    Field("sicbl22_code", "code", "sub_icb_ons_code", code("E38[0-9]{6}")),
    Field("sicbl22_code_h", "code", "sub_icb_code", code("[A-Z0-9]{3,5}", null=True), needed=False),
    Field("icb22_name", "name", "icb_name", name),
    Field("icb22_code", "code", "icb_ons_code", code("E54[0-9]{6}")),
    Field("icb22_code_h", "code", "icb_code", code("[A-Z0-9]{3,5}", null=True), needed=False),
    Field("ltla22_name", "name", "local_authority_name", name),
    Field("ltla22_code", "code", "local_authority_ons_code", code("[EWNS][0-9]{8}")),
)
_LOOKUP21 = (
    Field("lsoa21_name"),
    Field("lsoa21_code", "key", "lsoa21_code", code(LSOA)),
    Field("sicbl24_name", "name", "sub_icb_name", name),
    Field("sicbl24_code", "code", "sub_icb_ons_code", code("E38[0-9]{6}")),
    Field("sicbl24_code_nhs", "code", "sub_icb_code", code("[A-Z0-9]{3,5}", null=True), needed=False),
    Field("icb24_name", "name", "icb_name", name),
    Field("icb24_code", "code", "icb_ons_code", code("E54[0-9]{6}")),
    Field("icb24_code_nhs", "code", "icb_code", code("[A-Z0-9]{3,5}", null=True), needed=False),
)
_WARDS = (
    Field("lsoa21_name"),
    Field("lsoa21_code", "key", "lsoa21_code", code(LSOA)),
    Field("ward24_name", "name", "ward_name", name),
    Field("ward24_code", "code", "ward_ons_code", code("[EW][0-9]{8}")),
    Field("ltla24_name", "name", "local_authority_name", name),
    Field("ltla24_code", "code", "local_authority_ons_code", code("[EWNS][0-9]{8}")),
)
_MSOAS = (
    Field("lsoa21cd", "key", "lsoa21_code", code(LSOA)),
    Field("lsoa21nm"),
    Field("msoa21cd", "code", "msoa_ons_code", code("[EW]02[0-9]{6}")),
    Field("msoa21nm", "name", "msoa_name", lambda text: name(text) or "not given", needed=False),
)
_DISTRICTS = (
    Field("ltla24_name", "name", "local_authority_name", name),
    Field("ltla24_code", "key", "local_authority_code", code("[EWNS][0-9]{8}")),
    Field("region24_name", "name", "region_name", name),
    Field("region24_code", "code", "region_ons_code", code("[EW][0-9]{8}")),
)
_POPULATION = (
    Field("lsoa11_name"),
    Field("lsoa11_code", "key", "lsoa11_code", code(LSOA)),
    Field("total_population", "count", "residents_count", count(0, 100_000)),
    *(
        Field(f"{age}" if age < 90 else "90+", "count", f"age_{age}", count(0, 100_000, null=("",)), needed=age >= 65)
        for age in range(91)
    ),
)
_TRAVEL = (
    Field("lsoa11_code", "key", "lsoa11_code", code(LSOA)),
    Field("to_lsoa11_code", "key", "to_lsoa11_code", code(LSOA)),
    Field("minutes", "number", "minutes", number(0, 1440)),
)
_LOOKUP = (
    Field("F_LSOA11CD", "key", "lsoa11_code", code(LSOA)),
    Field("LSOA11NM"),
    Field("LSOA21CD", "key", "lsoa21_code", code(LSOA)),
    Field("LSOA21NM"),
    Field("CHGIND", "word", "change", word({letter.lower(): letter for letter in "USMX"})),
    Field("LAD22CD"),
    Field("LAD22NM"),
    Field("LAD22NMW"),
    Field("ObjectId"),
)
_RUC11 = (
    Field("lsoa11_code", "key", "lsoa11_code", code(LSOA)),
    Field("ruc11_code", "code", "class_code", code("[ABC]1|[BC]2|[DEF][12]")),
    Field("ruc"),
    Field("classification"),
)
_RUC21 = (
    Field("lsoa21_code", "key", "lsoa21_code", code(LSOA)),
    Field("ruc21_code", "code", "class_code", code("U[NF]1|R[LS][NF]1")),
    Field("classification", "word", "said", name, needed=False),
    Field("ruc"),
)


def _rows(fields: tuple[Field, ...], *rows: list[str]) -> list[list[str]]:
    return [[field.header for field in fields], *rows]


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    areas = [f"E0199900{n}" for n in range(1, 9)]
    ethnicity = miniature("ethnicity/*")
    detail = tuple(
        Field(header) for header in ethnicity[0] if header not in {"geography code", _TOTAL, *_GROUPS.values()}
    )
    counted = tuple(
        Field(header, "count", f"{key}_count", count(0, 100_000))
        for key, header in {"total": _TOTAL, **_GROUPS}.items()
    )
    census = (Field("geography code", "key", "lsoa21_code", code(LSOA)), *counted, *detail)
    residents = [[str(10 + (age + at) % 7) for age in range(91)] for at in range(len(areas))]
    people = [
        [f"SYNTHETIC area {at}", area, str(sum(map(int, residents[at]))), *residents[at]]
        for at, area in enumerate(areas)
    ]
    boards = [["NHS SYNTHETIC ICB - 92A", "E38000264", "92A", "NHS SYNTHETIC ICB", "E54000052", "QXU"]] * 4
    boards += [["NHS SYNTHETIC ICB - 01F", "E38000068", "01F", "NHS SYNTHETIC — board", "E54000008", "QYG"]] * 4
    lookup11 = [["SYNTHETIC x", area, *boards[at], "SYNTHETIC Elmbridge", "E07000207"] for at, area in enumerate(areas)]
    lookup21 = [["SYNTHETIC x", area, *boards[at]] for at, area in enumerate(areas)]
    wards = [
        ["SYNTHETIC x", area, f"Ward {at // 3}", f"E0500986{at // 3}", "SYNTHETIC place", "E06000002"]
        for at, area in enumerate(areas)
    ]
    msoas = [[area, "SYNTHETIC x", f"E0200098{at // 3}", f"SYNTHETIC {at // 3}"] for at, area in enumerate(areas)]
    districts = [
        [f"SYNTHETIC place {n}", f"E0600000{n}", "North East" if n < 3 else "Yorkshire", f"E1200000{1 + n // 3}"]
        for n in range(1, 7)
    ]
    travel = [
        [a, b, str(5 + 2.5 * (i + j))] for i, a in enumerate(areas[:4]) for j, b in enumerate(areas[:4]) if a != b
    ]
    deprivation = miniature("deprivation/IoD2019*")[:13]
    fields19 = _deprivation_fields("11")
    newer = miniature("deprivation/IoD2025*")[:13]
    return [
        grid_seed("census_ethnicity", ethnicity[:13], census, _ethnicity, contradict=(more("", _TOTAL, 11),)),
        grid_seed("indices_of_deprivation", deprivation, fields19, _deprivation("11")),
        grid_seed(
            "indices_of_deprivation",
            newer,
            _deprivation_fields("21"),
            _deprivation("21"),
            name="indices_of_deprivation-2025",
        ),
        grid_seed(
            "indices_of_deprivation",
            deprivation,
            fields19,
            _deprivation("11"),
            form="workbook",
            name="indices_of_deprivation-workbook",
        ),
        grid_seed("lsoa_lookup", miniature("geography/LSOA_2011*")[:13], _LOOKUP, _lookup),
        grid_seed(
            "lsoa11_parents",
            _rows(_LOOKUP11, *lookup11),
            _LOOKUP11,
            _parents("11", "sub_icb", "icb", "local_authority"),
        ),
        grid_seed("lsoa21_icb", _rows(_LOOKUP21, *lookup21), _LOOKUP21, _parents("21", "sub_icb", "icb")),
        grid_seed("lsoa21_ward", _rows(_WARDS, *wards), _WARDS, _parents("21", "ward", "local_authority")),
        grid_seed("lsoa_msoa", _rows(_MSOAS, *msoas), _MSOAS, _msoas),
        grid_seed("local_authority_region", _rows(_DISTRICTS, *districts), _DISTRICTS, _districts),
        grid_seed(
            "lsoa11_population",
            _rows(_POPULATION, *people),
            _POPULATION,
            _population,
            contradict=(more("", "total_population", 1), more("", "70", 1)),
        ),
        grid_seed(
            "lsoa11_population",
            _rows(_POPULATION, *people),
            _POPULATION,
            _population,
            form="workbook",
            name="lsoa11_population-workbook",
        ),
        grid_seed("rural_urban_2011", miniature("geography/ruc11*")[:13], _RUC11, _rurality("11")),
        grid_seed(
            "rural_urban_2021", miniature("geography/ruc21*")[:13], _RUC21, _rurality("21"), contradict=(_urban,)
        ),
        grid_seed("travel_times", _rows(_TRAVEL, *travel), _TRAVEL, _journeys),
        grid_seed(
            "travel_times", _rows(_TRAVEL, *travel), _TRAVEL, _journeys, form="workbook", name="travel_times-workbook"
        ),
        grid_seed("board_changes", _rows(_CHANGES, *_BOARDS), _CHANGES, _changes, by_row=True),
        Seed("boundaries", "boundaries", "geopackage", "boundaries.gpkg", {"": squares()}, _boundaries),
    ]


_CHANGES = (
    Field("valid_from", "date", "valid_from", day()),
    Field("icb_code", "key", "icb_code", code(_ICB)),
    Field("sub_icb_code", "code", "sub_icb_code", code("[0-9]{2}[A-Z]|[A-Z0-9]{5}", null=True), needed=False),
    Field("successor_icb_code", "code", "successor_icb_code", code(_ICB)),
    Field("successor_icb_name", "name", "successor_icb_name", name, needed=False),
    Field("region_code", "code", "region_code", code("Y[0-9]{2}", null=True), needed=False),
    Field("note"),
)


_BOARDS = (
    ["2027-04-01", "QE1", "", "N0W1X", "SYNTHETIC North West Board", "", ""],
    ["2027-04-01", "QYG", "", "N0W1X", "", "", "as announced"],
    ["2028-04-01", "N0W1X", "", "N0W2X", "SYNTHETIC North West Board — two", "", ""],
)


def _changes(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "valid_from", "icb_code", "sub_icb_code")
    return Truth({"core_board_change": rows})


def _urban(content: Content, random: Any) -> Content:
    grid = [list(row) for row in content[""]]
    row = grid[random.randrange(1, len(grid))]
    row[1] = "UN1" if row[1].startswith("R") else "RLN1"
    return {"": grid}
