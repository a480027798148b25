"""Pictures of maps: what they say, what they show, and the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.image import imread
from shapely.geometry import Polygon, box

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.map_classes import Shown, classed
from sp_geo.reports.pictures.map_pictures import map_picture
from sp_geo.reports.pictures.pictures import Caption, picture_bytes
from tests.unit.handout_samples import pcns, quarters, sites

CAPTION = Caption(
    "Provision costs $5 or $6",
    "Kent, 2022Q2, 85.3 % reported\nSource: NHS England. Licence: OGL v3.0.\nMade 1 August 2026.",
    "SYNTHETIC",
)


def labels(figure: object) -> list[str]:
    """Words of the legend."""
    return [text.get_text() for text in figure.legends[0].get_texts()]  # type: ignore[attr-defined]


def test_classes_keep_zero_missing_and_confidential_apart() -> None:
    """Zero, missing and withheld have classes and hatches of their own; limits belong to the class above."""
    cut = classed(pcns())
    assert cut.has_zero
    assert cut.states == ("[x]", "[c]")
    counts = {shown.label: len(shown.positions) for shown in cut.shown}
    assert sum(counts.values()) == 7
    assert counts["Zero"] == counts["Not available [x]"] == counts["Withheld: small count [c]"] == 1
    looks = {(shown.fill, shown.hatch) for shown in cut.shown}
    assert len(looks) == len(cut.shown)
    states = [shown.hatch for shown in cut.shown[len(cut.labels) :]]
    assert all(states)
    assert len(set(states)) == 3
    cut = classed(pcns(), [0.5, 0.7])
    assert cut.labels == ("Above 0, under 0.50", "0.50 to under 0.70", "0.70 and over")
    assert [shown.positions.tolist() for shown in cut.shown[:3]] == [[0], [4], [5, 6]]
    sheet = pcns()
    cut = classed(replace(sheet, rows=sheet.rows.assign(rate=[-1.0, 0.0, 1.0, np.nan, np.nan, 2.0, -2.0])))
    assert not cut.has_zero
    assert sum(len(shown.positions) for shown in cut.shown) == 7


def test_the_picture_says_what_it_is() -> None:
    """A map carries title, source, period, licence, mark, unit and scale, counts each class, and is not stretched."""
    svg = picture_bytes(map_picture(pcns(), classed(pcns()).shown, None, CAPTION), "svg").decode()
    for words in ("Provision costs $5 or $6", *CAPTION.below.split("\n"), "SYNTHETIC", "10 km", "Link workers"):
        assert words in svg
    assert "<title>SYNTHETIC: Provision costs $5 or $6</title>" in svg
    outline = gpd.GeoSeries([box(0, 0, 50_000, 30_000)], crs="EPSG:27700", name="ICB")
    found = labels(map_picture(pcns(), classed(pcns()).shown, outline, CAPTION))
    assert found[-5:] == [
        "Zero (1)",
        "Not available [x] (1)",
        "Withheld: small count [c] (1)",
        "Of these not drawn, no boundary (1)",
        "ICB",
    ]
    (axes,) = map_picture(pcns(), classed(pcns()).shown, None, CAPTION).axes
    assert axes.get_aspect() == 1
    assert not axes.axison


def test_holes_stay_empty() -> None:
    """A hole in an area stays empty."""
    ring = Polygon([(0, 0), (90, 0), (90, 90), (0, 90)], [[(30, 30), (60, 30), (60, 60), (30, 60)]])
    sheet = pcns()
    shapes = gpd.GeoSeries([ring] * 7, crs="EPSG:27700").scale(1000, 1000, origin=(0, 0))
    shown = [Shown("All", "#ff0000", "", "#ff0000", np.arange(7))]
    figure = map_picture(replace(sheet, shapes=shapes), shown, None, CAPTION)
    dots = imread(BytesIO(picture_bytes(figure, "png")))
    scale = 150 / figure.dpi
    for place, is_red in (((45_000, 45_000), False), ((15_000, 15_000), True)):
        across, up = figure.axes[0].transData.transform(place) * scale
        red, green, _ = dots[int(len(dots) - up), int(across)][:3]
        assert (red - green > 0.9) == is_red


def test_many_areas_stay_small_as_svg() -> None:
    """Thousands of areas are drawn as a small picture within the SVG."""
    side = 50
    shapes = gpd.GeoSeries(
        [
            box(x, y, x + 1_000, y + 1_000).segmentize(100)
            for x in range(0, side * 1_000, 1_000)
            for y in range(0, side * 1_000, 1_000)
        ],
        crs="EPSG:27700",
    )
    rows = pcns().rows.sample(len(shapes), replace=True, random_state=1).reset_index(drop=True)
    sheet = replace(pcns(), rows=rows, shapes=shapes)
    svg = picture_bytes(map_picture(sheet, classed(sheet).shown, None, CAPTION), "svg")
    assert b"data:image/png" in svg
    assert len(svg) < 2_000_000


def test_points_can_be_drawn_and_nothing_is_refused() -> None:
    """Points are drawn; tables without shapes or a number, and degrees, are refused."""
    figure = map_picture(sites(), classed(sites()).shown, None, CAPTION)
    assert labels(figure)[-1] == "Not available [x] (1)"
    assert len(figure.axes[0].collections) == 2
    with pytest.raises(UsageError, match="no shape"):
        map_picture(quarters(), (), None, CAPTION)
    with pytest.raises(UsageError, match="does not say which number"):
        classed(quarters())
    sheet = pcns()
    with pytest.raises(ValueError, match="EPSG:27700"):
        map_picture(replace(sheet, shapes=sheet.shapes.to_crs("EPSG:4326")), (), None, CAPTION)
