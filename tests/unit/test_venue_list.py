"""Lists of places as councils and volunteers keep them, and opening hours as people write them."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.publications.reading.stated_hours import stated
from tests.unit.files import csv_file, read_as

WARM = "Address,Postcode,Opening hours,No. days open,lat,long,country20_name,lon\n"
SERVICES = "name,description,address,postcode,telephone,website\n"


def read(text: str) -> dict[str, pd.DataFrame]:
    """Checked frames of a CSV text, which must be recognised."""
    return read_as("venue_list", csv_file(text, "warm_spaces_2022.csv"), "warm-spaces")


def test_places_come_in_without_their_telephone() -> None:
    """Places have name, postcode and kind, and no telephone; a careless postcode is listed, semicolons explained."""
    frames = read(
        SERVICES + 'Choir,"Singing, ring 0161 496 0123","1 High Street, Town",m11ae,0161 496 0123,www.example.org\n'
    )
    service = frames["core_service"].iloc[0]
    assert service[["name", "description", "source", "serves"]].tolist() == [
        "Choir", "Singing, ring", "venue_list", "place",
    ]  # fmt: skip
    assert pd.isna(service["places_per_quarter"])
    assert frames["core_service_site"]["postcode"].tolist() == ["M1 1AE"]
    assert frames["core_service_term"][["vocabulary", "term"]].to_numpy().tolist() == [["venue list", "warm spaces"]]
    frames = read(SERVICES + "Choir,Singing,1 High Street,M11 1AEX,,\n")
    assert frames["core_service_site"]["postcode"].isna().all()
    assert frames["core_service_refused"][["outcome", "cause"]].to_numpy().tolist() == [
        ["warned", "the postcode is not one"]
    ]
    with pytest.raises(InvalidContent, match="semicolons"):
        read("name;address;postcode;telephone\nChoir;1 High Street;M1 1AE;\n")


def test_warm_spaces_of_england_only_and_each_once() -> None:
    """Places in England are read, each once, and the others are listed."""
    here = '"Hall<br>1 High Street, Town",M1 1AE,"Saturday 10am-2pm",1.0,53.48,-2.24,England,-2.24\n'
    there = '"Hall, Town",CF10 1AA,"Monday 10am-2pm",1.0,51.48,-3.18,Wales,-3.18\n'
    frames = read(WARM + here + there + here)
    assert frames["core_service"][["name", "weekend", "evening"]].to_numpy().tolist() == [["Hall", "yes", "no"]]
    causes = frames["core_service_refused"].set_index("record")["cause"].to_dict()
    assert causes == {"row 3": "outside England", "row 4": "the row stands twice"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "again", "cause"),
    [
        ("-2.24", "53.48", "53.48", "latitude and longitude are swapped"),
        ("53.48", "-2.24", "-2.25", "two columns say different things of longitude"),
        ("53.48", "", "", "the coordinates are not two numbers"),
    ],
)
def test_wrong_coordinates_cost_the_row(latitude: str, longitude: str, again: str, cause: str) -> None:
    """Wrong or contradictory coordinates cost their row, with the cause."""
    sound = "Hall,M1 1AE,,,53.48,-2.24,England,-2.24\n"
    frames = read(WARM + sound + f"Club,M1 1AE,,,{latitude},{longitude},England,{again}\n")
    assert frames["core_service_refused"][["record", "cause"]].to_numpy().tolist() == [["row 3", cause]]


@pytest.mark.parametrize(
    ("text", "days", "evening", "weekend"),
    [
        ("Mon  -  /  -  ; Tues  -   /  -  ; Wed 12:00 - 18:00 /  - ; Thurs - Sun  -  /  -", None, "yes", "no"),
        ("Mon  -  /  -  ; Tues  -   /  -  ; Wed - Sun  -  /  -", None, None, None),
        (
            "Mon 09:00 - 13:00 / 14:00 - 17:30 ; Tues - Fri  -  /  -  ; Sat 10:00 - 20:00 /  - ; Sun  -  /  -",
            2,
            "no",
            "yes",
        ),
        ("Mon: 9.30am - 1pm; 2pm - 5.30pmTue: ClosedWed: 9.30am - 1pmSat: ClosedSun: Closed", None, "no", "no"),
        ("Tuesday-Friday 9am-6pm, Saturday 9am-4pm", None, "yes", "yes"),
        ("Monday, Wednesday, Saturday 10am-12noon", None, "no", "yes"),
        ("Tuesdays & Fridays 10am-2pm", None, "no", "no"),
        ("Saturdays & Sundays 3.30pm-6.30pm", 2, "no", "yes"),
        ("Mon-Fri 9am-5pm, closed on Saturday", None, "no", "no"),
        ("Thurs 11:00 - 2:30", None, None, "no"),
        ("Tuesday 3-5pm", None, "no", "no"),
        ("Fri 9am-5", None, "no", "no"),
        ("Fri 6pm-midnight", None, "yes", "no"),
        ("Weekdays 9.30am-2pm", None, "no", "no"),
        ("Open 7 days a week", None, None, "yes"),
        ("24/7", 7, "yes", "yes"),
        ("9am-5pm", 7, "no", "yes"),
        ("9am-8pm", 7, "yes", "yes"),
        ("9am-8pm", 2, None, None),
        ("Wednesday evenings", None, None, "no"),
        ("10am-2pm on 10 & 17 Dec", 0, "no", None),
        ("Sunderland Road, monthly", None, None, None),
        ("See website", 0, None, None),
        ("", None, None, None),
    ],
)
def test_hours_are_read_no_further_than_they_are_clear(
    text: str, days: float | None, evening: str | None, weekend: str | None
) -> None:
    """Evenings and weekends are told as far as the hours are clear."""
    found = stated(text, days)
    assert (found.evening, found.weekend) == (evening, weekend)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ring 0161 832 3736.", "Ring ."),
        ("(0161) 832 3736 or +44 161 832 3736 or 020 7946 0000 or 07700900123", "or or or"),
        ("Childline 0800 1111", "Childline"),
        ("Mon 09:00 - 13:00 / 14:00 - 17:30; since 1998, charity 1234567", None),
        ("09.00 - 17.00, 01 10 2022", None),
    ],
)
def test_numbers_to_ring_go_and_hours_stay(text: str, left: str | None) -> None:
    """Telephone numbers are cut out, and hours and dates stay."""
    assert without_contacts(text) == (text if left is None else left)
