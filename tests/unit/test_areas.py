"""One filter by area: England, a region, an ICB or a PCN, on the ICBs of the day or of a set."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.build.areas import ALL_OF_ENGLAND, LEVELS, Area, find_area, in_area
from sp_geo.build.icb_sets import OnSet
from sp_geo.core.errors import UsageError

PANEL = pd.DataFrame(
    {
        "quarter": ["2022Q2", "2022Q2", "2022Q2", "2026Q2"],
        "pcn_code": ["U00001", "U00002", "U00003", "U00001"],
        "pcn_name": ["One", "Two", None, "One"],
        "icb_code": ["QKS", "QOP", None, "QNW"],
        "icb_name": ["NHS Kent Integrated Care Board", "NHS Manchester Integrated Care Board", None, None],
        "region_code": ["Y59", "Y62", "Y62", "Y59"],
        "region_name": ["South East", "North West", "North West", "South East"],
    }
)
SET = OnSet(
    "2026",
    "ICBs of April 2026",
    "2026-04-01",
    is_declared=False,
    members=PANEL.assign(icb_code=["QNW", "QOP", "QOP", "QNW"], how="icb_of_the_day", share_pct=100.0),
)


@pytest.mark.parametrize("text", ["", "England", " england ", "e92000001"])
def test_england_is_every_row(text: str) -> None:
    """By its name, its code, or by nothing at all; the frame itself comes back."""
    assert find_area(PANEL, text) is ALL_OF_ENGLAND
    assert in_area(PANEL, text) is PANEL


@pytest.mark.parametrize(
    ("text", "area", "pcns"),
    [
        ("qks", Area("QKS", "Kent", "icb_code"), ["U00001"]),
        (" Y62 ", Area("Y62", "North West", "region_code"), ["U00002", "U00003"]),
        ("QNW", Area("QNW", "", "icb_code"), ["U00001"]),
    ],
)
def test_a_region_or_icb_has_its_rows_whatever_the_case(text: str, area: Area, pcns: list[str]) -> None:
    """A row without an ICB is in its region and in no ICB; an area without a name is found by its code."""
    assert find_area(PANEL, text) == area
    assert in_area(PANEL, text)["pcn_code"].tolist() == pcns


def test_a_pcn_is_an_area_only_where_it_is_asked_for() -> None:
    """A PCN is an area only where it is asked for, a name leads to a suggestion, and a list may have codes alone."""
    assert in_area(PANEL, "u00001", levels=(*LEVELS, "pcn"))["quarter"].tolist() == ["2022Q2", "2026Q2"]
    with pytest.raises(UsageError, match="there is no such area"):
        in_area(PANEL, "U00001")
    with pytest.raises(UsageError, match=r"Did you mean 'QKS' \(Kent\)"):
        in_area(PANEL, "Kent")
    bare = PANEL[["pcn_code", "icb_code"]]
    assert in_area(bare, "QOP", levels=("icb", "pcn"))["pcn_code"].tolist() == ["U00002"]


def test_on_a_set_the_area_is_of_the_set_and_rows_keep_the_icbs_of_their_day() -> None:
    """On a set only which rows are taken follows the set; who knows the old code learns the new one."""
    found = in_area(PANEL, "QNW", SET)
    assert found["icb_code"].tolist() == ["QKS", "QNW"]
    assert in_area(PANEL, "QOP", SET)["pcn_code"].tolist() == ["U00002", "U00003"]
    assert find_area(PANEL, "QOP", SET).rows(PANEL, SET)["pcn_code"].tolist() == ["U00002", "U00003"]
    with pytest.raises(UsageError, match=r"QKS is not among the ICBs of April 2026; found its PCNs in QNW"):
        in_area(PANEL, "QKS", SET)
    with pytest.raises(UsageError, match="no such area among the ICBs of April 2026"):
        in_area(PANEL, "QXX", SET)
