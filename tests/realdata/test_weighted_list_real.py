"""Weighted patients of four published years, against a plain second reader and joined to real PCNs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.core.quarters import Quarter
from sp_geo.panel.membership import last_known_pcn, resolve
from sp_geo.panel.reconcile import MATCHED, TRACED, parts_by_cause
from sp_geo.panel.weighted_list import WeightedLists, weighted_list_of
from sp_geo.publications.add import consider
from sp_geo.publications.nhs_payments import reader as nhs_payments
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import open_path
from tests.realdata.conftest import document, plain

pytestmark = pytest.mark.realdata

YEARS = {
    "2019-20": (7_001, 115, 60_315_053.47),
    "2020-21": (6_808, 108, 60_670_522.30),
    "2021-22": (6_758, 188, 61_558_451.78),
    "2022-23": (6_669, 206, 62_130_227.86),
}
"""Practices, of which without a figure above 0, and weighted patients."""
FIGURE = "Number of Weighted Patients (Last Known Figure)"


def archive(real: Path, year: str) -> Path:
    """The archive of a year."""
    return real / "payments" / f"nhspaymentsgp.{year[2:]}.zip"


def published_figures(real: Path, year: str) -> pd.Series:
    """The year as a second reader has it, by practice; what is not above 0 is no figure."""
    found = plain(archive(real, year)).set_index("Practice Code").sort_index()[FIGURE]
    return found.where(found > 0)


@pytest.mark.parametrize("year", YEARS)
def test_each_real_year_is_what_a_plain_reader_finds(real: Path, year: str) -> None:
    """Every practice has the published figure, those of 0 none, and the year comes from the member's name."""
    (member,) = open_path(archive(real, year))
    assert member.document is not None
    origin, frames = consider(archive(real, year), member, member.document, datetime(2026, 1, 1, tzinfo=UTC))
    assert (origin.publication, origin.period) == ("nhs_payments", year)
    found = frames["core_practice_weighted_list"].set_index("practice_code").sort_index()
    pd.testing.assert_series_equal(
        found["weighted_patients"], published_figures(real, year), check_names=False, check_index_type=False
    )
    practices, without, total = YEARS[year]
    assert (len(found), int((found["published_as"] == "not_above_zero").sum())) == (practices, without)
    assert found["weighted_patients"].sum() == pytest.approx(total, abs=0.005)


@pytest.mark.parametrize("year", YEARS)
def test_each_real_year_under_the_name_of_the_year_before_is_refused(real: Path, year: str) -> None:
    """A year's file under the name of the year before is refused."""
    found, first = document(archive(real, year)), int(year[2:4])
    wrong = Document(f"payments.zip > {first - 1}-{first}.csv", "csv", found.data)
    with pytest.raises(InvalidContent, match="opened after that year"):
        nhs_payments.read(wrong, "")


def joined(real: Path, year: str, lists: str, map_month: str, quarter: str) -> tuple[pd.DataFrame, WeightedLists]:
    """Practices of a real list on a quarter's last day, and the weighted patients joined to them."""
    extract = READERS["list_totals"](document(real / "lists" / lists), "")["core_practice_list"]
    path = real / "organisations" / f"gp-reg-pat-prac-map.{map_month}.zip"
    memberships = READERS["practice_map"](document(path), "")["core_practice_membership"]
    members = resolve(memberships, Quarter.parse(quarter)).practices
    rows = extract[["practice_code", "patients_count"]].rename(columns={"patients_count": "patients"})
    rows = rows.merge(members, on="practice_code", how="left", validate="one_to_one").astype({"patients": float})
    rows["cause"] = MATCHED
    rows.loc[rows["pcn_code"] == "U", "cause"] = "unallocated"
    rows.loc[rows["pcn_code"].isna(), "cause"] = "no_pcn"
    figures = READERS["nhs_payments"](document(archive(real, year)), "")["core_practice_weighted_list"]
    return rows, weighted_list_of(figures, rows, {}, last_known_pcn(memberships), (year, 0))


@pytest.mark.parametrize(
    ("year", "lists", "map_month", "quarter"),
    [
        ("2020-21", "gp-reg-pat-prac-all.2021-01.zip", "2022-01", "2021Q1"),
        ("2022-23", "gp-reg-pat-prac-all.2025-11.rebuilt.zip", "2025-12.rebuilt", "2025Q4"),
    ],
)
def test_real_weighted_patients_are_conserved_into_pcns(
    real: Path, year: str, lists: str, map_month: str, quarter: str
) -> None:
    """Every weighted patient ends in a PCN or under a cause, and a PCN's sum is that of its practices."""
    rows, found = joined(real, year, lists, map_month, quarter)
    total = YEARS[year][2]
    parts = parts_by_cause(found.practices, "weighted_patients", total).set_index("cause")
    assert parts["amount"].sum() == pytest.approx(total, abs=0.01)
    assert parts.loc["no_weighted_figure", "units_count"] == YEARS[year][1]
    reached = parts.loc[parts.index.isin(TRACED), "amount"].sum()
    own = rows[rows["cause"] == MATCHED]
    by_hand = own["practice_code"].map(published_figures(real, year)).groupby(own["pcn_code"]).sum(min_count=1)
    matched = found.practices[found.practices["cause"] == MATCHED].groupby("pcn_code")["amount"].sum()
    assert matched.to_dict() == pytest.approx(by_hand.dropna().to_dict(), rel=1e-9)
    known = found.values["weighted_list_size"].dropna()
    assert (found.values.loc[known.index, "weighted_coverage"] >= 0.95).all()
    assert known.sum() <= reached + 0.01
    share = len(known) / len(found.values)
    assert share > 0.99
