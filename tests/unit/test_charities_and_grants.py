"""The register of charities, grants and travel times: taken, refused, and what must not be named."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pandas as pd
import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import kind_of
from tests.unit.files import read_as

CHARITY = {
    "date_of_extract": "2026-07-01",
    "organisation_number": 1,
    "registered_charity_number": 1234567,
    "linked_charity_number": 0,
    "charity_name": "Example Trust",
    "charity_registration_status": "Registered",
    "date_of_registration": "1999-05-01T00:00:00",
    "date_of_removal": None,
    "latest_income": 12000.0,
    "charity_contact_postcode": "M1 1AE",
    "charity_contact_phone": "01614960123",
    "charity_contact_email": "a@example.org",
    "charity_activities": "Helps; write to a@example.org",
}
GRANT = {
    "id": "360G-example-1",
    "title": "Lunch club",
    "description": "Meals",
    "currency": "GBP",
    "amountAwarded": 5000,
    "awardDate": "2025-03-01T00:00:00+00:00",
    "recipientOrganization": [{"id": "GB-CHC-1234567", "name": "Example Trust", "postalCode": "m11ae"}],
    "beneficiaryLocation": [{"geoCode": "E08000009", "name": "Trafford"}],
}
TITLES = (
    "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,"
    "Recipient Org:Postal Code,Beneficiary Location:0:Geographic Code,Recipient Ind:Identifier,Recipient Ind:Name\n"
)


def read(publication: str, content: str | bytes, period: str = "example") -> dict[str, pd.DataFrame]:
    """Checked frames; the file must be recognised as the publication's."""
    data = content.encode() if isinstance(content, str) else content
    return read_as(publication, Document("file", kind_of(data, "file"), data), period)


def as_tabs(*records: dict[str, Any]) -> str:
    """Records as the Commission's text with tabs, without quotation marks."""
    lines = ["\t".join(records[0]), *("\t".join("" if v is None else str(v) for v in r.values()) for r in records)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("form", ["json", "tabs"])
def test_charities_of_the_extract(form: str) -> None:
    """Registered charities are read without contacts, and each one left out has its cause."""
    removed = CHARITY | {
        "registered_charity_number": 1234568,
        "charity_registration_status": "Removed",
        "date_of_removal": "2010-01-01",
    }
    linked = CHARITY | {
        "linked_charity_number": 1,
        "charity_contact_postcode": "nowhere",
        "charity_name": 'The "Linked"',
    }
    listed = [CHARITY, removed, linked, CHARITY, CHARITY | {"registered_charity_number": "12"}]
    content = "\ufeff" + json.dumps(listed) if form == "json" else as_tabs(*listed)
    frames = read("charity_register", content)
    charities = frames["core_charity"]
    assert charities[["charity_number", "linked_number", "name", "registered"]].to_numpy().tolist() == [
        ["1234567", 0, "Example Trust", "1999-05-01"],
        ["1234567", 1, 'The "Linked"', "1999-05-01"],
    ]
    assert charities["activities"].tolist() == ["Helps; write to"] * 2
    assert charities["postcode"].fillna("").tolist() == ["M1 1AE", ""]
    assert frames["core_service_refused"]["cause"].tolist() == [
        "removed from the register",
        "the postcode is not one",
        "the charity stands twice",
        "the charity's number is not one",
    ]


def test_a_list_of_charities_says_na_for_missing() -> None:
    """NA in a list of charities is missing; areas and classifications join to their register."""
    header = "registered_charity_number,charity_name,charity_activities,date_of_registration,charity_contact_postcode\n"
    charity = read("charity_register", header + "210843,CHURCH FUND,NA,1965-04-29,NA\n")["core_charity"].iloc[0]
    assert charity[["activities", "postcode", "income_gbp"]].isna().all()
    base = {"registered_charity_number": 1234567, "linked_charity_number": 0}
    area = base | {"geographic_area_type": "Local Authority", "geographic_area_description": "Trafford"}
    term = base | {"classification_type": "What", "classification_description": "Disability"}
    areas = read("charity_area", json.dumps([area, area]), "publicextract-charity-area-of-operation")[
        "core_charity_area"
    ]
    assert areas.to_numpy().tolist() == [["publicextract-charity", "1234567", "Local Authority", "Trafford"]]
    terms = read("charity_classification", as_tabs(term), "publicextract-charity-classification")["core_charity_term"]
    assert terms.to_numpy().tolist() == [["publicextract-charity", "1234567", "What", "Disability"]]


def test_grants_from_json_and_table_say_the_same() -> None:
    """JSON and table, in any spelling of headers, give the same grants."""
    row = "360G-example-1,Lunch club,Meals,GBP,5000,2025-03-01,GB-CHC-1234567,Example Trust,M1 1AE,E08000009,,\n"
    spaced = TITLES.replace("Amount Awarded", "amount  awarded").replace("Award Date", "AWARD DATE")
    frames = [
        read("grants", text)["core_grant"]
        for text in (json.dumps({"license": "x", "grants": [GRANT]}), json.dumps([GRANT]), TITLES + row, spaced + row)
    ]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frames[0], frame)
    assert frames[0].iloc[0].tolist() == [
        "360G-example-1", "example", "Lunch club", "Meals", 5000.0, "2025-03-01", "GB-CHC-1234567", "Example Trust",
        "M1 1AE", "E08000009",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["json", "csv"])
def test_persons_are_counted_and_never_named(form: str) -> None:
    """Grants to persons are counted, and nothing that names them is kept."""
    if form == "json":
        person: dict[str, Any] = {name: value for name, value in GRANT.items() if name != "recipientOrganization"}
        person |= {
            "title": "Help for Jane Example",
            "description": "Jane's cooker",
            "recipientIndividual": {"id": "i1", "name": "Jane Example"},
            "beneficiaryLocation": [{"geoCode": "E01000001"}],
        }
        content = json.dumps({"grants": [person]})
    else:
        content = TITLES + "g,Help for Jane Example,Jane's,GBP,5000,2025-03-01,,Jane,M1,E01000001,i1,Jane Example\n"
    frames = read("grants", content)
    assert frames["core_grant"]["amount_gbp"].tolist() == [5000]
    assert frames["core_grant"][["recipient_id", "recipient_name", "postcode", "area_code"]].isna().all(axis=None)
    assert "Jane" not in str([frame.to_dict() for frame in frames.values()])


@pytest.mark.parametrize(
    ("change", "outcome", "cause"),
    [
        ({"amountAwarded": -5}, "refused", "amount is negative"),
        ({"amountAwarded": "lots"}, "refused", "amount is not a number"),
        ({"amountAwarded": float("nan")}, "refused", "amount is no value of JSON"),
        ({"title": ""}, "refused", "title is missing"),
        ({"title": {"en": "x"}}, "refused", "title is no single value"),
        ({"id": None}, "refused", "grant_id is missing"),
        ({"id": "360G-example-1"}, "refused", "the identifier stands twice"),
        ({"currency": "EUR"}, "warned", "the amount is not said to be in pounds"),
        ({"awardDate": "spring"}, "warned", "awarded is not a day"),
        ({"beneficiaryLocation": [{"geoCode": "Trafford"}]}, "warned", "the area is not a code"),
    ],
)
def test_a_bad_grant_costs_only_itself(change: dict[str, Any], outcome: str, cause: str) -> None:
    """A bad grant is refused or warned of alone, with its cause."""
    frames = read("grants", json.dumps({"grants": [GRANT, GRANT | {"id": "g2"} | change]}))
    assert frames["core_service_refused"][["outcome", "cause"]].to_numpy().tolist() == [[outcome, cause]]
    assert len(frames["core_grant"]) == (1 if outcome == "refused" else 2)
    assert frames["core_grant"]["amount_gbp"].iloc[0] == 5000


def test_a_file_that_points_elsewhere_says_where(tmp_path: Any) -> None:
    """A file that only points elsewhere, JSON that is cut short and JSON without a sound record are refused."""
    book = openpyxl.Workbook()
    for text in ("data_redirect_url", "https://example.org/grants.csv"):
        book.active.append([text])
    book.save(tmp_path / "g.xlsx")
    with pytest.raises(InvalidContent, match=r"only points to .* found https://example.org/grants.csv"):
        read("grants", (tmp_path / "g.xlsx").read_bytes())
    with pytest.raises(DamagedFile, match="cut short"):
        read("grants", json.dumps({"grants": [GRANT, GRANT]})[:-20])
    with pytest.raises(InvalidContent, match="none of the 2 records"):
        read("grants", json.dumps({"grants": [GRANT | {"title": ""}, 7]}))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("E01000001,E01000002,-1", "row 3, column minutes"),
        ("E01000001,Leeds,1", "row 3, column to_lsoa11_code"),
        ("E01000001,E01000003,", "row 3, column minutes"),
        ("E01000001,E01000002,7", "row 3: the journey stands twice"),
    ],
)
def test_travel_times_are_right_as_a_whole(row: str, words: str) -> None:
    """Journeys are read as they stand, and one that is faulty keeps the whole table out."""
    frame = read("travel_times", "origin,destination,travel_time\nE01000001,E01000002,12.5\n")["core_travel_time"]
    assert frame.to_numpy().tolist() == [["E01000001", "E01000002", 12.5]]
    with pytest.raises(InvalidContent, match=words):
        read("travel_times", f"lsoa11_code,to_lsoa11_code,minutes\nE01000001,E01000002,5\n{row}\n")
    with pytest.raises(InvalidContent, match="semicolons"):
        read("travel_times", "lsoa11_code;to_lsoa11_code;minutes\nE01000001;E01000002;5\n")
