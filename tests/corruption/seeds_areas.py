"""Sound files about small areas and the larger ones around them, and what is conserved of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import shapely

from tests.corruption.building import miniature, more, seed_of, table
from tests.corruption.conserved import Conserved, Layout, layout
from tests.corruption.model import Content, Grid, Seed
from tests.corruption.reading import UNFIT, Row, count, fields

AREAS = [f"E0199900{n}" for n in range(1, 9)]

_GROUPS = {
    "total": "Total: All usual residents",
    "white": "White",
    "asian": "Asian, Asian British or Asian Welsh",
    "black": "Black, Black British, Black Welsh, Caribbean or African",
    "mixed": "Mixed or Multiple ethnic groups",
    "other": "Other ethnic group",
}
_TOTAL = f"Ethnic group: {_GROUPS['total']}"
_ETHNICITY = layout(
    "core_lsoa21_ethnicity",
    "date | name; geography | name; geography code | key | lsoa21_code\n"
    + "\n".join(f"Ethnic group: {name} | count | {key}_count" for key, name in _GROUPS.items()),
    meant=lambda rows: [row for row in rows if not re.fullmatch("(column )?total", row["date"].strip().lower())],
    amount=_TOTAL,
)


def _deprivation(vintage: str) -> Layout:
    imd = "Index of Multiple Deprivation (IMD)"
    return layout(
        f"core_lsoa{vintage}_deprivation",
        f"""
        LSOA code (20{vintage}) | key | lsoa{vintage}_code; {imd} Score | number | imd_score
        {imd} Rank (where 1 is most deprived) | count | imd_rank
        {imd} Decile (where 1 is most deprived 10% of LSOAs) | count | imd_decile
        """,
    )


def _parents(vintage: str, area: str, **kinds: tuple[str, str, str]) -> Layout:
    """A lookup of areas in larger ones: by kind, the headers of its code, its ONS code and its name."""
    own = f"lsoa{vintage}_code"
    columns, conserved = [f"{area} | key | {own}"], []
    for kind, (code, ons, name) in kinds.items():
        columns += [f"{code} | code | {kind}_code"] if code else []
        columns += [f"{ons} | code | {kind}_ons_code", f"{name} | given | {kind}_name"]
        pairs = f"{own}, parent_ons_code={kind}_ons_code, parent_name={kind}_name"
        pairs += f", parent_code={kind}_code" if code else ""
        among = ("parent_type", kind)
        conserved.append(Conserved(f"core_lsoa{vintage}_parent", pairs, among=among, distinct=kind == "msoa"))
    return Layout(fields("\n".join(columns)), tuple(conserved))


_DISTRICTS = layout(
    "core_local_authority_region",
    """
    ltla24_name | name | local_authority_name; ltla24_code | key | local_authority_code
    region24_name | name | region_name; region24_code | code | region_ons_code
    """,
)


def _population(vintage: str, area: str, total: str, ages: list[str]) -> tuple[Grid, Layout]:
    """Residents by year of age, of whom those of 65 and over stand in no one column."""
    own = f"lsoa{vintage}_code"
    older = [age for age in ages if int(age.strip("FM+")) >= 65]

    def seniors(row: Row) -> Any:
        counts = [count(row[age]) for age in older]
        return UNFIT if None in counts else sum(counts)

    columns = f"{area} | key | {own}; {total} | count | residents_count;" + ";".join(f"{age} | count" for age in ages)
    made = {"residents_65_plus_count": seniors}
    looked = layout(
        f"core_lsoa{vintage}_population",
        columns,
        columns=f"{own}, residents_count",
        made=made,
        amount=total,
    )
    people = [[10 + (age + at) % 7 for age in range(len(ages))] for at in range(len(AREAS))]
    rows = [[code, str(sum(held)), *map(str, held)] for code, held in zip(AREAS, people, strict=True)]
    return [[area, total, *ages], *rows], looked


_LOOKUP = layout(
    "core_lsoa_lookup", "F_LSOA11CD | key | lsoa11_code; LSOA21CD | key | lsoa21_code; CHGIND | code | change"
)
_RUC11 = layout("core_lsoa11_rurality", "lsoa11_code | key | .; ruc11_code | code | class_code")
_RUC21 = layout("core_lsoa21_rurality", "lsoa21_code | key | .; ruc21_code | code | class_code; classification | word")
_TRAVEL = layout("core_travel_time", "lsoa11_code | key | .; to_lsoa11_code | key | .; minutes | number | .")
_CHANGES = layout(
    "core_icb_change",
    """
    valid_from | date | .; icb_code | key | .; sub_icb_code | code | .; successor_icb_code | code | .
    successor_icb_name | name | .; region_code | code | .
    """,
    columns="valid_from, icb_code, sub_icb_code, successor_icb_code, successor_icb_name, region_code",
    made={"row": lambda row: row.number},
    apart=("row",),
)
_BECOME = """
valid_from,icb_code,sub_icb_code,successor_icb_code,successor_icb_name,region_code,note
2027-04-01,QE1,,N0W1X,SYNTHETIC North West ICB,,
2027-04-01,QYG,,N0W1X,,,as announced
2028-04-01,N0W1X,,N0W2X,SYNTHETIC North West ICB — two,,
"""


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


_BOUNDARIES = layout(
    "core_boundary",
    "lsoa21_code | key | area_code; lsoa21_name | name | area_name",
    columns="area_code, area_name",
    made={"geometry": lambda row: _box(row.texts["shape"])},
    seen={"geometry": lambda shape: _box(shape)},
)


def _box(shape: Any) -> Any:
    """Between which tens of metres an area lies, which must be in Britain."""
    if shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        return UNFIT
    west, south, east, north = shape.bounds
    # Degrees that are said to be metres lie within a few hundred metres of the grid's origin, far out at sea.
    if not (-200_000 <= west <= east <= 800_000 and -200_000 <= south <= north <= 1_350_000 and max(north, east) > 400):
        return UNFIT
    return tuple(round(value / 10) for value in (west, south, east, north))


def _boundaries(content: Content) -> list[Row]:
    layer = content[""]
    found = []
    for at, (row, shape) in enumerate(zip(layer["rows"], layer["geometry"], strict=True), start=1):
        texts: dict[str, Any] = {"shape": _metres(shape, layer["crs"])}
        for header, cell in zip(layer["columns"], row, strict=True):
            told = re.fullmatch(r"lsoa21_?(code|cd|name|nm)", header.lower())
            if told:
                texts["lsoa21_code" if told[1] in {"code", "cd"} else "lsoa21_name"] = "" if cell is None else str(cell)
        found.append(Row(at, texts, (*layer["columns"], *map(str, row), str(shape), layer["crs"])))
    return found


def _metres(shape: Any, crs: str | None) -> Any:
    if crs != "EPSG:4326" or shape is None:
        return shape if crs == "EPSG:27700" else None
    import geopandas

    return geopandas.GeoSeries([shape], crs=crs).to_crs(27700)[0]


def _urban(content: Content, random: Any) -> Content:
    grid = [list(row) for row in content[""]]
    row = grid[random.randrange(1, len(grid))]
    row[1] = "UN1" if row[1].startswith("R") else "RLN1"
    return {"": grid}


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    first, second = (
        _population("11", "lsoa11_code", "total_population", [*map(str, range(90)), "90+"]),
        _population("21", "LSOA 2021 Code", "Total", [f"{sex}{age}" for sex in "FM" for age in range(91)]),
    )
    icbs = ("NHS SYNTHETIC ICB - 92A,E38000264,92A,NHS SYNTHETIC ICB,E54000052,QXU",
            "NHS SYNTHETIC ICB - 01F,E38000068,01F,NHS SYNTHETIC — ICB,E54000008,QYG")  # fmt: skip
    lookups: dict[str, tuple[str, Callable[[int, str], str], Layout]] = {
        "lsoa11_parents": (
            "lsoa11_name,lsoa11_code,sicbl22_name,sicbl22_code,sicbl22_code_h,icb22_name,icb22_code,icb22_code_h,"
            "ltla22_name,ltla22_code",
            lambda at, area: f"SYNTHETIC x,{area},{icbs[at // 4]},SYNTHETIC Elmbridge,E07000207",
            _parents(
                "11",
                "lsoa11_code",
                sub_icb=("sicbl22_code_h", "sicbl22_code", "sicbl22_name"),
                icb=("icb22_code_h", "icb22_code", "icb22_name"),
                local_authority=("", "ltla22_code", "ltla22_name"),
            ),
        ),
        "lsoa21_icb": (
            "lsoa21_name,lsoa21_code,sicbl24_name,sicbl24_code,sicbl24_code_nhs,icb24_name,icb24_code,icb24_code_nhs",
            lambda at, area: f"SYNTHETIC x,{area},{icbs[at // 4]}",
            _parents(
                "21",
                "lsoa21_code",
                sub_icb=("sicbl24_code_nhs", "sicbl24_code", "sicbl24_name"),
                icb=("icb24_code_nhs", "icb24_code", "icb24_name"),
            ),
        ),
        "lsoa21_ward": (
            "lsoa21_name,lsoa21_code,ward24_name,ward24_code,ltla24_name,ltla24_code",
            lambda at, area: f"SYNTHETIC x,{area},Ward {at // 3},E0500986{at // 3},SYNTHETIC place,E06000002",
            _parents(
                "21",
                "lsoa21_code",
                ward=("", "ward24_code", "ward24_name"),
                local_authority=("", "ltla24_code", "ltla24_name"),
            ),
        ),
        "lsoa_msoa": (
            "lsoa21cd,lsoa21nm,msoa21cd,msoa21nm",
            lambda at, area: f"{area},SYNTHETIC x,E0200098{at // 3},SYNTHETIC {at // 3}",
            _parents("21", "lsoa21cd", msoa=("", "msoa21cd", "msoa21nm")),
        ),
        "local_authority_region": (
            "ltla24_name,ltla24_code,region24_name,region24_code",
            lambda at, _: (
                f"SYNTHETIC place {at},E0600000{at},{'North' if at < 3 else 'Yorkshire'},E1200000{1 + at // 3}"
            ),
            _DISTRICTS,
        ),
        "travel_times": (
            "lsoa11_code,to_lsoa11_code,minutes",
            lambda at, area: f"{area},{AREAS[at - 1]},{5 + 2.5 * at}\n{area},{AREAS[at - 2]},9",
            _TRAVEL,
        ),
    }
    grids = {
        kind: table("\n".join([header, *(row(at, area) for at, area in enumerate(AREAS))]))
        for kind, (header, row, _) in lookups.items()
    }
    deprivation, newer = (miniature(f"deprivation/IoD20{year}*", 12) for year in ("19", "25"))
    totals = (more("", "total_population", 1), more("", "70", 1))
    return [
        seed_of("census_ethnicity", miniature("ethnicity/*", 12), _ETHNICITY, contradict=(more("", _TOTAL, 11),)),
        *(
            seed_of("indices_of_deprivation", deprivation, _deprivation("11"), form=form)
            for form in ("csv", "workbook")
        ),
        seed_of("indices_of_deprivation", newer, _deprivation("21"), name="indices_of_deprivation-2025"),
        seed_of("lsoa_lookup", miniature("geography/LSOA_2011*", 12), _LOOKUP),
        *(seed_of(kind, grids[kind], looked) for kind, (_, _, looked) in lookups.items()),
        seed_of("travel_times", grids["travel_times"], _TRAVEL, form="workbook"),
        seed_of("lsoa11_population", *first, file="mid-2020.csv", contradict=totals),
        seed_of("lsoa11_population", *first, form="workbook", file="mid-2020.xlsx"),
        seed_of("lsoa21_population", *second, file="mid-2022.csv", contradict=(more("", "F70", 1),)),
        seed_of("rural_urban_2011", miniature("geography/ruc11*", 12), _RUC11),
        seed_of("rural_urban_2021", miniature("geography/ruc21*", 12), _RUC21, contradict=(_urban,)),
        seed_of("board_changes", table(_BECOME), _CHANGES, by_row=True),
        Seed("boundaries", "boundaries", "geopackage", "boundaries.gpkg", {"": squares()}, _boundaries, _BOUNDARIES),
    ]
