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
from tests.unit.handout_samples import COVER, HOSTILE, pcns, quarters, sites

HOSTILE_NAME = """</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;"""
RECORD = RunRecord(
    {"command": "map", "area": HOSTILE_NAME}, (), {}, {}, {"sp_geo": "0"}, {"demo": 1}, COVER.made, is_synthetic=True
)
OUTLINE = gpd.GeoSeries([box(-1_000, -1_000, 50_000, 30_000)], crs="EPSG:27700", name="ICB")


def made(sheet: Sheet | None = None, **cover: Any) -> bytes:
    """A map of the samples."""
    wanted = sheet or pcns()
    return standalone_map(wanted, classed(wanted).shown, replace(COVER, **cover), OUTLINE)


def page(content: bytes) -> Any:
    """The file as a tree."""
    return html.document_fromstring(content.decode())


def test_the_file_says_what_it_is() -> None:
    """The file names what it shows, of when, from whom, and that it is invented."""
    tree = page(made())
    words = tree.text_content()
    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//title") == "SYNTHETIC: Link workers (FTE per 10,000 patients): PCNs: pcns"
    assert tree.findtext(".//h1") == "Link workers (FTE per 10,000 patients)"
    for said in (COVER.subject, *COVER.sources, *COVER.licences, *pcns().notes, "2026-08-01", COVER.digest):
        assert said in words
    assert "SYNTHETIC" in tree.find(".//p[@class='banner']").text_content()
    assert "SYNTHETIC" not in page(made(mark="")).text_content()


def test_every_class_is_named_with_its_count() -> None:
    """The legend counts every class, also one without places, and each row is in exactly one."""
    sheet = pcns()
    shown = classed(sheet).shown
    items = [" ".join(item.text_content().split()) for item in page(made()).findall(".//ul[@class='legend']/li")]
    assert items[: len(shown)] == [f"{key.label} ({len(key.positions)})" for key in shown]
    assert {"Zero (1)", "Not available [x] (1)", "Withheld: small count [c] (1)"} <= set(items)
    assert items[len(shown) :] == ["Of these not drawn, no boundary (1)", "ICB"]
    assert sum(len(key.positions) for key in shown) == len(sheet.rows)
    none = Shown("Did not report", "#b8b8b8", "////", "#4c6272", np.zeros(len(sheet.rows), dtype=bool))
    tree = page(standalone_map(sheet, [*classed(sheet).shown, none], COVER))
    assert "Did not report (0)" in " ".join(tree.find(".//ul[@class='legend']").text_content().split())
    shown = list(shown)
    with pytest.raises(ValueError, match="exactly one class"):
        standalone_map(sheet, shown[1:], COVER)
    with pytest.raises(ValueError, match="exactly one class"):
        standalone_map(sheet, [*shown, shown[0]], COVER)


def test_states_differ_from_numbers_by_more_than_colour() -> None:
    """States have a pattern and an edge of their own."""
    text = made().decode()
    style = {(fill, thin) for fill, thin in re.findall(r'"className": "([^"]+)".*?"fillColor": "([^"]+)"', text)}
    patterned = {name for name, fill in style if fill.startswith("url(#pattern-")}
    assert patterned == {"edge-thick", "edge-dashed"}
    assert {name for name, fill in style if fill.startswith("#")} == {"edge-plain"}


def test_the_table_holds_what_the_map_shows() -> None:
    """The table holds every place with its full value."""
    sheet = pcns()
    rows = page(made()).findall(".//tbody/tr")
    assert [row.findtext("th") for row in rows] == list(HOSTILE)
    assert float(rows[0].find("td/data").get("value")) == sheet.rows["rate"][0]
    shown = [[cell.text_content() for cell in row.findall("td")] for row in rows]
    assert [cells[1] for cells in shown] == ["0.12", "0.00", "[x]", "[c]", "0.50", "0.70", "0.90"]
    assert [cells[3] for cells in shown] == ["25.0", "50.0", "75.0", "100.0", "0.0", "[x]", "[x]"]
    assert [cells[0] for cells in shown][-1] == "No boundary"
    assert page(made()).findtext(".//caption") == "PCNs: pcns"
    drawn = json.loads(re.search(r"places_add\((\{.*\})\);", made().decode()).group(1))["features"]
    assert sorted(feature["id"] for feature in drawn) == [0, 1, 2, 3, 4, 5]


def test_nothing_is_asked_of_anyone() -> None:
    """The file asks for nothing outside itself, its policy names our scripts alone, and Leaflet is the installed one."""
    text = made().decode()
    tree = page(text.encode())
    assert tree.xpath("//link | //iframe | //img | //object | //embed | //base | //form") == []
    assert tree.xpath("//@src | //@srcset | //@action") == []
    assert all(str(target).startswith("#") for target in tree.xpath("//@href"))
    assert "url(" not in "".join(style.text for style in tree.xpath("//style"))
    assert "sourceMappingURL" not in text
    assert "@import" not in text
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for element in tree.xpath("//script[not(@type)] | //style"):
        digest = b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    library = leaflet()
    assert re.match(r"\d+\.\d+\.\d+$", library.version)
    assert f"Leaflet {library.version}" in library.script[:300]
    assert "url(" not in library.style


def test_hostile_names_are_text() -> None:
    """Hostile names stay text."""
    sheet = pcns()
    rows = sheet.rows.assign(pcn_name=HOSTILE_NAME)
    bad = replace(sheet, rows=rows, title=HOSTILE_NAME, notes=(HOSTILE_NAME,))
    tree = page(made(bad, subject=HOSTILE_NAME, sources=(HOSTILE_NAME,), record=RECORD.as_json()))
    assert len(tree.xpath("//script")) == 4
    assert tree.xpath("//img | //*[@onerror]") == []
    assert {row.findtext("th") for row in tree.findall(".//tbody/tr")} == {HOSTILE_NAME}
    assert tree.findtext(".//caption") == HOSTILE_NAME


def test_the_run_record_comes_out_as_it_went_in(tmp_path: Path) -> None:
    """The record comes out as it went in, parts have names of ours, and sites are circles."""
    file = tmp_path / "map.html"
    file.write_bytes(made(record=RECORD.as_json()))
    assert read_record(file) == RECORD
    assert not re.search(rb"(map|geo_json|fit_bounds)_[0-9a-f]{32}", made(record=RECORD.as_json()))
    assert "L.CircleMarker" in made(sites()).decode()


def test_a_table_without_places_has_no_map() -> None:
    """A table without shapes, and shapes in degrees, are refused."""
    with pytest.raises(UsageError, match="no shapes"):
        standalone_map(quarters(), [], COVER)
    sheet = pcns()
    degrees = gpd.GeoSeries(sheet.shapes.to_numpy(), crs="EPSG:4326")
    with pytest.raises(ValueError, match="EPSG:27700"):
        standalone_map(replace(sheet, shapes=degrees), classed(sheet).shown, COVER)
