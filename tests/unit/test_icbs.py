"""Sets of ICBs from a table: ends and successors, changes that are declared, and which ICB a PCN is in."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import shapely

from sp_geo.core.errors import InvalidContent, ReconciliationError, UsageError
from sp_geo.core.quarters import Quarter
from sp_geo.geography import boundaries
from sp_geo.geography.icb_changes import check, committed, with_changes
from sp_geo.geography.icbs import Icbs
from sp_geo.panel.areas import OrganisationNames, icb_of_pcns
from sp_geo.panel.icb_membership import Sources, icbs_of_pcns, practice_icbs, require_whole
from sp_geo.publications.board_changes import reader
from sp_geo.tables import TABLES
from sp_geo.workspace.document import Document

NORTH_WEST = "NHS North West Integrated Care Board"
HEADER = "valid_from,icb_code,sub_icb_code,successor_icb_code,successor_icb_name,region_code"
MERGER = (f"2027-04-01,QE1,,N0W1X,{NORTH_WEST},", "2027-04-01,QYG,,N0W1X,,")
"""An invented merger, as a user would write it."""


def declared(*rows: str) -> pd.DataFrame:
    """core_icb_change of a file with these rows."""
    text = "\r\n".join([HEADER, *rows, ""])
    return reader.read(Document("changes.csv", "csv", text.encode()), "supplied")["core_icb_change"]


@pytest.fixture(scope="module")
def icbs() -> Icbs:
    """The committed tables."""
    return with_changes(*committed(), TABLES["core_icb_change"].empty())


def test_sets_come_from_the_days_of_the_table(icbs: Icbs) -> None:
    """Sets of ICBs follow from the days in the table of codes; two of one year are named by month."""
    found = [(item.name, item.words, item.icbs_count, item.is_declared) for item in icbs.sets]
    assert found == [("2022", "ICBs of July 2022", 42, False), ("2026", "ICBs of April 2026", 36, False)]
    assert icbs.named("2022").holds("2026-03-31")
    assert not icbs.named("2022").holds("2026-04-01")
    with pytest.raises(UsageError, match="2022, 2026, as_then"):
        icbs.named("2027")
    first = with_changes(*committed(), declared(*MERGER))
    later = declared(*MERGER, "2027-10-01,QOP,,N0W1X,,")
    names = [item.name for item in with_changes(*committed(), later).sets]
    assert names == ["2022", "2026", "2027-04", "2027-10"]
    assert [item.name for item in first.sets] == ["2022", "2026", "2027"]
    assert replace(icbs.sets[0], valid_to="").holds("2099-01-01")


def test_a_merger_in_the_committed_table_alone_makes_a_set() -> None:
    """A merger added to the table makes a set of ICBs, and every area is in one."""
    icbs, sub_icbs = committed()
    day = "2027-04-01"
    gone = icbs["icb_code"].isin(["QE1", "QYG"])
    icbs.loc[gone, ["valid_to", "successor_icb_code", "successor_share_pct"]] = [day, "N0W1X", 100.0]
    new = icbs[icbs["icb_code"] == "QE1"].assign(
        icb_code="N0W1X", icb_name=NORTH_WEST, valid_from=day, valid_to=None, successor_icb_code=None
    )
    found = with_changes(pd.concat([icbs, new], ignore_index=True), sub_icbs, TABLES["core_icb_change"].empty())
    later = found.named("2027")
    assert (later.icbs_count, later.is_declared) == (35, False)
    before = boundaries.lsoa11_locations()
    assert found.by_area(day).eq("N0W1X").sum() == found.by_area("2026-04-01").isin(["QE1", "QYG"]).sum()
    assert len(found.by_area(day)) == before["lsoa11_code"].nunique()
    assert found.by_area(day).notna().all()


def test_a_declared_merger_makes_a_set_with_its_ground() -> None:
    """A declared merger makes a set with outlines of its areas, and a split ICB goes by location."""
    found = with_changes(*committed(), declared(*MERGER))
    later = found.named("2027")
    assert (later.icbs_count, later.is_declared, later.words) == (35, True, "ICBs of April 2027")
    assert found.icbs.set_index("icb_code").loc["QE1", "successor_share_pct"] == 100
    assert found.icbs.set_index("icb_code").loc["N0W1X", "region_code"] == "Y62"
    outlines = found.outlines(later).set_index("icb_code")
    assert len(outlines) == 35
    areas = boundaries.lsoa11().set_index("lsoa11_code")
    inside = found.by_area("2026-06-30").isin(["QE1", "QYG"])
    assert outlines.geometry["N0W1X"].area == pytest.approx(areas.loc[inside.index[inside]].area.sum())
    rows = (f"2027-04-01,QWO,{code},QOQ,," for code in ("02T", "03R"))
    rest = (f"2027-04-01,QWO,{code},QF7,," for code in ("15F", "36J", "X2C4Y"))
    found = with_changes(*committed(), declared(*rows, *rest))
    ended = found.icbs.set_index("icb_code").loc["QWO"]
    assert ended["valid_to"] == "2027-04-01"
    assert pd.isna(ended["successor_share_pct"])
    assert found.by_location("2027-04-01")[["02T", "15F"]].tolist() == ["QOQ", "QF7"]
    assert found.named("2027").icbs_count == 35


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("2027-04-01,QZZ,,QE1,,",), "row 2: not an ICB on the day before the change; found QZZ"),
        (("2026-04-01,QE1,,QYG,,",), "row 2: the day of a change is too early"),
        ((MERGER[0], "2027-04-01,QE1,,QYG,,"), "row 3: an ICB ends twice on one day; found QE1"),
        (("2027-04-01,QE1,,N0W1X,,",), "row 2: name of new ICB N0W1X; found no name"),
        ((f"2027-04-01,QE1,,N0W1X,{NORTH_WEST},Y99",), "row 2: region of new ICB N0W1X; found Y99"),
        (("2027-04-01,QE1,15F,QYG,,",), "row 2: not a location of that ICB; found 15F"),
        (("2027-04-01,QWO,15F,QF7,,", "2027-04-01,QWO,15F,QOQ,,"), "row 3: a location goes to two ICBs"),
        (("2027-04-01,QWO,15F,QF7,,", "2027-04-01,QWO,,QOQ,,"), "row 2: an ICB goes whole and by location"),
        (("2027-04-01,QE1,,QYG,,", "2027-04-01,QYG,,QE1,,"), "is not an ICB on 2027-04-01"),
        (("1 April,QE1,,QYG,,",), "column valid_from"),
        ((), "the file declares no change|no row"),
    ],
)
def test_changes_that_cannot_be_are_refused_in_one_line(rows: tuple[str, ...], words: str) -> None:
    """A declared change that cannot be is refused in one line with its row."""
    with pytest.raises(InvalidContent, match=words) as fault:
        declared(*rows)
    assert fault.value.line().startswith("changes.csv")
    assert "\n" not in fault.value.line()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("successor_icb_code", None, "ended without a successor"),
        ("successor_icb_code", "QZZ", "is not an ICB on 2026-04-01"),
        ("successor_share_pct", 140.0, "above 0 and up to 100"),
        ("valid_to", "2021-01-01", "ends before it begins"),
    ],
)
def test_a_table_that_cannot_be_true_is_refused(column: str, value: object, words: str) -> None:
    """A table of ICBs that contradicts itself is refused."""
    icbs, sub_icbs = committed()
    icbs.loc[icbs["icb_code"] == "QH8", column] = value
    with pytest.raises(InvalidContent, match=words):
        check(icbs, sub_icbs)


def test_a_split_icb_without_its_locations_is_refused() -> None:
    """A split ICB must say where each of its locations went."""
    icbs, sub_icbs = committed()
    gone = icbs["icb_code"] == "QE1"
    icbs.loc[gone, ["valid_to", "successor_icb_code", "successor_share_pct"]] = ["2027-04-01", "QYG", 60.0]
    later = sub_icbs[sub_icbs["sub_icb_code"] == "15F"].tail(1).assign(valid_from="2027-04-01")
    sub_icbs.loc[(sub_icbs["sub_icb_code"] == "15F") & sub_icbs["valid_to"].isna(), "valid_to"] = "2027-04-01"
    with pytest.raises(InvalidContent, match="each of its locations must say where it went"):
        check(icbs, pd.concat([sub_icbs, later]))


def test_ground_tells_where_a_place_of_another_time_is(icbs: Icbs) -> None:
    """Areas tell which location of another time a location wholly is; the outlines of 2026 hold their areas."""
    locations = icbs.whole(icbs.location_by_area("2022-09-30"), "2026-04-01")
    assert locations[["06N", "07H", "06T"]].tolist() == ["S1Y5D", "D7T5G", "D7T5G"]
    assert "D4U1Y" not in locations
    back = icbs.whole(icbs.location_by_area("2026-06-30"), "2022-07-01")
    assert back["U2G6B"] == "QNQ"
    assert not {"92A", "D9Y0V"} & set(back.index), "both have a part of Frimley"
    assert set(icbs.by_area("2022-07-01")) - set(icbs.whole(icbs.by_area("2022-07-01"), "2026-04-01").index) == {
        "QJG",
        "QM7",
        "QNQ",
    }
    found = icbs.outlines(icbs.named("2026"))
    assert set(found["icb_code"]) == set(icbs.in_force("2026-04-01").index)
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    farnborough = boundaries.lsoa11().set_index("lsoa11_code").loc["E01023115"].geometry.representative_point()
    assert found.loc[found.contains(farnborough), "icb_code"].tolist() == [icbs.by_area("2026-04-01")["E01023115"]]


def memberships(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """core_practice_membership of snapshots: day, practice, PCN, location."""
    found = pd.DataFrame(rows, columns=["valid_from", "practice_code", "pcn_code", "sub_icb_code"])
    nothing = pd.Series(None, index=found.index, dtype="str")
    return found.assign(
        kind="snapshot", edition=found["valid_from"].str[:7], edition_date=found["valid_from"], valid_to=nothing,
        icb_code=nothing,
    )  # fmt: skip


def sources(icbs: Icbs, known: pd.DataFrame, by_area: pd.DataFrame | None = None) -> Sources:
    """Evidence with a thousand patients a practice."""
    nobody = pd.DataFrame({"practice_code": [], "lsoa11_code": [], "patients_count": []})
    patients = pd.Series(1000, index=known["practice_code"].unique())
    return Sources(icbs, known, lambda _: patients, lambda _: nobody if by_area is None else by_area)


def placed(
    icbs: Icbs, known: pd.DataFrame, by_area: pd.DataFrame | None = None, wanted: str = "2026", then: str = "2022Q3"
) -> tuple[object, str]:
    """ICB and evidence of practice A81001, as its location and ICB are on the quarter's last day."""
    quarter = Quarter.parse(then)
    day = quarter.end.isoformat()
    nearest = known[known["edition_date"] <= day]
    row = nearest[nearest["practice_code"] == "A81001"].tail(1)[["practice_code", "sub_icb_code"]]
    row = row.assign(icb_then=row["sub_icb_code"].map(icbs.by_location(day)))
    found = practice_icbs(row, icbs.named(wanted), sources(icbs, known, by_area), quarter).iloc[0]
    return found["icb_code"], found["matched_by"]


FRIMLEY = ("2022-07-01", "A81001", "U00001", "D4U1Y")
WATFORD = ("2022-07-01", "A81001", "U00001", "06N")


def test_evidence_is_asked_in_its_order(icbs: Icbs) -> None:
    """A practice's ICB comes from its own records, then its location, its patients' areas, its whole ICB, in either set."""
    later = ("2026-07-01", "A81001", "U00001", "D9Y0V")
    assert placed(icbs, memberships(FRIMLEY, later)) == ("QRL", "own_practices")
    assert placed(icbs, memberships(WATFORD)) == ("S1Y5D", "sub_icb_location")
    area = icbs.by_area("2026-04-01")
    old = icbs.by_area("2022-07-01")
    surrey = area.index[(area == "S9B9J") & (old == "QNQ")][:2]
    patients = pd.DataFrame({"practice_code": "A81001", "lsoa11_code": surrey, "patients_count": [600, 400]})
    assert placed(icbs, memberships(FRIMLEY), patients) == ("S9B9J", "small_areas")
    icb, how = placed(icbs, memberships(FRIMLEY))
    assert pd.isna(icb)
    assert how == "not_known"
    unplaced = memberships(WATFORD).assign(sub_icb_code="99Z")
    row = pd.DataFrame({"practice_code": ["A81001"], "sub_icb_code": ["99Z"], "icb_then": ["QHG"]})
    found = practice_icbs(row, icbs.named("2026"), sources(icbs, unplaced), Quarter.parse("2022Q3"))
    assert found.iloc[0].tolist() == ["S1Y5D", "whole_icb"]
    later = ("2026-07-01", "A81001", "U00001", "92A")
    found = placed(icbs, memberships(FRIMLEY, later), wanted="2022", then="2026Q3")
    assert found == ("QNQ", "own_practices")
    new = memberships(("2026-07-01", "A81001", "U00001", "U2G6B"))
    assert placed(icbs, new, wanted="2022", then="2026Q3") == ("QNQ", "own_practices"), "a new location has a past"


def dated(known_until: str, *rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """core_practice_membership of one history of practice A81001: first day, PCN, location, last day."""
    found = memberships(*[(first, "A81001", pcn, location) for first, pcn, location, _ in rows])
    ends = pd.Series([last for *_, last in rows], index=found.index, dtype="str")
    return found.assign(kind="dated", edition=known_until[:7], edition_date=known_until, valid_to=ends)


def test_a_spell_counts_for_icbs_on_the_last_day_of_a_set_and_on_the_first_of_the_next(icbs: Icbs) -> None:
    """A spell is evidence on both of its days, where ICBs change between them."""
    ended = dated("2026-03-31", ("2022-07-01", "U00001", "D4U1Y", "2026-03-31"))
    assert placed(icbs, ended, wanted="2022", then="2026Q3") == ("QNQ", "own_practices")
    changed = ("2022-07-01", "U00001", "D4U1Y", "2026-03-31"), ("2026-04-01", "U00002", "D9Y0V", "2026-04-01")
    known = pd.concat([memberships(FRIMLEY), dated("2026-07-20", *changed)], ignore_index=True)
    for then in ("2022Q3", "2026Q1"):
        assert placed(icbs, known, then=then) == ("QRL", "own_practices"), "of the only day in the new set"
    found = icbs_of_pcns(pcns("U00001", quarter="2026Q1"), sources(icbs, known)).set_index("icb_set")
    assert found.loc["2022", ["icb_code", "matched_by"]].tolist() == ["QNQ", "icb_of_the_day"], (
        "still there on 31 March"
    )
    assert found.loc["2026", ["icb_code", "matched_by"]].tolist() == ["QRL", "own_practices"]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_locations_on_one_day_the_one_of_the_spell_that_began_last_tells(icbs: Icbs, turned: bool) -> None:
    """Of two locations on a day, the spell that began last decides, in any order of rows."""
    same_day = [("2026-04-01", "U00001", "D9Y0V", None), ("2026-04-01", "U00002", "92A", None)]
    touching = [("2022-07-01", "U00001", "92A", "2026-04-01"), ("2026-04-01", "U00002", "D9Y0V", None)]
    for history in (same_day, touching):
        known = dated("2026-07-20", *(reversed(history) if turned else history))
        row = pd.DataFrame({"practice_code": ["A81001"], "sub_icb_code": ["D4U1Y"], "icb_then": ["QNQ"]})
        found = practice_icbs(row, icbs.named("2026"), sources(icbs, known), Quarter.parse("2022Q3")).iloc[0]
        assert found.tolist() == ["QRL", "own_practices"]


def pcns(*codes: str, quarter: str = "2022Q3", fte: float | None = 1.0) -> pd.DataFrame:
    """out_pcn_quarter, as far as ICBs are concerned."""
    return pd.DataFrame(
        {"pcn_code": codes, "quarter": quarter, "list_release": "2022-07", "list_size": 3000.0, "splw_fte": fte}
    )


def test_a_pcn_goes_where_most_of_its_patients_do_and_says_if_it_straddles(icbs: Icbs) -> None:
    """A PCN is in the ICB of most of its patients, or in none; a set that loses or doubles one stops the build."""
    known = memberships(
        *[("2022-07-01", f"A8100{n}", "U00001", "D4U1Y") for n in (1, 2, 3)],
        *[("2026-07-01", f"A8100{n}", "U00001", code) for n, code in ((1, "D9Y0V"), (2, "92A"), (3, "92A"))],
    )
    found = icbs_of_pcns(pcns("U00001"), sources(icbs, known)).set_index("icb_set")
    assert found.loc["2026", ["icb_code", "matched_by"]].tolist() == ["S9B9J", "own_practices"]
    assert found.loc["2026", "share_pct"] == pytest.approx(200 / 3)
    assert found.loc["2022", ["icb_code", "matched_by", "share_pct"]].tolist() == ["QNQ", "icb_of_the_day", 100.0]
    known = memberships(
        *[("2022-07-01", f"A8100{n}", "U00001", "D4U1Y") for n in (1, 2, 3)],
        ("2026-07-01", "A81001", "U00001", "D9Y0V"),
    )
    found = icbs_of_pcns(pcns("U00001"), sources(icbs, known)).set_index("icb_set").loc["2026"]
    assert pd.isna(found["icb_code"])
    assert pd.isna(found["share_pct"])
    assert found["matched_by"] == "not_known"
    rows = pcns("U00001", "U00002", fte=None)
    fine = pd.DataFrame({"pcn_code": ["U00001", "U00002"], "icb_code": ["QE1", None]})
    require_whole(rows, fine, "ICBs of April 2026, 2022Q3")
    for wrong in (fine.head(1), pd.concat([fine, fine.head(1)])):
        with pytest.raises(ReconciliationError, match="ICBs of April 2026, 2022Q3"):
            require_whole(rows, wrong, "ICBs of April 2026, 2022Q3")


def test_a_published_icb_counts_where_the_location_says_nothing() -> None:
    """The published ICB counts where the location is unknown, if it holds on the day."""
    spells = {"valid_from": "2022-07-01", "valid_to": None}
    names = OrganisationNames(
        organisations=pd.DataFrame(),
        releases=pd.DataFrame(),
        icbs=pd.DataFrame(
            {"icb_code": ["QAA", "QBB"], "icb_name": ["A", "B"], "region_code": "Y01", "region_name": "R", **spells}
        ),
        sub_icbs=pd.DataFrame({"sub_icb_code": ["01A"], "icb_code": ["QAA"], **spells}),
    )
    members = pd.DataFrame(
        [
            ("P1", "U00001", 10, "01A", "QBB"),
            ("P2", "U00002", 10, None, "QBB"),
            ("P3", "U00003", 10, None, "QZZ"),
            ("P4", "U00004", 10, "01A", "QBB"),
            ("P5", "U00004", 10, None, "QBB"),
            ("P6", "U00005", 10, "01A", "QAA"),
            ("P7", "U00005", 11, None, "QBB"),
        ],
        columns=["practice_code", "pcn_code", "patients", "sub_icb_code", "icb_code"],
    )
    found = icb_of_pcns(members, names, Quarter.parse("2022Q3"))
    assert found["icb_code"].to_dict() == {"U00001": "QAA", "U00002": "QBB", "U00004": "QAA", "U00005": "QBB"}
    assert found.loc["U00002", ["icb_name", "region_code", "region_name"]].tolist() == ["B", "Y01", "R"]
