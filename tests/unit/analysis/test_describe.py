"""The descriptive table: counts, missing values and means by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.statistics.describe import (
    ALL_PCNS,
    DESCRIPTION_COLUMNS,
    STANDARD_GROUPINGS,
    Grouping,
    describe_table,
    group_names,
)
from sp_geo.statistics.measures import Need
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
SUPPORT = Need("lack_of_support", is_share=True, label="Lack of support")


def test_all_pcns_by_hand() -> None:
    """Means, weighted means, pooled rates, missing values and coverage are those worked out by hand."""
    panel = make_panel(quarters=("2022Q2",))
    panel.loc[:4, "lack_of_support"] = np.nan
    table = describe_table(panel, (IMD, SUPPORT))
    rows = table.loc[table["group"] == ALL_PCNS].set_index("quantity")
    known = panel.iloc[5:]
    weighted = np.average(known["lack_of_support"], weights=known["list_size"])
    assert (rows.loc["lack_of_support", "n"], rows.loc["lack_of_support", "n_missing"]) == (75, 5)
    assert rows.loc["lack_of_support", "mean"] == pytest.approx(100 * known["lack_of_support"].mean())
    assert rows.loc["lack_of_support", "patient_weighted_mean"] == pytest.approx(100 * weighted)
    reported = panel.loc[panel["reporting_status"] != "not_reported"]
    provision = rows.loc["splw_fte_per_10k"]
    assert (provision["n"], provision["n_missing"]) == (len(reported), 80 - len(reported))
    assert provision["pooled"] == pytest.approx(reported["splw_fte"].sum() / reported["list_size"].sum() * 1e4)
    assert provision["coverage_pct"] == pytest.approx(100 * len(reported) / 80)


def test_groups_add_up_and_missing_is_a_group() -> None:
    """Groups sum to the active PCNs, and a missing need is a group of its own."""
    panel = make_panel(quarters=("2022Q2", "2022Q3"))
    panel.loc[:9, "imd_score"] = np.nan
    table = describe_table(panel, (IMD,))
    assert tuple(table.columns) == DESCRIPTION_COLUMNS
    provision = table.loc[table["quantity"] == "splw_fte_per_10k"]
    totals = provision.groupby(["quarter", "grouping"])["n_active_pcns"].sum()
    assert (totals == 80).all()
    fifths = provision.loc[(provision["grouping"] == "fifth of deprivation") & (provision["quarter"] == "2022Q2")]
    assert fifths["group"].tolist() == ["1 (highest)", "2", "3", "4", "5 (lowest)", "missing"]


def test_true_zeros_are_not_missing() -> None:
    """True zeros count as values, and PCNs that did not report as missing."""
    panel = make_panel(quarters=("2022Q2",), reporting=1.0)
    panel["splw_fte"] += 1.0
    panel.loc[:19, ["splw_fte", "reporting_status"]] = [0.0, "true_zero"]
    panel.loc[20:39, ["splw_fte", "reporting_status"]] = [np.nan, "not_reported"]
    row = describe_table(panel, (), ()).iloc[0]
    assert (row["n"], row["n_missing"]) == (60, 20)
    assert row["true_zero_pct"] == pytest.approx(100 * 20 / 60)


def test_bands_empty_groups_and_unknown_ones() -> None:
    """A share on an edge belongs to the band above, a group without values has no mean, an unknown one is refused."""
    names = group_names(pd.Series([0.0, 0.2599, 0.26, 0.4999, 0.5, 1.0, np.nan]), "rural_bands")
    assert [name[0] for name in names] == ["1", "1", "2", "2", "3", "3", "m"]
    panel = make_panel().assign(imd_score=np.nan, splw_fte=np.nan, reporting_status="not_reported")
    table = describe_table(panel, (IMD,), STANDARD_GROUPINGS[1:])
    assert (table["n"] == 0).all()
    assert table[["mean", "sd", "median", "pooled", "patient_weighted_mean"]].isna().all(axis=None)
    with pytest.raises(UsageError):
        describe_table(make_panel(), (IMD,), (Grouping("altitude", "altitude", "fifths"),))
