"""Plans that last: saved under a name, listed, reopened, compared, exported, marked when their data have changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from sp_geo import __version__
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.planning.plan import Plan, compare, data_digest, data_tables, staleness
from sp_geo.planning.recommend import SEED
from sp_geo.questions.panel import Answer, title
from sp_geo.questions.plans import FUNDING_TABLES, POSTS_TABLES, FundingRequest, PostsRequest, plan_posts, posts_rows
from sp_geo.questions.plans import funding as funding_plan
from sp_geo.questions.record_forms import record_beside
from sp_geo.questions.records import as_csv, as_json, provenance
from sp_geo.questions.run_record import record_of
from sp_geo.questions.sites import CANDIDATES, SITES_TABLES, SitesRequest, plan_sites
from sp_geo.workspace.store import write_aside

if TYPE_CHECKING:
    from sp_geo.planning.plan_store import PlanStore

VARIABLE: Final = "SP_GEO_PLANS"
"""Address of a database of plans, used where ``--plans`` is not given."""
FRESH: Final = "the data are those of today"
COMMAND: Final = "plan export"
"""In the record of an exported plan."""
_SEEDS: Final = {"posts": {"survival of posts": SEED}}
_WRITTEN: Final[Mapping[str, Callable[[pd.DataFrame], str]]] = {".csv": as_csv, ".json": as_json}


def plan_store(workspace: Path, url: str) -> PlanStore:
    """The plans at an address, of the environment if none is given, else of the workspace."""
    # A database's library is loaded when plans are asked for, not when the application starts.
    from sp_geo.planning.plan_store import PlanStore

    address = url or os.environ.get(VARIABLE, "")
    return PlanStore(address) if address else PlanStore.of_workspace(workspace)


def _plan(
    build: Build,
    kind: str,
    tables: Iterable[str],
    name: str,
    author: str,
    request: Mapping[str, Any],
    rows: pd.DataFrame,
    summary: Mapping[str, Any],
    now: str,
) -> Plan:
    if not author.strip():
        raise UsageError("a plan is saved by somebody", found="no author", expected="your name or team as its author")
    names = list(tables)
    return Plan(
        name=name,
        kind=kind,
        author=author,
        created_at=now,
        request=request,
        data_digest=data_digest(build.manifest, names),
        data_tables=data_tables(build.manifest, names),
        software_version=__version__,
        is_synthetic=build.manifest.is_synthetic,
        rows=[{str(key): value for key, value in row.items()} for row in rows.to_dict(orient="records")],
        summary=summary,
    )


def posts(
    build: Build,
    name: str,
    author: str,
    request: PostsRequest,
    rows: pd.DataFrame,
    summary: Mapping[str, Any],
    now: str,
) -> Plan:
    """A plan of posts, ready to be saved; ``now`` is a moment in ISO text."""
    return _plan(build, "posts", POSTS_TABLES, name, author, asdict(request), rows, summary, now)


def funding(
    build: Build,
    name: str,
    author: str,
    request: FundingRequest,
    rows: pd.DataFrame,
    summary: Mapping[str, Any],
    now: str,
) -> Plan:
    """A plan of funding, ready to be saved."""
    return _plan(build, "funding", FUNDING_TABLES, name, author, asdict(request), rows, summary, now)


def sites(
    build: Build,
    name: str,
    author: str,
    request: SitesRequest,
    rows: pd.DataFrame,
    summary: Mapping[str, Any],
    now: str,
) -> Plan:
    """A plan of sites, ready to be saved."""
    return _plan(build, "sites", SITES_TABLES, name, author, asdict(request), rows, summary, now)


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


def exported(build: Build, url: str, name: str, out: Path, made: date) -> tuple[Path, Path]:
    """Write a saved plan as a file, and its run record beside it, because rows have no room for one.

    Args:
        build: with the tables of today.
        url: of the plans.
        name: of the plan.
        out: file to write, .csv or .json.
        made: today.

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
    write_aside(beside, record_of(build.manifest, asked, made, _SEEDS.get(plan.kind)).as_json().encode())
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
        kind = str(asked["kind"])
        request: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in asked["request"].items()
        }
        name, author, saved = (str(asked[key]) for key in ("name", "author", "saved"))
        # The summary of a plan is not exported.
        if kind == "posts":
            asked_posts = PostsRequest(**request)
            rows = posts_rows(plan_posts(build, asked_posts))
            plan = posts(build, name, author, asked_posts, rows, {}, saved)
        elif kind == "funding":
            asked_funding = FundingRequest(**request)
            plan = funding(build, name, author, asked_funding, funding_plan(build, asked_funding)[1].rows, {}, saved)
        else:
            places = SitesRequest(**request)
            if places.candidates not in CANDIDATES:
                raise UsageError("candidates of a file are no part of a run record", found=places.candidates[:60])
            plan = sites(build, name, author, places, plan_sites(build, places).rows, {}, saved)
        written = Path(str(asked["file"])).name
        number = int(asked["version"])
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise UsageError("this version has no such plan", found=str(asked.get("kind", "nothing"))[:20]) from fault
    from sp_geo.planning.plan_store import as_stored

    return {written: _content(replace(as_stored(plan), version=number), Path(written).suffix.lower(), written)}
