"""The picture of each question that has one: the chart that its page shows, of the answer's own rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sp_geo.build.view import LARGE
from sp_geo.core.errors import UsageError
from sp_geo.questions.panel import Answer as Answered
from sp_geo.questions.panel import choose
from sp_geo.questions.plans import fund_lines, plan_posts
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.requests.plans import FundingRequest, PostsRequest
from sp_geo.questions.requests.services import ServicesRequest
from sp_geo.questions.requests.statistics import InequalityRequest, RegressRequest, SpecificationsRequest

if TYPE_CHECKING:
    import pandas as pd

    from sp_geo.api.answer import Answer
    from sp_geo.web.figures.allocation import Pair


def figure_of(answer: Answer, of: str) -> Any:
    """The picture of an answer, as a plotly or matplotlib figure.

    Args:
        answer: to draw.
        of: what is drawn where an answer has several pictures; the first if empty.

    Raises:
        UsageError: there is no picture of this question, or none of that name.
    """
    draw = FIGURES.get(type(answer.request))
    if draw is None:
        expected = ", ".join(kind.command for kind in FIGURES)
        raise UsageError("there is no picture of this question", found=answer.request.command, expected=expected)
    return draw(answer, of)


def _one_of(rows: pd.DataFrame, column: str, of: str = "") -> pd.DataFrame:
    """Rows of one value of a column: the one named, or the first."""
    values = [str(value) for value in rows[column].unique()]
    chosen = choose(column, of or next(iter(values), ""), values)
    return rows[rows[column] == chosen]


def _slopes(answer: Answer, of: str) -> Any:
    from sp_geo.web.figures.slopes import slope_figure
    from sp_geo.web.pages.over_time.views import timeline

    rows = _one_of(answer.rows, "need", of)
    need = answer.build.needs[str(rows["need"].iloc[0])]
    step = rows["per"].iloc[0]
    return slope_figure(rows, timeline(sorted(rows["quarter"].unique())), f"{step:g} {need.unit}", answer.build.mark)


def _curve(answer: Answer, of: str) -> Any:
    from sp_geo.reports.specification_curve import curve_figure

    rows = _one_of(answer.rows, "need", of) if of else answer.rows
    return curve_figure(answer.build, Answered(rows, answer.title, answer.notes))


def _inequality(answer: Answer, of: str) -> Any:
    from sp_geo.web.pages.over_time.inequality import inequality_figure
    from sp_geo.web.pages.over_time.views import INEQUALITY, measure_rows, timeline

    name = choose("measure", of or next(iter(INEQUALITY)), tuple(INEQUALITY))
    rows = measure_rows(_one_of(_one_of(answer.rows, "need"), "non_response"), name)
    about, unit = INEQUALITY[name], str(rows["unit"].iloc[0])
    label = f"{about.label},<br>{unit}" if unit.startswith("FTE") else about.label
    ends = (about.above, about.below)
    quarters = timeline(sorted(rows["quarter"].unique()))
    return inequality_figure(rows, quarters, label, about.equal, ends, about.digits, answer.build.mark)


def _by_fifth(fifths: pd.DataFrame, pair: Pair, mark: str) -> Any:
    from sp_geo.web.figures.allocation import allocation_figure

    if fifths.empty:
        raise UsageError("there is too little for a picture by fifths", found="fewer areas or PCNs than fifths")
    return allocation_figure(fifths, pair, mark)


def _posts(answer: Answer, _of: str) -> Any:
    from sp_geo.web.figures.allocation import rates_in
    from sp_geo.web.pages.plan_posts.frontier import frontier_figure
    from sp_geo.web.plans.posts_views import by_fifth

    if answer.request.as_record()["show"] == "frontier":
        return frontier_figure(answer.rows, answer.build.mark)
    plan = answer.build.once(plan_posts, answer.request, weight=LARGE)
    return _by_fifth(by_fifth(plan), rates_in(plan.rate_unit), answer.build.mark)


def _money(answer: Answer, _of: str) -> Any:
    from sp_geo.web.figures.allocation import UNMET
    from sp_geo.web.plans.funding_views import areas_of, by_fifth

    lines, divided = answer.build.once(fund_lines, answer.request, weight=LARGE)
    return _by_fifth(by_fifth(areas_of(lines, divided.rows)), UNMET, answer.build.mark)


def _offers(answer: Answer, of: str) -> Any:
    from sp_geo.services.attributes import WORDS
    from sp_geo.web.pages.services.figures import attribute_figure

    if "attribute" not in answer.rows:
        raise UsageError("there is no picture of these rows", found=answer.command, expected="--show attributes")
    rows = _one_of(answer.rows, "category", of)
    return attribute_figure(rows.assign(what=rows["attribute"].map(WORDS).str.capitalize()), answer.build.mark)


FIGURES: Final[Mapping[type[Request], Callable[[Answer, str], Any]]] = {
    RegressRequest: _slopes,
    SpecificationsRequest: _curve,
    InequalityRequest: _inequality,
    PostsRequest: _posts,
    FundingRequest: _money,
    ServicesRequest: _offers,
}
"""By the request; ``of`` names a need of slopes and curves, a measure of inequality, a category of services."""
