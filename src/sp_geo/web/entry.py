"""Who may enter: everybody on this machine, whoever knows the password, or whom the proxy in front has let in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from sp_geo.core.errors import UsageError

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_SHORTEST = 12


@dataclass(frozen=True)
class Entry:
    """How the application is entered.

    Attributes:
        host: address it listens on.
        password: asked of everyone; empty for none. The user's name is not looked at.
        user_header: header that a reverse proxy sets once it has let somebody in; empty for none.
        names: host names by which the application may be called.
    """

    host: str = "127.0.0.1"
    password: str = ""
    user_header: str = ""
    names: tuple[str, ...] = LOOPBACK


def read_entry(environment: Mapping[str, str]) -> Entry:
    """Read ``SP_GEO_HOST``, ``SP_GEO_PASSWORD``, ``SP_GEO_USER_HEADER`` and ``SP_GEO_HOST_NAMES``.

    Raises:
        UsageError: another address than the loopback is asked for without a password or a proxy's header, the
            password is too short, or no host name is given for a shared server.
    """
    host = environment.get("SP_GEO_HOST", "127.0.0.1")
    password = environment.get("SP_GEO_PASSWORD", "")
    header = environment.get("SP_GEO_USER_HEADER", "")
    names = tuple(name.strip().lower() for name in environment.get("SP_GEO_HOST_NAMES", "").split(",") if name.strip())
    if password and len(password) < _SHORTEST:
        raise UsageError(
            "SP_GEO_PASSWORD is too short",
            found=f"{len(password)} characters",
            expected=f"{_SHORTEST} or more",
            advice="Use a few unrelated words",
        )
    is_open = host not in {"127.0.0.1", "localhost", "::1"}
    if is_open and not (password or header):
        raise UsageError(
            "the application is not served to other machines without knowing who enters",
            found=f"SP_GEO_HOST={host}",
            advice="Set SP_GEO_PASSWORD, or SP_GEO_USER_HEADER behind a reverse proxy that signs people in",
        )
    if is_open and not names:
        raise UsageError(
            "a shared application must know its own name",
            found=f"SP_GEO_HOST={host}",
            expected="SP_GEO_HOST_NAMES, such as maps.example.nhs.uk",
        )
    return Entry(host, password, header, (*LOOPBACK, *names))


def guard_entry(server: Flask, entry: Entry) -> None:
    """Attach the checks to a server: host name, origin, then password or header.

    A request under a foreign host name is refused, so that a web page elsewhere cannot reach the application by
    pointing a name of its own at this machine; a request that changes something must come from our own pages.
    """
    if entry.user_header:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]

    @server.before_request
    def enter() -> Response | None:
        # Without its port; the colons of an address in brackets are none of a port.
        name = request.host if request.host.endswith("]") else request.host.rsplit(":", 1)[0]
        if name.lower() not in entry.names:
            return Response("This application is not served under that name.", 400)
        origin = request.headers.get("Origin", "")
        if request.method not in {"GET", "HEAD"} and origin and origin.partition("://")[2] != request.host:
            return Response("That request comes from another site.", 403)
        if entry.user_header and not request.headers.get(entry.user_header):
            return Response("Sign in first; nobody has vouched for this request.", 403)
        given = request.authorization and request.authorization.password
        if entry.password and not hmac.compare_digest((given or "").encode(), entry.password.encode()):
            return Response("A password is needed.", 401, {"WWW-Authenticate": 'Basic realm="sp_geo", charset="UTF-8"'})
        return None
