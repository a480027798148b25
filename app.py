"""The application: ``python app.py``, or ``app:server`` for a WSGI server.

Without a workspace that has been built, ``python app.py`` makes the demonstration first.
"""

from __future__ import annotations

import os
import sys

from sp_geo.core.settings import read_settings
from sp_geo.web.application import create_app
from sp_geo.web.entry import read_entry
from sp_geo.workspace.store import Store

if __name__ == "__main__":
    from sp_geo.cli.main import open_application

    sys.exit(open_application(sys.argv[1:]))

server = create_app(Store(read_settings().workspace), read_entry(os.environ)).server
