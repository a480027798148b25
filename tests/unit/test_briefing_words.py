"""What is said of provision and need: nothing is concluded from few, silence is told, one is not said as many."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.build.areas import ALL_OF_ENGLAND, find_area
from sp_geo.panel.indicator import indicators
from sp_geo.reports.findings.comparison import beside_words, icb_rows
from sp_geo.reports.findings.headlines import headline_figures, year_before
from sp_geo.reports.findings.provision_words import floor_words, provision_words, reporting_words
from sp_geo.reports.findings.shortfall import placed, shortfall_words
from sp_geo.statistics.conclusions.associations import association, non_response_words
from sp_geo.statistics.conclusions.labels import FEWEST
from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes

ITEM = indicators()["imd_score"]


def panel(count: int, *, slope: float = 0.05, silent: int = 0, known: int | None = None) -> pd.DataFrame:
    """PCNs of one quarter whose rate rises with need, the last ones silent, need known of the first ones."""
    rng = np.random.default_rng(5)
    need = np.linspace(5, 45, count)
    rate = 1 + slope * need + rng.normal(0, 0.02, count)
    told = np.arange(count) < count - silent
    return pd.DataFrame(
        {
            "pcn_code": [f"U{number:05}" for number in range(count)],
            "pcn_name": [f"PCN {number}" for number in range(count)],
            "quarter": "2022Q2",
            "icb_code": np.where(np.arange(count) % 2, "QKS", "QOP"),
            "icb_name": np.where(np.arange(count) % 2, "NHS Kent Integrated Care Board", "NHS Manchester ICB"),
            "region_code": "Y59",
            "region_name": "South East",
            "reporting_status": np.where(told, "reported", "not_reported"),
            "imd_score": np.where(np.arange(count) < (count if known is None else known), need, np.nan),
            "splw_fte": np.where(told, rate, np.nan),
            "list_size": 10_000.0,
            "splw_fte_per_10k": np.where(told, rate, np.nan),
        }
    )


def slopes(rows: pd.DataFrame) -> pd.DataFrame:
    """Under every treatment, the PCNs dealt to five ICBs."""
    icbs = np.array(["QKS", "QOP", "QHM", "QE1", "QF7"])[np.arange(len(rows)) % 5]
    return quarter_slopes(rows.assign(icb_code=icbs), Need(ITEM.name, ITEM.is_share, ITEM.label))


def test_few_pcns_carry_no_conclusion_however_narrow_their_interval() -> None:
    """Under 20 PCNs, or a need known of under half, carry no conclusion, however narrow the interval."""
    for count, way in ((FEWEST - 1, None), (FEWEST, 1)):
        found = association(slopes(panel(count)), "2022Q2", ITEM)
        assert found.way == way
        assert f"{count} PCNs" in " ".join(found.sentences)
    assert "fewer than 20" in association(slopes(panel(FEWEST - 1)), "2022Q2", ITEM).lead
    found = association(slopes(panel(100, known=40)), "2022Q2", ITEM)
    assert found.way is None
    assert "only 40 of 100 PCNs" in found.lead
    assert association(slopes(panel(100, known=60)), "2022Q2", ITEM).way == 1


def test_a_conclusion_that_depends_on_silence_says_so() -> None:
    """Where a handling of non-response decides the conclusion, the words say so; each is told, or why none estimates."""
    rows = panel(60, silent=30)
    found = association(slopes(rows), "2022Q2", ITEM)
    assert found.way == 1
    assert not found.is_same
    assert "depends on how PCNs that did not report are treated" in found.non_responses
    assert "'absent as zero' it is " in found.non_responses
    said = non_response_words(slopes(panel(60, silent=30)))
    for words in ("reporters only", "absent as zero", "balanced panel", "reweighted to all PCNs"):
        assert words in said
    none = non_response_words(slopes(panel(30, known=0)))
    assert none.startswith("Under no handling of non-response is there an estimate: it is not estimable because")


def test_one_pcn_is_said_as_one() -> None:
    """One PCN is told in the singular, the floor counts the patients of silent ones, and nobody is not none."""
    rows = panel(12, silent=1)
    rows.loc[0, ["reporting_status", "splw_fte", "splw_fte_per_10k"]] = ["true_zero", 0.0, 0.0]
    said = " ".join(reporting_words(rows, "2022Q2"))
    assert said.startswith("1 PCN (9 % of those that reported) with 10,000 patients reported no link worker.")
    assert "1 PCN with 10,000 patients did not report: it may have some, and nothing here counts it as zero." in said
    rows = panel(10, silent=5)
    found = headline_figures(rows, "2022Q2")
    assert found.floor_per_10k == pytest.approx(found.per_10k / 2)
    assert f"{found.floor_per_10k:.2f}: it cannot be less" in floor_words(found)
    assert floor_words(headline_figures(panel(10), "2022Q2")) == ""
    rows = panel(4, silent=4)
    said = provision_words(rows, rows, "2022Q2", "2021Q2")
    assert said == ["No PCN reported in 2022Q2, so nothing is known of its link workers."]


def test_silent_pcns_of_high_need_are_told_apart() -> None:
    """Silent PCNs of high need are counted apart; a survey's need says for how many the limit is in the interval."""
    rows = panel(50, slope=-0.02, silent=3)
    found = placed(rows, "imd_score", pd.Series(dtype=float))
    assert found.loc[found["reporting_status"] == "not_reported", "is_silent_high"].all()
    assert not found.loc[found["reporting_status"] == "not_reported", "is_short"].any()
    said = " ".join(shortfall_words(found, found, ITEM))
    assert "3 PCNs more of high need with 30,000 patients did not report" in said
    assert "This need is not a sample, so it has no sampling error." in said
    rows = panel(50, slope=-0.02)
    found = placed(rows, "imd_score", pd.Series(2.0, index=rows["pcn_code"]))
    limit = rows["imd_score"].nlargest(20).min()
    near = ((rows["imd_score"] - 3.92 < limit) & (rows["imd_score"] + 3.92 >= limit)).sum()
    assert f"for {near} of 50 PCNs its 95 % interval reaches over the limit" in " ".join(
        shortfall_words(found, found, ITEM)
    )


def test_a_icb_is_set_beside_the_others() -> None:
    """An ICB is compared with others that have a rate; the year before is four quarters back, or the nearest."""
    rows = panel(40)
    area = find_area(rows, "qks")
    assert (area.code, area.name) == ("QKS", "Kent")
    icbs = icb_rows(rows, "2022Q2", area, {"QKS": "Kent", "QOP": "Manchester"})
    assert list(icbs["is_here"]) == ["Yes", "No"]
    said = beside_words(headline_figures(area.rows(rows), "2022Q2"), headline_figures(rows, "2022Q2"), icbs, area)
    assert "Of 1 other ICB with a rate, 1 has a lower one" in said
    assert beside_words(headline_figures(rows, "2022Q2"), headline_figures(rows, "2022Q2"), icbs, ALL_OF_ENGLAND) == ""
    assert year_before(["2020Q1", "2021Q2", "2022Q1", "2022Q2"], "2022Q2") == "2021Q2"
    assert year_before(["2020Q1", "2022Q1", "2022Q2"], "2022Q2") == "2020Q1"
    assert year_before(["2022Q1", "2022Q2"], "2022Q2") == "2022Q1"
