"""Where plans are kept: a small database, in the workspace or on a PostgreSQL server.

Each plan has a name and, under it, versions 1, 2, ... Two people who save at once get two numbers, and nobody's work is
lost: the number is part of the key, and whoever comes second is given the next one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.extras import require_extra
from sp_geo.core.suggest import did_you_mean
from sp_geo.planning.plan import Plan, checked_name

T = TypeVar("T")
FILE: Final = "plans.sqlite"
SCHEMA: Final = 1
ATTEMPTS: Final = 50
"""How often a save takes the next number before it gives up: more people than will ever save at once."""
_SECONDS: Final = 30
_AT_ONCE: Final = ("already exists", "pg_type_typname_nsp_index", "database is locked")
"""What databases say when two make the same tables at one moment."""

_METADATA = sa.MetaData()
_SCHEMA = sa.Table("sp_geo_schema", _METADATA, sa.Column("version", sa.Integer, primary_key=True))
_PLANS = sa.Table(
    "sp_geo_plan",
    _METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
_FIELDS: Final = (
    "request",
    "data_digest",
    "data_tables",
    "software_version",
    "is_synthetic",
    "rows",
    "summary",
)


class PlanStore:
    """Saved plans of one database.

    Args:
        url: SQLAlchemy's address of a SQLite file or a PostgreSQL database.

    Raises:
        UsageError: it is no such address, or the driver of PostgreSQL is not installed.
        WorkspaceError: the database cannot be reached or used, or was made by a newer version of this software.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = sa.make_url(url)
            self.label = parsed.render_as_string(hide_password=True)
            # Only these two are tested; a third one is refused like an address that is none.
            self._is_sqlite = {"sqlite": True, "postgresql": False}[parsed.get_backend_name()]
            if parsed.get_driver_name() == "psycopg":
                require_extra("postgresql", "plans in PostgreSQL")
            options: dict[str, Any] = {"timeout": _SECONDS} if self._is_sqlite else {"connect_timeout": _SECONDS}
            self._engine = sa.create_engine(parsed, connect_args=options, poolclass=sa.NullPool)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError, KeyError) as fault:
            raise UsageError(
                "the address of the plans cannot be used",
                found=type(fault).__name__,
                expected="postgresql+psycopg://user@host/database (with the extra sp-geo[postgresql]), or nothing",
            ) from fault
        found = self._opened(attempts=ATTEMPTS)
        if found is None:
            self._note_schema()
        elif found > SCHEMA:
            raise WorkspaceError(
                "the plans were saved by a newer version of sp_geo",
                file=self.label,
                found=f"schema {found}",
                expected=f"schema {SCHEMA} or older",
                advice="Update sp_geo",
            )

    @classmethod
    def of_workspace(cls, workspace: Path) -> PlanStore:
        """The plans of a workspace, in a SQLite file."""
        try:
            workspace.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise WorkspaceError(f"cannot write: {fault.strerror}", file=str(workspace)) from fault
        return cls(f"sqlite:///{(workspace / FILE).as_posix()}")

    def _opened(self, attempts: int) -> int | None:
        """Version of the tables, made if need be; again if somebody else makes them at the same moment."""
        try:
            with self._engine.begin() as connection:
                if self._is_sqlite:
                    connection.exec_driver_sql("pragma journal_mode=wal")
                _METADATA.create_all(connection, checkfirst=True)
                version: int | None = connection.execute(sa.select(sa.func.max(_SCHEMA.c.version))).scalar()
                return version
        except SQLAlchemyError as fault:
            if attempts > 0 and any(words in str(fault) for words in _AT_ONCE):
                return self._opened(attempts - 1)
            raise self._refusal(fault) from fault

    def _note_schema(self) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(_SCHEMA.insert().values(version=SCHEMA))
        except IntegrityError:
            return  # somebody else opened the same new database at the same moment
        except SQLAlchemyError as fault:
            raise self._refusal(fault) from fault

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as fault:
            raise self._refusal(fault) from fault

    def _refusal(self, fault: SQLAlchemyError) -> WorkspaceError:
        origin = getattr(fault, "orig", None)
        said = str(origin if origin is not None else fault).strip().splitlines()
        return WorkspaceError(
            "the database of plans cannot be used",
            file=self.label,
            found=said[0][:200] if said else type(fault).__name__,
            advice="Check that it is there, that you may write to it, and that nobody holds it locked",
        )

    def save(self, plan: Plan) -> Plan:
        """The plan with its version: a name that is taken gets the next number, so that nothing is written over.

        Raises:
            WorkspaceError: the database cannot be used.
        """
        record = json.dumps({name: getattr(plan, name) for name in _FIELDS}, ensure_ascii=False)
        for _ in range(ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    highest = connection.execute(
                        sa.select(sa.func.max(_PLANS.c.version)).where(_PLANS.c.name == plan.name)
                    )
                    version = int(highest.scalar() or 0) + 1
                    connection.execute(
                        _PLANS.insert().values(
                            name=plan.name,
                            version=version,
                            kind=plan.kind,
                            author=plan.author,
                            created_at=plan.created_at,
                            record=record,
                        )
                    )
                return replace(plan, version=version)
            except IntegrityError:
                continue  # somebody took the number in between
            except SQLAlchemyError as fault:
                raise self._refusal(fault) from fault
        raise WorkspaceError("too many people save under this name at once", file=self.label, advice="Try again")

    def read(self, name: str, version: int | None = None) -> Plan:
        """A saved plan, the latest version unless one is named.

        Raises:
            UsageError: there is no such plan or version.
            WorkspaceError: the database cannot be used.
        """
        found = [plan for plan in self._plans(checked_name(name)) if version in {None, plan.version}]
        if not found:
            known = sorted({plan.name for plan in self._plans()})
            raise UsageError(
                "there is no such plan",
                found=f"'{name}'" + (f", version {version}" if version is not None else ""),
                expected=", ".join(known[:10]) or "a plan that was saved; none has been yet",
                advice=None if name in known else did_you_mean(name, known),
            )
        return found[-1]

    def latest(self) -> list[Plan]:
        """The latest version of every plan, by name."""
        return list({plan.name: plan for plan in self._plans()}.values())

    def history(self, name: str) -> list[Plan]:
        """All versions of a plan, the first one first."""
        return self._plans(checked_name(name))

    def remove(self, name: str) -> None:
        """Remove a plan with all its versions.

        Raises:
            UsageError: there is no such plan.
            WorkspaceError: the database cannot be used.
        """
        self.read(name)
        with self._connected() as connection:
            connection.execute(_PLANS.delete().where(_PLANS.c.name == checked_name(name)))

    def _plans(self, name: str | None = None) -> list[Plan]:
        query = sa.select(_PLANS).order_by(_PLANS.c.name, _PLANS.c.version)
        if name is not None:
            query = query.where(_PLANS.c.name == name)
        with self._connected() as connection:
            rows = connection.execute(query).mappings().all()
        return [_read(lambda row=row: _plan(row), self.label) for row in rows]  # type: ignore[misc]


def as_stored(plan: Plan) -> Plan:
    """The plan as it would be read again: numbers and texts as JSON has them."""
    return replace(plan, **json.loads(json.dumps({name: getattr(plan, name) for name in _FIELDS})))


def _read(make: Callable[[], T], label: str) -> T:
    try:
        return make()
    except (ValueError, KeyError, TypeError) as fault:
        raise WorkspaceError("a saved plan cannot be read", file=label, found=type(fault).__name__) from fault


def _plan(row: sa.RowMapping) -> Plan:
    record = json.loads(row["record"])
    return Plan(
        name=row["name"],
        kind=row["kind"],
        author=row["author"],
        created_at=row["created_at"],
        version=row["version"],
        **{name: record[name] for name in _FIELDS},
    )
