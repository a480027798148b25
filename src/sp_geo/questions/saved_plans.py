"""Plans that last: saved under a name, listed, reopened, compared, exported, marked when their data have changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from sp_geo import __version__
from sp_geo.build.view import LARGE, Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.planning.plan import Plan, compare, data_digest, data_tables, staleness
from sp_geo.planning.recommend import SEED
from sp_geo.questions.panel import Answer, title
from sp_geo.questions.plans import FUNDING_TABLES, POSTS_TABLES, fund_lines, plan_posts, posts_rows, posts_summary
from sp_geo.questions.record_forms import record_beside
from sp_geo.questions.records import as_csv, as_json, provenance
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.requests.plans import PLANS, FundingRequest, PlanRequest, PostsRequest, SitesRequest
from sp_geo.questions.run_record import record_of
from sp_geo.questions.sites import CANDIDATES, SITES_TABLES, plan_sites
from sp_geo.workspace.store import write_aside

if TYPE_CHECKING:
    from sp_geo.planning.plan_store import PlanStore

VARIABLE: Final = "SP_GEO_PLANS"
"""Address of a database of plans, used where ``--plans`` is not given."""
FRESH: Final = "the data are those of today"
COMMAND: Final = "plan export"
"""In the record of an exported plan."""
_TABLES: Final = {"posts": POSTS_TABLES, "funding": FUNDING_TABLES, "sites": SITES_TABLES}
_SEEDS: Final = {"posts": {"survival of posts": SEED}}
_WRITTEN: Final[Mapping[str, Callable[[pd.DataFrame], str]]] = {".csv": as_csv, ".json": as_json}


def plan_store(workspace: Path, url: str) -> PlanStore:
    """The plans at an address, of the environment if none is given, else of the workspace."""
    # A database's library is loaded when plans are asked for, not when the application starts.
    from sp_geo.planning.plan_store import PlanStore

    address = url or os.environ.get(VARIABLE, "")
    return PlanStore(address) if address else PlanStore.of_workspace(workspace)


def plan_of(
    build: Build,
    request: Request,
    rows: pd.DataFrame,
    summary: Mapping[str, Any],
    name: str,
    author: str,
    now: str,
) -> Plan:
    """A plan ready to be saved.

    Args:
        build: that it was worked out from.
        request: for posts, funding or sites.
        rows: of the plan.
        summary: what is kept beside the rows.
        name: that it is saved under.
        author: who saves it.
        now: a moment in ISO text.

    Raises:
        UsageError: nobody is named as its author.
    """
    if not author.strip():
        raise UsageError("a plan is saved by somebody", found="no author", expected="your name or team as its author")
    kind = request.command.removeprefix("plan ")
    return Plan(
        name=name,
        kind=kind,
        author=author,
        created_at=now,
        request=request.as_record(),
        data_digest=data_digest(build.manifest, _TABLES[kind]),
        data_tables=data_tables(build.manifest, _TABLES[kind]),
        software_version=__version__,
        is_synthetic=build.manifest.is_synthetic,
        rows=[{str(key): value for key, value in row.items()} for row in rows.to_dict(orient="records")],
        summary=summary,
    )


def made(build: Build, request: PlanRequest, name: str, author: str, now: str) -> Plan:
    """A plan worked out from its request, ready to be saved: :func:`plan_of`.

    Raises:
        UsageError: nobody is named as its author, or something asked for is unknown.
        SpGeoError: there is no such plan on these tables.
    """
    summary: Mapping[str, Any]
    if isinstance(request, PostsRequest):
        found = build.once(plan_posts, request, weight=LARGE)
        rows, summary = posts_rows(found), posts_summary(found)
    elif isinstance(request, FundingRequest):
        _, divided = build.once(fund_lines, request, weight=LARGE)
        rows = divided.rows
        summary = {"grants": int((divided.amount_gbp > 0).sum()), "pounds": int(divided.amount_gbp.sum())}
    else:
        answer = build.once(plan_sites, request, weight=LARGE)
        rows, summary = answer.rows, {"notes": list(answer.notes)}
    return plan_of(build, request, rows, summary, name, author, now)


def save(build: Build, request: PlanRequest, name: str, author: str, url: str, now: str) -> Plan:
    """Work a plan out and save it under a name, as its next version.

    Args:
        build: that it is worked out from.
        request: for posts, funding or sites.
        name: that it is saved under.
        author: who saves it.
        url: of the plans.
        now: a moment in ISO text.

    Returns:
        The plan as it was stored, with its version.

    Raises:
        UsageError: nobody is named as its author, or something asked for is unknown.
        SpGeoError: there is no such plan on these tables, or the plans cannot be written.
    """
    return plan_store(build.workspace, url).save(made(build, request, name, author, now))


def freshness(plan: Plan, build: Build) -> str:
    """Whether the data under a plan are still those it was made from, in words."""
    changed = staleness(plan, build.manifest)
    return f"STALE: {', '.join(changed)} changed since" if changed else FRESH


def listed(build: Build, url: str) -> Answer:
    """Saved plans, the latest version of each."""
    plans = plan_store(build.workspace, url).latest()
    rows = pd.DataFrame(
        [
            {
                "name": plan.name,
                "version": plan.version,
                "kind": plan.kind,
                "author": plan.author,
                "saved": plan.created_at,
                "rows": len(plan.rows),
                "state": freshness(plan, build),
                "provenance": provenance(plan.is_synthetic),
            }
            for plan in plans
        ],
        columns=["name", "version", "kind", "author", "saved", "rows", "state", "provenance"],
    )
    return Answer(
        rows, "Saved plans", () if plans else ("None yet: 'sp-geo plan posts ... --save NAME --author WHO'.",)
    )


def reopened(build: Build, url: str, name: str, version: int | None) -> Answer:
    """A saved plan as it was."""
    plan = plan_store(build.workspace, url).read(name, version)
    asked = ", ".join(f"{key} {value}" for key, value in plan.request.items() if value not in ("", None, []))
    notes = (
        f"Saved by {plan.author}, {plan.created_at}, version {plan.version}, with sp_geo {plan.software_version}.",
        f"Asked for: {asked}.",
        f"Data {plan.data_digest[:12]}: {freshness(plan, build)}.",
    )
    rows = pd.DataFrame(plan.rows).assign(provenance=provenance(plan.is_synthetic))
    return Answer(rows, title(f"Plan '{plan.name}' ({plan.kind})", plan.is_synthetic), notes)


def compared(build: Build, url: str, first: str, second: str) -> Answer:
    """Two saved plans of one kind, row by row, where they differ."""
    plans = plan_store(build.workspace, url)
    one, two = plans.read(first), plans.read(second)
    found = compare(one, two)
    told = [f"{row.parameter}: {row.first} against {row.second}" for row in found.requests.itertuples()]
    notes = (
        f"first is '{one.name}' version {one.version}, second '{two.name}' version {two.version}.",
        f"Differing requests: {'; '.join(told) or 'none'}.",
        "Both from the same data." if found.same_data else "They were made from different data.",
    )
    rows = found.rows.assign(provenance=provenance(one.is_synthetic or two.is_synthetic))
    return Answer(rows, title("Plans compared", one.is_synthetic or two.is_synthetic), notes)


def exported(build: Build, url: str, name: str, out: Path, day: date) -> tuple[Path, Path]:
    """Write a saved plan as a file, and its run record beside it, because rows have no room for one.

    Args:
        build: with the tables of today.
        url: of the plans.
        name: of the plan.
        out: file to write, .csv or .json.
        day: today.

    Returns:
        The file and its record.

    Raises:
        UsageError: there is no such plan, or the name ends in neither .csv nor .json.
        WorkspaceError: something is there already, or the disk cannot take it.
    """
    if not out.name:
        raise UsageError("the file to write has no name", found=f"'{out}'", expected="a name with .csv or .json")
    beside = record_beside(out)
    for path in (out, beside):
        if path.exists():
            raise WorkspaceError("there is a file of that name already", file=str(path), advice="Choose another name")
    plan = plan_store(build.workspace, url).read(name)
    content = _content(plan, out.suffix.lower(), out.name)
    asked = {
        "command": COMMAND,
        "kind": plan.kind,
        "request": dict(plan.request),
        "name": plan.name,
        "version": plan.version,
        "author": plan.author,
        "saved": plan.created_at,
        "data": freshness(plan, build),
        "file": out.name,
    }
    write_aside(out, content)
    write_aside(beside, record_of(build.manifest, asked, day, _SEEDS.get(plan.kind)).as_json().encode())
    return out, beside


def _content(plan: Plan, form: str, name: str) -> bytes:
    rows = pd.DataFrame(plan.rows).assign(
        plan=plan.name,
        version=plan.version,
        author=plan.author,
        saved=plan.created_at,
        data_digest=plan.data_digest,
        provenance=provenance(plan.is_synthetic),
    )
    if form not in _WRITTEN:
        raise UsageError("the file's name must say its form", found=name, expected=" or ".join(_WRITTEN))
    return _WRITTEN[form](rows).encode()


def exported_again(build: Build, asked: Mapping[str, Any]) -> dict[str, bytes]:
    """A plan worked out anew from the request in its record, as the file that it was written to.

    Raises:
        UsageError: the record asks for what no plan of this version can be, or for candidates of a file.
        SpGeoError: there is no such plan on these tables.
    """
    try:
        kind = PLANS[str(asked["kind"])]
        request = kind.from_record(asked["request"])
        if isinstance(request, SitesRequest) and request.candidates not in CANDIDATES:
            raise UsageError("candidates of a file are no part of a run record", found=request.candidates[:60])
        plan = made(build, request, *(str(asked[key]) for key in ("name", "author", "saved")))
        written = Path(str(asked["file"])).name
        number = int(asked["version"])
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise UsageError("this version has no such plan", found=str(asked.get("kind", "nothing"))[:20]) from fault
    from sp_geo.planning.plan_store import as_stored

    return {written: _content(replace(as_stored(plan), version=number), Path(written).suffix.lower(), written)}
