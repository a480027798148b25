"""Need by where patients live, by survey, and which edition serves which quarter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sp_geo.core.errors import ReconciliationError, UsageError
from sp_geo.core.quarters import Quarter
from sp_geo.panel import need_area, need_survey, reconcile
from sp_geo.panel.indicator import indicator_of, indicators
from sp_geo.panel.lists import choose
from sp_geo.panel.need import QuarterSources, needs_of
from sp_geo.tables.outputs import NEED_NAMES


def test_area_mean_by_hand() -> None:
    """A practice's need is the mean over its patients with a value; a share over split areas is a sum over a sum."""
    by_area = pd.DataFrame(
        {
            "practice_code": ["A00001", "A00001", "A00001", "A00002"],
            "lsoa11_code": ["E01000001", "E01000002", "W01000001", "E01000002"],
            "patients_count": [30, 10, 5, 20],
        }
    )
    scores = pd.Series({"E01000001": 10.0, "E01000002": 50.0})
    sums = need_area.practice_sums(by_area, {"imd": scores}, "11")
    assert sums.loc["A00001"].to_dict() == {"patients_count": 45.0, "imd_sum": 800.0, "imd_patients": 40.0}
    assert sums.loc["A00002", "imd_sum"] == 1_000.0
    places = by_area.assign(lsoa11_code=["E01000001", "W01000001", "NO2011", "E01000002"])
    found = need_area.patients_by_place(places, "11").loc["A00001"].to_dict()
    assert found == {"england": 30, "wales": 10, "no_area": 5}
    lookup = pd.DataFrame(
        {
            "lsoa11_code": ["E01000001", "E01000002", "E01000002", "E01000003", "E01000004"],
            "lsoa21_code": ["E01000001", "E01000011", "E01000012", "E01000013", "E01000013"],
        }
    )
    part = pd.Series({"E01000001": 10.0, "E01000011": 30.0, "E01000012": 10.0, "E01000013": 60.0})
    whole = pd.Series({"E01000001": 100.0, "E01000011": 100.0, "E01000012": 300.0, "E01000013": 200.0})
    found = need_area.value_by_area(need_area.of_counts(part, whole, "21", "x"), "11", lookup)
    assert found.to_dict() == {"E01000001": 0.1, "E01000002": 0.1, "E01000003": 0.3, "E01000004": 0.3}


def answers(**columns: list[object]) -> pd.DataFrame:
    """Survey answers of two practices in one PCN."""
    who = {"practice_code": ["A00001", "A00002"], "pcn_code": ["U00001"] * 2, "cause": "matched"}
    return pd.DataFrame({**who, **columns})


def test_survey_share_is_sum_over_sum() -> None:
    """A survey's share is answers over answers with its error; without bases it is weighted by patients and has none."""
    frame = answers(no_count=[10.0, 30.0], base_count=[20.0, 180.0], no_share=[0.5, 1 / 6])
    found = need_survey.aggregate(frame, pd.Series({"A00001": 100.0, "A00002": 100.0}), 1.4).loc["U00001"]
    assert found["value"] == pytest.approx(0.2)
    assert found["std_error"] == pytest.approx((0.2 * 0.8 / (200 / 1.4)) ** 0.5)
    frame = answers(no_count=[10.0, 30.0], base_count=[20.0, 180.0], no_share=[0.5, 1 / 6])
    traced = frame.assign(cause=["matched", "through_last_pcn"])
    found = need_survey.aggregate(traced, pd.Series({"A00001": 100.0, "A00002": 300.0}), 1.4).loc["U00001"]
    assert found["patients_with_value"] == 100.0
    assert found["value"] == pytest.approx(0.2)
    frame = answers(no_count=[np.nan] * 2, base_count=[np.nan] * 2, no_share=[0.5, 0.1])
    found = need_survey.aggregate(frame, pd.Series({"A00001": 100.0, "A00002": 300.0}), 1.4).loc["U00001"]
    assert found["value"] == pytest.approx(0.2)
    assert pd.isna(found["std_error"])
    assert pd.isna(found["base_count"])


def test_practices_are_traced_through_successors_then_through_their_last_pcn() -> None:
    """A closed practice is traced by its successors, then by its last PCN, if that is active; a circle leads nowhere."""
    traced = need_survey.trace(
        pd.Series(["A00001", "A00002", "A00004", "A00005", "A00006"]),
        members=pd.Series({"A00001": "U00001", "A00003": "U00002"}),
        successors={"A00002": "A00009", "A00009": "A00003"},
        last_known=pd.Series({"A00004": "U00001", "A00005": "U00099"}),
        active={"U00001", "U00002"},
    )
    assert traced["cause"].tolist() == ["matched", "through_successor", "through_last_pcn", "not_traced", "not_traced"]
    assert traced["pcn_code"].tolist()[:3] == ["U00001", "U00002", "U00001"]
    assert need_survey.follow("A", {"A": "B", "B": "A"}, {"C"}) is None


@pytest.mark.parametrize(
    ("wanted", "year", "chosen"),
    [("latest", 2022, 2022), ("latest", 2020, 2019), ("latest", 2017, 2018), ("2019", 2026, 2019)],
)
def test_a_quarter_is_served_by_the_last_survey_held(wanted: str, year: int, chosen: int | None) -> None:
    """A quarter is served by the last survey held, the first there is, or the one asked for."""
    assert need_survey.choose_year([2018, 2019, 2022], year, wanted) == chosen
    assert need_survey.choose_year([], year) is None


def test_a_survey_or_list_that_was_asked_for_and_is_not_there_is_named() -> None:
    """A quarter is served by the nearest extract; what is asked for is used or refused, never missing without a word."""
    with pytest.raises(UsageError, match=r"no patient survey of that year.*2017.*one of 2018, 2019, or latest"):
        need_survey.choose_year([2019, 2018], 2026, "2017")
    with pytest.raises(UsageError, match="there is no survey"):
        need_survey.choose_year([], 2026, "2017")
    with pytest.raises(UsageError, match="no list extract of that month"):
        choose(["2022-07"], Quarter.parse("2022Q2"), "2021-07")
    with pytest.raises(UsageError, match="there is no extract"):
        choose([], Quarter.parse("2022Q2"), "2021-07")
    months = ["2021-01", "2022-07"]
    assert choose(months, Quarter.parse("2020Q4")).month == "2021-01"
    assert choose(months, Quarter.parse("2022Q1")).month == "2022-07"
    assert choose(months, Quarter.parse("2022Q1"), "2021-01").distance_days == 454
    assert choose([], Quarter.parse("2022Q1")) is None
    with pytest.raises(UsageError, match="2023-01"):
        choose(months, Quarter.parse("2022Q1"), "2023-01")


def test_every_need_has_a_reviewed_file() -> None:
    """Each need has sources, direction, reason and caveat."""
    found = indicators()
    assert tuple(found) == NEED_NAMES
    assert all(item.why and item.caveat and item.sources and item.higher_means for item in found.values())
    with pytest.raises(UsageError, match="expected imd_score"):
        indicator_of("imd", indicators())


@pytest.mark.parametrize(
    ("quarter", "have", "chosen"),
    [
        ("2022Q2", {"imd_2019_score", "imd_2025_score"}, "imd_2019_score"),
        ("2026Q2", {"imd_2019_score", "imd_2025_score"}, "imd_2025_score"),
        ("2026Q2", {"imd_2019_score"}, "imd_2019_score"),
        ("2022Q2", {"imd_2025_score"}, "imd_2025_score"),
    ],
)
def test_a_quarter_has_the_edition_in_force(quarter: str, have: set[str], chosen: str) -> None:
    """A quarter has the edition in force, or the one there is."""
    rows = [{"practice_code": "A1", "value": 1.0, "indicator_id": name, "period": "2025"} for name in sorted(have)]
    given = replace(
        published_sources([], [], known=300.0), quarter=Quarter.parse(quarter), practice_indicators=pd.DataFrame(rows)
    )
    editions = {
        name: replace(
            indicators()[name], sources=({"kind": "practice_indicator", "indicator_id": name, "period": "2025"},)
        )
        for name in have
    }
    found = needs_of({**editions, "imd_score": indicators()["imd_score"]}, given).set_index("need")
    assert found.loc["imd_score", "source"] == f"Fingertips {chosen} of 2025 by practice"


def test_a_total_that_does_not_reconcile_stops_the_build() -> None:
    """Parts that do not sum to their total stop the build."""
    units = pd.DataFrame({"org_code": ["A", "B"], "cause": ["matched", "no_pcn"], "amount": [10.0, 5.0]})
    parts = reconcile.parts_by_cause(units, "list_patients", 15.0)
    assert parts.set_index("cause")["amount"].to_dict() == {"matched": 10.0, "no_pcn": 5.0}
    with pytest.raises(ReconciliationError, match="expected 16"):
        reconcile.parts_by_cause(units, "list_patients", 16.0)


def published_sources(
    practices: list[tuple[str, float]], pcns: list[tuple[str, str, float]], known: float = 100.0, whole: float = 400.0
) -> QuarterSources:
    """Three practices in two PCNs, with values that OHID publishes of practices and of PCNs (version, code, value)."""
    asked = {"indicator_id": "94240", "period": "2025"}
    members = pd.DataFrame({"practice_code": ["A1", "A2", "A3"], "pcn_code": ["U1", "U1", "U2"]})
    by_practice = pd.DataFrame(practices, columns=["practice_code", "value"])
    return QuarterSources(
        quarter=Quarter.parse("2026Q2"),
        members=members,
        list_size=pd.Series({"A1": known, "A2": whole - known, "A3": 50.0}),
        area_sums=None,
        area_labels={},
        area_release="",
        area_distance_days=0,
        practice_indicators=by_practice.assign(**asked),
        pcn_indicators=pd.DataFrame(pcns, columns=["version", "pcn_code", "value"]).assign(**asked),
        ages=pd.DataFrame({"age_from": []}),
        survey=None,
        own_values=pd.DataFrame(),
        weights_max_age_days=730,
    )


def imd_2025(given: QuarterSources) -> pd.DataFrame:
    """The measure of every PCN that has it, by PCN."""
    found = needs_of({"imd_2025_score": indicators()["imd_2025_score"]}, given)
    return found.set_index("pcn_code").sort_index()


def test_a_pcns_own_value_serves_where_its_practices_have_none() -> None:
    """Practices come first; of a PCN's versions the latest serves, alone too; without any, a PCN has no need."""
    pcns = [("2023-10-27", "U2", 30.0), ("2025-07-28", "U2", 31.0), ("2025-07-28", "U1", 99.0), ("", "U9", 5.0)]
    found = imd_2025(published_sources([("A1", 10.0), ("A2", 20.0)], pcns))
    assert found["value"].to_dict() == {"U1": 17.5, "U2": 31.0}
    assert found.loc["U2", "source"] == "Fingertips 94240 of 2025 by PCN, members of 2025-07-28"
    assert found.loc["U2", ["patients_with_value", "patients_count"]].tolist() == [50.0, 50.0]
    assert found["std_error"].isna().all()
    pcns = [("", "U1", 12.0), ("", "U2", np.nan)]
    for practices in ([], [("A1", 10.0)]):
        assert imd_2025(published_sources(practices, pcns))["value"].to_dict() == {"U1": 12.0}
    assert imd_2025(published_sources([("A1", 10.0), ("A2", 20.0)], []))["value"].to_dict() == {"U1": 17.5}


@pytest.mark.parametrize(("known", "is_given"), [(50.0, True), (49.0, False), (0.0, False)])
def test_half_the_patients_must_have_a_value(known: float, is_given: bool) -> None:
    """A PCN has a need where at least half of its patients have a value."""
    found = imd_2025(published_sources([("A1", 7.0)], [], known, whole=100.0))
    assert found["value"].to_dict() == ({"U1": 7.0} if is_given else {})
    assert found["patients_count"].tolist() == ([100.0] if is_given else [])
