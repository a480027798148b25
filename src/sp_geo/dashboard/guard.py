"""What keeps the application to itself: headers, limits, who may enter, and errors that show a reference alone."""

from __future__ import annotations

import secrets

from dash import Dash
from flask import Response
from werkzeug.exceptions import HTTPException

MOST_BYTES = 24 * 1024 * 1024
"""Largest request; a file of 20 MB and what a form adds to it."""
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


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
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response

    @server.errorhandler(HTTPException)
    def refused(fault: HTTPException) -> tuple[str, int]:
        return f"{fault.code}: {fault.name}.", fault.code or 500

    @server.errorhandler(Exception)
    def failed(fault: Exception) -> tuple[str, int]:
        reference = secrets.token_hex(4)
        server.logger.error("fault %s", reference, exc_info=fault)
        return f"Something went wrong. Reference {reference}; the server's log says more under it.", 500
