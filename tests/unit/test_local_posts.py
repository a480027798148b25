"""Local posts: what comes in, how it is matched, and that it stays apart."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent, ReconciliationError
from sp_geo.panel import local_posts as panel
from sp_geo.publications.local_posts import reader
from tests.unit.files import csv_file, read_as, validated

HEADER = "post_id,pcn_code,first_quarter,last_quarter,role,fte,employer,funded_by,note\n"
SOUND = "p1,U12345,2022Q1,2022Q2,link_worker,0.6,charity,icb,secret\n"
ACTIVE = pd.DataFrame({"pcn_code": ["U12345", "U12345", "U22222"], "quarter": ["2022Q1", "2022Q2", "2022Q2"]})


def read(text: str) -> pd.DataFrame:
    """The checked posts of a CSV text."""
    return read_as("local_posts", csv_file(text), "posts")["core_local_post"]


def matched(text: str) -> tuple[list[list[object]], list[list[object]]]:
    """Posts by PCN and quarter, and what found no PCN, as rows."""
    frames = panel.local_posts(read(text), ACTIVE)
    checked = validated(frames)
    lost = checked["out_local_post_unmatched"][["post_id", "quarter", "fte", "cause"]]
    return checked["out_local_post_quarter"].to_numpy().tolist(), lost.to_numpy().tolist()


def test_posts_come_in_without_the_note() -> None:
    """Posts keep all but the note; one column for the quarter is enough, and one for a name is refused."""
    posts = read(HEADER + SOUND + ",u12345,2022q2,,Link worker,1,Council,,\n")
    assert posts.drop(columns="list_id").astype(object).where(posts.notna(), None).to_numpy().tolist() == [
        ["p1".upper(), "U12345", "2022Q1", "2022Q2", "link_worker", 0.6, "charity", "icb"],
        ["row-3", "U12345", "2022Q2", None, "link_worker", 1.0, "council", None],
    ]
    assert "secret" not in str(posts.to_dict())
    posts = read("pcn_code,quarter,role,fte,employer\nU12345,2022Q1,other,0.5,trust\n")
    assert posts["first_quarter"].tolist() == ["2022Q1"]
    assert posts["last_quarter"].isna().all()
    with pytest.raises(InvalidContent, match="is not known"):
        read(HEADER.strip() + ",worker name\n" + SOUND.strip() + ",Jane Example\n")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("x,U1234,2022Q1,,other,1,trust,,", "pcn_code"),
        ("x,U12345,2022,,other,1,trust,,", "first_quarter"),
        ("x,U12345,2022Q1,2021Q4,other,1,trust,,", "last_quarter"),
        ("x,U12345,2022Q1,,boss,1,trust,,", "role"),
        ("x,U12345,2022Q1,,other,0,trust,,", "fte"),
        ("x,U12345,2022Q1,,other,3,trust,,", "fte"),
        ("x,U12345,2022Q1,,other,=1+1,trust,,", "fte"),
        ("x,U12345,2022Q1,,other,,trust,,", "fte"),
        ("x,U12345,2022Q1,,other,1,Example Charity,,", "employer"),
        ("x,U12345,2022Q1,,other,1,trust,lottery,", "funded_by"),
        ("=cmd|x,U12345,2022Q1,,other,1,trust,,", "post_id"),
        ("p1,U12345,2022Q1,,other,1,trust,,", ""),
    ],
)
def test_a_faulty_row_keeps_the_file_out(row: str, column: str) -> None:
    """One faulty row keeps the file out, with its row and column."""
    with pytest.raises(InvalidContent) as caught:
        read(HEADER + SOUND + row + "\n")
    assert caught.value.row == 3
    assert (caught.value.column or "") == column


def test_all_faults_are_listed_together() -> None:
    """All faults of a file are listed at once, up to a limit."""
    text = HEADER + SOUND + "x,U1,2022Q1,,boss,1,trust,,\ny,U12345,2022Q2,2022Q1,other,1,trust,,\np1" + SOUND[2:]
    found = [(fault.row, fault.column) for fault in reader.faults(csv_file(text), 100)]
    assert found == [(3, "pcn_code"), (3, "role"), (4, "last_quarter"), (5, None)]
    assert len(reader.faults(csv_file(text), 2)) == 2
    assert reader.faults(csv_file(HEADER + SOUND), 100) == []


def test_posts_are_matched_with_active_pcns_and_the_rest_is_listed() -> None:
    """Posts count while their PCN is active, the rest is listed with causes, and both add up or stop the build."""
    rows, lost = matched(
        HEADER
        + SOUND
        + "p2,U12345,2022Q2,,other,1,council,,\n"
        + "p3,U22222,2022Q1,2022Q3,other,0.5,trust,,\n"
        + "p4,U99999,2022Q2,,other,0.2,trust,,\n"
        + "p5,U12345,2023Q1,,other,0.1,trust,,\n"
    )
    assert rows == [
        ["U12345", "2022Q1", 0.6, 1],
        ["U12345", "2022Q2", pytest.approx(1.6), 2],
        ["U22222", "2022Q2", 0.5, 1],
    ]
    assert lost == [
        ["P3", "2022Q1", 0.5, "pcn_not_active"],
        ["P3", "2022Q3", 0.5, "quarter_not_loaded"],
        ["P4", "2022Q2", 0.2, "pcn_not_known"],
        ["P5", "2023Q1", 0.1, "quarter_not_loaded"],
    ]
    frames = panel.local_posts(read(HEADER + SOUND), ACTIVE.iloc[:0])
    assert frames["out_local_post_quarter"].empty
    assert set(frames["out_local_post_unmatched"]["cause"]) == {"quarter_not_loaded"}


def test_what_does_not_add_up_stops_the_build() -> None:
    """Posts that do not add up stop the build: one without a PCN is in no sum, though a row without one matches it."""
    nobody = ACTIVE.assign(pcn_code=pd.Series(None, index=ACTIVE.index, dtype="str"))
    with pytest.raises(ReconciliationError, match="do not add up"):
        panel.local_posts(read(HEADER + SOUND).assign(pcn_code=pd.Series([None], dtype="str")), nobody)
