"""ICBs of 2022 and 2026 on the real practice maps and lists."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sp_geo.core.quarters import Quarter
from sp_geo.geography import boundaries
from sp_geo.geography.icb_changes import committed, with_changes
from sp_geo.panel.icb_membership import Sources, icbs_of_pcns
from sp_geo.panel.membership import resolve
from sp_geo.publications.practice_map import reader as practice_map
from sp_geo.tables import TABLES
from tests.realdata.conftest import document

pytestmark = pytest.mark.realdata
OLD, NEW = "2022Q3", "2026Q3"


@pytest.fixture(scope="module")
def maps(real: Path) -> dict[str, pd.DataFrame]:
    """Memberships of January 2022 and July 2026, as published."""
    return {
        month: practice_map.read(document(real / "organisations" / f"gp-reg-pat-prac-map.{month}.zip"), month)[
            "core_practice_membership"
        ]
        for month in ("2022-01", "2026-07")
    }


def _sources(memberships: pd.DataFrame, by_area: pd.DataFrame) -> Sources:
    icbs = with_changes(*committed(), TABLES["core_icb_change"].empty())
    patients = by_area.groupby("practice_code")["patients_count"].sum()
    # Practices that opened later count as one patient, so that PCNs of 2026 are placed too.
    everyone = patients.reindex(memberships["practice_code"].unique()).fillna(1.0)
    return Sources(icbs, memberships, lambda _: everyone, lambda _: by_area)


def _pcns(memberships: pd.DataFrame, quarter: str, patients: pd.Series) -> pd.DataFrame:
    members = resolve(memberships, Quarter.parse(quarter)).practices
    members = members[members["pcn_code"] != "U"]
    sizes = members["practice_code"].map(patients).groupby(members["pcn_code"]).sum()
    frame = pd.DataFrame({"pcn_code": sizes.index, "list_size": sizes.to_numpy(), "splw_fte": 1.0})
    return frame.assign(quarter=quarter, list_release="2022-07")


@pytest.fixture(scope="module")
def found(maps: dict[str, pd.DataFrame], by_area: pd.DataFrame) -> pd.DataFrame:
    """The ICB of every PCN of 2022 and 2026 in either set, with its patients."""
    memberships = pd.concat(maps.values(), ignore_index=True)
    sources = _sources(memberships, by_area)
    patients = sources.patients_of("")
    pcns = pd.concat([_pcns(memberships, quarter, patients) for quarter in (OLD, NEW)], ignore_index=True)
    placed = icbs_of_pcns(pcns, sources)
    return placed.merge(pcns[["pcn_code", "quarter", "list_size"]], on=["pcn_code", "quarter"])


def test_every_pcn_stands_once_in_each_set_and_patients_add_up(found: pd.DataFrame) -> None:
    """Each PCN is in one ICB of each set, and ICBs add up to England."""
    assert not found.duplicated(["icb_set", "quarter", "pcn_code"]).any()
    assert found["icb_code"].notna().all()
    totals = found.groupby(["quarter", "icb_set"])["list_size"].sum().unstack()
    assert (totals["2022"] == totals["2026"]).all()
    for name, count in (("2022", 42), ("2026", 36)):
        codes = found.loc[found["icb_set"] == name].groupby("quarter")["icb_code"].nunique()
        assert codes.eq(count).all()


def test_pcns_of_2026_have_the_published_icbs(found: pd.DataFrame, maps: dict[str, pd.DataFrame]) -> None:
    """PCNs of 2026 are in the ICBs that NHS England publishes."""
    now = found[(found["icb_set"] == "2026") & (found["quarter"] == NEW)].set_index("pcn_code")["icb_code"]
    published = maps["2026-07"].groupby("pcn_code")["icb_code"].agg(lambda codes: codes.mode().iloc[0])
    assert (now == published.reindex(now.index)).mean() > 0.998
    assert set(now) >= {"D7T5G", "S0E4D", "S1Y5D", "S9B9J", "T6Y0W", "Z9B2Z"}


def test_shares_of_split_icbs_are_those_of_the_table(found: pd.DataFrame) -> None:
    """Shares of split ICBs are those of the table of successors."""
    wide = found[found["quarter"] == OLD].pivot(index="pcn_code", columns="icb_set", values="icb_code")
    sizes = found[found["quarter"] == OLD].drop_duplicates("pcn_code").set_index("pcn_code")["list_size"]
    moved = wide.join(sizes).groupby(["2022", "2026"])["list_size"].sum()
    share = (100 * moved / moved.groupby("2022").transform("sum")).rename("share").reset_index()
    most = share.sort_values("share").drop_duplicates("2022", keep="last").set_index("2022")
    ended = boundaries.icb_codes().dropna(subset=["valid_to"]).set_index("icb_code")
    assert (most["2026"].reindex(ended.index) == ended["successor_icb_code"]).all()
    assert (most["share"].reindex(ended.index) - ended["successor_share_pct"]).abs().max() < 2.0


def test_where_patients_live_tells_the_same_of_split_icbs(
    found: pd.DataFrame, maps: dict[str, pd.DataFrame], by_area: pd.DataFrame
) -> None:
    """Without a map of 2026, where patients live puts PCNs of split ICBs where they went."""
    old = maps["2022-01"]
    sources = _sources(old, by_area)
    alone = icbs_of_pcns(_pcns(old, OLD, sources.patients_of("")), sources)
    alone = alone[alone["icb_set"] == "2026"].set_index("pcn_code")
    known = found[(found["quarter"] == OLD)].pivot(index="pcn_code", columns="icb_set", values="icb_code")
    split = known.index[known["2022"].isin(["QNQ", "QM7", "QJG"])]
    assert len(split) > 70
    assert (alone.loc[split, "icb_code"] == known.loc[split, "2026"]).mean() > 0.97
    assert set(alone.loc[known.index[known["2022"] == "QNQ"], "matched_by"]) == {"small_areas"}
    assert alone["icb_code"].notna().all()
