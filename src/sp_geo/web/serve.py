"""The application served for real: for one person by one process, for many by several that share what they read."""

from __future__ import annotations

import importlib.util
import os
import threading
from typing import Any

from sp_geo.core.errors import UsageError
from sp_geo.web.application import create_app
from sp_geo.web.entry import Entry
from sp_geo.web.guard import MOST_BYTES
from sp_geo.web.map.small_area_map import prepare
from sp_geo.workspace.store import Store

THREADS = 8
KEPT_S = 75
"""For which the connection of a browser is kept when it asks for nothing."""
_QUIET_S = 4.0
"""After which the first page is drawn."""


def _in_use(port: int) -> UsageError:
    return UsageError(f"port {port} is in use", advice="Choose another with --port or SP_GEO_PORT")


def serve(store: Store, port: int, entry: Entry) -> None:
    """Serve from this process until stopped.

    Raises:
        UsageError: another program has the port.
    """
    import waitress

    application = create_app(store, entry).server
    try:
        server = waitress.create_server(
            application,
            host=entry.host,
            port=port,
            threads=THREADS,
            ident=None,
            # Refused before it is received: a password is only asked for once a request is whole.
            max_request_body_size=MOST_BYTES,
        )
    except OSError as fault:
        raise _in_use(port) from fault
    # The shapes of small areas take two seconds; whoever opens that page finds them ready.
    soon = threading.Timer(_QUIET_S, prepare)
    soon.daemon = True
    soon.start()
    server.run()


def can_share() -> bool:
    """Whether several processes can serve: gunicorn parts them by fork, which Windows does not have."""
    return hasattr(os, "fork") and importlib.util.find_spec("gunicorn") is not None


def serve_shared(store: Store, port: int, entry: Entry, workers: int) -> None:
    """Serve from several processes until stopped, where :func:`can_share`; a process that dies is replaced.

    The application is made and warmed before the processes part, so that they share its memory.

    Raises:
        UsageError: another program has the port.
    """
    import socket

    from gunicorn.app.base import BaseApplication

    family = socket.AF_INET6 if ":" in entry.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((entry.host, port))
        except OSError as fault:
            raise _in_use(port) from fault
    app = create_app(store, entry)
    application = app.server

    def warm(_worker: object) -> None:
        """Make the first page, so that nobody waits for it; a process that replaces another one does so too."""
        with application.test_request_context("/"):
            app.layout()

    warm(None)
    prepare()

    class Shared(BaseApplication):
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"[{entry.host}]:{port}" if ":" in entry.host else f"{entry.host}:{port}",
                "workers": workers,
                "threads": THREADS,
                "worker_class": "gthread",
                # Longer than a planner looks at a map: gunicorn's own 2 s hang up just as the next step is asked for.
                "keepalive": KEPT_S,
                "timeout": 120,
                "accesslog": None,
                "loglevel": "warning",
                # Once it listens to signals: one that is told to stop while it warms up stops at once.
                "post_worker_init": warm,
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application

    Shared().run()
