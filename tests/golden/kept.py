"""Which texts are kept, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.golden import analysis_results, panel_results, planning_results, refusals

FOLDER = Path(__file__).with_name("kept")


def made() -> dict[str, Callable[[], str]]:
    """Every kept text by its name."""
    return {
        **{f"analysis_{name}": make for name, make in analysis_results.RESULTS.items()},
        **{f"planning_{name}": make for name, make in planning_results.RESULTS.items()},
        **{f"panel_{name}": make for name, make in panel_results.RESULTS.items()},
        "refusals": refusals.text,
    }
