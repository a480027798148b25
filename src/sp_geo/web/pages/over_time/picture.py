"""The picture to take away from the page on change over time: slopes by quarter over coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sp_geo.build.view import Build
from sp_geo.reports.pictures.chart_pictures import slope_picture
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.statistics.conclusions.labels import lowered
from sp_geo.statistics.conclusions.verdicts import kinds_words
from sp_geo.web.figures.palette import NON_RESPONSES
from sp_geo.web.pages.over_time.views import slopes_of, timeline
from sp_geo.web.state import View


def over_time_picture(build: Build, view: View, caption: Caption) -> Any:
    """Slopes with 95 % intervals above, share of PCNs that reported below, as a matplotlib figure.

    Raises:
        UsageError: no quarter has an estimate.
    """
    rows = slopes_of(build, view["need"], view["area"], view["non_response"])
    quarters = timeline(list(build.choices.quarters))
    item = build.needs[view["need"]]
    area = build.area_words(view["area"])
    coverage = rows.drop_duplicates("quarter").set_index("quarter")["coverage_pct"].reindex(quarters)
    # The page's own caption speaks of one quarter; the picture shows all.
    below = "\n".join(
        [
            f"{area}, {quarters[0]} to {quarters[-1]}; {coverage.min():.0f} to {coverage.max():.0f} % of active PCNs "
            f"reported. Intervals are 95 %, {kinds_words(rows)}.",
            *caption.below.split("\n")[1:],
        ]
    )
    title = f"Slope of link workers on {lowered(item.label)}, by quarter, {area}"
    series = {
        label: held
        for name, (label, _, _) in NON_RESPONSES.items()
        if not (held := rows[rows["non_response"] == name]).empty
    }
    unit = f"FTE per 10,000 patients per 10 {item.unit}"
    return slope_picture(series, coverage, unit, replace(caption, title=title, below=below))
