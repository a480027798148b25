"""Several people at once: planners who step through quarters, against the served application on this machine.

Each planner opens a page, then every one to three seconds chooses another quarter, as the browser does it: letters of
the map, then the table, then the parts of the page. The clients run on the same machine and take their share of it.
The limit of the project: 50 planners on two cores, 95 % of answers within 500 ms, no error.

    python benchmarks/bench_load.py --workspace W --planners 200 --seconds 300 --during rebuild kill

With ``--during`` the tables of a copy are built anew after a parameter was changed, from a quarter of the time on, and
a serving process is killed at half time. Memory is that of the server and its processes, pages that they share counted
once (PSS on Linux), read every two seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from sp_geo.workspace.store import Store


@dataclass
class Measured:
    """Seconds of every answer, by kind, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def note(self, kind: str, start: float, answer: httpx.Response) -> None:
        """One answer."""
        self.seconds.setdefault(kind, []).append(time.perf_counter() - start)
        if answer.status_code >= 400:  # noqa: PLR2004 - of HTTP
            self.errors.append(f"{kind}: {answer.status_code}")


async def planner(
    root: str, quarters: list[str], callback: dict[str, Any], digest: str, until: float, found: Measured, seed: int
) -> None:
    """One person at one browser."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    async with httpx.AsyncClient(base_url=root, timeout=30) as browser:
        await asyncio.sleep(dice.uniform(0, 3))
        while time.perf_counter() < until:
            search = f"?quarter={dice.choice(quarters)}&maps=one"
            try:
                await _step(browser, search, callback, digest, found)
            except httpx.HTTPError as fault:
                found.errors.append(type(fault).__name__)
            await asyncio.sleep(dice.uniform(1, 3))


async def _step(
    browser: httpx.AsyncClient, search: str, callback: dict[str, Any], digest: str, found: Measured
) -> None:
    start = time.perf_counter()
    found.note("letters", start, await browser.get(f"/values/{digest}/measure{search}"))
    start = time.perf_counter()
    found.note("table", start, await browser.get(f"/table/need-and-provision/pcns{search}"))
    body = {
        **callback,
        "inputs": [{"id": "where", "property": "data", "value": {"path": "/need-and-provision", "search": search}}],
    }
    start = time.perf_counter()
    found.note("parts", start, await browser.post("/_dash-update-component", json=body))


def the_callback(dependencies: list[dict[str, Any]]) -> dict[str, Any]:
    """The request that makes the parts of the page anew, without its input."""
    wanted = next(item for item in dependencies if "part-need-words" in item["output"])
    outputs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in
               wanted["output"].strip(".").split("...")]  # fmt: skip
    state = [{"id": item["id"], "property": item["property"], "value": ""} for item in wanted["state"]]
    return {"output": wanted["output"], "outputs": outputs, "changedPropIds": ["where.data"], "state": state}


async def load(root: str, planners: int, seconds: float, quarters: list[str]) -> Measured:
    """Let them work."""
    async with httpx.AsyncClient(base_url=root, timeout=30) as browser:
        answer = await browser.get("/_dash-layout", headers={"Referer": f"{root}/need-and-provision?maps=one"})
        digest = re.findall(r"/values/([^/]+)/", json.dumps(answer.json()))[0]
        callback = the_callback((await browser.get("/_dash-dependencies")).json())
    found = Measured()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(planner(root, quarters, callback, digest, until, found, seed) for seed in range(planners)))
    return found


def told(found: Measured, seconds: float) -> None:
    """The result in lines."""
    every = [value for values in found.seconds.values() for value in values]
    for kind, values in [*found.seconds.items(), ("all", every)]:
        order = sorted(values)
        ranks = {name: order[min(len(order) - 1, int(share * len(order)))] for name, share in
                 (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}  # fmt: skip
        said = ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in ranks.items())
        print(
            f"{kind:<8} {len(order):6,} answers, {len(order) / seconds:5.1f} a second, {said}, most {order[-1]:.1f} s"
        )
    print(f"errors   {len(found.errors):,} {sorted(set(found.errors))[:5]}")


def _held_mb(root: int) -> float:
    """Memory of a process and all that come of it, in MB; pages that several share count once."""
    total = 0
    for each in [server := psutil.Process(root), *server.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total += each.memory_full_info().pss
    return total / 2**20


@dataclass
class Watch:
    """What was seen of the server meanwhile."""

    memory_mb: list[float] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


@contextmanager
def watched(server: int, doing: dict[float, Callable[[], str]]) -> Iterator[Watch]:
    """Read memory every two seconds, and do things at their time (seconds from now)."""
    watch, ended, start = Watch(), threading.Event(), time.perf_counter()

    def look() -> None:
        left = dict(doing)
        while not ended.wait(2):
            watch.memory_mb.append(_held_mb(server))
            for at in [moment for moment in left if time.perf_counter() - start >= moment]:
                watch.events.append(f"{time.perf_counter() - start:.0f} s: {left.pop(at)()}")

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()


def rebuild(workspace: Path, others: list[subprocess.Popen[bytes]]) -> str:
    """Begin to build the tables anew with another year of the survey."""
    (workspace / "parameters.yaml").write_text("survey_year: 2022\n", encoding="utf-8")
    command = [sys.executable, "-m", "sp_geo", "--workspace", str(workspace), "--quiet", "build"]
    others.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    return "a build began"


def kill(server: int) -> str:
    """Kill a process that serves."""
    victim = psutil.Process(server).children(recursive=True)[-1]
    victim.kill()
    return f"process {victim.pid} was killed"


def measured(workspace: Path, planners: int, seconds: float, during: list[str]) -> None:
    """Serve, load, print."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sp_geo", "--workspace", str(workspace), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ)
    others: list[subprocess.Popen[bytes]] = []
    try:
        root = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                httpx.get(root, timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.5)
        quarters = sorted(Store(workspace).read("out_pcn_quarter")["quarter"].unique())
        doing: dict[float, Callable[[], str]] = {}
        if "rebuild" in during:
            doing[seconds / 4] = lambda: rebuild(workspace, others)
        if "kill" in during:
            doing[seconds / 2] = lambda: kill(server.pid)
        print(f"{planners} planners for {seconds:.0f} s, two processes, during {', '.join(during) or 'nothing else'}")
        with watched(server.pid, doing) as watch:
            found = asyncio.run(load(root, planners, seconds, quarters))
        told(found, seconds)
        tenth = max(1, len(watch.memory_mb) // 10)
        first, last = watch.memory_mb[:tenth], watch.memory_mb[-tenth:]
        print(f"memory   {sum(first) / len(first):.0f} MB at first, {sum(last) / len(last):.0f} MB at last, "
              f"most {max(watch.memory_mb):.0f} MB")  # fmt: skip
        for build in others:
            watch.events.append(f"the build ended with {build.wait(timeout=600)}")
        print("\n".join(watch.events) + "\n" if watch.events else "", end="", flush=True)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def main() -> None:
    """Each number of planners in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=Path("data/derived/demonstration"))
    parser.add_argument("--planners", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--during", nargs="*", choices=["rebuild", "kill"], default=[])
    asked = parser.parse_args()
    for planners in asked.planners:
        if "rebuild" in asked.during:
            with tempfile.TemporaryDirectory(prefix="sp-geo-load-") as folder:
                copy = shutil.copytree(asked.workspace, Path(folder) / "workspace")
                measured(copy, planners, asked.seconds, asked.during)
        else:
            measured(asked.workspace, planners, asked.seconds, asked.during)


if __name__ == "__main__":
    main()
