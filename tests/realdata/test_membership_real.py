"""The days on which real practices change their PCN, in three editions of ePCN."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sp_geo.core.quarters import Quarter
from sp_geo.panel.membership import resolve
from sp_geo.publications.epcn import reader as epcn
from tests.realdata.conftest import document

pytestmark = pytest.mark.realdata

EDITIONS = ("2022-06", "2023-01", "2024-10")


@pytest.fixture(scope="module")
def histories(real: Path) -> dict[str, pd.DataFrame]:
    """core_practice_membership of each edition."""
    files = {edition: real / "organisations" / f"ePCN.{edition}.xlsx" for edition in EDITIONS}
    return {name: epcn.read(document(file), name)["core_practice_membership"] for name, file in files.items()}


def test_the_next_spell_starts_on_the_day_after_the_end(histories: dict[str, pd.DataFrame]) -> None:
    """In each edition the next spell starts on the day after the last, nearly always."""
    found = {}
    for edition, spells in histories.items():
        ordered = spells.sort_values(["practice_code", "valid_from", "valid_to"])
        following = ordered.groupby("practice_code")["valid_from"].shift(-1)
        pairs = following.notna()
        days = (pd.to_datetime(following[pairs]) - pd.to_datetime(ordered.loc[pairs, "valid_to"])).dt.days
        short = days.between(2, 32).sum()
        found[edition] = [int(pairs.sum()), *(int(n) for n in ((days == 1).sum(), (days == 0).sum(), short))]
        found[edition].append(int((days < 0).sum()))
    assert found == {
        "2022-06": [556, 518, 0, 13, 0],
        "2023-01": [648, 605, 1, 13, 0],
        "2024-10": [892, 816, 4, 14, 7],
    }, "pairs, touching, on one day, at most a month apart, at once"


@pytest.mark.parametrize(
    ("quarter", "ended"),
    [
        ("2020Q1", {"2022-06": 186, "2023-01": 186, "2024-10": 186}),
        ("2022Q1", {"2022-06": 153, "2023-01": 167, "2024-10": 168}),
    ],
)
def test_no_practice_falls_out_on_the_last_day_of_its_spell(
    histories: dict[str, pd.DataFrame], quarter: str, ended: dict[str, int]
) -> None:
    """A practice whose spell ends with the quarter is in that PCN on its last day."""
    day = Quarter.parse(quarter).end.isoformat()
    for edition, spells in histories.items():
        last = spells[spells["valid_to"] == day]
        assert last["practice_code"].nunique() == ended[edition]
        found = resolve(spells, Quarter.parse(quarter)).practices.set_index("practice_code")["pcn_code"]
        assert (last["practice_code"].map(found) == last["pcn_code"]).all()


def test_what_is_out_of_order_in_an_edition_is_counted(histories: dict[str, pd.DataFrame]) -> None:
    """Practices between two PCNs, or in two at once, are counted in each edition."""
    counts = {}
    for edition, spells in histories.items():
        found = resolve(spells, Quarter.parse("2020Q2"))
        counts[edition] = (len(found.ambiguous), len(found.between), len(found.at_once))
    assert counts == {"2022-06": (0, 7, 0), "2023-01": (0, 7, 1), "2024-10": (0, 7, 11)}
