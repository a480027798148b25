"""NHS Payments to General Practice, one financial year: registered and weighted patients of practices."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.quarters import FinancialYear
from sp_geo.synthetic.layouts.text import Column, Published, archive, csv_bytes, decimals
from sp_geo.synthetic.world import World

YEAR: Final = FinancialYear(2022)
LISTS: Final = "2022-07"
"""Extract whose registered patients the year has."""
HEADERS: Final = """
NHS England (Region) code; NHS England (Region) Name; CCG Code; Sub ICB NAME; Code; CCG NAME; Practice Code; Practice
Name; Practice Address; Practice Postcode; Practice Open Date; Practice Close Date; Contract Type; Dispensing
Practice; Practice type; Practice Rurality; Atypical characteristics; Number of Registered Patients (Last Known
Figure); Number of Weighted Patients (Last Known Figure); Average payments per registered patient; Average payments
per weighted patient; Global Sum; MPIG Correction factor; Balance of PMS Expenditure; Total QOF Payments; Childhood
Vaccination and Immunisation Scheme; GP Extended Hours Access; Influenza and Pneumococcal Immunisations; Learning
Disabilities; Meningitis; Minor Surgery; Out Of Area in Hours Urgent Care; Pertussis; Rotavirus and Shingles
Immunisation; Services for Violent Patients; Medical Assessment Reviews; Weight Management Service; Local Incentive
Schemes; Premises Payments; Seniority; Doctors Retainer Scheme Payments; Total Locum Allowances; Appraisal - Appraiser
Costs in Respect of Locums; Prolonged Study Leave; PCO Admin Other; Information Management and Technology; Non DES
Item Pneumococcal Vaccine, Childhood Immunisation Main Programme; General Practice Transformation; PCN Participation;
Prescribing Fee Payments; Dispensing Fee Payments; Reimbursement of Drugs; winter Access Fund; Other Payments; Total
NHS Payments to General Practice; Deductions for Pensions, Levies and Prescription Charge Income; Total NHS Payments
to General Practice Minus Deductions; Total NHS Payments to General Practice including covid vaccination, covid
support and long covid payments; Total NHS Payments including PCN Workforce, Leadership and Support; Total NHS
Payments to General Practice including Covid and PCN payments; Total NHS Payments to General Practice including Covid
and PCN payments minus deductions; PCN Leadership; PCN Support; PCN Extended Hours Access; PCN Workforce; PCN
Investment and impact Fund; PCN Care Home Premium; PCN Enhanced Access; Covid Immunisation; Covid Support and
Expansion; Long Covid; Average payments per registered patient including PCN Workforce, Leadership and Support;
Average payments per weighted patient including PCN Workforce, Leadership and Support; Average payments per registered
patient including covid vaccination, covid support and long covid payments; Average payments per weighted patient
including covid vaccination, covid support and long covid payments
"""
"""As published for this year, in their order; money that the demonstration has none of stands as 0."""
_PER_POINT: Final = 0.004
_PER_SHARE: Final = 1.2
"""How much heavier a practice is for a point of deprivation, and for its share of patients aged 65 and over."""
_FIRST_OF_65: Final = 13
_PAID: Final = ("Global Sum", "Total QOF Payments", "Total NHS Payments to General Practice")
_POUNDS: Final = (104.73, 10.5, 164.64)
"""For each weighted patient; the money is no part of the demonstration."""


def write(world: World) -> list[Published]:
    """The one file: every practice that was open in the year, those that closed in it with 0 as the publisher does."""
    start, end = YEAR.start.isoformat(), YEAR.end.isoformat()
    practices = world.practices
    paid = (practices["opened"] <= end) & (practices["closed"].isna() | (practices["closed"] >= start))
    rows = practices[paid].sort_values("practice_code", ignore_index=True)
    lists = world.lists[world.lists["release"] == LISTS].set_index("practice_code")["patients"]
    is_open = rows["closed"].isna() | (rows["closed"] > end)
    registered = rows["practice_code"].map(lists).where(is_open).fillna(0).astype(float)
    # Weight of one patient of each practice: 1, more with deprivation and age; what is not known is average.
    codes = rows["practice_code"]
    scores = world.by_area["area_code"].map(world.areas11.set_index("lsoa11_code")["imd_score"])
    located = world.by_area.assign(points=world.by_area["patients"] * scores).dropna(subset=["points"])
    sums = located.groupby("practice_code", observed=True)[["points", "patients"]].sum()
    deprivation = codes.map(sums["points"] / sums["patients"])
    ages = world.ages[world.ages["release"] == world.ages["release"].min()]
    everybody = ages.groupby("practice_code", observed=True)["patients"].sum()
    older = ages[ages["band"] >= _FIRST_OF_65].groupby("practice_code", observed=True)["patients"].sum()
    aged = codes.map(older / everybody)
    more = _PER_POINT * (deprivation - deprivation.mean()).fillna(0) + _PER_SHARE * (aged - aged.mean()).fillna(0)
    heavier = registered * np.asarray(np.maximum(1 + more.to_numpy(dtype=float), 0.4))
    # The formula shares out one total: as many weighted patients as registered ones.
    weighted = heavier * registered.sum() / heavier.sum()
    places = world.places.locations(end)
    sub_icb = rows["sub_icb_code"]
    pcn = rows["practice_code"].map(world.membership_on(end))
    known: dict[str, Column] = {
        "NHS England (Region) code": sub_icb.map(places["icb_code"]).map(world.places.icbs["region_code"]),
        "NHS England (Region) Name": sub_icb.map(places["icb_code"]).map(world.places.icbs["region_name"]),
        "CCG Code": sub_icb,
        "Sub ICB NAME": sub_icb.map(places["name"]),
        # As published for this year: the headers of the PCN's columns are those of something else.
        "Code": pcn.fillna("Unknown or no PCN"),
        "CCG NAME": pcn.map(world.pcns.set_index("pcn_code")["pcn_name"]).fillna("Unknown or no PCN"),
        "Practice Code": rows["practice_code"],
        "Practice Name": rows["practice_name"],
        "Practice Address": "NOWHERE",
        "Practice Postcode": rows["postcode"].str.replace(" ", "  "),
        "Practice Open Date": _day(rows["opened"]),
        "Practice Close Date": _day(rows["closed"]),
        **dict.fromkeys(("Contract Type", "Dispensing Practice", "Practice type"), "not told"),
        **dict.fromkeys(("Practice Rurality", "Atypical characteristics"), ""),
        "Number of Registered Patients (Last Known Figure)": decimals(registered, 2),
        "Number of Weighted Patients (Last Known Figure)": decimals(weighted, 2),
        **{name: decimals(weighted * pounds, 2) for name, pounds in zip(_PAID, _POUNDS, strict=True)},
    }
    names = " ".join(HEADERS.split()).split("; ")
    columns: dict[str, Column] = {name: known.get(name, "0") for name in names}
    return [
        Published(
            path="payments/nhspaymentsgp.22-23.zip",
            data=archive(
                "22-23.csv", csv_bytes(columns, len(rows), newline="\r\n", byte_order_mark=True), date(2023, 11, 9)
            ),
            publication="nhs_payments",
            title=f"NHS Payments to General Practice, {YEAR}",
            period=str(YEAR),
        )
    ]


def _day(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).dt.strftime("%d/%m/%Y").fillna("")
