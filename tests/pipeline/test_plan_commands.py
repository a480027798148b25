"""Plans from the command line to a database, and back: posts, funding, sites; saved, listed, compared, stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from sp_geo.workspace.store import Store
from tests.conftest import Ask, Run, contents

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def icb(region: Path) -> str:
    """The ICB with most PCNs among those that a directory covers."""
    store = Store(region)
    claimed = set(store.read("core_directory")["area_code"])
    pcns = store.read("out_pcn_quarter")
    return str(pcns[pcns["icb_code"].isin(claimed)]["icb_code"].mode().iloc[0])


def test_posts_are_given_explained_and_counted(region: Path, icb: str, sp_geo: Run, ask: Ask) -> None:
    """A plan gives all posts, each with a reason, a cost and how robust it is."""
    common = ["posts", "--area", icb, "--fte", "12", "--step", "0.5", "--unreported", "exclude"]
    rows = ask(region, "plan", *common, "--cost-per-post", "40000")
    assert rows["added_fte"].sum() == pytest.approx(12.0)
    assert {"pcn_code", "added_fte", "reason", "robustness_pct", "provenance"} <= set(rows.columns)
    assert rows["reason"].str.len().gt(20).all()
    assert rows["cost_gbp"].sum() == pytest.approx(480_000)
    assert set(rows["provenance"]) == {"SYNTHETIC"}
    survey = ask(region, "plan", *common, "--need", "lack_of_support")
    assert survey.loc[survey["added_fte"] > 0, "robustness_pct"].lt(100).any(), "a survey need is drawn again"
    order = ask(region, "plan", *common, "--show", "order")
    assert order["fte_so_far"].iloc[-1] == pytest.approx(12.0)
    effects = ask(region, "plan", *common, "--show", "effects").set_index("measure")
    assert effects.loc["fte", "change"] == pytest.approx(12.0)
    assert effects.loc["people_under_target", "after"] <= effects.loc["people_under_target", "before"]
    assert len(ask(region, "plan", *common, "--show", "scenarios")) >= 6
    assert len(ask(region, "plan", *common, "--show", "needs")) == len(rows)
    assert ask(region, "plan", *common, "--show", "frontier")["posts_fte"].is_monotonic_increasing
    code, out, _ = sp_geo(region, "plan", *common)
    assert code == 0
    assert "HiGHS" in out
    assert "gap 0 %" in out


def test_silent_pcns_stop_a_plan_until_somebody_decides(region: Path, sp_geo: Run, ask: Ask) -> None:
    """A silent PCN is left out or imputed, as the planner says."""
    code, _, err = sp_geo(region, "plan", "posts", "--fte", "6")
    assert code == 2
    assert "'unreported': exclude them, or impute them" in err
    rows = ask(region, "plan", "posts", "--fte", "6", "--unreported", "impute")
    flagged = rows[rows["is_imputed"].astype(bool)]
    assert len(flagged) > 0
    assert flagged["reason"].str.startswith("did not report").all()


def test_a_plan_over_weighted_patients_leaves_out_who_has_none_and_says_its_denominator(
    region: Path, icb: str, sp_geo: Run, ask: Ask
) -> None:
    """The posts go to PCNs with a figure, every other one is named, and the target says whose patients it is of."""
    pcns = Store(region).read("out_pcn_quarter")
    now = pcns[(pcns["quarter"] == pcns["quarter"].max()) & (pcns["reporting_status"] != "not_reported")]
    unknown = now.loc[now["weighted_list_size"].isna(), "pcn_code"]
    arguments = ("posts", "--fte", "6", "--unreported", "exclude", "--patients", "weighted")
    rows = ask(region, "plan", *arguments)
    assert set(rows["pcn_code"]) == set(now["pcn_code"]) - set(unknown)
    _, out, _ = sp_geo(region, "plan", *arguments)
    said = " ".join(out.split())
    assert "FTE per 10,000 weighted patients" in said
    assert "NHS Payments to General Practice of 2022-23" in said
    assert len(unknown) > 0
    assert f"{len(unknown)} PCN(s) whose weighted patients are not known are left out" in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--fte", "1", "--at-least", "{pcn}=2"], 9, "2 FTE promised, 1 FTE to give"),
        (["--fte", "3", "--most", "0"], 9, "room for 0 of 3 FTE"),
        (["--fte", "1.3"], 2, "whole number of steps"),
        (["--fte", "1", "--at-least", "U99999=1"], 2, "not in the plan"),
        (["--fte", "1", "--at-least", "nonsense"], 2, "CODE=FTE"),
        (["--fte", "1", "--patients", "heavy"], 2, "no such kind of patients"),
        (["--fte", "1", "--objective", "hope"], 2, "no such objective"),
        (["--fte", "-1"], 2, "0 or more"),
    ],
)
def test_what_cannot_be_had_is_one_clear_line(
    region: Path, icb: str, sp_geo: Run, arguments: list[str], code: int, words: str
) -> None:
    """A contradiction is one line that says what it lacks."""
    pcns = Store(region).read("out_pcn_quarter")
    known = pcns[(pcns["icb_code"] == icb) & (pcns["quarter"] == pcns["quarter"].max())]
    pcn = str(known.loc[known["reporting_status"] != "not_reported", "pcn_code"].iloc[0])
    told = [part.format(pcn=pcn) for part in arguments]
    found, _, err = sp_geo(region, "plan", "posts", "--area", icb, "--unreported", "exclude", *told)
    assert found == code, err
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_money_is_divided_to_the_pound(region: Path, icb: str, sp_geo: Run, ask: Ask) -> None:
    """Grants add up to the budget to the pound, each with a reason."""
    rows = ask(region, "plan", "funding", "--area", icb, "--budget", "500001", "--years", "3", "--smallest", "10000")
    assert rows["amount_gbp"].sum() == 500_001
    assert {"area_code", "category", "amount_gbp", "reason"} <= set(rows.columns)
    given = rows.loc[rows["amount_gbp"] > 0, "amount_gbp"]
    assert given.min() >= 10_000
    assert (rows["unmet_after"].fillna(0) <= rows["unmet_before"].fillna(0)).all()
    code, out, _ = sp_geo(region, "plan", "funding", "--area", icb, "--budget", "20000", "--years", "1")
    assert code == 0
    assert "the evidence asks for funding of 2 years or more" in out.replace("\n", " ")
    assert "stand-ins" in out
    code, _, err = sp_geo(region, "plan", "funding", "--area", icb, "--budget", "5000")
    assert code == 9
    assert "5,000 pounds more" in err


def test_sites_by_both_questions(region: Path, icb: str, tmp_path: Path, sp_geo: Run, ask: Ask) -> None:
    """New sites are found by both questions, among areas, venues or a user's own candidates."""
    covering = ask(region, "plan", "sites", "--area", icb, "--opening", "3", "--category", "money")
    assert len(covering) == 3
    assert covering["weight"].is_monotonic_decreasing, "people x need, the greatest first"
    median = ask(region, "plan", "sites", "--area", icb, "--opening", "2", "--objective", "median", "--candidates", "venues",
        "--category", "money",
    )  # fmt: skip
    assert len(median) == 2
    file = tmp_path / "halls.csv"
    services = Store(region).read("core_service_site").dropna(subset=["latitude"]).head(5)
    services.assign(site_id=[f"hall {n}" for n in range(5)])[["site_id", "latitude", "longitude"]].to_csv(
        file, index=False
    )
    rows = ask(region, "plan", "sites", "--opening", "1", "--candidates", str(file))
    assert rows["site_id"].str.startswith("hall").all()
    file.write_text("site_id,latitude,longitude\nswapped,-2.2,53.4\n")
    code, _, err = sp_geo(region, "plan", "sites", "--opening", "1", "--candidates", str(file))
    assert code == 2
    assert "swapped" in err
    code, _, err = sp_geo(region, "plan", "sites", "--area", icb, "--opening", "9999999")
    assert code in {2, 9}
    assert len(err.strip().splitlines()) == 1


def test_plans_last(copy: Path, tmp_path: Path, sp_geo: Run, ask: Ask) -> None:
    """Plans are found again, compared, exported, removed, and told stale where their data changed."""
    common = ["posts", "--fte", "4", "--unreported", "exclude", "--author", "A team"]
    first = ask(copy, "plan", *common, "--save", "spring")
    ask(copy, "plan", *common, "--need", "minority_ethnic", "--fte", "2", "--save", "by ethnicity")
    ask(copy, "plan", *common, "--objective", "worst_first", "--save", "spring")
    listed = ask(copy, "plan", "list").set_index("name")
    assert listed["version"].to_dict() == {"by ethnicity": 1, "spring": 2}
    again = ask(copy, "plan", "show", "spring", "--version", "1")
    assert again["added_fte"].tolist() == first["added_fte"].tolist()
    differing = ask(copy, "plan", "compare", "spring", "by ethnicity")
    assert (differing["difference"] != 0).all()
    out = tmp_path / "spring.csv"
    assert sp_geo(copy, "plan", "export", "spring", "--out", str(out))[0] == 0
    assert "SYNTHETIC" in out.read_text()
    assert "A team" in out.read_text()
    # A choice of another list changes the panel under the plans.
    (copy / "parameters.yaml").write_text("list_release: 2022-01\n")
    assert sp_geo(copy, "build")[0] == 0
    assert ask(copy, "plan", "list")["state"].str.startswith("STALE").all()
    code, _, err = sp_geo(copy, "plan", "show", "autumn")
    assert code == 2
    assert "spring" in err
    code, _, err = sp_geo(copy, "plan", *common[:-2], "--save", "nobody")
    assert code == 2
    assert "your name or team as its author" in err
    assert sp_geo(copy, "plan", "remove", "spring")[0] == 0
    assert len(ask(copy, "plan", "list")) == 1


def test_asking_changes_nothing(region: Path, icb: str, sp_geo: Run) -> None:
    """A question leaves the tables as they are."""
    before = contents(region / "derived")
    assert sp_geo(region, "plan", "posts", "--area", icb, "--fte", "2", "--unreported", "exclude")[0] == 0
    assert contents(region / "derived") == before
