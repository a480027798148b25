"""Directories of services as their keepers publish them: Open Referral UK 3.0, and our own template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sp_geo.synthetic.layouts.text import Published
from sp_geo.synthetic.voluntary import Voluntary
from sp_geo.synthetic.voluntary_calibration import WORDS
from sp_geo.synthetic.world import MARK

_TEMPLATE = [
    "service_id",
    "name",
    "organisation_id",
    "description",
    "category",
    "latitude",
    "longitude",
    "postcode",
    "serves",
    "areas_served",
    "places_per_quarter",
    "free_share",
    "open_to_referrals",
    "waiting_days",
    "evening",
    "weekend",
    "drop_in",
    "free_of_charge",
    "step_free",
    "age_from",
    "age_to",
    "languages",
    "communities",
    "last_checked",
]


def write(voluntary: Voluntary) -> Iterator[Published]:
    """One file an ICB that has a directory."""
    for icb in voluntary.icbs[voluntary.icbs["is_covered"]].itertuples():
        services = voluntary.services[voluntary.services["icb_code"] == icb.icb_code]
        name = f"example-{str(icb.icb_code).lower()}"
        is_template = icb.layout == "service_template"
        if is_template:
            at_place = (services["serves"] == "place").to_numpy()
            swapped = (services["fault"] == "swapped").to_numpy()
            north = np.where(swapped, services["longitude"], services["latitude"])
            east = np.where(swapped, services["latitude"], services["longitude"])
            said = services["says_capacity"].to_numpy()
            active = services["status"] == "active"
            frame = pd.DataFrame(
                {
                    "service_id": services["service_id"],
                    "name": services["name"].where(services["fault"] != "unnamed", ""),
                    "organisation_id": services["organisation_id"],
                    "description": MARK + "invented",
                    "category": services["category"],
                    "latitude": pd.Series(north, index=services.index).where(at_place),
                    "longitude": pd.Series(east, index=services.index).where(at_place),
                    "serves": services["serves"],
                    "areas_served": np.where(services["serves"] == "areas", str(icb.icb_ons_code), ""),
                    "places_per_quarter": services["places"].where(said),
                    "free_share": services["free_share"].where(said),
                    "open_to_referrals": np.where(said, np.where(services["open"], "yes", "no"), ""),
                    "waiting_days": services["waiting_days"].where(said),
                    **{
                        name: services[name]
                        for name in ("evening", "weekend", "drop_in", "free_of_charge", "step_free")
                    },
                    "age_from": services["age_from"],
                    "age_to": services["age_to"],
                    "languages": services["languages"],
                    "last_checked": services["last_checked"],
                }
            )
            data = frame[active].reindex(columns=_TEMPLATE).to_csv(index=False, lineterminator="\n").encode()
        else:
            rows = (dict(zip(services.columns, row, strict=True)) for row in services.itertuples(index=False))
            items = [_item(row, str(icb.icb_ons_code)) for row in rows]
            data = (json.dumps(items, ensure_ascii=False, indent=1) + "\n").encode()
        yield Published(
            path=f"directories/{name}.{'csv' if is_template else 'json'}",
            data=data,
            publication=str(icb.layout),
            title=f"Directory of services {name}",
            period=name,
            note={"directory": name, "covers": [str(icb.icb_code)]},
        )


def _item(row: dict[str, Any], area: str) -> dict[str, Any]:
    key = row["service_id"]
    north, east = row["latitude"], row["longitude"]
    if row["fault"] == "swapped":
        north, east = east, north
    item: dict[str, Any] = {
        "id": key,
        "name": row["name"],
        "description": f"{MARK}{WORDS[row['category']]}, an invented service",
        "status": row["status"],
        "minimum_age": row["age_from"],
        "maximum_age": row["age_to"],
        "assured_date": row["last_checked"],
        "organization": {
            "id": row["organisation_id"],
            "name": row["organisation_name"],
            "description": "An invented organisation",
        },
        "languages": [{"id": key, "name": name} for name in row["languages"].split(";")],
        "attributes": [
            {
                "id": key,
                "taxonomy_term": {
                    "id": key,
                    "name": WORDS[row["category"]],
                    "description": WORDS[row["category"]],
                    "taxonomy": "example",
                },
            }
        ],
    }
    if row["fault"] == "unnamed":
        del item["name"]
    item |= _place(row, key, north, east, area)
    if row["free_of_charge"] is not None:
        amount = 0 if row["free_of_charge"] == "yes" else 3
        item["cost_options"] = [{"id": key, "amount": amount, "option": "per session"}]
    if row["evening"] is not None:
        evening = row["evening"] == "yes"
        item["schedules"] = [
            {
                "id": key,
                "freq": "WEEKLY",
                "byday": "TU,SA" if row["weekend"] == "yes" else "TU",
                "opens_at": "18:00:00" if evening else "10:00:00",
                "closes_at": "20:00:00" if evening else "12:00:00",
            }
        ]
    if row["drop_in"] == "yes":
        item["description"] += ", drop-in"
    if row["says_capacity"]:
        item["capacity"] = {
            "places_per_quarter": row["places"],
            "free_share": row["free_share"],
            "waiting_days": row["waiting_days"],
            "open_to_referrals": bool(row["open"]),
        }
    return item


def _place(row: dict[str, Any], key: str, north: float, east: float, area: str) -> dict[str, Any]:
    if row["serves"] == "areas":
        return {"service_areas": [{"id": key, "name": "the ICB's area", "uri": area}]}
    kind = "virtual" if row["serves"] == "remote" else "physical"
    location: dict[str, Any] = {"id": key, "location_type": kind, "name": "An invented place"}
    if kind == "physical":
        location |= {"latitude": north, "longitude": east}
        if row["step_free"] is not None:
            words = "Step-free access" if row["step_free"] == "yes" else "No wheelchair access"
            location["accessibility"] = [{"id": key, "description": words}]
    return {"service_at_locations": [{"id": key, "location": location}]}
