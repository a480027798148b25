"""The picture to take away from the page on change over time: slopes by quarter over coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sp_geo.briefing.measures import lowered
from sp_geo.dashboard.figures.palette import TREATMENTS
from sp_geo.dashboard.over_time.over_time_views import slopes_of, timeline
from sp_geo.dashboard.snapshot import Snapshot
from sp_geo.dashboard.state import View
from sp_geo.reporting.chart_pictures import slope_picture
from sp_geo.reporting.pictures import Caption


def over_time_picture(snapshot: Snapshot, view: View, caption: Caption) -> Any:
    """Slopes with 95 % intervals above, share of networks that reported below, as a matplotlib figure.

    Raises:
        UsageError: no quarter has an estimate.
    """
    rows = slopes_of(snapshot, view["need"], view["area"], view["treatment"])
    quarters = timeline(list(snapshot.choices.quarters))
    item = snapshot.needs[view["need"]]
    area = snapshot.area_words(view["area"])
    coverage = rows.drop_duplicates("quarter").set_index("quarter")["coverage_pct"].reindex(quarters)
    # The page's own caption speaks of one quarter; the picture shows all.
    below = "\n".join(
        [
            f"{area}, {quarters[0]} to {quarters[-1]}; {coverage.min():.0f} to {coverage.max():.0f} % of active PCNs "
            "reported. Intervals are 95 %.",
            *caption.below.split("\n")[1:],
        ]
    )
    title = f"Slope of link workers on {lowered(item.label)}, by quarter, {area}"
    series = {
        label: held for name, (label, _, _) in TREATMENTS.items() if not (held := rows[rows["treatment"] == name]).empty
    }
    unit = f"FTE per 10,000 patients per 10 {item.unit}"
    return slope_picture(series, coverage, unit, replace(caption, title=title, below=below))
