"""One command line for every measurement: what was measured in lines, and as a file for the guard.

``python benchmarks/bench_access.py [--quick] [--to FOLDER]``, and so with every other. Exit code 1 if two sides do not
agree. A promise that is missed is told, and is no fault of the run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measuring import RUNS, Bench, compared, machine, serve_worker

Alone = Callable[[bool, Path], Mapping[str, dict[str, Any]]]
"""Figures without a peer, by name: quick or not, and a folder that may be used."""
QUICK_RUNS = 2


def main(script: str, benches: Sequence[Bench] = (), alone: Alone | None = None) -> None:
    """Measure what the script names, print it, and write it if asked to."""
    if len(sys.argv) > 1 and sys.argv[1] == "--worker":
        name, side, size, folder, started = sys.argv[2:7]
        bench = next(bench for bench in benches if bench.name == name)
        serve_worker(bench, side, int(size), Path(folder), float(started))
        return
    parser = argparse.ArgumentParser(description="Measure, and say what was measured.")
    parser.add_argument("--quick", action="store_true", help="small sizes and few runs, for trying")
    parser.add_argument("--to", type=Path, help="folder for the figures")
    chosen = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    figures: dict[str, dict[str, Any]] = {}
    for bench in benches:
        if chosen.quick:
            figures[bench.name] = compared(bench, script, bench.quick, QUICK_RUNS)
        else:
            figures[bench.name] = compared(bench, script, bench.sizes, RUNS, bench.beyond)
        print("\n".join(lines(bench.name, figures[bench.name])), flush=True)
    if alone is not None:
        for name, figure in alone(chosen.quick, chosen.to or Path("build/benchmarks")).items():
            figures[name] = figure
            print("\n".join(lines(name, figure)), flush=True)
    about = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "quick": chosen.quick, "load": load}
    if chosen.to is not None:
        chosen.to.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            text = json.dumps({**figure, **about}, indent=1, sort_keys=True) + "\n"
            (chosen.to / f"{name}.json").write_text(text, encoding="utf-8")
    if not all(agrees(figure) for figure in figures.values()):
        sys.exit(1)


def agrees(figure: Mapping[str, Any]) -> bool:
    """Whether both sides found the same; true where there is one side."""
    return "agreement" not in figure or bool(figure["agreement"] <= figure["agreement_limit"])


def lines(name: str, figure: Mapping[str, Any]) -> list[str]:
    """A figure in words."""
    told = [f"{name}: {figure['what']}"]
    if "agreement" in figure:
        verdict = "agree" if agrees(figure) else "DO NOT AGREE"
        told.append(f"  results {verdict}: apart by {figure['agreement']:.1e} of the greatest value")
    peer = figure["peer_name"]
    for kind, unit in (("warm", "s"), ("cold", "s"), ("peak", "MB")):
        if kind in figure:
            ours, theirs, ratio = figure[kind]["ours"], figure[kind]["peer"], figure[kind]["ratio"]
            told.append(f"  {kind}: {_spread(ours, unit)}; {peer} {_spread(theirs, unit)}; ratio {ratio:.3g}")
    if "growth" in figure:
        grown = figure["growth"]
        curve = ", ".join(
            f"{size:,.0f}: {seconds:.3g} s" for size, seconds in zip(grown["sizes"], grown["seconds"], strict=True)
        )
        exponent = f"{grown['exponent']:.2f} (± {grown['std_error']:.2f})"
        told.append(f"  growth: exponent {exponent} in {figure['unit']}; {curve}")
    if "limit" in figure:
        limit = figure["limit"]
        told.append(f"  limit: {limit['name']} takes {limit['seconds']:.3g} s; ours is {limit['times']:.3g} times that")
    if "peak_mb" in figure:
        told.append(f"  peak: {_spread(figure['peak_mb'], 'MB')}")
    for side, notes in figure.get("notes", {}).items():
        if notes:
            told.append(f"  {side}: " + ", ".join(f"{word} {value:,.6g}" for word, value in notes.items()))
    if "promise" in figure:
        promise = figure["promise"]
        asked = f"ratio {promise['ratio']:g}" if "ratio" in promise else f"{promise['seconds']:g} s"
        told.append(f"  asked: {asked}: {'met' if promise['met'] else 'MISSED'}")
    return told


def _spread(found: Mapping[str, float], unit: str) -> str:
    return f"{found['median']:.3g} {unit} ({found['low']:.3g} to {found['high']:.3g}, {found['runs']} runs)"
