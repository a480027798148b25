"""``python -m sp_geo`` is ``sp-geo``."""

from __future__ import annotations

from sp_geo.cli import main

main()
