"""The direct link of a release, found from the publication's page; and, where that fails, what to do by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sp_geo.core.errors import NotFetched, UsageError
from sp_geo.fetching.allowed_hosts import Reach, named_by_user
from sp_geo.fetching.missing import page_of
from sp_geo.fetching.publication_page import Link, choose, links_of, release_pages
from sp_geo.fetching.release_calendar import filled
from sp_geo.fetching.releases import Series
from sp_geo.fetching.transfer import Page, Web
from sp_geo.publications.catalogue import publications


@dataclass(frozen=True)
class Place:
    """Where a publication's files are looked for.

    Attributes:
        series: how.
        reach: what may be asked.
        is_named: whether the user named the page instead of the catalogue's.
    """

    series: Series
    reach: Reach
    is_named: bool = False


@dataclass(frozen=True)
class Found:
    """A release's file.

    Attributes:
        link: direct.
        page: it was found on; the link itself where it stays.
        name: file name to keep it under.
        notes: what was noticed on the way, such as a page that has moved.
    """

    link: str
    page: str
    name: str
    notes: tuple[str, ...] = ()


def place_for(series: Series, page: str, *, allow_http: bool) -> Place:
    """Where to look: the catalogue's page, or one that the user names.

    Raises:
        UsageError: the address cannot be used, or nothing is known of how links on such a page look.
    """
    if not page:
        return Place(series, Reach(series.hosts, (), allow_http))
    if series.find in {"by_hand", "own"}:
        raise UsageError("no page of this publication can be read", found=series.publication, advice=series.by_hand[0])
    reach = Reach(series.hosts, (named_by_user(page, allow_http=allow_http),), allow_http)
    named = replace(series, page=page, usual_page="", usual_link="", links={"*": page} if series.links else None)
    return Place(named, reach, is_named=True)


def locate(place: Place, label: str, web: Web) -> Found:
    """The direct link of a release.

    Raises:
        NotFetched: it was not found, or more than one link may be it; said is what was tried.
    """
    series = place.series
    if series.find == "fixed_link":
        link = series.link_of(label)
        if not link:
            raise NotFetched("no link of this release is known", file=series.publication, found=label)
        return _found(series, label, link, link)
    if series.find == "one_page":
        try:
            return _on_page(place, page_of(series, label), label, web, ())
        except NotFetched:
            if not series.usual_link:
                raise
        usual = filled(series.usual_link, series.cadence, label)
        return _found(series, label, usual, usual, ("not listed on the page; the form its links have had is tried",))
    if series.find != "release_pages":
        raise NotFetched("this publication is fetched by hand", file=series.publication, found=label)
    page = web.page(series.page, place.reach)
    links, notes = links_of(page.text, page.address), _moved(series.page, page)
    if place.is_named and choose(links, series.wanted, series.cadence, label):
        return _chosen(series, label, page, links, notes)
    holder = series.page_label(label)
    listed = release_pages(links, series.release_page, series.cadence)
    address = listed.get(holder) or filled(series.usual_page, series.cadence, holder)
    if not address:
        raise NotFetched(
            "the page lists no such release",
            file=page.address,
            found=f"{len(links):,} links, releases {', '.join(sorted(listed)[-3:]) or 'none'}",
            expected=holder,
        )
    return _on_page(place, address, label, web, notes)


def _found(series: Series, label: str, link: str, page: str, notes: tuple[str, ...] = ()) -> Found:
    name = filled(series.save_as, series.cadence, label) if series.save_as else Link(link, "").name
    return Found(link, page, name, notes)


def _on_page(place: Place, address: str, label: str, web: Web, notes: tuple[str, ...]) -> Found:
    page = web.page(address, place.reach)
    links = links_of(page.text, page.address)
    return _chosen(place.series, label, page, links, notes + _moved(address, page))


def _chosen(series: Series, label: str, page: Page, links: Sequence[Link], notes: tuple[str, ...]) -> Found:
    chosen = choose(links, series.wanted, series.cadence, label)
    if len(chosen) == 1:
        return _found(series, label, chosen[0].address, page.address, notes)
    raise NotFetched(
        "the page has no link to the file" if not chosen else "the page has more than one link that may be the file",
        file=page.address,
        found=f"{len(links):,} links" if not chosen else ", ".join(link.name for link in chosen[:3]),
        expected=f"one for {label} whose file name fits '{series.wanted.name}'",
    )


def _moved(asked: str, page: Page) -> tuple[str, ...]:
    return (f"the page {asked} has moved to {page.address}",) if page.moved else ()


def steps_by_hand(series: Series, label: str, fault: NotFetched | None) -> list[str]:
    """One block for a person: what failed, which page to open, what to click, and how to add the file."""
    title = publications()[series.publication].title if series.publication in publications() else series.publication
    lines = [f"By hand: {title}, {label}"]
    if fault is not None:
        lines.append(f"  not fetched: {fault.line()}")
    lines.append(f"  page: {page_of(series, label)}")
    lines += [f"  {number}. {step}" for number, step in enumerate(series.by_hand, start=1)]
    if series.wanted.name:
        lines.append(f"  its name fits: {series.wanted.name} ({' or '.join(series.wanted.forms)})")
    lines.append(f"  {len(series.by_hand) + 1}. sp-geo add FILE")
    return lines
