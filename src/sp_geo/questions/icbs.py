"""Questions of ICBs: which there are, in which sets, what followed them, and which PCN is in which."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.build.areas import LEVELS, in_area
from sp_geo.build.icb_sets import AS_THEN, COLUMNS, note_of
from sp_geo.build.view import Build
from sp_geo.questions.panel import Answer, answered, choose, in_quarters
from sp_geo.questions.requests.workspace import IcbsRequest

VIEWS: Final = ("icbs", "sets", "locations", "pcns", "moved")
_FORMERLY: Final = {"boards": "icbs", "networks": "pcns"}
"""Views by the names that they had before 0.2, which go on working for one release."""
_SUCCESSION: Final = (
    "An ICB whose share is under 100 was split: the rest went elsewhere. PCNs are placed one by one "
    "('sp-geo icbs --show pcns')."
)
_PCNS: Final = "share_pct: of the PCN's patients, placed in that ICB. matched_by: the evidence; docs/methods/icbs.md."


def icbs(build: Build, request: IcbsRequest) -> Answer:
    """ICBs with successors, sets, locations, PCNs (each in one set), or what moved from ICB to ICB.

    Raises:
        UsageError: the view, set, area or quarter is unknown.
        WorkspaceError: nothing has been built.
    """
    wanted, quarter = request.icbs, request.quarter
    view = choose("view", _FORMERLY.get(request.show, request.show), VIEWS)
    known = build.table("out_icb_set").sort_values("valid_from", ignore_index=True)
    # The ICBs themselves are real also where the PCNs are invented; the answer is marked all the same.
    if view == "sets":
        return answered(build, known, "Sets of ICBs", ())
    if view in {"icbs", "locations"}:
        rows = build.table("out_icb" if view == "icbs" else "out_icb_location")
        if wanted and wanted != AS_THEN:
            chosen = choose("set of ICBs", wanted, [str(item) for item in known["icb_set"]])
            day = known.loc[known["icb_set"] == chosen, "valid_from"].iloc[0]
            rows = rows[(rows["valid_from"] <= day) & ~(rows["valid_to"].notna() & (rows["valid_to"] <= day))]
        rows = in_area(rows, request.area, levels=[level for level in LEVELS if f"{level}_code" in rows])
        notes = (_SUCCESSION,) if view == "icbs" else ()
        return answered(build, rows.reset_index(drop=True), "ICBs" if view == "icbs" else "ICBs: locations", notes)
    on = build.on(wanted or str(known["icb_set"].iloc[-1])).on_set
    panel = in_quarters(build.table("out_pcn_quarter"), () if quarter == "all" else (quarter,))
    asked = in_area(panel, request.area, on)
    note, words = note_of(on, asked), "day" if on is None else on.words
    placed = (panel if on is None else on.shown(panel))[[*COLUMNS]].add_suffix("_of_set")
    rows = pd.concat([panel, placed], axis="columns")
    if view == "moved":
        return answered(build, _moved(rows, asked), f"Where ICBs are in the {words}", (note,))
    rows = rows.loc[asked.index]
    shown = ["quarter", "pcn_code", "pcn_name", "icb_code", "icb_code_of_set", "icb_name_of_set"]
    if on is not None:
        rows = rows.merge(on.members[["quarter", "pcn_code", "matched_by", "share_pct"]], on=["quarter", "pcn_code"])
        shown += ["matched_by", "share_pct"]
    return answered(build, rows[[*shown, "list_size", "splw_fte"]], f"PCNs on the {words}", (note, _PCNS))


def _moved(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Patients, FTE and PCNs by ICB of the day and ICB of the set, where rows that were asked for are.

    patients_pct is of all patients of the ICB of the day, wherever they went.
    """
    pair = ["quarter", "icb_code", "icb_code_of_set"]
    groups = rows.groupby(pair, dropna=False)
    found = groups[["list_size", "splw_fte"]].sum(min_count=1).join(groups.size().rename("pcns_count"))
    whole = found.groupby(["quarter", "icb_code"], dropna=False)["list_size"].transform("sum")
    found["patients_pct"] = (100 * found["list_size"] / whole).round(1)
    found = found.reset_index()
    wanted = pd.MultiIndex.from_frame(rows.loc[asked.index, pair])
    return found[pd.MultiIndex.from_frame(found[pair]).isin(wanted)].reset_index(drop=True)
