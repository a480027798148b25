"""Whatever a page holds, reading its links ends, stays within the page's words, and never raises."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from sp_geo.fetching.allowed_hosts import Reach
from sp_geo.fetching.publication_page import MOST_LINKS, MOST_TEXT, Wanted, choose, links_of, release_pages
from sp_geo.fetching.release_calendar import Cadence, labels_in, months_in, speaks_of
from sp_geo.fetching.releases import file_name

PIECES = st.sampled_from(
    [
        "<a href='", "<a href=\"", "<A HREF=", "'>", '">', ">", "</a>", "<", "<!", "<![", "<![CDATA[", "<!--", "-->",
        "<?", "&#x0;", "&#99999999;", "&amp", "\x00", "\ufeff", "https://[::1", "https://[", "//", "\\", "javascript:1",
        "data:,x", "http://a:b@c/", "x.zip", "individual", "June 2022", "062026", "é", "\ud7ff", " ", "\n", "<script>",
        "<style>", "<textarea>", "<title>", "<plaintext>", "%00", "%ff", "?f=a%2Fb.csv",
    ]
)  # fmt: skip
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)
QUARTERLY = Cadence("quarter", first="2020Q1", due_after_weeks=7)


@given(HOSTILE)
@example("<![if x]><a href='x.zip'>")
@example("<a href='https://[::1'>x</a><a href='/ok.zip'>June 2022")
def test_hostile_pages_give_links_of_the_web_or_none(html: str) -> None:
    """Any page gives a bounded number of links of the web, with safe names."""
    links = links_of(html, "https://digital.nhs.uk/page")
    assert len(links) <= MOST_LINKS
    for link in links:
        assert urlsplit(link.address).scheme in {"http", "https"}
        assert len(link.text) <= 2 * MOST_TEXT
        assert "/" not in link.name
        assert file_name(link.name) not in {"", ".", ".."}
        Reach(("digital.nhs.uk",)).why_not(link.address)
    release_pages(links, r".*/x/\d+-[a-z]+-20\d\d", QUARTERLY)
    chosen = choose(links, Wanted("individual", "individual", ("zip",)), QUARTERLY, "2022Q2")
    assert len({link.address for link in chosen}) == len(chosen)
    assert all(speaks_of(f"{link.name} {link.text}", QUARTERLY, "2022Q2") is not False for link in chosen)


@given(HOSTILE)
def test_a_good_link_is_found_before_whatever_follows(html: str) -> None:
    """A good link is found whatever stands below it."""
    good = "<a href='https://files.digital.nhs.uk/A/PCNWFIndividualCSV.062026.zip'>Individual level</a>\n"
    links = links_of(good + html, "https://digital.nhs.uk/page")
    assert links[0].name == "PCNWFIndividualCSV.062026.zip"


@given(st.text(max_size=300))
def test_any_text_names_months_of_the_calendar_or_none(text: str) -> None:
    """Any text names months of the calendar or none, and speaks of each it names."""
    assert all(2000 <= year <= 2099 and 1 <= month <= 12 for year, month in months_in(text))
    named = labels_in(text, QUARTERLY)
    assert all(speaks_of(text, QUARTERLY, label) for label in named)


@given(st.text(max_size=300))
def test_any_name_becomes_one_of_a_file_in_its_own_folder(text: str) -> None:
    """Any name becomes that of a file in its own folder."""
    name = file_name(text)
    assert name
    assert not set(name) & set('/\\:<>"|?*\x00')
    assert not name.startswith(".")
    assert len(name) <= 150
