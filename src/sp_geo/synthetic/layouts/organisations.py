"""Practices and PCNs: ePCN workbooks, practice maps and the list of practices (epraccur)."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any, Final

import pandas as pd
import xlsxwriter

from sp_geo.core.archives import NO_DAY, parts_of, zip_bytes
from sp_geo.synthetic.layouts.text import Column, Published, archive, csv_bytes
from sp_geo.synthetic.world import MARK, World

_CCG: Final = {
    "details": ("Current Clinical \nCommissioning \nGroup Code", "Clinical\nCommissioning\nGroup Name"),
    "practice": ("Practice\nParent\nCCG Code", "Practice\nParent\nCCG Name"),
    "pcn": ("PCN Parent\nCCG Code", "PCN Parent\nCCG Name"),
    "match": ("Practice CCG and PCN\nCCG Match ",),
}
_SUB_ICB: Final = {
    "details": ("Current Sub ICB Loc Code", "Sub ICB Location"),
    "practice": ("Practice\nParent\nSub ICB Loc Code", "Practice\nParent\nSub ICB Loc Name"),
    "pcn": ("PCN Parent\nSub ICB Loc Code", "PCN Parent\nSub ICB Loc Name"),
    "match": ("Practice Sub ICB Loc and PCN Sub ICB Loc Match ",),
}
REGION_ONS: Final = {
    "Y56": "E40000003",
    "Y58": "E40000006",
    "Y59": "E40000005",
    "Y60": "E40000011",
    "Y61": "E40000013",
    "Y62": "E40000014",
    "Y63": "E40000012",
}
REGION_ONS_2022: Final = REGION_ONS | {
    "Y60": "E40000008",
    "Y61": "E40000007",
    "Y62": "E40000010",
    "Y63": "E40000009",
}


def write(world: World) -> list[Published]:
    """All files about organisations."""
    releases = world.releases
    files = [_workbook(world, releases.memberships, _SUB_ICB)]
    if releases.memberships_ccg:
        files.insert(0, _workbook(world, releases.memberships_ccg, _CCG))
    if releases.maps_ccg:
        files.append(_map(world, releases.maps_ccg, of_ccgs=True))
    files += [
        _map(world, releases.maps, of_ccgs=False),
        _epraccur(world, releases.practices),
        _succession(world, releases.practices),
    ]
    return files


def first_day(month: str) -> date:
    """First day of a month such as 2022-07."""
    return date(int(month[:4]), int(month[5:]), 1)


def _location_names(world: World, codes: pd.Series, headings: dict[str, tuple[str, ...]], day: str) -> list[str]:
    if headings is _CCG:
        return [f"NHS {code} CCG" for code in codes]
    return [str(name).upper() for name in world.places.locations(day)["name"].reindex(codes)]


def _workbook(world: World, month: str, headings: dict[str, tuple[str, ...]]) -> Published:
    """The ePCN workbook with all that is known on the 20th of the month."""
    until = first_day(month).replace(day=20)
    pcns = world.pcns[world.pcns["opened"] <= until.isoformat()]
    spells = world.spells[world.spells["valid_from"] <= until.isoformat()]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"author": "sp_geo demonstration", "created": datetime.combine(until, time(9, 30))})
    header = book.add_format({"bold": True, "text_wrap": True})
    details = book.add_worksheet("PCNDetails")
    location_code, location_name = headings["details"]
    size = len(pcns)
    _rows(
        details,
        header,
        {
            "PCN Code": list(pcns["pcn_code"]),
            "PCN Name": list(pcns["pcn_name"]),
            location_code: list(pcns["sub_icb_code"]),
            location_name: list(_location_names(world, pcns["sub_icb_code"], headings, until.isoformat())),
            "Open Date": _compact(pcns["opened"]),
            "Close Date": _compact(_known(pcns["closed"], until)),
            "Address Line 1": ["SYNTHETIC HEALTH CENTRE"] * size,
            **{f"Address Line {line}": [""] * size for line in (2, 3, 4, 5)},
            "Postcode": ["ZZ1 1ZZ"] * size,
        },
    )
    partners = book.add_worksheet("PCN Core Partner Details")
    practices = world.practices.set_index("practice_code").reindex(spells["practice_code"])
    parents = world.pcns.set_index("pcn_code").reindex(spells["pcn_code"])
    ours, theirs = practices["sub_icb_code"], parents["sub_icb_code"]
    _rows(
        partners,
        header,
        {
            "Partner\nOrganisation\nCode": list(spells["practice_code"]),
            "Partner\nName": list(practices["practice_name"]),
            headings["practice"][0]: list(ours),
            headings["practice"][1]: list(_location_names(world, ours, headings, until.isoformat())),
            "PCN Code": list(spells["pcn_code"]),
            "PCN Name": list(parents["pcn_name"]),
            headings["pcn"][0]: list(theirs),
            headings["pcn"][1]: list(_location_names(world, theirs, headings, until.isoformat())),
            "Practice to PCN\nRelationship\nStart Date": _compact(spells["valid_from"]),
            "Practice to PCN\nRelationship\nEnd Date": _compact(_last_day(_known(spells["valid_to"], until))),
            headings["match"][0]: [bool(match) for match in ours.to_numpy() == theirs.to_numpy()],
        },
    )
    book.close()
    return Published(
        path=f"organisations/ePCN.{month}.xlsx",
        data=zip_bytes(parts_of(buffer.getvalue()), NO_DAY),
        publication="epcn",
        title=f"ODS ePCN workbook, {month}",
        period=month,
    )


def _known(days: pd.Series, until: date) -> pd.Series:
    """Ends that had come by the day of the workbook."""
    return days.where(days <= until.isoformat())


def _last_day(days: pd.Series) -> pd.Series:
    """The day before: ODS writes the last day on which a spell holds."""
    return (pd.to_datetime(days) - pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")


def _compact(days: pd.Series) -> list[object]:
    """Days as ODS writes them: 20191001, and nothing where there is none."""
    return ["" if pd.isna(day) else str(day).replace("-", "") for day in days]


def _rows(sheet: xlsxwriter.worksheet.Worksheet, header: object, columns: dict[str, list[object]]) -> None:
    sheet.write_row(0, 0, list(columns), header)
    for index, values in enumerate(columns.values()):
        for row, value in enumerate(values, 1):
            if isinstance(value, bool):
                sheet.write_boolean(row, index, value)
            elif value != "":
                sheet.write_string(row, index, str(value))


def _map(world: World, month: str, *, of_ccgs: bool) -> Published:
    """Practices with patients in a month and what they belong to, as published in 2022 (with CCGs and STPs) or 2026."""
    day = first_day(month).isoformat()
    rows = world.practices_on(day).sort_values("practice_code")
    pcn = rows["practice_code"].map(world.membership_on(day)).fillna("U")
    subs = world.places.locations(day).reindex(rows["sub_icb_code"])
    icbs = world.places.icbs.reindex(subs["icb_code"])
    columns: dict[str, Any] = {
        "PUBLICATION": "GP_PRAC_PAT_LIST",
        "EXTRACT_DATE": first_day(month).strftime("%d%b%Y"),
        "PRACTICE_CODE": rows["practice_code"],
        "PRACTICE_NAME": rows["practice_name"],
        "PRACTICE_POSTCODE": rows["postcode"],
        "PCN_CODE": pcn,
        "PCN_NAME": pcn.map(world.pcns.set_index("pcn_code")["pcn_name"]).fillna("Unallocated"),
    }
    if of_ccgs:
        columns |= {
            "ONS_CCG_CODE": subs["ons_code"],
            "CCG_CODE": rows["sub_icb_code"],
            "CCG_NAME": "NHS " + rows["sub_icb_code"] + " CCG",
            "ONS_STP_CODE": icbs["ons_code"],
            "STP_CODE": subs["icb_code"],
            "STP_NAME": icbs["name"].str.removeprefix("NHS ").str.removesuffix(" Integrated Care Board"),
        }
    else:
        columns |= {
            "ONS_SUB_ICB_LOCATION_CODE": subs["ons_code"],
            "SUB_ICB_LOCATION_CODE": rows["sub_icb_code"],
            "SUB_ICB_LOCATION_NAME": subs["name"],
            "ONS_ICB_CODE": icbs["ons_code"],
            "ICB_CODE": subs["icb_code"],
            "ICB_NAME": icbs["name"],
        }
    columns |= {
        "ONS_COMM_REGION_CODE": icbs["region_code"].map(REGION_ONS_2022 if of_ccgs else REGION_ONS),
        "COMM_REGION_CODE": icbs["region_code"],
        "COMM_REGION_NAME": icbs["region_name"],
    }
    columns |= {} if of_ccgs else {"SUPPLIER_NAME": "Unknown"}
    data = csv_bytes(columns, len(rows), newline="\n" if of_ccgs else "\r\n")
    return Published(
        path=f"organisations/gp-reg-pat-prac-map.{month}.zip",
        data=archive("gp-reg-pat-prac-map.csv", data, first_day(month).replace(day=12)),
        publication="practice_map",
        title=f"Patients Registered at a GP Practice, practice map, {month}",
        period=month,
    )


def _epraccur(world: World, month: str) -> Published:
    """Practices as ODS lists them: 27 columns without a header, closed practices among them."""
    day = first_day(month)
    rows = world.practices[world.practices["opened"] <= day.isoformat()].sort_values("practice_code")
    icb = world.places.locations(day.isoformat())["icb_code"].reindex(rows["sub_icb_code"])
    region = world.places.icbs["region_code"].reindex(icb).to_numpy(dtype=object)
    closed = _known(rows["closed"], day)
    opened, left = pd.Series(_compact(rows["opened"])), pd.Series(_compact(_last_day(closed)))
    location = rows["sub_icb_code"].to_numpy(dtype=object)
    values: list[Column] = [
        rows["practice_code"].to_numpy(dtype=object),
        rows["practice_name"].to_numpy(dtype=object),
        region,
        icb.to_numpy(dtype=object),
        MARK + "HEALTH CENTRE",
        *[""] * 4,
        rows["postcode"].to_numpy(dtype=object),
        opened,
        left,
        closed.notna().map({True: "C", False: "A"}).to_numpy(dtype=object),
        "B",
        location,
        opened,
        left,
        *[""] * 4,
        "0",
        "",
        location,
        "",
        "4",
        "",
    ]
    columns = {str(number): value for number, value in enumerate(values)}
    data = csv_bytes(columns, len(rows), header=False, quote_all=True)
    return Published(
        path=f"organisations/epraccur.{month}.zip",
        data=archive("epraccur.csv", data, day),
        publication="epraccur",
        title=f"ODS general practices (epraccur), {month}",
        period=month,
    )


def _succession(world: World, month: str) -> Published:
    """Which practice followed one that closed: five columns without a header, as ODS lists successors."""
    day = first_day(month)
    rows = world.practices.dropna(subset=["successor_code"]).sort_values("practice_code")
    rows = rows[rows["closed"] <= day.isoformat()]
    columns: dict[str, Column] = {
        "practice": rows["practice_code"],
        "successor": rows["successor_code"],
        "reason": "1",
        "effective": pd.Series(_compact(rows["closed"]), dtype=object),
        "indicator": "S",
    }
    data = csv_bytes(columns, len(rows), header=False, quote_all=True)
    return Published(
        path=f"organisations/succession.{month}.zip",
        data=archive("succ.csv", data, day),
        publication="practice_succession",
        title=f"ODS succession of practices, {month}",
        period=month,
    )
