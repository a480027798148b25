"""The specification curve as a picture, with its caption and its run record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.questions.panel import SERIES, Answer
from sp_geo.questions.requests.statistics import SpecificationsRequest
from sp_geo.questions.run_record import record_of
from sp_geo.questions.statistics import specifications
from sp_geo.reports.pictures.pictures import Caption, picture_bytes, save, specification_picture


def curve_figure(build: Build, answer: Answer) -> Any:
    """The specification curve of the latest quarter of an answer, as a matplotlib figure."""
    quarter = str(answer.rows["quarter"].max())
    rows = answer.rows[answer.rows["quarter"] == quarter]
    coverage = rows["coverage_pct"].max()
    below = (
        f"Period: {quarter}. Coverage: {coverage:.1f} % of active PCNs reported. Series: {SERIES}. 95 % intervals. "
        f"Associations, not effects.\nSource: {'; '.join(build.manifest.publishers)}.\n"
        f"Licence: {'; '.join(build.manifest.licences)}."
    )
    return specification_picture(rows, Caption("Provision on need: many ways of asking", below, build.mark))


def draw_curve(build: Build, request: SpecificationsRequest, answer: Answer, path: Path, made: date) -> None:
    """Draw the curve of an answer into a file, with its run record inside.

    Args:
        build: that was asked.
        request: what was asked.
        answer: to it.
        path: ends in .png or .svg.
        made: day of the picture.

    Raises:
        UsageError: the name says no form of a picture.
        WorkspaceError: the file cannot be written.
    """
    asked = curve_asked(request, path.suffix.lower()[1:])
    save(curve_figure(build, answer), path, record_of(build.manifest, asked, made).as_json())


def curve_asked(request: SpecificationsRequest, form: str) -> dict[str, Any]:
    """The picture of a specification curve as a run record asks for it; ``form`` is png or svg."""
    return {"command": request.command, "request": request.as_record(), "form": form}


def curve_file(build: Build, asked: Mapping[str, Any], made: date, record: str = "") -> dict[str, bytes]:
    """The picture of a specification curve as a file, with its run record inside.

    Args:
        build: with the built tables.
        asked: as in a run record: the fields of the request, and the ``form``.
        made: day of the picture.
        record: text of a record that goes inside in the place of that of these tables; empty for these tables'.

    Raises:
        UsageError: the question or the form cannot be.
    """
    try:
        request, form = SpecificationsRequest.from_record(asked["request"]), str(asked["form"])
    except (KeyError, AttributeError) as fault:
        raise UsageError("this version has no such question", found=str(fault)[:60]) from fault
    answer = specifications(build, request)
    text = record or record_of(build.manifest, asked, made).as_json()
    return {f"curve.{form}": picture_bytes(curve_figure(build, answer), form, text)}
