"""Pictures of charts: what they say, and that silence never becomes a value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.chart_pictures import line_picture, ranked_picture, slope_picture
from sp_geo.reports.pictures.pictures import Caption, picture_bytes, save, specification_picture

CAPTION = Caption("A title", "Kent, 2022Q2, 85.3 % reported\nSource: NHS England. Licence: OGL v3.0.", "SYNTHETIC")
QUARTERS = ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]
COVERAGE = pd.Series([80.0, 90.0, 85.0, 95.0], index=QUARTERS)


def slopes(gap: int = 1) -> pd.DataFrame:
    """A slope for each quarter but one."""
    estimate = np.array([0.1, 0.2, -0.1, 0.3])
    estimate[gap] = np.nan
    return pd.DataFrame(
        {"quarter": QUARTERS, "estimate": estimate, "ci_low": estimate - 0.1, "ci_high": estimate + 0.1}
    )


def ranked(**columns: Any) -> pd.DataFrame:
    """Three areas, the last without a value."""
    frame = pd.DataFrame({"name": ["A", "B", "C"], "value": [2.0, 1.0, np.nan], "low": [1.5, np.nan, np.nan]})
    return frame.assign(high=[2.5, np.nan, np.nan], **columns)


def curve(estimates: list[float | None]) -> pd.DataFrame:
    """A specification table with these slopes."""
    frame = pd.DataFrame({"estimate": pd.Series(estimates, dtype=float), "rank": range(1, len(estimates) + 1)})
    words = ["less provision where need is higher", "cannot be told", "more provision where need is higher"]
    return frame.assign(
        ci_low=frame["estimate"] - 0.1,
        ci_high=frame["estimate"] + 0.1,
        conclusion=[words[place % 3] for place in range(len(frame))],
        need=["imd_score", "rural", "imd_score"][: len(frame)],
        series="splw_fte_per_10k",
        non_response="reporters",
        weights=["none", "patients", "none"][: len(frame)],
        covariates="",
    )


def draw_slopes() -> Any:
    """Two treatments."""
    return slope_picture({"Reporters only": slopes(), "Absent as zero": slopes(2)}, COVERAGE, "FTE per step", CAPTION)


def draw_line() -> Any:
    """A series with a gap."""
    return line_picture({"Kent": pd.Series([1.0, np.nan, 0.0, 2.0], index=QUARTERS)}, "FTE", CAPTION)


DRAWN: list[Callable[[], Any]] = [
    draw_slopes,
    draw_line,
    lambda: ranked_picture(ranked(), "FTE", CAPTION),
    lambda: specification_picture(curve([-0.2, 0.0, 0.3]), CAPTION),
]


@pytest.mark.parametrize("draw", DRAWN)
def test_every_picture_says_what_it_is(draw: Callable[[], Any]) -> None:
    """Each picture carries title, source, licence and mark."""
    svg = picture_bytes(draw(), "svg").decode()
    for words in ("A title", *CAPTION.below.split("\n"), "SYNTHETIC", "<title>SYNTHETIC: A title</title>"):
        assert words in svg


def test_the_curve_names_its_choices_and_counts_its_conclusions() -> None:
    """Below the curve stands each choice that varies; treatments differ by sign as well as colour, with coverage below."""
    above, below = specification_picture(curve([-0.2, 0.0, 0.3]), CAPTION).axes
    assert [label.get_text() for label in below.get_yticklabels()] == [
        "Need: imd_score",
        "Need: rural",
        "Weights: none",
        "Weights: patients",
    ]
    assert "less provision where need is higher (1)" in [text.get_text() for text in above.get_legend().get_texts()]
    above, below = draw_slopes().axes
    signs = [
        tuple(map(tuple, item.get_paths()[0].vertices)) for item in above.collections if item.get_label()[0] != "_"
    ]
    assert len(set(signs)) == 2
    assert [bar.get_height() for bar in below.patches] == COVERAGE.tolist()
    drawn = [len(item.get_offsets()) for item in above.collections if item.get_label()[0] != "_"]
    assert drawn == [3, 3]


def test_a_gap_is_a_gap() -> None:
    """A missing quarter breaks the line and is marked below zero, and a zero is a point."""
    (axes,) = draw_line().axes
    line = axes.lines[0].get_ydata()
    assert np.isnan(line[1])
    assert line[2] == 0
    (gaps,) = axes.collections
    assert gaps.get_offsets()[:, 0].tolist() == [1]
    assert gaps.get_offsets()[0, 1] < 0
    assert gaps.get_label() == "Kent: no value (1 of 4 quarters)"
    assert min(axes.get_yticks()) >= 0


def test_areas_without_a_value_are_named_not_ranked() -> None:
    """Areas without a value are named with their mark, and have no point."""
    (axes,) = ranked_picture(ranked(mark=["", "", "[c]"], is_chosen=[False, True, False]), "FTE", CAPTION).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["A", "B", "C"]
    assert [label.get_fontweight() for label in axes.get_yticklabels()] == ["normal", "bold", "normal"]
    assert [text.get_text() for text in axes.texts] == ["[c]"]
    points = [
        item.get_offsets().tolist() for item in axes.collections if hasattr(item, "get_sizes") and len(item.get_sizes())
    ]
    assert points == [[[2.0, 0.0]], [[1.0, 1.0]]]


def test_nothing_and_too_much_are_refused(tmp_path: Path) -> None:
    """A picture with nothing, or too much, to draw is refused; odd series and names like markup can be drawn."""
    empty = pd.Series([np.nan], index=["2022Q1"])
    with pytest.raises(UsageError, match="nothing to draw"):
        line_picture({"a": empty}, "FTE", CAPTION)
    with pytest.raises(UsageError, match="too many series"):
        line_picture({name: pd.Series([1.0], index=["2022Q1"]) for name in "abcde"}, "FTE", CAPTION)
    with pytest.raises(UsageError, match="nothing to draw"):
        ranked_picture(ranked(value=np.nan), "FTE", CAPTION)
    with pytest.raises(UsageError, match="too many rows"):
        ranked_picture(pd.concat([ranked()] * 50), "FTE", CAPTION)
    with pytest.raises(UsageError, match="nothing to draw"):
        specification_picture(curve([None]), CAPTION)
    with pytest.raises(UsageError, match="png or svg"):
        picture_bytes(draw_line(), "gif")
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        save(draw_line(), tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []
    for values in ([0.0, 0.0, np.nan, 0.0], [-1.0, np.nan, -3.0, 2.0], [np.nan, 5.0, np.nan, np.nan]):
        figure = line_picture({"$a$ & <b>": pd.Series(values, index=QUARTERS)}, "£", CAPTION)
        assert "$a$ &amp; &lt;b&gt;" in picture_bytes(figure, "svg").decode()
