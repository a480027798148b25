"""A workspace as a notebook has it: every question of the command line is a method of the same name and arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sp_geo.api.answer import Answer, Page
from sp_geo.build.pipeline import build as build_tables
from sp_geo.build.view import Build
from sp_geo.core.settings import read_settings
from sp_geo.questions.answers import ANSWERS, answer
from sp_geo.questions.requests.asked import Request, fields_of
from sp_geo.questions.requests.workspace import MapRequest, PackRequest

if TYPE_CHECKING:
    from collections.abc import Mapping


class Workspace:
    """Files, the tables made of them, and every question that can be asked of both.

    Each question of ``sp-geo`` is a method: ``sp-geo plan posts --area QOP --fte 12`` is
    ``ws.plan_posts(area="QOP", fte=12)``. An option that may be repeated takes one value or a list.
    ``help(ws.regress)`` says what each argument means. All raise ``sp_geo.SpGeoError`` with what was
    found, what is expected and what to do.

    Args:
        folder: of the workspace; it may be new.

    Example:
        >>> import sp_geo
        >>> ws = sp_geo.open(example)
        >>> answer = ws.regress("imd_score", per=10, non_response="reporters", quarter="latest")
        >>> answer.rows[["quarter", "need", "n_pcns"]].to_dict("records")
        [{'quarter': '2026Q2', 'need': 'imd_score', 'n_pcns': 4}]
        >>> answer.command
        'sp-geo regress --need imd_score --non-response reporters --quarter latest'
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = read_settings().workspace if folder is None else Path(folder)
        self._build: Build | None = None

    def __repr__(self) -> str:
        """Where it is, and what it holds."""
        quarters = self.opened.choices.quarters if self.opened.has_panel else []
        held = f"{quarters[0]} to {quarters[-1]}" if quarters else "no quarter built"
        return f"Workspace({str(self.folder)!r}): {held}"

    @property
    def opened(self) -> Build:
        """The present build, opened once until another one is made."""
        now = Build.open(self.folder)
        if self._build is None or self._build.stamp != now.stamp:
            self._build = now
        return self._build

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure is invented."""
        return self.opened.manifest.is_synthetic

    @property
    def inputs(self) -> pd.DataFrame:
        """The files that the tables were made of: title, period, file, sha256 and more."""
        return pd.DataFrame(self.opened.manifest.inputs)

    def table(self, name: str) -> pd.DataFrame:
        """A built table by its name in the data dictionary.

        Raises:
            WorkspaceError: it has not been built.
        """
        return self.opened.table(name)

    def add(self, *paths: str | Path) -> list[str]:
        """Add files, as ``sp-geo add`` does; what became of each, in a line.

        Raises:
            SpGeoError: the first file that was refused, after the others were taken.
        """
        from sp_geo.publications.add import add

        outcome = add([Path(path) for path in paths], self.folder, datetime.now(UTC))
        if outcome.first_refusal is not None:
            raise outcome.first_refusal
        return [item.line for item in outcome.admissions]

    def build(self) -> list[str]:
        """Bring the tables up to date, as ``sp-geo build`` does; the steps that were done.

        Raises:
            SpGeoError: totals before and after a join differ; the tables stay as they were.
        """
        return [str(step) for step in build_tables(self.folder).ran]

    def demo(self, scale: str = "full", seed: int | None = None) -> Workspace:
        """Fill an empty workspace with invented figures, as ``sp-geo demo`` does."""
        from sp_geo.build.demo import make_demonstration

        make_demonstration(self.folder, scale, seed, datetime.now(UTC), lambda step, state: None)
        return self

    def status(self) -> pd.DataFrame:
        """Coverage by quarter, as ``sp-geo status --format csv`` gives it."""
        from sp_geo.questions.status import status_quarters

        return status_quarters(self.opened)

    def map(self, **asked: Any) -> Page:
        """A map of PCNs with its table as one page, as ``sp-geo map`` writes it.

        Args:
            **asked: quarter, area, measure and icbs, as the command takes them.
        """
        from sp_geo.reports.offline_map import offline_map

        return Page(offline_map(self.opened, MapRequest(**asked), _today()))

    def export(self, out: str | Path, **asked: Any) -> list[Path]:
        """Write a pack for an ICB into a new folder, as ``sp-geo export`` does; the files that were written.

        Args:
            out: folder to write; new or empty.
            **asked: area, quarter, need and icbs, as the command takes them.
        """
        from sp_geo.reports.pack.files import write_pack

        return write_pack(self.opened, Path(out), PackRequest(**asked), _today())

    def ask(self, request: Request) -> Answer:
        """Answer a request, such as one read from a record or a command."""
        build = self.opened
        return Answer.of(build, request, answer(build, request))


def _today() -> date:
    return datetime.now(UTC).date()


def _method(kind: type[Request]) -> Callable[..., Answer]:
    """The method that asks one kind of request, with its arguments and what each of them means."""

    def ask(self: Workspace, *given: Any, **named: Any) -> Answer:
        return self.ask(kind(*given, **named))

    known = fields_of(kind).values()
    arguments = [
        inspect.Parameter(
            item.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if item.is_required else item.default,
        )
        for item in known
    ]
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ask.__signature__ = inspect.Signature([own, *arguments])  # type: ignore[attr-defined]
    ask.__name__ = ask.__qualname__ = kind.method()
    ask.__doc__ = _words(kind, known)
    return ask


def _words(kind: type[Request], known: Iterable[Any]) -> str:
    """Docstring of a method: that of the request, and its arguments as the command's help says them."""
    text = inspect.getdoc(kind) or ""
    arguments = "\n".join(f"    {item.name}: {item.asked.help}" for item in known)
    return f"{text}\n\nArgs:\n{arguments}\n\nReturns:\n    An Answer: rows, title, notes, record.\n"


def methods() -> Mapping[str, type[Request]]:
    """The request that each method asks, by its name."""
    return {kind.method(): kind for kind in ANSWERS}


for _name, _kind in methods().items():
    setattr(Workspace, _name, _method(_kind))
