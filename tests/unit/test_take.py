"""Taking a page away: every form, and its name."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest

from sp_geo.core.errors import UsageError
from sp_geo.reports.download import FORMS, file_name, take
from sp_geo.reports.files.csv_file import csv_text
from tests.unit.handout_samples import COVER, pcns, quarters

NAME = "need_and_provision_kent_and_medway_2022Q2_SYNTHETIC_2026-08-01"


def figure() -> Any:
    """A picture."""
    from matplotlib.figure import Figure

    return Figure(figsize=(1, 1))


def test_every_form_has_its_type_and_name() -> None:
    """Each form has its media type, its first bytes and its name; one that a page does not have is refused."""
    begins = {"csv": b"PK", "xlsx": b"PK", "gpkg": b"SQLite format 3", "png": b"\x89PNG", "svg": b"<?xml"}
    names = []
    for form in FORMS:
        content, kind, name = take([pcns(), quarters()], COVER, form, figure)
        assert content.startswith(begins[form])
        assert "/" in kind
        names.append(name)
    assert names == [f"{NAME}.{ending}" for ending in ("zip", "xlsx", "gpkg", "png", "svg")]
    for sheets, form in (([pcns()], "exe"), ([], "csv"), ([], "xlsx"), ([quarters()], "gpkg"), ([pcns()], "png")):
        with pytest.raises(UsageError):
            take(sheets, COVER, form)


def test_csv_is_tidy_and_cannot_run() -> None:
    """CSV has plain numbers, states in columns of their own, and no formula."""
    content, kind, name = take([pcns()], COVER, "csv")
    assert (kind, name) == ("application/zip", f"{NAME}.zip")
    with ZipFile(BytesIO(content)) as pack:
        # Even a single table brings its sources and licence.
        assert pack.namelist() == ["README.txt", "data_dictionary.csv", "pcns.csv"]
        rows = list(csv.reader(StringIO(pack.read("pcns.csv").decode())))
    assert rows[0] == ["pcn_name", "pcn_code", "rate", "rate_state", "rural", "provenance"]
    assert [row[0][:2] for row in rows[1:6]] == ["'=", "'+", "'-", "'@", "'\t"]
    assert rows[6][0] == "Łódź – café £"
    assert [row[2] for row in rows[1:5]] == ["0.123456789", "0.0", "", ""]
    assert [row[3] for row in rows[3:5]] == ["", "[c]"]
    assert rows[6][4] == ""
    assert {row[5] for row in rows[1:]} == {"SYNTHETIC"}
    assert csv_text(pcns(), replace(COVER, mark="")).splitlines()[1].endswith("published")


def test_several_tables_come_with_what_they_mean() -> None:
    """Several tables come with their meanings, notes and licence, under names of their own."""
    content = take([pcns(), pcns(), quarters()], COVER, "csv")[0]
    with ZipFile(BytesIO(content)) as pack:
        texts = {name: pack.read(name).decode() for name in pack.namelist()}
    assert list(texts) == ["README.txt", "data_dictionary.csv", "pcns.csv", "pcns_2.csv", "quarters.csv"]
    for words in ("SYNTHETIC", "Silence is not zero.", *COVER.licences, *COVER.sources, COVER.subject, "[c]"):
        assert words in texts["README.txt"]
    meanings = {(row["table"], row["column"]): row for row in csv.DictReader(StringIO(texts["data_dictionary.csv"]))}
    for name in ("pcns", "pcns_2", "quarters"):
        headings = next(csv.reader(StringIO(texts[f"{name}.csv"])))
        assert {(name, heading) for heading in headings} <= meanings.keys()
    assert meanings["pcns", "rural"]["unit"] == "% of patients, divided by 100"
    assert meanings["pcns", "rate"]["when_empty"] == "see rate_state"


@pytest.mark.parametrize(
    ("title", "subject", "expected"),
    [
        ("../../etc/passwd", "", "etc_passwd_SYNTHETIC_2026-08-01.csv"),
        ('a"b\r\nSet-Cookie: x', "", "a_b_set-cookie_x_SYNTHETIC_2026-08-01.csv"),
        (
            "Café",
            "Bath, Swindon and Wiltshire, 2022Q2",
            "cafe_bath_swindon_and_wiltshire_2022Q2_SYNTHETIC_2026-08-01.csv",
        ),
        ("日本", "", "sp_geo_SYNTHETIC_2026-08-01.csv"),
    ],
)
def test_names_are_safe(title: str, subject: str, expected: str) -> None:
    """A name is plain, whatever the title holds."""
    assert file_name(replace(COVER, title=title, subject=subject), "csv") == expected


def test_long_names_keep_their_mark() -> None:
    """A long name is cut before its mark and day."""
    name = file_name(replace(COVER, title="word " * 60), "xlsx")
    assert len(name) <= 110
    assert name.endswith("_SYNTHETIC_2026-08-01.xlsx")
    assert "SYNTHETIC" not in file_name(replace(COVER, mark=""), "xlsx")
