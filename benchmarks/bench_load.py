"""Several people at once: planners who step through quarters, against the served application on this machine.

Each planner opens a page, then every one to three seconds chooses another quarter, as the browser does it: letters of
the map, then the table, then the parts of the page. The clients run on the same machine and take their share of it.
The limit of the project: 50 planners on two cores, 95 % of answers within 500 ms, no error.

    python benchmarks/bench_load.py [WORKSPACE] [PLANNERS] [SECONDS]
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from sp_geo.store import Store


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
    found.note("table", start, await browser.get(f"/table/need-and-provision/networks{search}"))
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
    every = sorted(value for values in found.seconds.values() for value in values)
    for kind, values in [*found.seconds.items(), ("all", every)]:
        order = sorted(values)
        ranks = {name: order[min(len(order) - 1, int(share * len(order)))] for name, share in
                 (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}  # fmt: skip
        said = ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in ranks.items())
        print(f"{kind:<8} {len(order):6,} answers, {len(order) / seconds:5.1f} a second, {said}")
    print(f"errors   {len(found.errors):,} {sorted(set(found.errors))[:5]}")


def main() -> None:
    """Serve, load, print."""
    workspace = Path(sys.argv[1] if len(sys.argv) > 1 else "data/derived/demonstration")
    planners = int(sys.argv[2]) if len(sys.argv) > 2 else 50  # noqa: PLR2004 - place of the argument
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60.0  # noqa: PLR2004 - place of the argument
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sp_geo", "--workspace", str(workspace), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        root = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                httpx.get(root, timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.5)
        quarters = sorted(Store(workspace).read("out_pcn_quarter")["quarter"].unique())
        print(f"{planners} planners for {seconds:.0f} s, two processes")
        told(asyncio.run(load(root, planners, seconds, quarters)), seconds)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


if __name__ == "__main__":
    main()
