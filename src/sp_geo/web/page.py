"""What a page is: fields of its address, parts that follow them, and tables that are shown and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from dash import html

from sp_geo.build.view import LARGE, Build
from sp_geo.core.errors import SpGeoError
from sp_geo.questions.requests.asked import Request
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import Sheet
from sp_geo.web.components.parts import in_code
from sp_geo.web.state import Field, View

Slot = Callable[[str], html.Div]
"""Gives the place of a part, filled, by the part's name."""


@dataclass(frozen=True)
class Part:
    """A piece of a page that is made anew when the view changes.

    Attributes:
        name: unique among all pages; the piece has the id ``part-<name>``.
        make: what stands there.
        on: fields that it depends on; it is left alone when others change, and sees no others. Empty: all of them.
        when: only if one of these changes is it made anew, though it sees more; all that it sees if empty.
        once: made with the page and never again, such as a map that follows the address by itself.
        kept: whether what was made is remembered; not so for what changes without a build, such as saved plans. It is
            then made anew at every change of the address.
        late: takes long or needs a large library, so that it is asked for after the page is drawn.
        live: whether a screen reader says it when it changes.
    """

    name: str
    make: Callable[[Build, View], Any]
    on: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    once: bool = False
    kept: bool = True
    late: bool = False
    live: bool = False

    @property
    def id(self) -> str:
        """Of the piece in the document."""
        return f"part-{self.name}"

    def key(self, view: View) -> str:
        """Changes exactly when the piece has to be made anew."""
        return "once" if self.once else view.key(self.when or self.on or tuple(view.values))

    def made(self, build: Build, view: View) -> Any:
        """The piece for a view."""
        if not self.kept:
            return self.make(build, view)
        return build.once(self.make, view.only(self.on) if self.on else view)


@dataclass(frozen=True)
class Page:
    """One page of the application.

    Attributes:
        path: in the address, from ``/``.
        title: in the navigation and in the head of the browser; a handful of words.
        fields: of its address, for one build.
        parts: that follow the view.
        layout: of everything but the frame that all pages share; it begins with an H1.
        sheets: tables by name, shown on the page and taken away; the first is what the page is about.
        sheets_on: fields that a sheet depends on, for those that do not depend on all.
        changing: sheets that change without a build, which are read anew each time.
        letters: one letter a small area for the map of them, by lsoa11_code, asked for at ``/letters/<name>``; None for
            a page without such a map.
        has_places: whether a sheet has shapes, so that there is something for a GeoPackage.
        picture: a matplotlib figure to take away; None for a page without one.
        seeds: of what the page itself draws, beyond the seeds of the build, for the run record.
        asks: the questions whose figures the page shows, which it offers as commands and as lines of Python.
        lacks: why there is nothing to show in this build, with what to do; empty if there is something.
    """

    path: str
    title: str
    fields: Callable[[Build], tuple[Field, ...]]
    parts: tuple[Part, ...]
    layout: Callable[[Build, View, Slot], Any]
    sheets: Mapping[str, Callable[[Build, View], Sheet]] = field(default_factory=dict)
    sheets_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changing: tuple[str, ...] = ()
    letters: Callable[[Build, View], pd.Series] | None = None
    has_places: bool = False
    picture: Callable[[Build, View, Caption], Any] | None = None
    seeds: Mapping[str, int] = field(default_factory=dict)
    asks: Callable[[Build, View], Sequence[Request]] | None = None
    lacks: Callable[[Build], str] = lambda _build: ""

    @cached_property
    def pieces(self) -> tuple[Part, ...]:
        """The parts, and what the page asks in code where it asks anything."""
        asks = self.asks
        if asks is None:
            return self.parts

        def make(build: Build, view: View) -> Any:
            try:
                return in_code(asks(build, view))
            except SpGeoError:
                # What cannot be asked is told where the page would answer it.
                return None

        return (*self.parts, Part(f"{self.name}-in-code", make))

    @property
    def name(self) -> str:
        """In the addresses of its tables and files."""
        return self.path.strip("/") or "overview"

    def offers(self, form: str) -> bool:
        """Whether the page can be taken away in a form."""
        if form in {"png", "svg"}:
            return self.picture is not None
        return bool(self.sheets) and (form != "gpkg" or self.has_places)

    def sheet(self, name: str, build: Build, view: View) -> Sheet:
        """A sheet by its name in ``sheets``."""
        if name in self.changing:
            return self.sheets[name](build, view)
        on = self.sheets_on.get(name)
        # A sheet of England's small areas takes some 10 MB.
        return build.once(self.sheets[name], view.only(on) if on else view, weight=LARGE)


def needs_panel(build: Build) -> str:
    """Why a page about PCNs has nothing to show; empty if it has."""
    if build.has_panel:
        return ""
    return (
        "No quarter of link worker posts has been built. Add a workforce release, patient lists and memberships with "
        "'sp-geo add', run 'sp-geo build', and reload this page; or run 'make run', which makes a demonstration."
    )


def needs_services(build: Build) -> str:
    """Why a page about services has nothing to show; empty if it has."""
    if build.has_services:
        return ""
    return (
        "No service has been recorded. Add a directory of services with 'sp-geo add FILE --covers CODE' or on the page "
        "My data, and reload this page."
    )
