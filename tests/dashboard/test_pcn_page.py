"""The PCN profile: the right PCN is found, its figures stand where they belong, gaps and zeros stay apart."""

from __future__ import annotations

import base64

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE
from sp_geo.reports.findings.measures import PROVISION
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.services import placing
from sp_geo.web.pages.pcn import history, peers, reach, sheets, views
from sp_geo.web.pages.pcn import page as pcn_page
from sp_geo.web.pages.pcn import search as pcn_search
from sp_geo.web.pages.pcn.map import class_of, still_map
from sp_geo.web.pages.pcn.members import home, practices
from sp_geo.web.pages.pcn.page import PAGE
from sp_geo.web.pages.services import page as services_page
from sp_geo.web.pages.services.views import column_of, deserts_in
from sp_geo.web.pages.services.words import desert_words
from sp_geo.web.state import View, read_view


def _code(build: Build) -> str:
    return str(build.footprints["pcn_code"].iloc[0])


def _view(build: Build, search: str) -> View:
    view, unknown = read_view(search, PAGE.fields(build))
    assert unknown == []
    return view


def test_a_pcn_is_found_by_its_code(build: Build) -> None:
    """A code in any case, with spaces around it, leads to its PCN."""
    code = _code(build)
    found = pcn_search.search(build, f"  {code.lower()} ")
    assert found.best == code
    assert pcn_search.chosen(build, _view(build, f"?find={code}")) == code


def test_several_pcns_are_offered_and_none_is_taken(build: Build) -> None:
    """Where several PCNs fit, all are offered and none is chosen."""
    found = pcn_search.search(build, "synthetic")
    assert found.best == ""
    assert len(found.hits) == len(build.pcn_names)
    part = next(part for part in PAGE.parts if part.name == "pcn-found")
    assert str(part.made(build, _view(build, "?find=synthetic"))).count("data-search") == len(found.hits)


def test_nothing_found_is_said(build: Build) -> None:
    """A search without a result says so, and an unknown code says that it may have closed."""
    found = pcn_search.search(build, "no such PCN")
    assert found.hits == ()
    assert "No PCN has 'no such PCN'" in found.words
    assert pcn_search.search(build, "   ") == pcn_search.Search()
    assert "may have closed" in pcn_search.search(build, "X99999").words


def test_a_practice_leads_to_its_pcn(build: Build) -> None:
    """The code of a practice leads to the PCN it belongs to."""
    code = _code(build)
    practice = practices(build, build.choices.quarters[-1], code)["practice_code"].iloc[0]
    assert pcn_search.search(build, practice).best == code


def test_a_postcode_leads_to_the_pcn_with_most_patients_there(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A postcode leads to the PCN that most patients of its small area are registered with."""
    code = _code(build)
    areas = home(build, code).areas
    own = areas.loc[areas["is_own"], "lsoa11_code"].iloc[0]
    area = boundaries.lsoa11().set_index("lsoa11_code").loc[own]
    point = area.geometry.representative_point()
    directory = pd.DataFrame({"easting_m": [point.x], "northing_m": [point.y]}, index=["ZZ11ZZ"])
    monkeypatch.setattr(placing, "has_postcodes", lambda: True)
    monkeypatch.setattr(placing, "_postcodes", lambda _letter: directory)
    found = pcn_search.search(build, "zz1 1zz")
    assert found.best == code
    assert own in found.words
    assert "not in the postcode directory" in pcn_search.search(build, "ZZ1 1ZY").words


def test_a_postcode_without_the_directory_is_explained(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the postcode directory the answer says that it is not installed."""
    monkeypatch.setattr(placing, "has_postcodes", lambda: False)
    assert pcn_search.search(build, "LS1 4AP").words == pcn_search.NOT_INSTALLED


def test_of_several_pcns_the_largest_share_is_named_and_all_are_listed(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share under half is called the largest, not most, and the PCNs with most patients are listed."""
    codes = list(build.pcn_names)[:3]
    rows = pd.DataFrame({"practice_code": ["A", "B", "C"], "patients_count": [48.0, 30.0, 22.0]})
    members = pd.DataFrame({"practice_code": ["A", "B", "C"], "pcn_code": codes})
    monkeypatch.setattr(pcn_search, "by_area_rows", lambda *_: rows)
    monkeypatch.setattr(pcn_search, "members_of", lambda *_: members)
    monkeypatch.setattr(pcn_search, "_MOST_PCNS_OF_AREA", 2)
    answer = pcn_search.search(build, "E01000001")
    name = build.pcn_names[codes[0]]
    assert f"The largest share of patients, 48 %, is with {name}. The 2 with most patients are listed." in answer.words
    monkeypatch.setattr(pcn_page, "found", lambda *_: answer)
    monkeypatch.setattr(pcn_page, "chosen", lambda *_: codes[0])
    part = next(part for part in PAGE.parts if part.name == "pcn-found")
    made = str(part.make(build, _view(build, "?find=E01000001")))
    assert f"{name} ({codes[0]}): 48 registered patients there (48 %)" in made
    assert "shown below" in made
    assert made.count("Li(") == 2


def test_ties_are_said_and_words_agree_with_the_table(build: Build) -> None:
    """Rank and percentile allow for equal values, and the sentence says how many share the rank."""
    values = pd.Series([0.0, 0.0, 0.0, 1.0, 2.0, 3.0])
    standing = views._standing(values, 0.0, 1.0)
    assert (standing["equal_count"], standing["percentile"]) == (2, 25.0)
    row = pd.Series({**standing, "measure": PROVISION, "unit": "FTE", "digits": 2})
    assert views.strip_words(row).endswith("Rank 4 of 6 (2 others also report none): percentile 25.")
    need = pd.Series({**views._standing(values, 2.0, 1.0), "measure": "imd_score", "unit": "points", "digits": 1})
    assert views.strip_words(need).endswith("Rank 2 of 6: percentile 75.")
    notes = " ".join(PAGE.sheet("indicators", build, _view(build, f"?pcn={_code(build)}")).notes)
    assert views.PERCENTILE in notes


def test_codes_of_measures_and_categories_are_for_files_alone() -> None:
    """Tables on the page have words; codes of columns are in the files."""
    for columns in (sheets.INDICATORS, sheets.BASIS, sheets.SERVICES):
        assert [column.name for column in columns if column.label == "Code" and not column.is_aside] == []


def test_place_among_others_counts_equal_values_fairly() -> None:
    """Equal values share a rank, and half of them count towards the percentile."""
    rank, n, percentile, median = views.place_of(pd.Series([0.0, 0.0, 1.0, 2.0, np.nan]), 0.0)
    assert (rank, n, percentile, median) == (3, 4, 25.0, 0.5)
    assert views.place_of(pd.Series([0.0, 0.0, 1.0, 2.0]), 2.0)[0] == 1


def test_indicators_are_those_of_the_panel(build: Build) -> None:
    """Each indicator has the panel's value and numerator, and every sentence has numbers."""
    quarter = "2022Q4"
    panel = build.by_quarter[quarter].set_index("pcn_code")
    for code in panel.index:
        rows = views.indicator_rows(build, quarter, str(code)).set_index("measure")
        assert rows["value"]["imd_score"] == pytest.approx(panel["imd_score"][code])
        assert rows["value"]["rural"] == pytest.approx(100 * panel["rural"][code])
        assert rows["numerator"][PROVISION] == pytest.approx(panel["splw_fte"][code], nan_ok=True)
        assert rows["numerator_state"]["imd_score"] == "[z]"
        words = [views.strip_words(row) for _, row in rows.reset_index().iterrows()]
        assert not any("nan" in text for text in words)


def test_a_silent_pcn_has_no_rank(build: Build) -> None:
    """A PCN that did not report has no rank, and the sentence says so."""
    panel = build.panel[build.panel["reporting_status"] == "not_reported"].iloc[0]
    rows = views.indicator_rows(build, panel["quarter"], panel["pcn_code"]).set_index("measure")
    assert pd.isna(rows["rank"][PROVISION])
    assert views.strip_words(rows.reset_index().iloc[0]).startswith("Did not report.")


def _quarters() -> pd.DataFrame:
    quarters = ["2021Q1", "2021Q2", "2021Q3", "2021Q4", "2022Q1"]
    fte = [1.0, np.nan, np.nan, 0.0, 2.0]
    return pd.DataFrame(
        {
            "quarter": quarters,
            "status": ["reported", "not_reported", "not_reported", "true_zero", "reported"],
            "splw_fte": fte,
            "splw_plain_fte": fte,
            "splw_mental_health_fte": [0.0, np.nan, np.nan, 0.0, 0.0],
            "list_size": 10_000.0,
            PROVISION: fte,
            "england_per_10k": 0.5,
        }
    )


def test_the_line_breaks_where_nobody_reported_and_zero_has_a_mark() -> None:
    """The line has a gap over silent quarters and a marked point at a reported zero."""
    rows = _quarters()
    figure = history.history_figure(rows, "SYNTHETIC")
    line = figure.data[0]
    assert list(line.y) == [1.0, None, None, 0.0, 2.0]
    assert line.connectgaps is False
    zero = next(trace for trace in figure.data if trace.name == "Reported none (0)")
    assert (list(zero.x), list(zero.y)) == ([3], [0.0])
    assert history.gaps(rows, "not_reported") == [(1, 2)]
    assert any(note.text == "did not report" for note in figure.layout.annotations)
    assert any(note.text == "SYNTHETIC" for note in figure.layout.annotations)


def test_roles_are_drawn_apart_only_where_both_were_filled() -> None:
    """One role gives one line; two roles give a line each and one for both."""
    rows = _quarters()
    assert len(history.lines_of(rows)) == 1
    assert len(history.lines_of(rows.assign(splw_mental_health_fte=[0.5, np.nan, np.nan, 0.0, 0.0]))) == 3


def test_history_in_words_tells_silence_from_zero() -> None:
    """The sentence counts reports, zeros and silent quarters apart."""
    words = views.history_words(_quarters())
    assert words.startswith("Reported in 3 of the 5 quarters in which it was active, 1 of them without a link worker.")
    assert "In 2 quarters it did not report" in words
    assert words.endswith("From 1.00 FTE in 2021Q1 to 2.00 in 2022Q1, the latest it reported.")


def test_history_has_every_quarter(build: Build) -> None:
    """Every quarter of the build has a row, and silent and inactive ones have no FTE."""
    rows = views.history_rows(build, _code(build))
    assert rows["quarter"].tolist() == list(build.choices.quarters)
    silent = rows["status"].isin({"not_reported", "not_active"})
    assert rows.loc[silent, "splw_fte"].isna().all()
    assert rows.loc[~silent, "splw_fte"].notna().all()


def test_the_picture_says_where_the_gaps_are() -> None:
    """The legend of the picture names silence and zero; nothing to draw is refused."""
    figure = history.history_picture(_quarters(), Caption("Link workers", "Source", "SYNTHETIC"))
    words = {text.get_text() for text in figure.axes[0].get_legend().get_texts()}
    assert {"Did not report", "Reported none (0)"} <= words
    with pytest.raises(UsageError):
        history.history_picture(pd.DataFrame(), Caption("Link workers", "Source", ""))


def test_practices_add_up_to_the_list(build: Build) -> None:
    """The practices of a PCN are as many, and have as many patients, as the panel says."""
    for quarter in build.choices.quarters:
        for row in build.by_quarter[quarter].itertuples():
            found = practices(build, quarter, str(row.pcn_code))
            assert found["patients_count"].sum() == row.list_size
            assert len(found) == row.practices_count


def test_patients_live_where_the_footprint_says(build: Build) -> None:
    """The small areas of a footprint hold the share of patients that it states."""
    footprints = build.footprints.set_index("pcn_code")
    for code in footprints.index:
        found = home(build, str(code))
        own = found.areas[found.areas["is_own"]]
        assert len(own) == footprints["areas_count"][code]
        english = found.areas["patients_count"].sum()
        assert 100 * own["patients_count"].sum() / english == pytest.approx(footprints["patients_inside_pct"][code])
        assert found.areas_for(0.5) <= found.areas_for(0.9) <= len(found.areas)


def test_the_map_draws_every_class_and_counts_it() -> None:
    """Every small area is in one class of the legend or counted as left out."""
    squares = [shapely.box(at * 100, 0, at * 100 + 100, 100) for at in range(4)]
    areas = gpd.GeoDataFrame(
        {
            "patients_count": [50.0, 30.0, 15.0, 5.0],
            "area_share": [0.8, 0.5, 0.2, 0.05],
            "is_own": [True, True, False, False],
        },
        geometry=squares,
        crs=MEASURE,
    )
    others = gpd.GeoSeries([shapely.box(200, 0, 400, 100)], crs=MEASURE)
    drawn = still_map(areas, shapely.union_all(squares[:2]), others)
    svg = base64.b64decode(drawn.address.partition(",")[2]).decode()
    assert class_of(areas["area_share"]).tolist() == [4, 3, 1, 0]
    assert sum(drawn.counts) + drawn.left_out == len(areas)
    assert "<script" not in svg
    assert 'stroke="#c25700"' in svg


def test_peers_are_the_most_similar_pcns() -> None:
    """Peers are those nearest on the measures that vary, and what could not be compared is said."""
    rows = pd.DataFrame(
        {
            "pcn_code": ["U1", "U2", "U3", "U4"],
            "imd_score": [10.0, 11.0, 40.0, np.nan],
            "rural": [0.1, 0.1, 0.9, 0.1],
            "list_size": 50_000.0,
            PROVISION: [0.5, np.nan, 0.2, 0.9],
        }
    )
    found = peers.peers_of(rows, "U1", ("imd_score", "rural", "list_size"))
    assert found.rows["pcn_code"].tolist() == ["U2", "U3"]
    assert found.used == ("imd_score", "rural")
    assert found.left_out == ("list_size",), "what is the same everywhere cannot tell PCNs apart"
    assert (found.compared, found.missing, found.reported) == (2, 1, 1)
    assert found.median == pytest.approx(0.2)
    words = peers.peers_in_words(found, 0.5)
    assert "1 PCN lacks a value" in words
    assert "this PCN has 0.50" in words
    assert peers.peers_in_words(peers.peers_of(rows, "U9"), float("nan")).startswith("No peers can be named")


def test_peers_equally_near_come_in_the_order_of_their_codes() -> None:
    """Who is the tenth of a dozen equals depends neither on the rows' order nor on which measure sets them apart."""
    apart = pd.DataFrame({"imd_score": [0.0] + [1.0] * 6 + [0.0] * 6, "rural": [0.0] * 7 + [1.0] * 6})
    rows = apart.assign(pcn_code=["U50", *(f"U{number:02d}" for number in range(12))], **{PROVISION: 1.0})
    for seed in range(3):
        found = peers.peers_of(rows.sample(frac=1, random_state=seed), "U50", ("imd_score", "rural"))
        assert found.rows["pcn_code"].tolist() == [f"U{number:02d}" for number in range(10)]
        assert found.compared == 12
    # One deviation of six ones among 13 PCNs, in one measure of two.
    np.testing.assert_allclose(found.rows["distance"], np.sqrt(1 / apart["rural"].var() / 2), atol=1e-9)


def test_without_services_it_says_so(build: Build) -> None:
    """Without a directory the page says that none is loaded."""
    part = next(part for part in PAGE.parts if part.name == "pcn-services")
    assert "No directory of services is loaded" in str(part.made(build, _view(build, f"?pcn={_code(build)}")))


def test_access_is_a_mean_over_people_and_silence_is_counted() -> None:
    """Access is weighted by patients with a known score, and uncovered patients are told as a share."""
    rows = pd.DataFrame(
        {
            "lsoa11_code": ["a", "b", "c"],
            "category": "money",
            "score": [1.0, 3.0, np.nan],
            "state": ["served", "served", "not_recorded"],
            "is_covered": [True, True, False],
            "nearest_m": [100.0, 200.0, 900.0],
        }
    )
    found = reach.access_means(rows, pd.Series({"a": 30.0, "b": 10.0, "c": 60.0})).loc["money"]
    assert found["score"] == pytest.approx(1.5)
    assert found["known_pct"] == pytest.approx(40)
    assert found["uncovered_pct"] == pytest.approx(60)
    assert found["nearest_m"] == pytest.approx(590)


def _reach(**values: float) -> pd.Series:
    row = {"services_count": 0, "places": np.nan, "full_count": 0, "unknown_count": 0, "uncovered_pct": 0.0}
    return pd.Series({**row, **values})


def test_nothing_in_reach_is_zero_and_unknown_capacity_is_not() -> None:
    """No service in a covered area is zero places; silence about capacity or coverage is missing."""
    rows = pd.DataFrame(
        [_reach(), _reach(uncovered_pct=40.0), _reach(services_count=2, unknown_count=2), _reach(uncovered_pct=np.nan)]
    )
    places = reach.free_places(rows)
    assert places.iloc[0] == 0
    assert places.iloc[1:].isna().all()
    said = [reach.known_words(row) for _, row in rows.iterrows()]
    assert said == [
        "No service in reach",
        "None recorded; not covered everywhere, there may be some",
        "In reach, capacity not recorded",
        "Nothing says where its patients live",
    ]
    part = _reach(services_count=3, unknown_count=1, places=0.0)
    assert reach.known_words(part) == "Capacity known of 2 of 3 in reach"
    full = _reach(services_count=3, full_count=3, places=0.0)
    assert reach.known_words(full) == "In reach, none with a free place"


def test_england_s_access_is_the_mean_of_the_page_of_services(region_build: Build) -> None:
    """The profile and the page of services give the same mean for England."""
    code = str(region_build.footprints.dropna(subset=["patients_inside_pct"])["pcn_code"].iloc[0])
    rows = reach.service_rows(region_build, home(region_build, code)).set_index("category")
    for category in ("all", "money"):
        view, _ = read_view(f"?category={category}", services_page.PAGE.fields(region_build))
        mean = deserts_in(region_build, view).found[column_of(view)].mean
        assert rows["england_score"][category] == pytest.approx(mean)
        assert f"The mean access is {mean:.4f}," in " ".join(desert_words(region_build, view))
    scores = [column for column in sheets.SERVICES if column.name in {"score", "england_score"}]
    assert [column.digits for column in scores] == [4, 4], "a few places for many people would be 0.00"
    assert rows["label"].to_dict() == {name: CATEGORY_WORDS[name] for name in rows.index}


def test_services_in_reach_of_a_pcn_are_counted_once(region_build: Build) -> None:
    """Services in reach are counted once each, and no share of patients exceeds one."""
    code = str(region_build.footprints.dropna(subset=["patients_inside_pct"])["pcn_code"].iloc[0])
    rows = reach.service_rows(region_build, home(region_build, code)).set_index("category")
    ground, method = reach.ground_and_method(region_build)
    assert rows["services_count"]["all"] <= region_build.rows_count("out_service")
    assert (rows["full_count"] + rows["unknown_count"] <= rows["services_count"]).all()
    weight = home(region_build, code).areas.set_index("lsoa11_code")["patients_count"]
    shares = reach.reached_by(ground, method, weight / weight.sum())
    assert shares.max() <= 1 + 1e-9
    words = reach.service_words(rows.reset_index(), method.catchment_km)
    assert "nan" not in words
