"""Some spoilt files of every kind in every run of the tests; thousands with ``make corrupt``."""

from __future__ import annotations

import pytest

from sp_geo.publications.catalogue import publications
from tests.corruption.conserved import check
from tests.corruption.judge import judged
from tests.corruption.model import Mutant
from tests.corruption.mutate_cells import role_of
from tests.corruption.run import Case, all_mutators, all_seeds, baseline_of, bench, chosen, few, mutant_of, pairs, run

RUN_SEED = 1


def test_every_publication_has_a_sound_file_of_which_everything_is_conserved() -> None:
    """Each publication has a sound file, which is taken, and of which its tables hold everything."""
    assert {seed.kind for seed in all_seeds().values()} == set(publications())
    for seed in all_seeds().values():
        sound, rows = baseline_of(seed.name), seed.rows(seed.content)
        assert sound.frames is not None
        assert not check(seed.layout, rows, sound.frames, (rows, sound.frames), sound.line), seed.name


@pytest.mark.slow
def test_some_spoilt_files_of_every_kind() -> None:
    """Bad input is refused in one clear line or taken rightly, and the workspace keeps what it had."""
    cases = few(RUN_SEED)
    assert {case.seed for case in cases} == set(all_seeds())
    assert {case.mutator for case in cases} == set(all_mutators())
    found = list(run(cases, RUN_SEED))
    assert len(found) == len(cases)
    failed = [f"{item.case.name}: {item.verdict.why}" for item in found if item.verdict.outcome == "failed"]
    assert not failed, "\n".join(failed)


def test_a_case_is_made_again_from_its_name() -> None:
    """The name of a case makes the same bytes each time."""
    for name in ("pcn_workforce/rename_column/17", "grants-json/name_twice/3", "epcn/broken_xml/2"):
        made = [mutant_of.__wrapped__(Case.named(name), RUN_SEED) for _ in range(2)]
        assert made[0] is not None
        assert made[0] == made[1]
        assert Case.named(name).name == name


def test_there_are_enough_different_cases() -> None:
    """The first five thousand cases are five thousand different ones."""
    names = [case.name for case, _ in zip(chosen(RUN_SEED), range(5_000), strict=False)]
    assert len(set(names)) == 5_000
    assert len(pairs()) > 3_000


USERS = {"board_changes", "local_posts", "referral_activity", "travel_times"}
"""Tables that a user can mend, and which are therefore taken as a whole or not at all."""
TOLD_TWICE = {"list_by_age", "list_by_lsoa-both"}
"""Seeds so small that the totals, which they tell apart from the rows, miss a single row by more than 1 %."""


def test_one_odd_code_costs_a_release_its_row_and_no_more() -> None:
    """Of a published file with one odd code, that row is left out and every other one is taken."""
    with bench() as root:
        for seed in all_seeds().values():
            if seed.by_record or seed.kind in USERS or seed.form != "csv" or seed.name in TOLD_TWICE:
                continue
            grid = [list(row) for row in seed.content[""]]
            roles = [role_of(seed, "", at) for at in range(len(grid[0]))] if seed.has_header else ["key"]
            grid[-1][roles.index("key")] = "?"
            mutant = Mutant(seed.render({"": grid}), says={"": grid}, must="accept")
            found = judged(seed, mutant, root, baseline_of(seed.name))
            assert "1 left out" in found.why, f"{seed.name}: {found.why}"
