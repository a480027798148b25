"""A workspace as a notebook has it: every command is a method of the same name and arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sp_geo.api.answer import Answer
from sp_geo.api.asking import asks
from sp_geo.api.files import Files
from sp_geo.api.outputs import Outputs
from sp_geo.api.saved import SavedPlans
from sp_geo.questions.answers import ANSWERS
from sp_geo.questions.panel import Answer as Answered
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.requests.plans import PLANS
from sp_geo.questions.requests.statistics import SpecificationsRequest

COMMANDS_ONLY: Final[Mapping[str, str]] = {
    "app": "serves pages until it is stopped: a terminal starts it, beside the notebook",
    "serve": "serves pages from processes of its own until it is stopped",
}
"""Commands that are no methods, and why."""


class Workspace(Files, Outputs, SavedPlans):
    """Files, the tables made of them, and every question that can be asked of both.

    Each command of ``sp-geo`` is a method: ``sp-geo plan posts --area QOP --fte 12`` is
    ``ws.plan_posts(area="QOP", fte=12)``. An option that may be repeated takes one value or a list.
    ``help(ws.regress)`` says what each argument means. All raise ``sp_geo.SpGeoError`` with what was
    found, what is expected and what to do.

    Args:
        folder: of the workspace; it may be new.

    Example:
        >>> import sp_geo
        >>> ws = sp_geo.open(example)
        >>> answer = ws.regress("imd_score", per=10, non_response="reporters", quarter="latest")
        >>> answer.rows[["quarter", "need", "n_pcns"]].to_dict("records")
        [{'quarter': '2026Q2', 'need': 'imd_score', 'n_pcns': 4}]
        >>> answer.command
        'sp-geo regress --need imd_score --non-response reporters --quarter latest'
    """

    @asks(SpecificationsRequest)
    def specifications(self, request: SpecificationsRequest, figure: str | Path | None = None) -> Answer:
        """Ask, and draw the curve into a file if one is named.

        Args:
            request: what is asked.
            figure: file to draw the curve into, .png or .svg; no picture if None.

        Example:
            >>> curve = sp_geo.open(example).specifications("imd_score", quarter="latest")
            >>> len(curve), curve.rows["reason"].iloc[0]
            (48, 'not estimable because clustered errors need 3 clusters and there are 2')
        """
        from sp_geo.reports.specification_curve import draw_curve

        found = self.ask(request)
        if figure is not None:
            answered = Answered(found.rows, found.title, found.notes)
            draw_curve(found.build, request, answered, Path(figure), datetime.now(UTC).date())
        return found


def methods() -> Mapping[str, type[Request]]:
    """The request that each question's method asks, by its name."""
    return {kind.method(): kind for kind in ANSWERS}


for _name, _kind in methods().items():
    if not hasattr(Workspace, _name):
        _ask: Callable[..., Answer] = Workspace.ask_plan if _kind in PLANS.values() else Workspace.ask
        setattr(Workspace, _name, asks(_kind)(_ask))
