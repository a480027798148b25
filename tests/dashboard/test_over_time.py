"""Over time: slopes, trend, inequality and the specification curve as the page shows them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.panel.indicator import indicators
from sp_geo.reports.findings.silence_words import silence_words
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.statistics.conclusions.labels import FEWEST
from sp_geo.statistics.conclusions.slopes import slope_summary, slope_words
from sp_geo.statistics.conclusions.trends import trend_words
from sp_geo.web.pages.over_time import page as over_time
from sp_geo.web.pages.over_time.inequality import inequality_figure
from sp_geo.web.pages.over_time.specifications import choice_rows, specification_figure
from sp_geo.web.pages.over_time.views import (
    ALL,
    EVERY_NEED,
    FULL_DRAWS,
    INEQUALITY,
    ONE_QUARTER,
    POOLED,
    QUICK_DRAWS,
    curve_rows,
    curve_scope,
    inequality_rows,
    silence_rows,
    slopes_of,
    timeline,
    trend_rows,
    with_words,
)
from sp_geo.web.pages.over_time.words import curve_words, draws_words, inequality_words
from sp_geo.web.state import ENGLAND, View, read_view

NEED = indicators()["imd_score"]


@pytest.fixture
def view(build: Build) -> View:
    """The page as it opens."""
    return read_view("", over_time.PAGE.fields(build))[0]


def slopes(estimates: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    """Rows of slopes of one quarter each, reporters only; silence could move each as far as its interval."""
    return pd.DataFrame(
        [
            {
                "quarter": quarter,
                "non_response": "reporters",
                "estimate": middle,
                "ci_low": low,
                "ci_high": high,
                "bound_low": low,
                "bound_high": high,
                "detectable": 0.25,
                "n_pcns": 1200,
                "n_active_pcns": 1263,
                "coverage_pct": 95.0,
                "reason": "not estimable because it was left out" if pd.isna(middle) else "",
            }
            for quarter, (low, middle, high) in estimates.items()
        ]
    )


def inequality(low: float, middle: float, high: float, measure: str = "gap") -> pd.DataFrame:
    """One quarter of one measure."""
    return pd.DataFrame(
        {
            "quarter": ["2022Q1"],
            "measure": [measure],
            "estimate": [middle],
            "ci_low": [low],
            "ci_high": [high],
            "n_pcns": [1200],
            "n_active_pcns": [1263],
            "coverage_pct": [84.0],
            "reason": [""],
        }
    )


def trend(non_response: str, low: float, high: float, **more: object) -> dict[str, object]:
    """A row of the table of trends."""
    row = {"non_response_words": non_response, "estimate": (low + high) / 2, "ci_low": low, "ci_high": high}
    row |= {f"relative_{name}": row[name] for name in ("estimate", "ci_low", "ci_high")}
    row |= {"q_value": 0.01, "relative_q_value": 0.01, "se_type": "CR2 by ICB", "df": 20.0}
    more = {"change_p_value": 0.01, "n_pcns": 1200, "n_quarters": 10, "coverage_pct": 80.0, "remark": "", **more}
    return row | more


def curve(estimates: list[float]) -> pd.DataFrame:
    """A specification table with as many rows as estimates."""
    count = len(estimates)
    rows = pd.DataFrame(
        {
            "rank": pd.Series(estimates).rank(method="first").astype("Int64"),
            "quarter": "2022Q1",
            "need": "imd_score",
            "series": ["splw_fte_per_10k", "splw_plain_fte_per_10k"] * (count // 2)
            + ["splw_fte_per_10k"] * (count % 2),
            "non_response": "reporters",
            "weights": "none",
            "covariates": ["", "rural, aged_65_plus"] * (count // 2) + [""] * (count % 2),
            "estimate": estimates,
            "ci_low": [value - 0.1 for value in estimates],
            "ci_high": [value + 0.1 for value in estimates],
            "conclusion": ["" if pd.isna(value) else "cannot be told" for value in estimates],
            "per": 11.9,
            "per_unit": "points",
            "n_pcns": 1200,
            "coverage_pct": 84.0,
            "reason": ["not estimable because of a test" if pd.isna(value) else "" for value in estimates],
            "note": "",
        }
    )
    return with_words(rows, indicators())


def test_a_quarter_without_a_release_is_a_gap() -> None:
    """The axis holds quarters without a release, and the line breaks there."""
    assert timeline(["2021Q4", "2022Q2"]) == ["2021Q4", "2022Q1", "2022Q2"]
    assert timeline([]) == []
    held = pd.concat([inequality(-1, 0, 1), inequality(-1, 0.5, 1).assign(quarter="2022Q3")])
    figure = inequality_figure(held, timeline(["2022Q1", "2022Q3"]), "Gap", 0.0, ("up", "down"), 3, "")
    assert figure.data[0].y == (0.0, None, 0.5)
    assert figure.data[0].connectgaps is False


def test_words_of_slopes_say_which_quarters_are_clear() -> None:
    """The words name the quarters whose interval leaves out zero, and the PCNs they rest on."""
    rows = slopes({"2022Q1": (-0.1, 0.1, 0.3), "2022Q2": (0.1, 0.2, 0.3), "2022Q3": (float("nan"),) * 3})
    said = " ".join(slope_words(rows, NEED, "England"))
    assert "clearly have more in 1 quarter (2022Q2), among PCNs that reported (1,200 PCNs; coverage 95 %)" in said
    assert "Below 0: fewer" in said
    nothing = " ".join(slope_words(slopes({"2022Q1": (-0.1, 0.1, 0.3)}), NEED, "England"))
    assert "In no quarter with 20 PCNs or more can it be told" in nothing
    assert "every interval takes in 0" in nothing
    many = slopes({"2022Q1": (0.1, 0.2, 0.3)}).assign(q_value=0.08, se_type="CR2", df=18.7)
    said = " ".join(slope_words(many, NEED, "England"))
    assert "clearly have" not in said
    assert "Of 1 intervals 1 leave out 0, but q is 0.08, as many things were asked" in said
    assert "Intervals rest on errors clustered by ICB, CR2." in said
    turned = slopes({"2022Q1": (0.1, 0.2, 0.3)}).assign(bound_low=-0.1, bound_high=0.4)
    assert "but silent PCNs could bring it anywhere from -0.100 to 0.400" in " ".join(slope_words(turned, NEED, "x"))
    empty = " ".join(slope_words(slopes({"2022Q1": (float("nan"),) * 3}), NEED, "England"))
    assert "not estimable because it was left out" in empty


def test_only_enough_reporters_make_a_slope_clear() -> None:
    """A slope is called clear only where enough PCNs reported and the reporters agree."""
    down = {"2022Q1": (-0.3, -0.2, -0.1)}
    reporters = slopes({"2022Q1": (-0.1, 0.0, 0.1)})
    zero = slopes(down).assign(non_response="absent_as_zero", coverage_pct=15.0)
    handful = slopes(down).assign(non_response="balanced", n_pcns=3)
    said = " ".join(slope_words(pd.concat([reporters, zero, handful]), NEED, "England"))
    assert "clearly" not in said
    assert "Only under absent as zero do PCNs of higher need have fewer in 1 quarter (2022Q1); not among" in said
    assert "coverage 15 %" in said
    assert f"under balanced panel: the interval leaves out 0, but rests on 3 PCNs, fewer than {FEWEST}" in said
    alone = " ".join(slope_words(pd.concat([reporters, zero]), NEED, "England", "absent_as_zero"))
    assert "not among reporters" in alone, "the reporters are the yardstick even where they are not shown"
    few = slopes(down).assign(n_pcns=FEWEST - 1)
    assert "too few to conclude anything" in " ".join(slope_words(few, NEED, "England"))
    assert "clearly" not in " ".join(slope_words(few, NEED, "England"))
    both = " ".join(slope_words(pd.concat([few, zero]), NEED, "England"))
    assert "among reporters too, but those are fewer than" in both
    agreed = pd.concat([slopes(down), slopes(down).assign(non_response="reweighted")])
    assert "also under reweighted to all PCNs in 1" in " ".join(slope_words(agreed, NEED, "England"))


def test_coverage_of_the_balanced_panel_is_its_own() -> None:
    """The balanced panel is shown with the PCNs it holds, out of all active ones."""
    row = slopes({"2026Q2": (-0.1, 0.0, 0.1)}).assign(non_response="balanced", n_pcns=187, n_active_pcns=1298)
    assert slope_summary(row)["Coverage"].item() == "187 of 1,298 active, 14 %"
    assert slope_summary(row.assign(non_response="reporters"))["Coverage"].item() == "95 % reported"
    assert "187 of 1,298 active PCNs" in " ".join(slope_words(row, NEED, "England", "balanced"))
    held = inequality(0.1, 0.2, 0.3).assign(n_pcns=187, n_active_pcns=1298)
    assert "187 of 1,298 active, 14 %" in " ".join(inequality_words(held, "gap", "balanced"))


def test_a_handful_of_pcns_has_no_trend_and_no_direction() -> None:
    """Too few PCNs give no trend and no direction, and the words say so."""
    row = trend("Balanced panel", 0.1, 0.3, n_pcns=3, coverage_pct=97.0)
    assert trend_words(pd.DataFrame([row]), NEED) == [
        f"Whether the slope changed cannot be said here: 3 PCNs at most are fewer than {FEWEST}."
    ]
    flat = trend("Reporters only", -0.1, 0.3, n_pcns=38)
    said = trend_words(pd.DataFrame([flat, row]), NEED)
    assert said[0] == "Whether the slope changed steadily cannot be told."
    assert "errors clustered by ICB, CR2 on 20.0 degrees of freedom" in said[1]
    assert "Nothing is concluded under balanced panel: 3 PCNs" in said[3]
    few = " ".join(inequality_words(inequality(0.1, 0.2, 0.3).assign(n_pcns=7), "gap", ALL))
    assert "too few to conclude anything" in few
    assert "interval says" not in few


def test_the_page_opens_with_enough_draws(view: View) -> None:
    """The page opens with all draws, and a quick view is called rough."""
    assert view["draws"] == FULL_DRAWS
    assert "rough" in draws_words(ALL, QUICK_DRAWS)
    assert "rough" not in draws_words(ALL, FULL_DRAWS)


def test_the_summary_counts_every_quarter_once() -> None:
    """Each quarter is clearly above 0, clearly below, not to be told or without an estimate."""
    rows = slopes({"2022Q1": (-0.1, 0.1, 0.3), "2022Q2": (0.1, 0.2, 0.3), "2022Q3": (float("nan"),) * 3})
    row = slope_summary(rows).iloc[0]
    found = row[["Clearly above 0", "Clearly below 0", "Cannot be told", "No estimate"]]
    assert found.tolist() == ["1", "0", "1", "1"]
    assert row["Latest"] == "2022Q2"
    assert row["PCNs"] == "1,200"
    assert (row["Worst case"], row["Shown at 80 % power"]) == ("0.100 to 0.300", "0.250")
    missing = slope_summary(slopes({"2022Q1": (float("nan"),) * 3})).iloc[0]
    assert missing["Slope"] == "[x]"


def test_silence_is_told_with_bounds_imputation_and_tipping_point(build: Build) -> None:
    """The worst case, the imputed slope and what would turn it stand in the words; without silence one sentence does."""
    rows = silence_rows(build, "imd_score", ENGLAND)
    assert set(rows["quarter"]) == set(build.choices.quarters)
    row = {
        "quarter": "2026Q2", "n_pcns": 1298, "n_silent_pcns": 27, "cap_fte_per_10k": 1.06, "cap_percentile": 95.0,
        "bound_low": 0.036, "bound_high": 0.052, "estimate": 0.042, "ci_low": -0.006, "ci_high": 0.09,
        "imputed_fte_per_10k": 0.23, "tipping_fte_per_10k": -6.3, "note": "as reporters",
    }  # fmt: skip
    said = silence_words(pd.DataFrame([row]), NEED)
    assert "27 of 1,298 PCNs did not report" in said[0]
    assert "lies between 0.036 and 0.052: silence alone cannot turn the sign" in said[0]
    assert "+0.042 (95 % interval -0.006 to 0.090)" in said[1]
    assert "6.30 FTE per 10,000 patients less than was imputed (0.23 on average), which would be less" in said[2]
    wide = silence_words(pd.DataFrame([{**row, "bound_low": -0.1, "tipping_fte_per_10k": 2.0}]), NEED)
    assert "the sign hangs on what silent PCNs have" in wide[0]
    assert "more than the 95th percentile" in wide[2]
    assert silence_words(pd.DataFrame([{**row, "n_silent_pcns": 0}]), NEED)[0].endswith("silence changes nothing.")
    assert "cannot be said" in silence_words(rows.head(0), NEED)[0]


def test_the_trend_has_a_row_for_each_treatment(build: Build) -> None:
    """All treatments give a row each; one treatment gives its own."""
    rows = trend_rows(build, "imd_score", ENGLAND, ALL)
    assert rows["non_response"].tolist() == ["reporters", "absent_as_zero", "balanced", "reweighted"]
    assert len(trend_rows(build, "imd_score", ENGLAND, "reporters")) == 1


@pytest.mark.parametrize(
    ("low", "high", "words"), [(0.1, 0.3, "moved towards"), (-0.3, -0.1, "moved away"), (-0.1, 0.1, "cannot be told")]
)
def test_the_trend_says_its_direction(low: float, high: float, words: str) -> None:
    """The words say rise, fall or neither, and whether the ways of handling non-response agree."""
    row = trend("Reporters only", low, high)
    said = trend_words(pd.DataFrame([row]), NEED)
    assert words in said[0]
    assert "quarters differ under reporters only" in said[-1]
    both = pd.DataFrame([row, trend("Absent as zero", -9.0, 9.0)])
    if words != "cannot be told":
        assert "depends on how silence is treated" in trend_words(both, NEED)[0]
    grown = trend_words(pd.DataFrame([{**row, "relative_ci_low": -1.0, "relative_ci_high": 1.0}]), NEED)
    assert "moved" not in grown[0]
    assert ("growth" in grown[0]) == (words != "cannot be told")
    none = pd.DataFrame([{**row, "estimate": float("nan"), "remark": "not estimable because of few"}])
    assert "cannot be said here: not estimable because of few" in trend_words(none, NEED)[0]


def test_inequality_is_as_the_command_line_has_it(build: Build) -> None:
    """Page and command line give the same figures for the same seed and draws."""
    from sp_geo.questions import statistics
    from sp_geo.questions.requests.statistics import InequalityRequest

    rows = inequality_rows(build, "imd_score", ENGLAND, ALL, QUICK_DRAWS)
    asked = InequalityRequest(seed=1, draws=200)
    expected = statistics.inequality(build.base, asked).rows
    pd.testing.assert_frame_equal(rows[expected.columns], expected)
    assert set(INEQUALITY) <= set(rows["measure"])
    assert inequality_rows(build, "imd_score", ENGLAND, ALL, QUICK_DRAWS) is rows


def test_rates_by_fifth_begin_with_the_latest_quarter(build: Build, view: View) -> None:
    """The table of rates by fifth begins with the latest quarter and names the fifths by need."""
    found = over_time.PAGE.sheet("fifths", build, view).rows
    assert found["quarter"].iloc[0] == build.choices.quarters[-1]
    assert found["fifth_words"].head(5).tolist() == ["1, greatest need", "2", "3", "4", "5, least need"]


@pytest.mark.parametrize("measure", list(INEQUALITY))
def test_signed_measures_say_their_direction(measure: str) -> None:
    """Measures with a sign say which side favours lower need; others do not."""
    equal = INEQUALITY[measure].equal
    said = " ".join(inequality_words(inequality(0.1, 0.2, 0.3, measure), measure, ALL))
    assert ("PCNs of lower need have more" in said) == (equal is not None)
    assert "1,200 PCNs; coverage 84 %" in said
    if measure == "gap":
        assert "that PCNs of lower need have more in 1" in said
    assert "200 draws of PCNs, seed 1" in draws_words(ALL, QUICK_DRAWS)
    assert "one of the four" in draws_words(ALL, QUICK_DRAWS)
    assert "one of the four" not in draws_words("balanced", QUICK_DRAWS)


def test_the_line_of_equality_is_in_the_picture() -> None:
    """A measure with a value of equality has its line within the axis; others have none."""
    figure = inequality_figure(inequality(1.2, 1.3, 1.4), ["2022Q1"], "RII", 1.0, ("up", "down"), 2, "SYNTHETIC")
    low, high = figure.layout.yaxis.range
    assert low < 1.0 < high
    assert figure.layout.shapes[0].y0 == 1.0
    texts = [note.text for note in figure.layout.annotations]
    assert {"↑ up", "↓ down", "SYNTHETIC"} <= set(texts)
    plain = inequality_figure(inequality(0.1, 0.2, 0.3), ["2022Q1"], "Gini", None, ("", ""), 3, "")
    assert not plain.layout.shapes


def test_the_curve_is_sorted_and_keeps_its_choices() -> None:
    """Estimates rise from left to right, each above its own choices."""
    rows = curve([0.3, -0.2, 0.1, float("nan")])
    figure = specification_figure(rows, "SYNTHETIC")
    points = next(trace for trace in figure.data if trace.name == "Cannot be told (3)")
    assert list(points.y) == [-0.2, 0.1, 0.3]
    held = rows.dropna(subset=["estimate"]).sort_values("rank")
    lower = {trace.name: list(trace.x) for trace in figure.data if trace.name.startswith("Posts")}
    assert lower["Posts: All link workers"] == [
        at + 1 for at, words in enumerate(held["series_words"]) if words == "All link workers"
    ]
    words = [text for _, _, text in choice_rows(held)]
    assert "Held constant: Rural patients and patients aged 65 and over" in words
    assert not any(text.startswith("Need") for text in words), "a choice that does not vary is no choice"
    assert len({trace.marker.symbol for trace in figure.data[1:4]}) == 3, "never colour alone"


def test_words_of_the_curve_count_all_rows() -> None:
    """The words count estimates by conclusion, and those that cannot be estimated."""
    said = " ".join(curve_words(curve([0.3, -0.2, 0.1, float("nan")]), ONE_QUARTER, "2022Q1"))
    assert "3 ways of asking, 2022Q1: all 3 cannot tell. 1 more cannot be estimated." in said
    assert "one standard deviation of need (11.9 points)" in said
    assert "not a test" in said
    assert "balanced panel is the PCNs that reported" in said
    nothing = curve_words(curve([float("nan")]), POOLED, "2022Q1")
    assert nothing == ["No way of asking gives an estimate here."]


def test_a_curve_of_nobody_is_a_sentence(build: Build) -> None:
    """A curve without any PCN is a sentence that says why."""
    quarter = build.choices.quarters[-1]
    rows = curve_rows(build, "imd_score", ENGLAND, ONE_QUARTER, quarter)
    assert len(rows)
    assert curve_scope(build, "imd_score", ENGLAND, ONE_QUARTER, quarter) == ""
    empty = Build(build.store)
    empty.__dict__["panel"] = build.panel.assign(imd_score=float("nan"))
    assert "No PCN has a value" in curve_scope(empty, "imd_score", ENGLAND, ONE_QUARTER, quarter)
    assert curve_rows(empty, "imd_score", ENGLAND, ONE_QUARTER, quarter).empty
    assert curve_scope(empty, "imd_score", ENGLAND, EVERY_NEED, quarter) == ""


def test_one_treatment_shows_one(build: Build) -> None:
    """A view of one treatment holds its slopes alone."""
    rows = slopes_of(build, "imd_score", ENGLAND, "balanced")
    assert set(rows["non_response"]) == {"balanced"}
    assert set(slopes_of(build, "imd_score", ENGLAND, ALL)["non_response"]) > {"balanced"}


def test_the_picture_is_of_all_quarters(build: Build, view: View) -> None:
    """The picture names the first and the last quarter it shows."""
    from matplotlib.text import Text

    from sp_geo.core.errors import UsageError

    caption = Caption("Over time", "England, 2022Q2\nSource: test", "SYNTHETIC")
    assert over_time.PAGE.picture is not None
    slopes_held = slopes_of(build, view["need"], view["area"], ALL)
    if slopes_held["estimate"].isna().all():
        with pytest.raises(UsageError):
            over_time.PAGE.picture(build, view, caption)
        return
    figure = over_time.PAGE.picture(build, view, caption)
    texts = " ".join(text.get_text() for text in figure.findobj(Text))
    quarters = build.choices.quarters
    assert f"{quarters[0]} to {quarters[-1]}" in texts.replace("\n", " ")


def test_view_of_the_page_keeps_its_names(build: Build, view: View) -> None:
    """Area, need, treatment and quarter keep their names, so that links carry them over."""
    assert {"area", "need", "non_response", "quarter"} <= set(view.values)
    assert replace(view, values={**view.values, "area": build.choices.areas[0]})["area"] == build.choices.areas[0]
