"""What all charts share: a mark that covers nothing, named quarters that do not collide, titles that fit a phone."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sp_geo.web.figures.allocation import RATES, allocation_figure
from sp_geo.web.figures.lines import dress, ticks_of, wrapped
from sp_geo.web.figures.mark import ROOM, put_mark
from sp_geo.web.pages.services.figures import attribute_figure, capacity_figure, wait_figure


def _marks(figure: go.Figure) -> list[go.layout.Annotation]:
    return [note for note in figure.layout.annotations if note.text == "SYNTHETIC"]


def test_the_mark_stands_below_everything() -> None:
    """The mark has room of its own below the plot, which keeps its size."""
    figure = go.Figure(go.Bar(x=[1], y=[2]))
    dress(figure, 400)
    below = figure.layout.margin.b
    put_mark(figure, "SYNTHETIC")
    (mark,) = _marks(figure)
    assert figure.layout.margin.b == below + ROOM
    assert figure.layout.height == 400 + ROOM, "the plot must keep its size"
    assert (mark.y, mark.yanchor, mark.yshift) == (0, "bottom", -figure.layout.margin.b)


def test_real_data_have_no_mark() -> None:
    """Published figures carry no mark, and no room is kept for one."""
    figure = go.Figure()
    dress(figure, 400)
    put_mark(figure, "")
    assert not figure.layout.annotations
    assert figure.layout.height == 400


def test_every_chart_of_services_sets_its_mark_last() -> None:
    """The mark of each chart stands at the foot of its final margin."""
    shares = {"with_pct": 10.0, "perhaps_pct": 20.0, "without_pct": 30.0, "not_recorded_pct": 40.0}
    near = pd.DataFrame([{"what": "In a language other than English", **shares}])
    waits = pd.DataFrame({"band": ["a", "b"], "from_week": [0.0, 3.0], "services": [1, 2]})
    taken = pd.DataFrame([{"category": "Creativity and learning", "open": 3}])
    for figure in (
        attribute_figure(near, "SYNTHETIC"),
        wait_figure(waits, 3.0, "SYNTHETIC"),
        capacity_figure(taken, {"open": "Free places"}, "SYNTHETIC"),
    ):
        (mark,) = _marks(figure)
        assert mark.yshift == -figure.layout.margin.b
    assert attribute_figure(near, "").data[0].y[0] == "In a language<br>other than English"


def test_few_quarters_are_named() -> None:
    """At most eight quarters are named on an axis, first quarters of a year before others."""
    quarters = [f"{year}Q{quarter}" for year in range(2020, 2027) for quarter in (1, 2, 3, 4)]
    assert [quarters[at] for at in ticks_of(quarters)] == [f"{year}Q1" for year in range(2020, 2027)]
    assert ticks_of(quarters[:6]) == list(range(6))
    assert len(ticks_of([f"{year}Q{quarter}" for year in range(2000, 2030) for quarter in (1, 2, 3, 4)])) <= 8


def test_long_titles_stand_in_lines() -> None:
    """A long title is wrapped, and a title with a line break stays as it is."""
    assert wrapped("Fifths of PCNs, from greatest to least need") == ("Fifths of PCNs, from<br>greatest to least need")
    assert wrapped("One,<br>two") == "One,<br>two"


def test_bars_of_a_plan_have_no_tiny_figures() -> None:
    """Bars carry no text; hover text and table have their figures."""
    rows = pd.DataFrame({"words": ["1, greatest need", "2"], "rate_before": [0.1, 0.2], "rate_after": [0.3, 0.2]})
    figure = allocation_figure(rows, RATES, "SYNTHETIC")
    assert all(bar.text is None for bar in figure.data)
    assert list(figure.data[0].x) == ["1", "2"]
    assert figure.data[0].customdata[0][0] == "1, greatest need"
    assert "<br>" in figure.layout.xaxis.title.text
    assert len(_marks(figure)) == 1
