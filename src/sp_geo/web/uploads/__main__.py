"""``python -m sp_geo.web.uploads FOLDER``: what :mod:`sp_geo.web.uploads.child` does."""

from __future__ import annotations

import sys
from pathlib import Path

from sp_geo.web.uploads.child import run

if __name__ == "__main__":
    run(Path(sys.argv[1]))
