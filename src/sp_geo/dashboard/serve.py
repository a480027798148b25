"""The application served for real: on the loopback address, by a production server."""

from __future__ import annotations

import waitress

from sp_geo.dashboard.application import create_app
from sp_geo.errors import UsageError
from sp_geo.store import Store

HOST = "127.0.0.1"
THREADS = 8


def serve(store: Store, port: int) -> None:
    """Serve until stopped.

    Raises:
        UsageError: another program has the port.
    """
    application = create_app(store).server
    try:
        server = waitress.create_server(application, host=HOST, port=port, threads=THREADS, ident=None)
    except OSError as fault:
        raise UsageError(f"port {port} is in use", advice="Choose another with --port or SP_GEO_PORT") from fault
    server.run()
