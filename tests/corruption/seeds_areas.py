"""Sound files about small areas and the larger ones around them, and what is conserved of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import shapely

from tests.corruption.building import grid_seed, miniature, more, under
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Seed
from tests.corruption.plain import Row, Unfit, code, fields, name, whole, word

_GROUPS = {
    "white": "Ethnic group: White",
    "asian": "Ethnic group: Asian, Asian British or Asian Welsh",
    "black": "Ethnic group: Black, Black British, Black Welsh, Caribbean or African",
    "mixed": "Ethnic group: Mixed or Multiple ethnic groups",
    "other": "Ethnic group: Other ethnic group",
}
_TOTAL = "Ethnic group: Total: All usual residents"
_PEOPLE = {"total": _TOTAL, **_GROUPS}


def _ethnicity(headers: list[str]) -> Layout:
    detail = [header for header in headers if header not in {"geography code", *_PEOPLE.values()}]
    counted = [f"{header} | count | {key}_count" for key, header in _PEOPLE.items()]
    return Layout(
        fields("\n".join(["geography code | key | lsoa21_code", *counted, *detail])),
        (
            Conserved(
                "core_lsoa21_ethnicity",
                ", ".join(["lsoa21_code", *(f"{key}_count" for key in _PEOPLE)]),
                meant=lambda rows: [
                    row for row in rows if not re.fullmatch("(column )?total", row["date"].strip().lower())
                ],
            ),
        ),
        amount=_TOTAL,
    )


def _deprivation(vintage: str) -> Layout:
    imd = "Index of Multiple Deprivation (IMD)"
    return Layout(
        fields(
            f"""
            LSOA code (20{vintage}) | key | lsoa{vintage}_code; LSOA name (20{vintage})
            {imd} Score | number | imd_score; {imd} Rank (where 1 is most deprived) | count | imd_rank
            {imd} Decile (where 1 is most deprived 10% of LSOAs) | count | imd_decile; Income Score (rate)
            Employment Score (rate); Total population: mid 2015 (excluding prisoners)
            """
        ),
        (Conserved(f"core_lsoa{vintage}_deprivation", f"lsoa{vintage}_code, imd_score, imd_rank, imd_decile"),),
    )


def _parent(vintage: str, kind: str) -> Conserved:
    area, own = f"lsoa{vintage}_code", f"parent_code={kind}_code, " if kind.endswith("icb") else ""
    columns = f"{area}, {own}parent_ons_code={kind}_ons_code, parent_name={kind}_name"
    return Conserved(f"core_lsoa{vintage}_parent", columns, among=("parent_type", kind))


def _named(text: str) -> str:
    """A name; a lookup may have codes only."""
    return name(text) or "not given"


_NAMED = dict.fromkeys(("sub_icb_name", "icb_name", "local_authority_name", "ward_name", "msoa_name"), _named)
_LOOKUP11 = Layout(
    fields(
        """
        lsoa11_name; lsoa11_code | key | lsoa11_code; sicbl22_name | name | sub_icb_name
        sicbl22_code | code | sub_icb_ons_code; sicbl22_code_h | code | sub_icb_code; icb22_name | name | icb_name
        icb22_code | code | icb_ons_code; icb22_code_h | code | icb_code; ltla22_name | name | local_authority_name
        ltla22_code | code | local_authority_ons_code
        """,
        **_NAMED,
    ),
    (_parent("11", "sub_icb"), _parent("11", "icb"), _parent("11", "local_authority")),
)
_LOOKUP21 = Layout(
    fields(
        """
        lsoa21_name; lsoa21_code | key | lsoa21_code; sicbl24_name | name | sub_icb_name
        sicbl24_code | code | sub_icb_ons_code; sicbl24_code_nhs | code | sub_icb_code; icb24_name | name | icb_name
        icb24_code | code | icb_ons_code; icb24_code_nhs | code | icb_code
        """,
        **_NAMED,
    ),
    (_parent("21", "sub_icb"), _parent("21", "icb")),
)
_WARDS = Layout(
    fields(
        """
        lsoa21_name; lsoa21_code | key | lsoa21_code; ward24_name | name | ward_name
        ward24_code | code | ward_ons_code; ltla24_name | name | local_authority_name
        ltla24_code | code | local_authority_ons_code
        """,
        **_NAMED,
    ),
    (_parent("21", "ward"), _parent("21", "local_authority")),
)
_MSOAS = Layout(
    fields(
        "lsoa21cd | key | lsoa21_code; lsoa21nm; msoa21cd | code | msoa_ons_code; msoa21nm | name | msoa_name",
        **_NAMED,
    ),
    (
        Conserved(
            "core_lsoa21_parent",
            "lsoa21_code, parent_ons_code=msoa_ons_code, parent_name=msoa_name",
            among=("parent_type", "msoa"),
            distinct=True,
        ),
    ),
)
_DISTRICTS = Layout(
    fields(
        """
        ltla24_name | name | local_authority_name; ltla24_code | key | local_authority_code
        region24_name | name | region_name; region24_code | code | region_ons_code
        """
    ),
    (
        Conserved(
            "core_local_authority_region", "local_authority_code, local_authority_name, region_ons_code, region_name"
        ),
    ),
)
_AGES = [f"{age}" if age < 90 else "90+" for age in range(91)]
_SEXES = [f"{sex}{age}" for sex in "FM" for age in range(91)]


def _older(*ages: str) -> Callable[[Row], float]:
    """Residents of 65 and over, who stand in one column a year of age; a blank is no number."""

    def read(row: Row) -> float:
        counts = [whole(row[age]) for age in ages]
        if None in counts:
            raise Unfit("a blank age")
        return sum(count or 0 for count in counts)

    return read


_NAMES = {"11": "lsoa11_code", "21": "LSOA 2021 Code"}


def _population(vintage: str, total: str, ages: list[str], older: list[str]) -> Layout:
    area = f"lsoa{vintage}_code"
    made = {"residents_65_plus_count": _older(*older)}
    return Layout(
        fields(
            f"{_NAMES[vintage]} | key | {area}; {total} | count | residents_count;"
            + ";".join(f"{age} | count" for age in ages)
        ),
        (Conserved(f"core_lsoa{vintage}_population", f"{area}, residents_count", made=made),),
        amount=total,
    )


_POPULATION = _population("11", "total_population", _AGES, _AGES[65:])
_POPULATION21 = _population("21", "Total", _SEXES, [age for age in _SEXES if int(age[1:]) >= 65])
_TRAVEL = Layout(
    fields(
        """
        lsoa11_code | key | lsoa11_code; to_lsoa11_code | key | to_lsoa11_code; minutes | number | minutes
        """
    ),
    (Conserved("core_travel_time", "lsoa11_code, to_lsoa11_code, minutes"),),
)
_LOOKUP = Layout(
    fields(
        """
        F_LSOA11CD | key | lsoa11_code; LSOA11NM; LSOA21CD | key | lsoa21_code; LSOA21NM; CHGIND | code | change
        LAD22CD; LAD22NM; LAD22NMW; ObjectId
        """
    ),
    (Conserved("core_lsoa_lookup", "lsoa11_code, lsoa21_code, change"),),
)
_RUC11 = Layout(
    fields("lsoa11_code | key | lsoa11_code\nruc11_code | code | class_code\nruc\nclassification"),
    (
        Conserved(
            "core_lsoa11_rurality",
            "lsoa11_code, class_code",
            made={"is_rural": lambda row: (code(row["ruc11_code"]) or "")[:1] in {"D", "E", "F"}},
        ),
    ),
)


def _rural(row: Row) -> bool:
    """Whether an area is rural by its class, which its words must not contradict."""
    found, words = (code(row["ruc21_code"]) or "").startswith("R"), word(row["classification"])
    if words and ("rural" in words) != found:
        raise Unfit(words)
    return found


_RUC21 = Layout(
    fields("lsoa21_code | key | lsoa21_code\nruc21_code | code | class_code\nclassification | word\nruc"),
    (Conserved("core_lsoa21_rurality", "lsoa21_code, class_code", made={"is_rural": _rural}),),
)
_CHANGES = Layout(
    fields(
        """
        valid_from | date | valid_from; icb_code | key | icb_code; sub_icb_code | code | sub_icb_code
        successor_icb_code | code | successor_icb_code; successor_icb_name | name | successor_icb_name
        region_code | code | region_code; note
        """
    ),
    (
        Conserved(
            "core_icb_change",
            "valid_from, icb_code, sub_icb_code, successor_icb_code, successor_icb_name, region_code",
            made={"row": lambda row: row.number},
            apart=("row",),
        ),
    ),
)
_ICBS = [
    ["2027-04-01", "QE1", "", "N0W1X", "SYNTHETIC North West ICB", "", ""],
    ["2027-04-01", "QYG", "", "N0W1X", "", "", "as announced"],
    ["2028-04-01", "N0W1X", "", "N0W2X", "SYNTHETIC North West ICB — two", "", ""],
]


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


_BOUNDARIES = Layout(
    fields("lsoa21_code | key | area_code\nlsoa21_name | name | area_name"),
    (
        Conserved(
            "core_boundary",
            "area_code, area_name",
            made={"geometry": lambda row: _box(row["shape"])},
            seen={"geometry": lambda shape: _box(shape)},
        ),
    ),
)


def _box(shape: Any) -> tuple[int, ...]:
    """Between which tens of metres an area lies, which must be in Britain."""
    if shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        raise Unfit("no area")
    west, south, east, north = shape.bounds
    # Degrees that are said to be metres lie within a few hundred metres of the grid's origin, far out at sea.
    if not (-200_000 <= west <= east <= 800_000 and -200_000 <= south <= north <= 1_350_000 and max(north, east) > 400):
        raise Unfit("not in Britain")
    return tuple(round(value / 10) for value in (west, south, east, north))


def _boundaries(content: Content) -> list[Row]:
    layer = content[""]
    found = []
    for at, (row, shape) in enumerate(zip(layer["rows"], layer["geometry"], strict=True), start=1):
        texts: dict[str, Any] = {"shape": _metres(shape, layer["crs"])}
        for header, cell in zip(layer["columns"], row, strict=True):
            told = re.fullmatch(r"lsoa[0-9]{2}_?(code|cd|name|nm)", header.lower())
            if told:
                texts["lsoa21_code" if told[1] in {"code", "cd"} else "lsoa21_name"] = "" if cell is None else str(cell)
        found.append(Row(at, texts, (*layer["columns"], *map(str, row), str(shape), layer["crs"])))
    return found


def _metres(shape: Any, crs: str | None) -> Any:
    if crs != "EPSG:4326" or shape is None:
        return shape if crs == "EPSG:27700" else None
    import pyproj

    turn = pyproj.Transformer.from_crs(crs, "EPSG:27700", always_xy=True)
    return shapely.transform(shape, lambda points: _turned(turn, points))


def _turned(turn: Any, points: Any) -> Any:
    import numpy as np

    return np.column_stack(turn.transform(points[:, 0], points[:, 1]))


def _urban(content: Content, random: Any) -> Content:
    grid = [list(row) for row in content[""]]
    row = grid[random.randrange(1, len(grid))]
    row[1] = "UN1" if row[1].startswith("R") else "RLN1"
    return {"": grid}


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    areas = [f"E0199900{n}" for n in range(1, 9)]
    ethnicity = miniature("ethnicity/*")
    population, newer_population = (
        under(
            layout.fields,
            [
                [
                    area,
                    str(sum(10 + (age + at) % 7 for age in range(ages))),
                    *(str(10 + (age + at) % 7) for age in range(ages)),
                ]
                for at, area in enumerate(areas)
            ],
        )
        for layout, ages in ((_POPULATION, 91), (_POPULATION21, 182))
    )
    icbs = [["NHS SYNTHETIC ICB - 92A", "E38000264", "92A", "NHS SYNTHETIC ICB", "E54000052", "QXU"]] * 4
    icbs += [["NHS SYNTHETIC ICB - 01F", "E38000068", "01F", "NHS SYNTHETIC — ICB", "E54000008", "QYG"]] * 4
    lookup11 = [["SYNTHETIC x", area, *icbs[at], "SYNTHETIC Elmbridge", "E07000207"] for at, area in enumerate(areas)]
    lookup21 = [["SYNTHETIC x", area, *icbs[at]] for at, area in enumerate(areas)]
    wards = [
        ["SYNTHETIC x", area, f"Ward {at // 3}", f"E0500986{at // 3}", "SYNTHETIC place", "E06000002"]
        for at, area in enumerate(areas)
    ]
    msoas = [[area, "SYNTHETIC x", f"E0200098{at // 3}", f"SYNTHETIC {at // 3}"] for at, area in enumerate(areas)]
    districts = [
        [f"SYNTHETIC place {n}", f"E0600000{n}", "North East" if n < 3 else "Yorkshire", f"E1200000{1 + n // 3}"]
        for n in range(1, 7)
    ]
    travel = under(
        _TRAVEL.fields,
        [[a, b, str(5 + 2.5 * (i + j))] for i, a in enumerate(areas[:4]) for j, b in enumerate(areas[:4]) if a != b],
    )
    deprivation, newer = (miniature(f"deprivation/IoD20{year}*")[:13] for year in ("19", "25"))
    totals = (more("", "total_population", 1), more("", "70", 1))
    older = _deprivation("11")
    return [
        grid_seed("census_ethnicity", ethnicity[:13], _ethnicity(ethnicity[0]), contradict=(more("", _TOTAL, 11),)),
        grid_seed("indices_of_deprivation", deprivation, older),
        grid_seed("indices_of_deprivation", newer, _deprivation("21"), name="indices_of_deprivation-2025"),
        grid_seed(
            "indices_of_deprivation", deprivation, older, form="workbook", name="indices_of_deprivation-workbook"
        ),
        grid_seed("lsoa_lookup", miniature("geography/LSOA_2011*")[:13], _LOOKUP),
        grid_seed("lsoa11_parents", under(_LOOKUP11.fields, lookup11), _LOOKUP11),
        grid_seed("lsoa21_icb", under(_LOOKUP21.fields, lookup21), _LOOKUP21),
        grid_seed("lsoa21_ward", under(_WARDS.fields, wards), _WARDS),
        grid_seed("lsoa_msoa", under(_MSOAS.fields, msoas), _MSOAS),
        grid_seed("local_authority_region", under(_DISTRICTS.fields, districts), _DISTRICTS),
        grid_seed("lsoa11_population", population, _POPULATION, file="mid-2020.csv", contradict=totals),
        grid_seed(
            "lsoa11_population",
            population,
            _POPULATION,
            form="workbook",
            name="lsoa11_population-workbook",
            file="mid-2020.xlsx",
        ),
        grid_seed(
            "lsoa21_population", newer_population, _POPULATION21, file="mid-2022.csv", contradict=(more("", "F70", 1),)
        ),
        grid_seed("rural_urban_2011", miniature("geography/ruc11*")[:13], _RUC11),
        grid_seed("rural_urban_2021", miniature("geography/ruc21*")[:13], _RUC21, contradict=(_urban,)),
        grid_seed("travel_times", travel, _TRAVEL),
        grid_seed("travel_times", travel, _TRAVEL, form="workbook", name="travel_times-workbook"),
        grid_seed("board_changes", under(_CHANGES.fields, _ICBS), _CHANGES, by_row=True),
        Seed("boundaries", "boundaries", "geopackage", "boundaries.gpkg", {"": squares()}, _boundaries, _BOUNDARIES),
    ]
