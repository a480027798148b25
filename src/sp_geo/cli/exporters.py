"""Who makes an output again, by the command that its run record names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sp_geo.reports.reproduce import Maker


def makers() -> Mapping[str, Maker]:
    """Everything that can be made again: pages, maps, curves, saved plans (their record lies beside them) and packs."""
    from sp_geo.questions.saved_plans import exported_again
    from sp_geo.reports.offline_map import map_again
    from sp_geo.reports.pack.files import pack_again
    from sp_geo.reports.specification_curve import curve_file
    from sp_geo.web.application import PAGES
    from sp_geo.web.downloads import taken_again

    return {
        "take": partial(taken_again, PAGES),
        "map": map_again,
        "specifications": lambda build, record, inside: curve_file(build, record.asked, record.made, inside),
        "plan export": lambda build, record, inside: exported_again(build, record.asked),
        "export": pack_again,
    }
