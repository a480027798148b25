"""``python -m sp_geo.my_data FOLDER``: what :mod:`sp_geo.my_data.child` does."""

from __future__ import annotations

import sys
from pathlib import Path

from sp_geo.my_data.child import run

if __name__ == "__main__":
    run(Path(sys.argv[1]))
