"""Open Referral UK 3.0 as JSON and as a package of CSV files: what is taken, what is refused, and why."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent, SpGeoError, UnrecognisedFile
from sp_geo.publications.catalogue import recognise
from sp_geo.publications.open_referral import reader as open_referral
from sp_geo.publications.open_referral_package import reader as open_referral_package
from sp_geo.publications.reading import json_stream
from sp_geo.publications.reading.referral_service import faults_of
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import kind_of, open_path
from tests.unit.files import identifier, read_as, validated, zipped


def location(number: int, latitude: Any = 53.48, longitude: Any = -2.24, **more: Any) -> dict[str, Any]:
    """A service at a location with coordinates."""
    place = {"id": identifier(900 + number), "location_type": "physical", "latitude": latitude, "longitude": longitude}
    return {"id": identifier(800 + number), "location": place | more}


def service(number: int = 1, **more: Any) -> dict[str, Any]:
    """A sound service at one place, with changes; a change to None takes the field away."""
    item: dict[str, Any] = {
        "id": identifier(number),
        "name": f"Walking group {number}",
        "status": "active",
        "organization": {"id": identifier(500), "name": "Example Trust", "description": "Walks"},
        "service_at_locations": [location(number)],
    }
    return {name: value for name, value in (item | more).items() if value is not None}


def document(value: Any, encoding: str = "utf-8") -> Document:
    """A JSON document; text is taken as it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Document("directory.json", "json", text.encode(encoding))


def read(value: Any, encoding: str = "utf-8") -> dict[str, Any]:
    """Checked frames of a JSON document."""
    return validated(open_referral.read(document(value, encoding), "example"))


def only(**more: Any) -> Any:
    """The row of core_service of one service."""
    frame = read([service(**more)])["core_service"]
    assert len(frame) == 1
    return frame.iloc[0]


def said_or_none(cell: Any) -> Any:
    """A cell, or None where nothing is said."""
    return None if pd.isna(cell) else cell


def faults(*items: Any) -> list[tuple[str, str]]:
    """Outcome and cause of every listed fault."""
    frame = read(list(items))["core_service_refused"]
    return list(zip(frame["outcome"], frame["cause"], strict=True))


@pytest.mark.parametrize(
    "wrapped",
    [
        [service(1)],
        service(1),
        {"total_pages": 1, "contents": [service(1)], "page_number": 1},
        {"services": [service(1)], "faults": []},
    ],
    ids=["list", "single", "page", "fetched"],
)
def test_every_wrapping_gives_the_same_service(wrapped: Any) -> None:
    """A list, a page, a single service and a fetched file give the same service."""
    frames = read(wrapped)
    assert recognise(document(wrapped)).key == "open_referral"
    assert frames["core_service"]["service_id"].tolist() == [f"example/{identifier(1)}"]
    assert frames["core_service"]["serves"].tolist() == ["place"]
    assert frames["core_service_site"][["latitude", "longitude"]].iloc[0].tolist() == [53.48, -2.24]
    assert frames["core_directory"]["directory_id"].tolist() == ["example"]


def test_faults_of_a_fetch_are_carried() -> None:
    """Pages that could not be fetched are listed with the services."""
    frames = read({"services": [service(1)], "faults": [{"where": "page 3", "cause": "no JSON", "detail": "x"}]})
    assert frames["core_service_refused"][["record", "outcome", "cause"]].to_numpy().tolist() == [
        ["page 3", "warned", "no JSON"]
    ]


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"id": None}, "id is missing"),
        ({"name": None}, "name is missing"),
        ({"status": None}, "status is missing"),
        ({"status": "open"}, "status is not one of the allowed values"),
        ({"status": "inactive"}, "not active"),
        ({"name": 7}, "name is of the wrong type"),
        ({"minimum_age": "12"}, "minimum_age is of the wrong type"),
        ({"minimum_age": 70, "maximum_age": 18}, "the youngest age is above the oldest"),
        ({"minimum_age": -1}, "minimum_age is negative"),
        ({"schedules": {}}, "schedules is of the wrong type"),
        ({"schedules": [{"id": identifier(3), "freq": "DAILY"}]}, "schedules/freq is not one of the allowed values"),
        ({"service_at_locations": [location(1, -2.24, 53.48)]}, "latitude and longitude are swapped"),
        (
            {"service_at_locations": [location(1, "53.48")]},
            "service_at_locations/location/latitude is of the wrong type",
        ),
        ({"capacity": {"places_per_quarter": -4}}, "places_per_quarter is negative"),
        ({"capacity": {"free_share": 1.2}}, "free_share is too large"),
        ({"capacity": 12}, "capacity is not an object"),
        ({"name": "=SUM(A1:A9)"}, "a cell holds a formula"),
        ({"name": "broken \ud800"}, "the text cannot be read"),
    ],
)
def test_a_faulty_service_is_refused_alone(change: dict[str, Any], cause: str) -> None:
    """A faulty service is refused alone, with its cause."""
    text = json.dumps([service(1) | change if None not in change.values() else service(1, **change), service(2)])
    frames = read(text)
    assert frames["core_service"]["name"].tolist() == ["Walking group 2"]
    refused = frames["core_service_refused"]
    assert refused["cause"].tolist() == [cause]
    assert refused["outcome"].tolist() == ["refused"]
    assert refused["record"].iloc[0].startswith("item 1")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"email": "nobody"}, "email is not well formed"),
        ({"url": "no address"}, "url is not well formed"),
        ({"last_modified": "2026-02-30T10:00:00Z"}, "last_modified is not well formed"),
        ({"id": "not-a-uuid"}, "id is not well formed"),
        ({"alert": None}, "alert is null"),
        ({"organization": {"id": identifier(5), "name": "Trust"}}, "organization/description is missing"),
        ({"service_areas": [{"id": identifier(4), "name": "Everywhere"}]}, "the area served has no code"),
        ({"assured_date": "last spring"}, "assured_date is not a day"),
        (
            {"service_at_locations": [location(1), location(2, -2.24, 53.48)]},
            "a site was left out: latitude and longitude are swapped",
        ),
    ],
)
def test_a_fault_of_form_is_listed_and_the_service_kept(change: dict[str, Any], cause: str) -> None:
    """A fault of form is listed and costs no service."""
    item = service(1) | change
    assert ("warned", cause) in faults(item)
    assert len(read([item])["core_service"]) == 1


def test_identifiers_that_stand_twice_are_refused() -> None:
    """A repeated service, or another organisation's identifier, is refused; what a directory adds is passed over."""
    other = {"organization": {"id": identifier(500), "name": "Another Trust", "description": "x"}}
    found = faults(service(1), service(1), service(2, **other))
    assert sorted(found) == [
        ("refused", "the identifier stands twice"),
        ("refused", "two organisations have one identifier"),
    ]
    assert faults(service(1, our_own={"deep": [1, 2]}, eligible_ages=None)) == []


def test_where_a_service_is_given_is_told() -> None:
    """A physical address is a place and a postal one is none; virtual locations are remote, and stated areas are areas."""
    address = {"id": identifier(7), "address_1": "1 Street", "city": "M", "state_province": "GM", "country": "GB"}
    post = address | {"postal_code": "M1 1AE", "address_type": "postal"}
    at = {"id": identifier(8), "location": {"id": identifier(9), "location_type": "physical", "addresses": [post]}}
    assert only(service_at_locations=[at])["serves"] == "unknown"
    at["location"]["addresses"] = [post | {"address_type": "physical", "postal_code": "m11ae"}]
    frames = read([service(1, service_at_locations=[at])])
    assert frames["core_service"]["serves"].tolist() == ["place"]
    assert frames["core_service_site"]["postcode"].tolist() == ["M1 1AE"]
    at["location"]["location_type"] = "postal"
    assert only(service_at_locations=[at])["serves"] == "unknown"
    virtual = {"id": identifier(8), "location": {"id": identifier(9), "location_type": "virtual"}}
    assert only(service_at_locations=[virtual])["serves"] == "remote"
    areas = [
        {"id": identifier(3), "name": "Trafford", "uri": "http://statistics.data.gov.uk/id/E08000009"},
        {"id": identifier(4), "extent": "E08000003"},
        {"id": identifier(5), "name": "QOP"},
    ]
    frames = read([service(1, service_at_locations=[virtual], service_areas=areas)])
    assert frames["core_service"]["serves"].tolist() == ["areas"]
    assert set(frames["core_service_area"]["area_code"]) == {"E08000009", "E08000003", "QOP"}


@pytest.mark.parametrize(
    ("schedules", "evening", "weekend"),
    [
        ([], None, None),
        ([{"byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}], "no", "no"),
        ([{"byday": "MO", "opens_at": "10:00:00", "closes_at": "18:00:00"}], "yes", "no"),
        ([{"byday": "MO", "opens_at": "17:00"}], "yes", "no"),
        ([{"byday": "MO", "closes_at": "17:30"}], "no", "no"),
        ([{"byday": "SA", "opens_at": "10:00", "closes_at": "20:00"}], "no", "yes"),
        ([{"byday": "1SU", "freq": "MONTHLY"}], None, "yes"),
        ([{"opens_at": "10:00", "closes_at": "20:00"}], None, None),
        ([{"freq": "WEEKLY", "dtstart": "2026-07-04"}], None, "yes"),
        ([{"byday": "FR", "opens_at": "09:00", "closes_at": "05:00"}], None, "no"),
        ([{"byday": "FR", "opens_at": "20:00", "closes_at": "00:00"}], "yes", "no"),
        ([{"byday": "TH", "opens_at": "ten", "closes_at": "late"}], None, "no"),
    ],
)
def test_evenings_and_weekends_are_told_as_far_as_hours_are_clear(
    schedules: list[dict[str, Any]], evening: str | None, weekend: str | None
) -> None:
    """Evenings and weekends are told as far as the hours are clear."""
    row = only(schedules=[{"id": identifier(60 + n)} | one for n, one in enumerate(schedules)])
    assert said_or_none(row["evening"]) == evening
    assert said_or_none(row["weekend"]) == weekend


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ({"cost_options": [{"id": identifier(3), "amount": 0}]}, "free_of_charge", "yes"),
        (
            {"cost_options": [{"id": identifier(3), "amount": 0}, {"id": identifier(4), "amount": 2.5}]},
            "free_of_charge",
            "no",
        ),
        ({"fees": "Free."}, "free_of_charge", "yes"),
        ({"fees": "Free for under 18s"}, "free_of_charge", None),
        ({"description": "A weekly drop-in cafe"}, "drop_in", "yes"),
        ({"description": "This is not a drop-in service"}, "drop_in", None),
        ({"schedules": [{"id": identifier(3), "attending_type": "No appointment needed"}]}, "drop_in", "yes"),
        ({"description": "No appointments available"}, "drop_in", None),
        (
            {"languages": [{"id": identifier(3), "name": "Urdu"}, {"id": identifier(4), "code": "pl"}]},
            "languages",
            "Urdu; pl",
        ),
        ({"assured_date": "2026-05-01", "last_modified": "2026-06-01T10:00:00Z"}, "last_checked", "2026-05-01"),
        ({"last_modified": "2026-06-01T10:00:00Z"}, "last_checked", "2026-06-01"),
        ({"minimum_age": 18}, "age_from", 18.0),
    ],
)
def test_attributes_say_what_a_service_says(change: dict[str, Any], column: str, expected: Any) -> None:
    """Each attribute says what the service says, and is missing otherwise."""
    assert said_or_none(only(**change)[column]) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Step-free from the street", "yes"),
        ("Wheelchair access is possible on all levels", "yes"),
        ("There is no wheelchair access", "no"),
        ("Not wheelchair accessible", "no"),
        ("No step-free access", "no"),
        ("Hearing loop", None),
    ],
)
def test_step_free_access_is_read_from_words(said: str, expected: str | None) -> None:
    """Access without steps is read from what a place says of it."""
    at = location(1, accessibility=[{"id": identifier(3), "description": said}])
    sites = read([service(1, service_at_locations=[at])])["core_service_site"]
    assert said_or_none(sites["step_free"].iloc[0]) == expected


def test_terms_and_capacity_are_what_is_said() -> None:
    """Each term carries the taxonomy that it is from, and capacity is missing unless a service states it."""
    term = {"id": identifier(3), "name": "Befriending", "description": "x"}
    attributes = [
        {"id": identifier(4), "taxonomy_term": term | {"taxonomy": "LGA"}},
        {"id": identifier(5), "taxonomy_term": term | {"term_uri": "https://terms.example.org/12"}},
        {"id": identifier(6), "taxonomy_term": term},
        {"id": identifier(7)},
    ]
    frame = read([service(1, attributes=attributes)])["core_service_term"]
    assert frame["vocabulary"].tolist() == ["LGA", "terms.example.org", "unnamed"]
    assert set(frame["term"]) == {"Befriending"}
    silent, said = only(), only(capacity={"places_per_quarter": 30, "free_share": 0.5, "open_to_referrals": True})
    assert silent[["places_per_quarter", "free_share", "waiting_days", "open_to_referrals"]].isna().all()
    assert said["places_per_quarter"] == 30
    assert said["open_to_referrals"] == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "[" + json.dumps(service(1)),
        "[" + json.dumps(service(1))[:-40],
        "[" + json.dumps(service(1)) + ' {"id"',
        json.dumps([service(1)]) + "[",
        '{"contents": [' + json.dumps(service(1)) + "}",
        '{"contents" 1}',
        "{,}",
        '[{"id": "\\x"}]',
    ],
)
def test_damaged_json_is_refused_as_a_whole_with_its_place(text: str) -> None:
    """Damaged JSON is refused as a whole, with line and character."""
    with pytest.raises(DamagedFile, match=r"the JSON is damaged: .* line 1, character [\d,]+"):
        read(text)


def test_the_place_of_damage_is_counted_over_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of the damage is right in a file of many windows."""
    monkeypatch.setattr(json_stream, "STEP", 1_000)
    lines = [json.dumps(service(n)) for n in range(1, 41)]
    with pytest.raises(DamagedFile, match="line 40, character 1,") as caught:
        read("[" + ",\n".join([*lines[:-1], "oops]"]))
    assert "item 40" in caught.value.line()


@pytest.mark.parametrize("step", [1, 2, 3, 5, 8, 31, 101])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_windows_may_end_anywhere(monkeypatch: pytest.MonkeyPatch, step: int, encoding: str) -> None:
    """A window may end within any sign, number or text."""
    monkeypatch.setattr(json_stream, "STEP", step)
    items = [service(1, alert='é "quoted" \\ and ]}'), service(2, numbers=[1.25e-7, -12345678, True, None]), 12345]
    text = json.dumps({"page_number": 31, "contents": items}, ensure_ascii=False, indent=1)
    text = text.replace("and ]}", "and ]} \\ud83d\\ude00")
    found = list(json_stream.parts(document(text, encoding), frozenset({"contents"})))
    assert found == [("page_number", 31), *enumerate(json.loads(text)["contents"], start=1)]


@pytest.mark.parametrize("value", [[], {}, [[]], [1, "x"], {"contents": []}, [{"title": "x"}]])
def test_a_file_without_any_service_is_refused(value: Any) -> None:
    """JSON without any service is refused."""
    with pytest.raises(InvalidContent, match="holds no service"):
        read(value)


@pytest.mark.parametrize("sign", ["[", '{"a":'])
def test_deep_nesting_gives_one_line(sign: str) -> None:
    """A record nested too deeply costs itself, and a file of nothing else ends in one line."""
    closing = {"[": "]", '{"a":': "}"}[sign]
    deep = sign * 100_000 + "1" + closing * 100_000
    frames = read("[" + json.dumps(service(1)) + "," + deep + "," + json.dumps(service(2)) + "]")
    assert len(frames["core_service"]) == 2
    assert frames["core_service_refused"]["cause"].tolist() == ["the record is nested too deeply"]
    for text in (deep, sign * 100_000):
        with pytest.raises(SpGeoError) as caught:
            read(text)
        assert len(caught.value.line()) < 500


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_are_read_in_each_encoding(encoding: str) -> None:
    """Accents are read in each encoding."""
    given = document([service(1, name="Café – Zoë")], encoding)
    assert kind_of(given.data, given.label) == "json"
    assert recognise(given).key == "open_referral"
    assert read([service(1, name="Café – Zoë")], encoding)["core_service"]["name"].tolist() == ["Café – Zoë"]


def test_faults_name_every_place() -> None:
    """All faults of a service are named with their places; NaN, infinity and endless integers cost their own record."""
    found = {(fault.kind, fault.path) for fault in faults_of({"id": 1, "status": "no", "email": "x"})}
    assert found == {("type", "id"), ("missing", "name"), ("value", "status"), ("format", "email")}
    odd = ['"minimum_age": NaN', f'"minimum_age": {"9" * 10_000}', '"minimum_age": 1e999']
    texts = [json.dumps(service(n))[:-1] + "," + one + "}" for n, one in enumerate(odd, start=1)]
    frames = read("[" + ",".join([*texts, json.dumps(service(9))]) + "]")
    assert frames["core_service"]["name"].tolist() == ["Walking group 9"]
    assert len(frames["core_service_refused"]) == 3


def test_a_large_file_is_read_within_its_own_size() -> None:
    """A directory is read service by service, in less further memory than its own size."""
    padding = "A long account of what happens each week. " * 1_000
    text = "[" + ",\n".join(json.dumps(service(number, alert=padding)) for number in range(1, 251)) + "]"
    given = document(text)
    tracemalloc.start()
    frames = open_referral.read(given, "large")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(frames["core_service"]) == 250
    assert peak < len(given.data), f"{peak:,} bytes"


# The package of CSV files.

PACKAGE = {
    "services.csv": (
        "id,organization_id,name,description,status,minimum_age,assured_date,places_per_quarter,free_share\n"
        f"{identifier(1)},{identifier(50)},Art class,Painting,active,18,2026-05-01,40,0.25\n"
        f"{identifier(2)},{identifier(51)},Advice line,,active,,,,\n"
        f"{identifier(3)},,Old club,,defunct,,,,\n"
        f"{identifier(4)},,Odd club,,active,twelve,,,\n"
    ),
    "organizations.csv": f"id,name,description\n{identifier(50)},Example Trust,Arts\n",
    "locations.csv": (
        f"id,location_type,latitude,longitude\n{identifier(10)},physical,53.48,-2.24\n{identifier(11)},virtual,,\n"
    ),
    "service_at_locations.csv": (
        f"id,service_id,location_id\n{identifier(20)},{identifier(1)},{identifier(10)}\n"
        f"{identifier(21)},{identifier(2)},{identifier(11)}\n{identifier(22)},{identifier(2)},{identifier(99)}\n"
    ),
    "address.csv": (
        "id,location_id,address_1,city,state_province,postal_code,country,address_type\n"
        f"{identifier(30)},{identifier(10)},1 Street,Manchester,GM,M1 1AE,GB,physical\n"
    ),
    "schedules.csv": (
        "id,service_id,service_at_location_id,freq,interval,byday,opens_at,closes_at\n"
        f'{identifier(31)},,{identifier(20)},WEEKLY,1,"SA,SU",10:00,12:00\n'
    ),
    "attributes.csv": f"id,link_id,taxonomy_term_id\n{identifier(40)},{identifier(1)},{identifier(41)}\n",
    "taxonomy_terms.csv": f"id,name,description,taxonomy_id\n{identifier(41)},Painting,Art,{identifier(42)}\n",
    "taxonomies.csv": f"id,name,description\n{identifier(42)},Our terms,x\n",
    "cost_options.csv": f"id,service_id,amount\n{identifier(43)},{identifier(1)},0.00\n",
}


def test_a_package_is_joined_and_read_as_the_json_is(tmp_path: Path) -> None:
    """A package of CSV files says what the JSON says, and is one document within an archive too."""
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({f"export/{name}": text for name, text in PACKAGE.items()}))
    (member,) = open_path(path)
    assert member.document.kind == "package"
    assert (member.name, member.member) == ("export.zip", "")
    frames = read_as("open_referral_package", member.document, "example")
    rows = frames["core_service"].set_index("name")
    assert rows["serves"].to_dict() == {"Art class": "place", "Advice line": "remote"}
    assert rows.loc["Art class", ["places_per_quarter", "free_share", "age_from"]].tolist() == [40, 0.25, 18]
    assert rows.loc["Art class", ["weekend", "free_of_charge", "last_checked"]].tolist() == ["yes", "yes", "2026-05-01"]
    assert frames["core_service_site"]["postcode"].tolist() == ["M1 1AE"]
    assert frames["core_service_term"][["vocabulary", "term"]].to_numpy().tolist() == [["Our terms", "Painting"]]
    refused = frames["core_service_refused"].set_index("cause")["outcome"].to_dict()
    assert refused == {
        "not active": "refused",
        "minimum_age is of the wrong type": "refused",
        "the organisation is not in the package": "warned",
        "the location is not in the package": "warned",
    }
    inner = zipped(PACKAGE)
    path = tmp_path / "outer.zip"
    path.write_bytes(zipped({"export.zip": inner}))
    (member,) = open_path(path)
    assert (member.document.kind, member.member) == ("package", "export.zip")
    assert member.document.data == inner


def test_what_is_wrong_with_a_package_is_told() -> None:
    """Odd rows and repeats are listed; services without their places, or a web page, are refused with what to do."""
    files = PACKAGE | {
        "services.csv": PACKAGE["services.csv"] + f"{identifier(5)},,Club,with, many,commas,in,it,and,more\n",
        "locations.csv": PACKAGE["locations.csv"] + f"{identifier(10)},physical,51.5,-0.1\n",
    }
    frames = open_referral_package.read(Document("x.zip", "package", zipped(files)), "example")
    causes = set(frames["core_service_refused"]["cause"])
    assert {"the row has too many cells", "the identifier stands twice"} <= causes
    assert frames["core_service_site"]["latitude"].tolist() == [53.48]
    lone = b"id,organization_id,name,status,fees,assured_date,alert\n1,2,x,active,,,\n"
    given = Document("services.csv", "csv", lone)
    assert recognise(given).key == "open_referral_package"
    with pytest.raises(UnrecognisedFile, match=r"Zip services\.csv"):
        open_referral_package.read(given, "example")
    files = PACKAGE | {"services.csv": "<html>\n<body>no</body>\n"}
    with pytest.raises(InvalidContent, match="holds no service"):
        open_referral_package.read(Document("x.zip", "package", zipped(files)), "example")
