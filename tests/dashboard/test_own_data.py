"""Local posts and referrals on pages: apart from the published figures, with small counts withheld."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED
from sp_geo.web import own_data
from sp_geo.web.state import View
from sp_geo.web.tables import Asked, table_page

NOTHING = View({})


def test_without_a_file_nothing_is_said(build: Build) -> None:
    """Without a file there are no local posts to show, which is not zero posts."""
    assert own_data.posts_facts(build, "U90001", "2022Q4") == []
    assert own_data.posts_sheet(build, NOTHING).rows.empty
    assert table_page(own_data.referrals_sheet(build, NOTHING), Asked())["found"] == 0


def test_referrals_of_a_region_are_told_with_their_interval(region_build: Build) -> None:
    """Each referral rate is events over patients and stands within its interval."""
    sheet = own_data.referrals_sheet(region_build, NOTHING)
    rows = sheet.rows.dropna(subset=["estimate"])
    assert rows["estimate"].tolist() == pytest.approx((10_000 * rows["events"] / rows["patients"]).tolist())
    assert rows["estimate"].between(rows["ci_low"], rows["ci_high"]).all()
    said = own_data.referral_words(region_build)
    assert len(said) == 2
    assert all("95 % interval" in words for words in said)


def test_small_counts_are_shown_as_withheld(region_build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suppressed count is shown as withheld, and its number is gone."""
    asked = own_data.referrals.referrals

    def with_a_small_count(*arguments: object) -> object:
        answer = asked(*arguments)  # type: ignore[arg-type]
        answer.rows.loc[0, ["events", "estimate", "ci_low", "ci_high"]] = float("nan")
        answer.rows.loc[0, "reason"] = SUPPRESSED
        return answer

    monkeypatch.setattr(own_data.referrals, "referrals", with_a_small_count)
    sheet = own_data.referrals_sheet(region_build, NOTHING)
    page = table_page(sheet, Asked(start=10**5))
    assert page["rows"][-1][2] == SUPPRESSED
    assert pd.isna(sheet.rows["events"].iloc[-1])
