"""Addresses behind the page My data: look at a file, keep it, see how far that is, undo it, get an empty file."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dash import Dash
from flask import Request, Response, request
from werkzeug.exceptions import HTTPException

from sp_geo.core.errors import SpGeoError, UsageError
from sp_geo.reports.templates import write_template
from sp_geo.web import uploads
from sp_geo.web.guard import said, told

_LOG = logging.getLogger(__name__)


def register(app: Dash, workspace: Path) -> None:
    """Attach every address.

    Args:
        app: the application.
        workspace: that files are kept in.
    """
    server = app.server

    @server.post("/my-data/examine")
    def examine() -> Response:
        return _answered(
            workspace, lambda: json.loads(uploads.examine(upload_of(request), workspace, _now()).as_json())
        )

    @server.post("/my-data/keep")
    def keep() -> Response:
        return _answered(workspace, lambda: {"job": uploads.start_keep(upload_of(request), workspace, _now())})

    @server.post("/my-data/undo")
    def undo() -> Response:
        receipt = str(request.form.get("receipt", ""))[:128]

        def begin() -> Any:
            if receipt not in {item.id for item in uploads.kept(workspace)}:
                raise UsageError("there is nothing of that name to undo", advice="Reload the page")
            return {"job": uploads.start_undo(workspace, receipt, _now())}

        return _answered(workspace, begin)

    @server.get("/my-data/state")
    def state() -> Response:
        found = uploads.state(workspace, request.args.get("job", "")[:64])
        return _json({"phase": found.phase, "line": found.line, "is_running": found.is_running})

    @server.get("/my-data/kept")
    def kept() -> Response:
        return _answered(
            workspace,
            lambda: {
                "kept": [
                    {
                        "id": item.id,
                        "kind": uploads.KINDS[item.kind].title,
                        "file": item.file,
                        "period": item.period,
                        "kept_at": item.kept_at,
                        "line": item.line,
                    }
                    for item in uploads.kept(workspace)
                ]
            },
        )

    @server.get("/my-data/template/<kind>.xlsx")
    def template(kind: str) -> Response:
        if kind not in uploads.KINDS:
            return said("There is no such template.", 404)
        name = uploads.KINDS[kind].template
        with TemporaryDirectory(prefix="sp-geo-") as folder:
            path = Path(folder) / f"{name}.xlsx"
            write_template(name, path)
            content = path.read_bytes()
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(content, mimetype=media, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


def upload_of(asked: Request) -> uploads.Upload:
    """The file and what was said of it.

    Raises:
        UsageError: no file was sent, or no kind was chosen.
    """
    file = asked.files.get("file")
    kind = asked.form.get("kind", "")
    if file is None or not file.filename:
        raise UsageError("no file was chosen", advice="Choose a file first")
    if kind not in uploads.KINDS:
        raise UsageError("the kind of file was not chosen", expected=", ".join(uploads.KINDS))
    with file.stream as stream:
        content = stream.read(uploads.MOST_BYTES + 1)
    areas = asked.form.get("covers", "").replace(",", " ").split()
    return uploads.Upload(
        name=file.filename,
        content=content,
        kind=kind,
        covers=tuple(areas[:201]),  # one more than are taken, so that too many are told
        directory=asked.form.get("directory", "").strip(),
        is_invented=asked.form.get("invented", "") == "yes",
        told=tuple((name, asked.form.get(f"told-{name}", "").strip()[:300]) for name in uploads.QUESTIONS),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _json(record: Any, status: int = 200) -> Response:
    return Response(json.dumps(record), status, mimetype="application/json", headers={"Cache-Control": "no-store"})


def _answered(workspace: Path, make: Callable[[], Any]) -> Response:
    """The answer, or the fault in a line; a fault of ours shows a reference and no trace."""
    try:
        return _json(make())
    except uploads.Busy as fault:
        return _json({"fault": told(fault, workspace)}, 409)
    except SpGeoError as fault:
        return _json({"fault": told(fault, workspace)}, 422)
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the page is told a reference
        reference = secrets.token_hex(4)
        _LOG.exception("fault %s", reference)
        return _json({"fault": f"Something went wrong. Reference {reference}."}, 500)
