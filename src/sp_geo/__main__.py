"""``python -m sp_geo`` is ``sp-geo``."""

from __future__ import annotations

import sys


def main() -> None:
    """Start the command line; stopping it while it loads is no fault either."""
    try:
        from sp_geo.cli.main import main as start
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)
    start()


if __name__ == "__main__":
    main()
