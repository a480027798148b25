"""Real lists of services: what is taken, what is refused and why, and that no way to reach a person comes in."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.catalogue import hint_of, recognise
from sp_geo.publications.charity_register import reader as charity_register
from sp_geo.publications.charity_register.reader import read as read_charities
from sp_geo.publications.grants import reader as grants
from sp_geo.publications.venue_list import reader as venue_list
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document
from tests.realdata.conftest import document

pytestmark = pytest.mark.realdata

READERS = {"venue_list": venue_list.read, "charity_register": charity_register.read, "grants": grants.read}
REACH = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|https?://|www\.|(?<![\d:.])0\d{10}(?!\d)|(?<![\d:.])0\d{2,4} \d{3} \d{4}(?!\d)"
)


@pytest.fixture(scope="module")
def folder(real: Path) -> Path:
    """Folder of real lists of services."""
    found = real / "services"
    if not found.is_dir():
        pytest.skip("lists of services are not among the real files")
    return found


def frames_of(path: Path) -> dict[str, pd.DataFrame]:
    """Checked frames of a real file."""
    file = document(path)
    publication = recognise(file)
    frames = READERS[publication.key](file, hint_of(publication, path.name, ""))
    return {name: validate(frame, TABLES[name]) for name, frame in frames.items()}


def refused(frames: dict[str, pd.DataFrame], outcome: str = "refused") -> dict[str, int]:
    """Faults by cause."""
    faults = frames["core_service_refused"]
    counts = faults.loc[faults["outcome"] == outcome, "cause"].value_counts()
    return {str(cause): int(count) for cause, count in counts.items()}


def test_warm_spaces_of_england_are_read(folder: Path) -> None:
    """Warm spaces of England are read, and each one left out has its cause."""
    frames = frames_of(folder / "warm_spaces_2022.csv")
    assert refused(frames) == {"outside England": 309, "the row stands twice": 2}
    assert len(frames["core_service"]) == 3281 - 309 - 2
    assert frames["core_service_site"][["latitude", "longitude"]].notna().all(axis=None)
    assert set(frames["core_service_term"]["term"]) == {"warm spaces"}
    assert frames["core_service"]["places_per_quarter"].isna().all()


def test_services_of_trafford_are_read(folder: Path) -> None:
    """All services of Trafford are read, with one careless postcode listed."""
    frames = frames_of(folder / "trafford_mental_health_services.csv")
    assert len(frames["core_service"]) == 60
    assert refused(frames) == {}
    assert refused(frames, "warned") == {"the postcode is not one": 1}


def test_charities_of_trafford_are_read(folder: Path) -> None:
    """All charities of Trafford are read, with one careless postcode listed."""
    frames = frames_of(folder / "charities_operating_in_trafford.csv")
    assert len(frames["core_charity"]) == 736
    assert refused(frames) == {}
    assert refused(frames, "warned") == {"the postcode is not one": 1}


def test_grants_of_trafford_are_elsewhere(folder: Path) -> None:
    """A file that only points to the grants is refused with the address."""
    with pytest.raises(InvalidContent, match="only points to where the grants are; found https://"):
        frames_of(folder / "trafford_council_voluntary_sector_grants_360_giving_format.xlsx")


@pytest.mark.parametrize(
    "name", ["warm_spaces_2022.csv", "trafford_mental_health_services.csv", "charities_operating_in_trafford.csv"]
)
def test_no_way_to_reach_a_person_comes_in(name: str, folder: Path) -> None:
    """No table holds an e-mail address, a web address or a telephone number."""
    for frame in frames_of(folder / name).values():
        texts = frame.select_dtypes("str").stack()
        hits = texts[texts.str.contains(REACH)]
        assert hits.empty, hits.tolist()[:3]


def test_the_published_fields_of_the_register_are_known(folder: Path) -> None:
    """A row under the register's published fields is read without a fault."""
    fields = pd.read_csv(folder / "charity-commission-extract-fields.csv", dtype="str")
    names = list(fields.loc[fields["Table"] == "Charity", "Field"])
    values = {"registered_charity_number": "1234567", "charity_name": "X", "charity_activities": "Y"}
    text = "\t".join(names) + "\n" + "\t".join(values.get(name, "") for name in names) + "\n"
    extract = Document("publicextract.charity.txt", "csv", text.encode())
    assert recognise(extract).key == "charity_register"
    frames = read_charities(extract, "publicextract-charity")
    assert len(frames["core_charity"]) == 1
    assert frames["core_service_refused"].empty
