"""The map of one file: what is in it, and what is not."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from lxml import html
from shapely.geometry import box

from sp_geo.core.errors import UsageError
from sp_geo.questions.run_record import RunRecord, read_record
from sp_geo.reports.files.leaflet import leaflet
from sp_geo.reports.files.standalone_map import standalone_map
from sp_geo.reports.pictures.map_classes import Shown, classed
from sp_geo.reports.sheet import Sheet
from tests.unit.handout_samples import COVER, HOSTILE, networks, quarters, sites

HOSTILE_NAME = """</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;"""
RECORD = RunRecord(
    {"command": "map", "area": HOSTILE_NAME}, (), {}, {}, {"sp_geo": "0"}, {"demo": 1}, COVER.made, is_synthetic=True
)
OUTLINE = gpd.GeoSeries([box(-1_000, -1_000, 50_000, 30_000)], crs="EPSG:27700", name="Board")


def made(sheet: Sheet | None = None, **cover: Any) -> bytes:
    """A map of the samples."""
    wanted = sheet or networks()
    return standalone_map(wanted, classed(wanted).shown, replace(COVER, **cover), OUTLINE)


def page(content: bytes) -> Any:
    """The file as a tree."""
    return html.document_fromstring(content.decode())


def test_the_file_says_what_it_is() -> None:
    """Somebody who finds the file on a stick would not know what it shows, of when, from whom, or that it is invented."""
    tree = page(made())
    words = tree.text_content()
    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//title") == "SYNTHETIC: Link workers (FTE per 10,000 patients): Networks: networks"
    assert tree.findtext(".//h1") == "Link workers (FTE per 10,000 patients)"
    for said in (COVER.subject, *COVER.sources, *COVER.licences, *networks().notes, "2026-08-01", COVER.digest):
        assert said in words
    assert "SYNTHETIC" in tree.find(".//p[@class='banner']").text_content()
    assert "SYNTHETIC" not in page(made(mark="")).text_content()


def test_every_class_is_named_with_its_count() -> None:
    """Missing, zero and suppressed would look alike, or be taken for one another."""
    sheet = networks()
    shown = classed(sheet).shown
    items = [" ".join(item.text_content().split()) for item in page(made()).findall(".//ul[@class='legend']/li")]
    assert items[: len(shown)] == [f"{key.label} ({len(key.positions)})" for key in shown]
    assert {"Zero (1)", "Not available [x] (1)", "Withheld: small count [c] (1)"} <= set(items)
    assert items[len(shown) :] == ["Of these not drawn, no boundary (1)", "Board"]
    assert sum(len(key.positions) for key in shown) == len(sheet.rows)


def test_a_class_without_places_is_named_all_the_same() -> None:
    """Nobody would know whether nobody was silent or silence was not looked for."""
    sheet = networks()
    none = Shown("Did not report", "#b8b8b8", "////", "#4c6272", np.zeros(len(sheet.rows), dtype=bool))
    tree = page(standalone_map(sheet, [*classed(sheet).shown, none], COVER))
    assert "Did not report (0)" in " ".join(tree.find(".//ul[@class='legend']").text_content().split())


def test_states_differ_from_numbers_by_more_than_colour() -> None:
    """Without colour, a network that said nothing would look like one with few posts."""
    text = made().decode()
    style = {(fill, thin) for fill, thin in re.findall(r'"className": "([^"]+)".*?"fillColor": "([^"]+)"', text)}
    patterned = {name for name, fill in style if fill.startswith("url(#pattern-")}
    assert patterned == {"edge-thick", "edge-dashed"}
    assert {name for name, fill in style if fill.startswith("#")} == {"edge-plain"}


def test_the_table_holds_what_the_map_shows() -> None:
    """A reader of the table would get other values, or none in full."""
    sheet = networks()
    rows = page(made()).findall(".//tbody/tr")
    assert [row.findtext("th") for row in rows] == list(HOSTILE)
    assert float(rows[0].find("td/data").get("value")) == sheet.rows["rate"][0]
    shown = [[cell.text_content() for cell in row.findall("td")] for row in rows]
    assert [cells[1] for cells in shown] == ["0.12", "0.00", "[x]", "[c]", "0.50", "0.70", "0.90"]
    assert [cells[3] for cells in shown] == ["25.0", "50.0", "75.0", "100.0", "0.0", "[x]", "[x]"]
    assert [cells[0] for cells in shown][-1] == "No boundary"
    assert page(made()).findtext(".//caption") == "Networks: networks"
    drawn = json.loads(re.search(r"places_add\((\{.*\})\);", made().decode()).group(1))["features"]
    assert sorted(feature["id"] for feature in drawn) == [0, 1, 2, 3, 4, 5]


def test_nothing_is_asked_of_anyone() -> None:
    """A hospital's firewall would leave the page blank, or its log would say who reads what."""
    text = made().decode()
    tree = page(text.encode())
    assert tree.xpath("//link | //iframe | //img | //object | //embed | //base | //form") == []
    assert tree.xpath("//@src | //@srcset | //@action") == []
    assert all(str(target).startswith("#") for target in tree.xpath("//@href"))
    assert "url(" not in "".join(style.text for style in tree.xpath("//style"))
    assert "sourceMappingURL" not in text
    assert "@import" not in text


def test_only_our_own_scripts_may_run() -> None:
    """A name from a file could run as a script in the browser of a board's secretary."""
    tree = page(made())
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for element in tree.xpath("//script[not(@type)] | //style"):
        digest = b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_hostile_names_are_text() -> None:
    """A name, a note, a source or the record would end the page or run."""
    sheet = networks()
    rows = sheet.rows.assign(pcn_name=HOSTILE_NAME)
    bad = replace(sheet, rows=rows, title=HOSTILE_NAME, notes=(HOSTILE_NAME,))
    tree = page(made(bad, subject=HOSTILE_NAME, sources=(HOSTILE_NAME,), record=RECORD.as_json()))
    assert len(tree.xpath("//script")) == 4
    assert tree.xpath("//img | //*[@onerror]") == []
    assert {row.findtext("th") for row in tree.findall(".//tbody/tr")} == {HOSTILE_NAME}
    assert tree.findtext(".//caption") == HOSTILE_NAME


def test_the_run_record_comes_out_as_it_went_in(tmp_path: Path) -> None:
    """Nobody could make the map again."""
    file = tmp_path / "map.html"
    file.write_bytes(made(record=RECORD.as_json()))
    assert read_record(file) == RECORD


def test_the_same_places_give_the_same_bytes() -> None:
    """A map that was made again would look changed, because folium names its parts by chance."""
    first = made(record=RECORD.as_json())
    assert made(record=RECORD.as_json()) == first
    assert not re.search(rb"(map|geo_json|fit_bounds)_[0-9a-f]{32}", first)


def test_points_are_drawn_as_circles() -> None:
    """Sites have no area and would not be on the map."""
    assert "L.CircleMarker" in made(sites()).decode()


def test_a_row_is_in_one_class() -> None:
    """A place would be drawn twice, or counted and not drawn."""
    sheet = networks()
    shown = list(classed(sheet).shown)
    with pytest.raises(ValueError, match="exactly one class"):
        standalone_map(sheet, shown[1:], COVER)
    with pytest.raises(ValueError, match="exactly one class"):
        standalone_map(sheet, [*shown, shown[0]], COVER)


def test_a_table_without_places_has_no_map() -> None:
    """A traceback would tell nobody what is wrong."""
    with pytest.raises(UsageError, match="no shapes"):
        standalone_map(quarters(), [], COVER)


def test_shapes_in_another_system_are_refused() -> None:
    """England would lie in the Gulf of Guinea."""
    sheet = networks()
    degrees = gpd.GeoSeries(sheet.shapes.to_numpy(), crs="EPSG:4326")
    with pytest.raises(ValueError, match="EPSG:27700"):
        standalone_map(replace(sheet, shapes=degrees), classed(sheet).shown, COVER)


def test_leaflet_is_the_installed_one_with_its_licence() -> None:
    """Its licence asks that the notice goes along, and its own addresses would be asked for."""
    library = leaflet()
    assert re.match(r"\d+\.\d+\.\d+$", library.version)
    assert f"Leaflet {library.version}" in library.script[:300]
    assert "url(" not in library.style
