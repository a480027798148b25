"""The command: ``python -m tests.corruption [--cases 5000] [--seed 1] [--only SEED/MUTATOR/NUMBER]``."""

from __future__ import annotations

import argparse
import faulthandler
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

from tests.corruption.run import OUTCOMES, Case, Judged, all_mutators, chosen, mutant_of, run, table

MOST_BYTES = 6_000_000_000
HANGING = 120


def main() -> int:
    """Run the cases, print the tables; 1 if any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.corruption", description=__doc__)
    parser.add_argument("--cases", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one case by its name, or all whose names fit a pattern such as 'grants*/*'")
    parser.add_argument("--keep", type=Path, help="with --only: write the spoilt file here")
    parser.add_argument("--log", type=Path, help="write each case's name here before it runs")
    asked = parser.parse_args()
    # A library that asks for too much memory, or never comes back, ends this run and not the machine.
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    if asked.only and asked.only.count("/") == 2 and "*" not in asked.only:
        cases: Iterable[Case] = [Case.named(asked.only)]
        made = mutant_of(Case.named(asked.only), asked.seed)
        if asked.keep and made is not None:
            asked.keep.write_bytes(made.data)
    else:
        cases = (case for case in chosen(asked.seed) if asked.only is None or fnmatch(case.name, asked.only))
    started = time.perf_counter()
    found: list[Judged] = []
    for item in islice(run(_watched(cases, asked.log), asked.seed), asked.cases):
        found.append(item)
        if item.verdict.outcome == "failed" or asked.only:
            print(f"{item.verdict.outcome}: {item.case.name}: {item.verdict.why}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    for by in ("kind", "mutator"):
        _print(table(found, by), by)
    _print_sum(found, time.perf_counter() - started)
    return int(any(item.verdict.outcome == "failed" for item in found))


def _watched(cases: Iterable[Case], log: Path | None) -> Iterator[Case]:
    """Cases, each with a time after which the whole run ends; what runs now stands at the end of the log."""
    for case in cases:
        faulthandler.dump_traceback_later(HANGING, exit=True)
        if log is not None:
            with log.open("a") as file:
                file.write(f"{case.name}\n")
        yield case


def _print(rows: list[tuple[str, int, dict[str, int]]], by: str) -> None:
    print(f"\n{by:<34}{'cases':>7}" + "".join(f"{name:>11}" for name in OUTCOMES))
    for key, cases, counts in rows:
        layer = f"{all_mutators()[key].layer}: " if by == "mutator" else ""
        print(f"{layer + key:<34}{cases:>7}" + "".join(f"{counts[name]:>11}" for name in OUTCOMES))


def _print_sum(found: list[Judged], seconds: float) -> None:
    slowest = max(found, key=lambda item: item.verdict.seconds, default=None)
    failed = sum(item.verdict.outcome == "failed" for item in found)
    print(f"\n{len(found):,} cases, {failed:,} failed, {seconds:,.0f} s", end="")
    print(f"; slowest {slowest.verdict.seconds:.2f} s ({slowest.case.name})" if slowest else "")


if __name__ == "__main__":
    sys.exit(main())
