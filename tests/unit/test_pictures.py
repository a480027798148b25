"""Pictures: what they say of themselves, and the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.pictures import Caption, save, specification_picture

CAPTION = Caption("A title", "Period: 2022Q2. Coverage: 85.3 %.", "SYNTHETIC")


def curve(estimates: list[float | None]) -> pd.DataFrame:
    """A specification table with these slopes."""
    frame = pd.DataFrame({"estimate": pd.Series(estimates, dtype=float), "rank": range(1, len(estimates) + 1)})
    words = ["less provision where need is higher", "no clear association", "more provision where need is higher"]
    return frame.assign(
        ci_low=frame["estimate"] - 0.1,
        ci_high=frame["estimate"] + 0.1,
        conclusion=[words[place % 3] for place in range(len(frame))],
        need=["imd_score", "rural", "imd_score"][: len(frame)],
        series="splw_fte_per_10k",
        treatment="reporters",
        weights=["none", "patients", "none"][: len(frame)],
        covariates="",
    )


def test_the_curve_says_what_it_is(tmp_path: Path) -> None:
    """A picture would leave the building without its title, period, coverage, or that it is invented."""
    figure = specification_picture(curve([-0.2, 0.0, 0.3]), CAPTION)
    above, below = figure.axes
    assert above.get_title(loc="left") == "A title"
    assert figure.get_supxlabel() == CAPTION.below
    assert "SYNTHETIC" in [text.get_text() for text in above.texts]
    assert [label.get_text() for label in below.get_yticklabels()] == [
        "Need: imd_score",
        "Need: rural",
        "Weights: none",
        "Weights: patients",
    ]
    assert "less provision where need is higher (1)" in [text.get_text() for text in above.get_legend().get_texts()]


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_same_picture_is_the_same_bytes(form: str, tmp_path: Path) -> None:
    """Two runs of one analysis would give different files."""
    for name in ("a", "b"):
        save(specification_picture(curve([-0.2, 0.0, 0.3]), CAPTION), tmp_path / f"{name}.{form}")
    assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()


def test_nothing_to_draw_and_unknown_forms_are_refused(tmp_path: Path) -> None:
    """An empty picture, or a file that opens nowhere, would be written."""
    with pytest.raises(UsageError, match="nothing to draw"):
        specification_picture(curve([None]), CAPTION)
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        save(specification_picture(curve([0.1]), CAPTION), tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []
