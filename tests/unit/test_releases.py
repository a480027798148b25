"""Where releases are found: the catalogue's files, the calendar, the links of pages, and what is missing."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import get_args, get_type_hints
from urllib.parse import urlsplit

import pytest
import yaml

from sp_geo.core.errors import NotFetched, UsageError, WorkspaceError
from sp_geo.core.quarters import Quarter
from sp_geo.fetching import missing
from sp_geo.fetching.allowed_hosts import Reach
from sp_geo.fetching.ledger import Entry, Ledger, read_ledger, write_ledger
from sp_geo.fetching.locating import locate, place_for, steps_by_hand
from sp_geo.fetching.missing import DUE, IN_WORKSPACE, NOT_YET, OPTIONAL, PUBLISHED, releases, sentences, span_of
from sp_geo.fetching.ordering import Wish, order
from sp_geo.fetching.publication_page import links_of
from sp_geo.fetching.release_calendar import Cadence, due, filled, fits, labels, labels_in, months_in, speaks_of
from sp_geo.fetching.releases import Find, Need, Series, all_series, file_name
from sp_geo.fetching.transfer import Page
from sp_geo.publications.catalogue import publications
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved

TODAY = date(2026, 11, 21)


def files() -> list[Path]:
    """The catalogue's files."""
    return sorted(Path(str(resources.files("sp_geo.publications"))).glob("*/releases.yaml"))


@pytest.mark.parametrize("file", files(), ids=lambda file: file.parent.name)
def test_each_file_of_the_catalogue_is_whole(file: Path) -> None:
    """Each file has the words and patterns that are known; fields that are not known stop the loading of all."""
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert record["publication"] == file.parent.name
    assert record["find"] in get_args(Find)
    assert record["need"] in get_args(Need)
    assert record["cadence"]["every"] in get_args(get_type_hints(Cadence)["every"])
    assert set(record.get("file", {})) <= {"name", "text", "forms"}
    assert set(record.get("file", {}).get("forms", ())) <= {"zip", "csv", "xlsx"}
    assert record["by_hand"]
    assert all(step.endswith(".") for step in record["by_hand"])
    assert re.fullmatch(r"(20\d\d-\d\d)?", record["checked"]["seen"])
    for address in (record["page"], *record.get("links", {}).values()):
        assert address.startswith("https://") or not address
    for pattern in (record.get("release_page", ""), record.get("member", ""), *record.get("file", {}).values()):
        if isinstance(pattern, str):
            re.compile(pattern)


def test_every_publication_says_how_it_is_found() -> None:
    """Every publication says how, the documentation lists every host, and only what needs no network is called verified."""
    assert set(all_series()) == set(publications())
    assert {series.find for series in all_series().values() if series.checked.verified} == {"own"}
    text = (Path(__file__).parents[2] / "docs" / "fetch.md").read_text(encoding="utf-8")
    fetched = [series for series in all_series().values() if series.find not in {"own", "by_hand"}]
    assert [host for host in sorted({host for item in fetched for host in item.hosts}) if f"`{host}`" not in text] == []


@pytest.mark.parametrize("series", all_series().values(), ids=lambda series: series.publication)
def test_a_series_has_what_its_way_of_finding_needs(series: Series) -> None:
    """A series has what its way of finding needs, at hosts that may be asked."""
    is_fetched = series.find in {"release_pages", "one_page", "fixed_link"}
    assert bool(series.page) == (series.find != "own")
    assert bool(series.wanted.forms) == (series.find in {"release_pages", "one_page"})
    assert bool(series.links) == (series.find == "fixed_link")
    assert bool(series.release_page) == (series.find == "release_pages")
    assert not is_fetched or series.hosts
    reach = Reach(series.hosts)
    for address in (series.page, series.usual_page, series.usual_link, *(series.links or {}).values()):
        assert not address or not is_fetched or reach.why_not(address) == ""
    for other in (*series.served_by, *filter(None, [series.replaced_by])):
        assert other in all_series()
    if series.cadence.every in {"quarter", "month", "year"}:
        assert fits(series.cadence, series.cadence.first)
    if series.cadence.every == "month":
        assert series.cadence.months
    for item in series.elsewhere:
        assert all(fits(series.cadence, label) for label in (item.first, item.last, item.page_of))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Primary Care Network Workforce, 30 June 2022", {(2022, 6)}),
        ("10.Primary Care Networks – June 2022 Individual Level.zip", {(2022, 6)}),
        ("PCNWFIndividualCSV.062026.zip", {(2026, 6)}),
        ("gp-reg-pat-prac-lsoa-male-female-oct-22..zip", {(2022, 10)}),
        ("gp-reg-pat-prac-lsoa-male-female-July-2022.zip", {(2022, 7)}),
        ("gp-reg-pat-prac-lsoa-2021-male-female-Apr-25.zip", {(2025, 4)}),
        ("31-march-2021", {(2021, 3)}),
        ("March 2020 to June 2022", {(2020, 3), (2022, 6)}),
        ("published 4 September, 2025", {(2025, 9)}),
        ("epcn 2024-10", {(2024, 10)}),
        ("Maypole 2024, decide 2025, 5-year age groups, 20 May 11:30", set()),
        ("version 12.2.062", set()),
    ],
)
def test_months_are_read_as_publishers_write_them(text: str, found: set[tuple[int, int]]) -> None:
    """Months are read in each form in which publishers write them."""
    assert months_in(text) == found


def test_a_period_is_told_from_its_neighbours() -> None:
    """A text speaks of its own periods, or does not say; due days, labels and templates follow the calendar of a series."""
    quarterly = all_series()["pcn_workforce"].cadence
    assert labels_in("30 June 2022 and 31 October 2025", quarterly) == {"2022Q2"}
    assert speaks_of("June 2022", quarterly, "2022Q2") is True
    assert speaks_of("June 2022", quarterly, "2022Q1") is False
    assert speaks_of("July 2022", quarterly, "2022Q2") is False
    assert speaks_of("March 2020 to June 2022", quarterly, "2021Q3") is True
    assert speaks_of("Individual level CSV", quarterly, "2022Q2") is None
    quarterly, lists = all_series()["pcn_workforce"].cadence, all_series()["list_totals"].cadence
    assert due(quarterly, "2026Q2") == date(2026, 8, 18)
    assert due(lists, "2026-07") == date(2026, 7, 22)
    assert due(Cadence("irregular"), "latest") is None
    assert filled("{day}-{month}-{year} {mm}", quarterly, "2022Q2") == "30-june-2022 06"
    assert filled("{month}-{year}", lists, "2026-07") == "july-2026"
    assert labels(lists, date(2025, 12, 1), date(2026, 8, 1)) == ["2026-01", "2026-04", "2026-07"]
    assert labels(quarterly, date(2019, 1, 1), date(2020, 7, 1)) == ["2020Q1", "2020Q2"]


def test_links_are_read_with_their_words_and_made_absolute() -> None:
    """Links of any form are read with their words and made absolute."""
    html = """<base><a class=x href="/40/58F467/gp-reg-pat-prac-all.zip" aria-label="Totals, July 2026"><span>Totals</span>
    </a><a href='https://files.example/a%20b.csv#top'>Un&amp;closed <p><a name=x>none</a><a href="mailto:a@b.c">m</a>
    <a href="https://[bad">bad</a><A HREF="?fileRedirect=2025%2Fx%2FGPPS_2025.csv">q"""
    found = links_of(html, "https://digital.example/page/")
    assert [(link.address, link.text, link.name) for link in found] == [
        (
            "https://digital.example/40/58F467/gp-reg-pat-prac-all.zip",
            "Totals, July 2026 Totals",
            "gp-reg-pat-prac-all.zip",
        ),
        ("https://files.example/a%20b.csv", "Un&closed", "a b.csv"),
        ("https://digital.example/page/?fileRedirect=2025%2Fx%2FGPPS_2025.csv", "q", "GPPS_2025.csv"),
    ]


class Pages:
    """Pages without a server."""

    def __init__(self, **pages: str) -> None:
        self.pages, self.asked = pages, []

    def page(self, address: str, reach: Reach) -> Page:
        """The page whose name ends an address."""
        assert reach.why_not(address) == ""
        self.asked.append(urlsplit(address).path.rsplit("/", 1)[-1])
        if self.asked[-1].replace("-", "_") not in self.pages:
            raise NotFetched("there is nothing at this address", file=address)
        return Page(address, self.pages[self.asked[-1].replace("-", "_")], moved=False)


SERIES = """<h2>Upcoming</h2><a href="/data-and-information/publications/statistical/primary-care-network-workforce/30-september-2026">next</a>
<a href="/data-and-information/publications/statistical/primary-care-network-workforce/30-june-2026">Primary Care Network Workforce, 30 June 2026</a>
<a href="/data-and-information/publications/statistical/primary-care-network-workforce/31-may-2026">31 May 2026</a>
<a href="/data-and-information/publications/statistical/primary-care-network-workforce/30-june-2026/data-quality">June 2026 quality</a>"""
RELEASE = """<a href="https://files.digital.nhs.uk/11/A/bulletin-june-2026.xlsx">Bulletin tables, individual and all</a>
<a href="https://files.digital.nhs.uk/A8/E524AA/PCNWFIndividualCSV.062026.zip">Individual level CSV</a>
<a href="https://files.digital.nhs.uk/A8/E524AA/PCNWFIndividualCSV.062026.zip">the same again</a>"""
OLD = """<a href="https://files.digital.nhs.uk/1/1.Primary%20Care%20Networks%20%E2%80%93%20March%202022%20Individual%20Level.zip">March</a>
<a href="https://files.digital.nhs.uk/1/2.Primary%20Care%20Networks%20%E2%80%93%20June%202022%20Individual%20Level.zip">June</a>"""


def find(publication: str, label: str, pages: Pages) -> str:
    """The link that is found."""
    return locate(place_for(all_series()[publication], "", allow_http=False), label, pages).link


def test_the_link_is_found_by_way_of_the_releases_own_page() -> None:
    """The series' page leads to the release's, and that to the quarter's data; of two that may be meant none is taken."""
    pages = Pages(primary_care_network_workforce=SERIES, **{"30_june_2026": RELEASE})
    assert find("pcn_workforce", "2026Q2", pages).endswith("/PCNWFIndividualCSV.062026.zip")
    assert pages.asked == ["primary-care-network-workforce", "30-june-2026"]
    pages = Pages(primary_care_network_workforce=SERIES, **{"30_june_2022": OLD})
    assert "March%202022" in find("pcn_workforce", "2022Q1", pages)
    assert "June%202022" in find("pcn_workforce", "2022Q2", pages)
    with pytest.raises(NotFetched, match="no link to the file"):
        find("pcn_workforce", "2021Q4", pages)
    twice = RELEASE + '<a href="https://files.digital.nhs.uk/A8/2/PCNWFIndividualCSV.062026.v2.zip">again</a>'
    pages = Pages(primary_care_network_workforce=SERIES, **{"30_june_2026": twice})
    with pytest.raises(NotFetched, match="more than one link"):
        find("pcn_workforce", "2026Q2", pages)


def test_a_page_that_lists_no_such_release_leads_to_the_usual_address_and_then_to_words() -> None:
    """What is not listed is tried at its usual address or form, with a note, and then refused."""
    pages = Pages(primary_care_network_workforce=SERIES, **{"30_september_2025": RELEASE.replace("062026", "092025")})
    assert find("pcn_workforce", "2025Q3", pages).endswith("092025.zip")
    with pytest.raises(NotFetched, match="nothing at this address"):
        find("pcn_workforce", "2025Q4", pages)
    found = locate(place_for(all_series()["patient_survey_2024"], "", allow_http=False), "2026", Pages(results="<p>"))
    assert "GPPS_2026_Practice_data" in found.link
    assert found.name == "GPPS_2026_Practice_data_(weighted)_(csv)_PUBLIC.csv"
    assert "not listed" in found.notes[0]


def test_small_areas_of_2011_and_of_2021_are_told_apart() -> None:
    """Of lists by areas of two censuses, those of 2011 are taken."""
    html = "".join(
        f'<a href="https://files.digital.nhs.uk/1/gp-reg-pat-prac-{name}.zip">x</a>'
        for name in ("all", "map", "lsoa-male-female-Apr-25", "lsoa-2021-male-female-Apr-25", "quin-age")
    )
    series = (
        '<a href="/data-and-information/publications/statistical/patients-registered-at-a-gp-practice/april-2025">x</a>'
    )
    pages = Pages(patients_registered_at_a_gp_practice=series, april_2025=html)
    found = {key: find(key, "2025-04", pages) for key in ("list_by_lsoa", "list_totals", "practice_map", "list_by_age")}
    assert [link.rsplit("-", 3)[-3:] for link in (found["list_by_lsoa"],)] == [["female", "Apr", "25.zip"]]
    assert "lsoa-male" in found["list_by_lsoa"]
    assert [found[key].rsplit("/", 1)[1] for key in ("list_totals", "practice_map", "list_by_age")] == [
        "gp-reg-pat-prac-all.zip", "gp-reg-pat-prac-map.zip", "gp-reg-pat-prac-quin-age.zip",
    ]  # fmt: skip


def test_what_to_do_by_hand_names_page_clicks_and_file() -> None:
    """Steps by hand name the page, the clicks and the command."""
    fault = NotFetched("there is nothing at this address", file="https://x/y")
    text = "\n".join(steps_by_hand(all_series()["pcn_workforce"], "2026Q2", fault))
    for part in (
        "2026Q2",
        "not fetched: https://x/y",
        "page: https://digital.nhs.uk/",
        "1. Open the page",
        "sp-geo add",
    ):
        assert part in text


def shelved(**periods: str) -> list[Shelved]:
    """Files of a workspace, by publication; several periods with spaces between."""
    return [
        Shelved(Path(key), Origin(key, key, "", "", period, key, "", key + period, "", 1, "", "", is_synthetic=False))
        for key, text in periods.items()
        for period in text.split()
    ]


def states(files: list[Shelved], ledger: Ledger | None = None, since: str = "") -> dict[tuple[str, str], str]:
    """State by publication and period."""
    first = Quarter.parse(since) if since else None
    found = releases(all_series(), files, ledger or Ledger(), TODAY, first)
    return {(item.series.publication, item.label): item.state for item in found}


def test_the_workspaces_span_decides_what_is_missing() -> None:
    """Quarters within the workspace's span, or since the one given, can be missing; of an empty one the latest alone."""
    found = states(shelved(pcn_workforce="2025Q3 2026Q1"))
    workforce = {label: state for (key, label), state in found.items() if key == "pcn_workforce"}
    assert workforce == {
        "2025Q3": IN_WORKSPACE, "2025Q4": DUE, "2026Q1": IN_WORKSPACE, "2026Q2": DUE, "2026Q3": DUE, "2026Q4": NOT_YET,
    }  # fmt: skip
    assert ("pcn_workforce", "2020Q1") in states(shelved(pcn_workforce="2026Q1"), since="2020Q1")
    found = states([])
    assert [label for key, label in found if key == "pcn_workforce"] == ["2026Q3", "2026Q4"]
    assert found["pcn_workforce", "2026Q3"] == DUE
    assert span_of([], all_series()["pcn_workforce"], TODAY, None) == (Quarter(2026, 3),)


def test_only_what_was_seen_is_called_published() -> None:
    """A release is called published once it was seen, and a complete workspace is told that nothing is missing."""
    files = shelved(pcn_workforce="2025Q4")
    ledger = Ledger(seen={"pcn_workforce 2026Q1": "2026-11-20"})
    found = states(files, ledger)
    assert (found["pcn_workforce", "2026Q1"], found["pcn_workforce", "2026Q2"]) == (PUBLISHED, DUE)
    rows = releases(all_series(), files, ledger, TODAY)
    said = sentences(rows, span_of(files, all_series()["pcn_workforce"], TODAY, None))
    assert said[0] == "1 published quarter is missing: 2026Q1."
    assert said[1].startswith(
        "2 quarters are missing that should be out (the first due since August 2026), though nobody has looked: "
        "2026Q2, 2026Q3."
    )
    files = shelved(pcn_workforce="2026Q3")
    rows = [
        item for item in releases(all_series(), files, Ledger(), TODAY) if item.series.publication == missing.LEADING
    ]
    assert sentences(rows, (Quarter(2026, 3),)) == ["No quarter from 2026Q3 to 2026Q3 is missing."]


def test_editions_surveys_and_what_took_their_place_have_their_states() -> None:
    """Editions, surveys, replaced publications and lists near enough to a quarter have states of their own."""
    found = states(shelved(pcn_workforce="2022Q1", indices_of_deprivation="2019", patient_survey_2018="2022"))
    assert found["indices_of_deprivation", "2019"] == IN_WORKSPACE
    assert found["indices_of_deprivation", "2025"] == DUE
    assert found["patient_survey_2018", "2022"] == IN_WORKSPACE
    assert found["patient_survey_2018", "2023"] == DUE
    assert ("patient_survey_2018", "2021") not in found
    assert found["patient_survey_2024", "2027"] == NOT_YET
    assert found["rural_urban_2011", "latest"] == missing.REPLACED
    assert found["list_by_lsoa", "2026-10"] == DUE
    marked = states(shelved(pcn_workforce="2022Q1", list_by_lsoa="2026-10-lsoa21"))
    assert marked["list_by_lsoa", "2026-10"] == IN_WORKSPACE
    found = states(shelved(pcn_workforce="2026Q1 2026Q2 2026Q3", list_by_age="2026-07"))
    assert found["list_totals", "2026-07"] == OPTIONAL
    assert found["list_totals", "2026-10"] == OPTIONAL
    found = states(shelved(pcn_workforce="2025Q3 2026Q2 2026Q3", list_by_age="2026-07", list_by_lsoa="2026-10"))
    assert found["list_totals", "2025-10"] == DUE
    assert found["list_by_lsoa", "2026-10"] == IN_WORKSPACE


def test_orders_are_what_was_asked_for() -> None:
    """An order is what was asked for, and no file that another one serves for."""
    files = shelved(pcn_workforce="2026Q1 2026Q3")

    def labelled(wish: Wish) -> list[tuple[str, str]]:
        return [(item.series.publication, item.label) for item in order(wish, files, Ledger(), TODAY)]

    assert labelled(Wish(("pcn_workforce",))) == [("pcn_workforce", "2026Q2")]
    assert labelled(Wish(("pcn_workforce",), latest=True)) == [("pcn_workforce", "2026Q3")]
    assert labelled(Wish(("pcn_workforce",), ("2022q2",))) == [("pcn_workforce", "2022Q2")]
    assert labelled(Wish(("charity_register",))) == [("charity_register", "latest")]
    assert labelled(Wish(("list_totals",), latest=True)) == [("list_totals", "2026-10")]
    default = labelled(Wish())
    assert ("pcn_workforce", "2026Q2") in default
    assert not {key for key, _ in default} & {"charity_register", "boundaries"}
    # The practice map serves for ePCN, and the list by age for the totals of the same day.
    assert ("practice_map", "2026-10") in default
    assert ("list_by_age", "2026-10") in default
    assert not {("epcn", "latest"), ("list_totals", "2026-10")} & set(default)
    assert labelled(Wish(("epcn",))) == [("epcn", "latest")]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(("pcn_workforc",)), "Did you mean 'pcn_workforce'"),
        (Wish(("listtotals",)), "Did you mean 'list_totals'"),
        (Wish(("\x1b[2Jepcn",)), "found '\N{REPLACEMENT CHARACTER}[2Jepcn'"),
        (Wish(("pcn_workforce",), ("2026-06",)), "no such release"),
        (Wish(("pcn_workforce",), ("2019Q4",)), "2020Q1 or later"),
        (Wish(("indices_of_deprivation",), ("2015",)), "2019 or 2025"),
        (Wish((), ("2022Q2",)), "belongs to a publication"),
        (Wish((), page="https://x.example/"), "one with --page"),
        (Wish(("gap_log",)), "sp-geo template gap-log"),
        (Wish(("boundaries",), page="https://x.example/"), "no page of this publication"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_a_line(wish: Wish, words: str) -> None:
    """A wish that cannot be met is refused in one line."""
    with pytest.raises(UsageError, match=re.escape(words)):
        order(wish, [], Ledger(), TODAY)


def test_the_ledger_keeps_every_version_and_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    """The ledger keeps each version of a link's file, and refuses a damaged record."""
    entry = Entry("p", "2026Q2", "https://x/a.zip", "p/2026Q2/a.zip", "ab", 1, '"e"', "", "2026-11-21T00:00:00+00:00")
    ledger = Ledger().with_entry(entry)
    newer = Entry(**(vars(entry) | {"sha256": "cd"}))
    write_ledger(tmp_path, ledger.with_entry(newer))
    again = read_ledger(tmp_path)
    assert [item.sha256 for item in again.of_link("p", "2026Q2", "https://x/a.zip")] == ["cd", "ab"]
    (tmp_path / "ledger.json").write_text("{}", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        read_ledger(tmp_path)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("a\\b\\c.zip", "c.zip"),
        ('x<>:"|?*\x00.csv', "x--------.csv"),
        ("", "file"),
        (".hidden.zip", "hidden.zip"),
    ],
)
def test_names_of_files_cannot_lead_out_of_their_folder(name: str, safe: str) -> None:
    """A file's name stays within its folder and is short."""
    assert file_name(name) == safe
    assert len(file_name("a" * 500 + ".zip")) <= 150
