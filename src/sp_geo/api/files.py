"""Files in and tables up to date, from a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pandas as pd

from sp_geo.api.asking import asks
from sp_geo.api.opened import Opened
from sp_geo.api.table import Table
from sp_geo.build.pipeline import build as build_tables
from sp_geo.core.errors import SpGeoError
from sp_geo.questions.panel import title
from sp_geo.questions.records import provenance
from sp_geo.questions.requests.workspace import AddRequest


class Files(Opened):
    """What comes into a workspace: published files, own files, and the tables made of them."""

    def publications(self) -> Table:
        """The publications that ``add`` knows, and where to find each.

        Example:
            >>> known = sp_geo.open(example).publications().rows.set_index("publication")
            >>> known.loc["pcn_workforce", "title"]
            'Primary Care Network Workforce, individual level'
        """
        from sp_geo.publications.catalogue import publications

        rows = [
            {"publication": key, "title": item.title, "publisher": item.publisher, "page": item.page}
            for key, item in publications().items()
        ]
        return Table(pd.DataFrame(rows), "Publications", ())

    @asks(AddRequest)
    def add(self, request: AddRequest, *paths: str | Path) -> list[str]:
        """Add files.

        Args:
            request: what is said of them.
            *paths: files, zips or folders, as published.

        Returns:
            What became of each file, in a line.

        Raises:
            SpGeoError: the first file that was refused, after the others were taken.

        Example:
            >>> ws = sp_geo.open(example)
            >>> rows = ws.panel("latest").rows[["pcn_code"]].assign(**{"SYNTHETIC carers": [11, 7, 9, 5]})
            >>> rows.to_csv("carers.csv", index=False)
            >>> ws.add("carers.csv", measure=True, name="Carers", unit="%", direction="more")
            ['took carers.csv for SYNTHETIC Own measure of need (your own file), own_carers, 4 rows; ...']
        """
        from sp_geo.questions.adding import declared
        from sp_geo.web.uploads.adding import add_beside

        outcome = add_beside([Path(path) for path in paths], self.folder, declared(request))
        return _said([item.line for item in outcome.admissions], outcome.first_refusal)

    def fetch(
        self,
        *publication: str,
        period: str | Sequence[str] = (),
        missing: bool = False,
        latest: bool = False,
        since: str = "",
        dry_run: bool = False,
        to: str | Path | None = None,
        add: bool = True,
        page: str = "",
        proxy: str = "",
        allow_http: bool = False,
        pause: float = 1.0,
    ) -> list[str]:
        """Fetch published files that are missing, and add them; it asks the publishers' hosts over the internet.

        Args:
            *publication: such as pcn_workforce; all that the workspace needs if none is named.
            period: only this release, or these, such as 2022Q2.
            missing: what is due and missing; this is the default.
            latest: the latest release that is due.
            since: first quarter that is asked for; the workspace's first if empty.
            dry_run: look for the links; download nothing.
            to: folder where downloads go; ``downloads`` in the workspace if None.
            add: take what was fetched into the workspace.
            page: address to look at instead of the publisher's own.
            proxy: such as http://host:8080; that of HTTPS_PROXY if empty.
            allow_http: ask without encryption too.
            pause: seconds between two requests.

        Returns:
            What became of each release, in lines.

        Raises:
            SpGeoError: a release could not be fetched or was refused, after the others were fetched; its notes hold
                the lines, with the page to open by hand.

        Example:
            >>> sp_geo.open(example).fetch("pcn_workforc")
            Traceback (most recent call last):
            ...
            sp_geo.core.errors.UsageError: there is no such publication; found 'pcn_workforc'; ...
        """
        from sp_geo.core.quarters import Quarter
        from sp_geo.fetching.call import fetch_all, leading_fault
        from sp_geo.fetching.ordering import Wish
        from sp_geo.fetching.transfer import Manner
        from sp_geo.web.uploads.adding import add_beside

        periods = (period,) if isinstance(period, str) else tuple(period)
        first = Quarter.parse(since) if since else None
        aside: list[str] = []
        told = list(
            fetch_all(
                Wish(publication, periods, latest, first, page, allow_http, missing),
                self.folder,
                Manner(proxy=proxy, pause_seconds=pause, report=aside.append),
                to=None if to is None else Path(to),
                dry_run=dry_run,
                take=(lambda path: add_beside([path], self.folder)) if add else None,
            )
        )
        return _said([*aside, *(item.line for item in told)], leading_fault(told))

    def fetch_directory(
        self, url: str, directory: str = "", covers: str | Sequence[str] = (), pause: float = 0.5
    ) -> list[str]:
        """Fetch a directory of services from its own address, and add it.

        Args:
            url: of an Open Referral UK 3.0 API.
            directory: its name; its host if empty.
            covers: areas that it claims to cover, each a code, or CODE:CATEGORY for one category.
            pause: seconds between two requests.

        Returns:
            What could not be read, and what became of the rest, in lines.

        Raises:
            SpGeoError: nothing could be read, or the directory was refused.

        Example:
            >>> sp_geo.open(example).fetch_directory("ftp://directory.example.org")
            Traceback (most recent call last):
            ...
            sp_geo.core.errors.UsageError: ...
        """
        from sp_geo.fetching.download import fetch_directory
        from sp_geo.fetching.ledger import FOLDER
        from sp_geo.publications.add import Declared
        from sp_geo.web.uploads.adding import add_beside

        fetched = fetch_directory(url, self.folder / FOLDER, report=lambda line: None, pause_seconds=pause)
        claims = (covers,) if isinstance(covers, str) else tuple(covers)
        outcome = add_beside([fetched.path], self.folder, Declared(directory, claims))
        lines = [f"not read: {fault}" for fault in fetched.faults]
        return _said([*lines, *(item.line for item in outcome.admissions)], outcome.first_refusal)

    def template(self, name: str, out: str | Path) -> Path:
        """Write an empty file of your own to fill in, with guidance.

        Args:
            name: services, gap-log, referral-activity, local-posts or own-measure.
            out: file to write, .xlsx or .csv; it must not exist.

        Example:
            >>> sp_geo.open(example).template("gap-log", "gaps.xlsx").name
            'gaps.xlsx'
        """
        from sp_geo.reports.templates import write_template

        write_template(name, Path(out))
        return Path(out)

    def remove(self, sha256: str) -> str:
        """Take a file out of the workspace; its name is returned.

        Args:
            sha256: first characters of the file's hash, or the name of an own measure such as own_loneliness.

        Example:
            >>> ws = sp_geo.open(example)
            >>> ws.remove(ws.inputs["sha256"].iloc[0])
            'census2021-ts021-lsoa.zip'
        """
        from sp_geo.web.uploads.lock import held_if_served
        from sp_geo.workspace.shelf import take_away

        with held_if_served(self.folder):
            return take_away(self.folder, sha256)

    def build(self) -> list[str]:
        """Bring the tables up to date with the files of the workspace; the steps that were done.

        Raises:
            SpGeoError: totals before and after a join differ; the tables stay as they were.

        Example:
            >>> sp_geo.open(example).build()  # nothing has changed
            []
        """
        from sp_geo.web.uploads.lock import held_if_served

        with held_if_served(self.folder):
            return list(build_tables(self.folder).ran)

    def demo(self, scale: str = "full", seed: int | None = None) -> Self:
        """Fill an empty workspace with invented figures.

        Args:
            scale: full (England), region, or miniature.
            seed: the same seed gives the same files; the one nearest to its truth if None.

        Example:
            >>> sp_geo.open(example).demo("miniature")
            Traceback (most recent call last):
            ...
            sp_geo.core.errors.WorkspaceError: ...
        """
        from sp_geo.build.demo import make_demonstration

        make_demonstration(self.folder, scale, seed, datetime.now(UTC), lambda step, state: None)
        return self

    def status(self, releases: bool = False, anomalies: bool = False, since: str = "") -> Table:
        """Coverage by quarter.

        Args:
            releases: instead, which published releases are missing, by the calendar.
            anomalies: instead, every odd row of the published files, and what was done.
            since: with releases, the first quarter; the workspace's first if empty.

        Example:
            >>> sp_geo.open(example).status().rows["quarter"].iloc[-1]
            '2026Q2'
        """
        from sp_geo.fetching.missing import release_table
        from sp_geo.questions import status

        today = datetime.now(UTC).date()
        if releases:
            rows, said, synthetic = release_table(self.folder, since, today)
            rows = rows.assign(provenance=provenance(synthetic))
            return Table(rows, title(f"Releases on {today:%d %B %Y}", synthetic), tuple(said))
        if anomalies:
            return Table.from_answer(status.anomalies(self.opened))
        return Table(status.status_quarters(self.opened), title("Quarters", self.is_synthetic), ())


def _said(lines: list[str], fault: SpGeoError | None) -> list[str]:
    """The lines; a fault is raised with what else was said."""
    if fault is None:
        return lines
    fault.add_note("\n".join(lines))
    raise fault
