"""Where each publication's releases are found: ``releases.yaml`` in its folder. No network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

import yaml

from sp_geo.fetching.publication_page import Wanted
from sp_geo.fetching.release_calendar import Cadence
from sp_geo.publications.catalogue import publications

Find = Literal["release_pages", "one_page", "fixed_link", "by_hand", "own"]
Need = Literal["each", "near", "latest", "once", "optional"]

NEAR_DAYS: Final = 100
"""Days from a list extract to a quarter's end within which no nearer one is asked for: a quarter and a bit."""


@dataclass(frozen=True)
class Elsewhere:
    """Releases whose file lies on the page of a later one, which replaced those on their own pages.

    Attributes:
        first: label of the first such release.
        last: label of the last.
        page_of: label of the release on whose page they are.
        why: in a sentence.
    """

    first: str
    last: str
    page_of: str
    why: str


@dataclass(frozen=True)
class Checked:
    """How far what is said here was tried against the publisher's own pages.

    Attributes:
        verified: whether this program itself has read the page and taken a file.
        seen: month in which the links or names were last known to be in use, such as ``2026-07``.
        what: what was seen, and what was not.
    """

    verified: bool
    seen: str
    what: str


@dataclass(frozen=True)
class Series:
    """The releases of one publication.

    Attributes:
        publication: its key in the catalogue of publications.
        page: address of the page to look at; empty for files of one's own.
        hosts: names of hosts that may be asked; one that begins with a dot stands for all below it.
        find: ``release_pages`` (the page lists pages of releases, each with links to files), ``one_page`` (the page
            has the links), ``fixed_link`` (the link stays), ``by_hand`` (a person must click), ``own`` (nothing is
            published: it is the user's own file).
        cadence: when releases come out.
        need: ``each`` period of the workspace's span; ``near``: one within 100 days of each quarter; the ``latest``;
            each edition ``once``; ``optional``.
        by_hand: what a person does, one step a line.
        checked: how far this was tried.
        release_page: regular expression of the path of a release's page.
        usual_page: form that addresses of releases' pages have had, for a page that the series' page does not list.
        wanted: what the link of the file looks like.
        links: the link, where it stays, by label; ``*`` for any label.
        usual_link: form that the file's link has had, tried last.
        save_as: name of the file, where the link does not say one.
        member: regular expression for the files of an archive that are taken out of it; all if empty.
        most_mb: size that no release comes near, in megabytes.
        elsewhere: releases to be found on another one's page.
        served_by: publications that serve as well, so that one of them is enough.
        replaced_by: publication that took this one's place.
    """

    publication: str
    page: str
    hosts: tuple[str, ...]
    find: Find
    cadence: Cadence
    need: Need
    by_hand: tuple[str, ...]
    checked: Checked
    release_page: str = ""
    usual_page: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    links: Mapping[str, str] | None = None
    usual_link: str = ""
    save_as: str = ""
    member: str = ""
    most_mb: int = 50
    elsewhere: tuple[Elsewhere, ...] = ()
    served_by: tuple[str, ...] = ()
    replaced_by: str = ""

    def link_of(self, label: str) -> str:
        """The link that stays, for a period; empty if there is none."""
        return (self.links or {}).get(label) or (self.links or {}).get("*", "")

    def page_label(self, label: str) -> str:
        """The label of the release on whose page a period's file is."""
        return next((item.page_of for item in self.elsewhere if item.first <= label <= item.last), label)


@cache
def all_series() -> Mapping[str, Series]:
    """Every series by its publication's key, in the order of their files."""
    folder = resources.files("sp_geo.publications")
    found = {}
    for key in publications():
        record: dict[str, Any] = yaml.safe_load(folder.joinpath(key, "releases.yaml").read_text(encoding="utf-8"))
        file = record.pop("file", {})
        cadence = record["cadence"]
        series = Series(
            **record
            | {
                "hosts": tuple(record.get("hosts", ())),
                "by_hand": tuple(record["by_hand"]),
                "served_by": tuple(record.get("served_by", ())),
                "cadence": Cadence(**(cadence | {"months": tuple(cadence.get("months", ()))})),
                "checked": Checked(**record["checked"]),
                "wanted": Wanted(file.get("name", ""), file.get("text", ""), tuple(file.get("forms", ()))),
                "elsewhere": tuple(Elsewhere(**item) for item in record.get("elsewhere", ())),
            }
        )
        found[series.publication] = series
    return found


def file_name(text: str) -> str:
    """A name that any file system takes: no folders, no signs with a meaning, 150 letters at most."""
    last = re.split(r"[\\/]", text)[-1]
    plain = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "-", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    cut = f"{stem[:140]}{dot}{ending[:9]}" if dot else plain[:150]
    return cut.strip(" .") or "file"
