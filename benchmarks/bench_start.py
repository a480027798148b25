"""How long until the program has started: its version, its help, and the application's own import (limit 1.5 s).

Every run is a new process, turn by turn with the peer's: an empty Python for the command line, and for the application
the import of the two frameworks that it cannot do without, pandas and Dash.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from measuring import RUNS, alone, spread
from telling import main
from workspaces import python

LIMIT_S = 1.5
EMPTY = ("an empty Python with the standard library's argparse", "import argparse")
FRAMEWORKS = ("import of pandas and dash", "import pandas, dash")
COMMAND = "from sp_geo.__main__ import main; sys.argv[1:] = ['{option}']; main()"
STARTS = {
    "start_version": ("sp-geo --version", COMMAND.format(option="--version"), EMPTY),
    "start_help": ("sp-geo --help", COMMAND.format(option="--help"), EMPTY),
    "start_application": (
        "import of the whole application (import sp_geo.web.application)",
        "import sp_geo.web.application",
        FRAMEWORKS,
    ),
}
RUNS_OF_A_START = 2 * RUNS + 1


def figures(quick: bool, _folder: Path) -> dict[str, dict[str, Any]]:
    """One figure a start, files in the system's memory: the first of all runs is left out."""
    found = {}
    for name, (what, script, (peer_name, peer)) in STARTS.items():
        python(script)
        pairs = [(python(peer), python(script)) for _ in range(3 if quick else RUNS_OF_A_START)]
        ours, theirs = [mine.seconds for _, mine in pairs], [other.seconds for other, _ in pairs]
        memory = asdict(spread([mine.peak_mb for _, mine in pairs]))
        middle, least = spread(ours).median, spread(theirs).median
        limit = {"name": peer_name, "seconds": least, "times": middle / least}
        found[name] = alone(what, ours, theirs, peer_name, promise=LIMIT_S, peak_mb=memory, limit=limit)
    return found


if __name__ == "__main__":
    main(__file__, alone=figures)
