"""Ours and the peer measured in one run: processes of their own, turn by turn; cold apart from warm; the same results.

Cold is the first call in a new process, from the start of Python to the result, less the making of the input. Warm is
every later call in that process. Peak memory is what the process took up to its first result beyond an empty start. A
ratio is the peer's figure over ours, so that more is better; where nobody has a peer, a fixed piece of work (the
yardstick) stands in its place, and makes ratios of different machines alike.
"""

from __future__ import annotations

import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np

RUNS = 5
ROOT = Path(__file__).resolve().parents[1]
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing.

    Attributes:
        median: of all.
        low: the least.
        high: the greatest.
        runs: how many.
    """

    median: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True)
class Growth:
    """How cost grows with size: seconds ~ size ** exponent.

    Attributes:
        exponent: by least squares on logarithms.
        std_error: of the exponent; NaN with two sizes.
        sizes: ascending.
        seconds: warm medians, one a size.
    """

    exponent: float
    std_error: float
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Answer:
    """What a side found.

    Attributes:
        values: compared with the other side's, number by number.
        notes: what is told beside them and not compared.
    """

    values: np.ndarray
    notes: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """The least that the work could take on this machine, whoever wrote the program.

    Attributes:
        name: what must be done in any case.
        seconds: that this takes here, measured in the same run.
    """

    name: str
    seconds: float


@dataclass(frozen=True)
class Bench:
    """One comparison.

    Attributes:
        name: of the figure.
        what: in words.
        unit: of the sizes.
        sizes: ascending; the last is compared, all are in ours' growth curve.
        quick: the same, for trying.
        prepare: input from a size and a folder for files.
        ours: our side, given the input.
        peer: the other side, given the same.
        peer_name: who that is.
        agree: greatest difference of the results, as a share of the peer's greatest value.
        limit: measured after ours' first answer.
        promise: ratio that was promised, if any.
        beyond: greater sizes, for ours' growth curve alone.
    """

    name: str
    what: str
    unit: str
    sizes: tuple[int, ...]
    quick: tuple[int, ...]
    prepare: Callable[[int, Path], Any]
    ours: Callable[[Any], Answer]
    peer: Callable[[Any], Answer]
    peer_name: str
    agree: float
    limit: Callable[[Any, Answer], Limit]
    promise: float | None = None
    beyond: tuple[int, ...] = ()


def spread(values: Sequence[float]) -> Spread:
    """Median, least, greatest and number."""
    return Spread(statistics.median(values), min(values), max(values), len(values))


def growth(sizes: Sequence[float], seconds: Sequence[float]) -> Growth:
    """The exponent of a growth curve, by least squares on logarithms.

    Raises:
        ValueError: fewer than two different sizes, or a size or time that is not above 0.
    """
    if len(set(sizes)) < 2 or min(*sizes, *seconds) <= 0:  # noqa: PLR2004 - a line has two ends
        raise ValueError("a growth curve needs two sizes, and sizes and times above 0")
    x, y = np.log(np.asarray(sizes, dtype=float)), np.log(np.asarray(seconds, dtype=float))
    off = x - x.mean()
    exponent = float(off @ y / (off @ off))
    left = y - y.mean() - exponent * off
    free = len(x) - 2
    error = math.sqrt(float(left @ left) / free / float(off @ off)) if free > 0 else math.nan
    return Growth(exponent, error, tuple(map(float, sizes)), tuple(map(float, seconds)))


def apart(ours: np.ndarray, peer: np.ndarray) -> float:
    """Greatest difference of two results as a share of the peer's greatest value; infinite if they do not fit."""
    if ours.shape != peer.shape or not np.array_equal(np.isnan(ours), np.isnan(peer)):
        return math.inf
    greatest = float(np.nanmax(np.abs(peer), initial=0.0))
    return float(np.nanmax(np.abs(ours - peer), initial=0.0)) / (greatest or 1.0)


def peak_mb() -> float:
    """Most memory that this process has held, in MB; children that it has waited for count if they held more."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if _STATUS.exists():
        # getrusage would tell the parent's memory at the moment of the fork, if that was more.
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return max(float(line.split()[1]) / 1024, children)
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, children)


def timed(work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """Seconds and what came of it."""
    started = time.perf_counter()
    found = work(*given)
    return time.perf_counter() - started, found


def median_seconds(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Seconds of the middle run, after one that warms up."""
    work()
    return statistics.median(timed(work)[0] for _ in range(runs))


def yardstick() -> float:
    """Seconds of a fixed piece of work, half of it plain Python and half numpy, about a tenth of a second."""

    def work() -> float:
        words: dict[str, int] = {}
        for number in range(120_000):
            key = str(number * 7_919 % 10_007)
            words[key] = words.get(key, 0) + number
        numbers = np.arange(1_500_000, dtype=float) * 0.618 % 1.0
        return float(np.sort(numbers)[:10].sum() + np.exp(-numbers).sum() + len(words))

    return timed(work)[0]


def copied(size_bytes: int) -> Limit:
    """The limit of work that must touch so many bytes once: a copy of them in memory."""
    block = np.ones(max(size_bytes // 8, 1))
    return Limit(f"copying the {size_bytes / 1e6:,.0f} MB of input in memory", median_seconds(block.copy))


def machine() -> str:
    """Processors and memory, nothing that names a person or a place."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"


class Worker:
    """One side in a process of its own, which works when it is told to and is idle meanwhile."""

    def __init__(self, script: str, bench: str, side: str, size: int, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, script, "--worker", bench, side, str(size), str(folder), repr(time.time())]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.stdout:
            self.process.stdout.close()
        self.process.wait(timeout=60)

    def ask(self, command: str) -> dict[str, Any]:
        """What it answers to ``run`` or ``limit``.

        Raises:
            RuntimeError: it ended instead; its own words are on standard error.
        """
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a side ended early: {self.process.args}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def serve_worker(bench: Bench, side: str, size: int, folder: Path, started: float) -> None:
    """The loop inside a worker: the first ``run`` makes the input, every one answers with its seconds."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    empty = peak_mb()
    work = bench.ours if side == "ours" else bench.peer
    given: Any = None
    answer: Answer | None = None
    for command in sys.stdin:
        if command.strip() == "limit" and answer is not None:
            reply: dict[str, Any] = asdict(bench.limit(given, answer))
        elif answer is None:
            making, given = timed(bench.prepare, size, folder)
            answer = work(given)
            cold = time.time() - started - making
            reply = {"seconds": cold, "peak_mb": peak_mb() - empty, "notes": answer.notes}
            np.save(folder / f"{side}.npy", answer.values)
        else:
            answer = Answer(np.empty(0), answer.notes)  # nobody keeps the answer before while the next is made
            seconds, answer = timed(work, given)
            reply = {"seconds": seconds}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


def compared(bench: Bench, script: str, sizes: Sequence[int], runs: int, beyond: Sequence[int] = ()) -> dict[str, Any]:
    """The figure of one comparison: agreement, cold, warm, memory, growth, limit."""
    cold: dict[str, list[float]] = {"ours": [], "peer": []}
    warm: dict[str, list[float]] = {"ours": [], "peer": []}
    peak: dict[str, list[float]] = {"ours": [], "peer": []}
    notes: dict[str, Any] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(runs):
            with ExitStack() as stack:
                workers = {}
                for side in ("ours", "peer"):
                    workers[side] = stack.enter_context(Worker(script, bench.name, side, sizes[-1], folder))
                    first = workers[side].ask("run")
                    cold[side].append(first["seconds"])
                    peak[side].append(first["peak_mb"])
                    notes[side] = first["notes"]
                if turn == runs - 1:
                    for _ in range(runs):
                        for side, worker in workers.items():
                            warm[side].append(worker.ask("run")["seconds"])
                    limit = workers["ours"].ask("limit")
        difference = apart(np.load(folder / "ours.npy"), np.load(folder / "peer.npy"))
        curve = {size: _warm_alone(script, bench.name, size, folder, runs) for size in (*sizes[:-1], *beyond)}
    curve[sizes[-1]] = statistics.median(warm["ours"])
    grown = growth(sorted(curve), [curve[size] for size in sorted(curve)])
    figure = {
        "what": bench.what,
        "peer_name": bench.peer_name,
        "unit": bench.unit,
        "agreement": difference,
        "agreement_limit": bench.agree,
        **_ratios("warm", warm),
        **_ratios("cold", cold),
        **_ratios("peak", peak),
        "growth": asdict(grown),
        "limit": {**limit, "times": statistics.median(warm["ours"]) / limit["seconds"]},
        "notes": notes,
    }
    if bench.promise is not None:
        figure["promise"] = {"ratio": bench.promise, "met": figure["warm"]["ratio"] >= bench.promise}
    return figure


def _warm_alone(script: str, name: str, size: int, folder: Path, runs: int) -> float:
    with Worker(script, name, "ours", size, folder) as worker:
        worker.ask("run")
        return statistics.median(worker.ask("run")["seconds"] for _ in range(runs))


def _ratios(name: str, measured: dict[str, list[float]]) -> dict[str, Any]:
    ours, peer = spread(measured["ours"]), spread(measured["peer"])
    return {name: {"ratio": peer.median / max(ours.median, 1e-9), "ours": asdict(ours), "peer": asdict(peer)}}


def alone(
    what: str, ours: Sequence[float], peer: Sequence[float], peer_name: str, promise: float | None = None, **more: Any
) -> dict[str, Any]:
    """The figure of something that nobody else does: seconds against a yardstick's, taken turn by turn.

    Args:
        what: in words.
        ours: seconds, one a run.
        peer: seconds of the yardstick, one a run.
        peer_name: what the yardstick is.
        promise: seconds that were promised, if any.
        more: further entries, such as growth, limit or memory.
    """
    figure = {"what": what, "peer_name": peer_name, **_ratios("warm", {"ours": list(ours), "peer": list(peer)}), **more}
    if promise is not None:
        figure["promise"] = {"seconds": promise, "met": statistics.median(ours) <= promise}
    return figure
