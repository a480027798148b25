"""What keeps the application to itself: headers, limits, who may enter, and errors that show a reference alone."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from dash import Dash
from flask import Response, request
from werkzeug.exceptions import HTTPException

from sp_geo.core.errors import SpGeoError

MOST_BYTES = 24 * 1024 * 1024
"""Largest request; a file of 20 MB and what a form adds to it."""
_OWN_FILES = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")


def policy(app: Dash) -> str:
    """Content security policy: own files only, no script from strings; maps draw in workers of their own making."""
    hashes = " ".join(found if found.startswith("'") else f"'{found}'" for found in app.csp_hashes())
    return (
        "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'; object-src 'none'; "
        f"script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:"
    )


def guard(app: Dash) -> None:
    """Attach headers, limits and the page of faults."""
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    words = policy(app)

    @server.after_request
    def close(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", words)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        if not request.path.startswith(_OWN_FILES):
            # Figures are nobody's to keep but the reader's; what may be kept says so itself.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @server.errorhandler(HTTPException)
    def refused(fault: HTTPException) -> Response:
        return said(f"{fault.code}: {fault.name}.", fault.code or 500)

    @server.errorhandler(Exception)
    def failed(fault: Exception) -> Response:
        reference = secrets.token_hex(4)
        server.logger.error("fault %s", reference, exc_info=fault)
        return said(f"Something went wrong. Reference {reference}; the server's log says more under it.", 500)


def said(text: str, status: int) -> Response:
    """A sentence as plain text: what a request holds is never markup."""
    return Response(text, status, mimetype="text/plain")


def told(fault: SpGeoError, workspace: Path) -> str:
    """A fault in a line without the server's own places: folders of the workspace and addresses of databases."""
    line = re.sub(r"\b(?:sqlite|postgresql)[+\w]*://\S*", "the database of plans", fault.line())
    for place in {str(workspace), str(workspace.absolute())}:
        line = line.replace(place, "the workspace")
    return line[:600]
