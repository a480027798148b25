"""A few hundred spoilt files in every run of the tests; thousands with ``make corrupt``."""

from __future__ import annotations

import pytest

from sp_geo.sources.catalogue import publications
from tests.corruption.judge import judged
from tests.corruption.model import Mutant
from tests.corruption.run import Case, all_mutators, all_seeds, baseline_of, bench, chosen, few, mutant_of, pairs, run

CASES = 300
RUN_SEED = 1


def test_every_publication_has_a_sound_file_of_which_everything_is_conserved() -> None:
    """A kind would never be spoilt, or what is conserved of it would agree with nothing."""
    assert {seed.kind for seed in all_seeds().values()} == set(publications())
    with bench() as root:
        for seed in all_seeds().values():
            baseline = baseline_of(seed, root)
            found = judged(seed, Mutant(seed.render(), says=seed.content, must="accept"), root, baseline)
            assert found.outcome == "same", f"{seed.name}: {found.why}"


@pytest.mark.slow
def test_a_few_hundred_spoilt_files() -> None:
    """Bad input would end in a traceback, a wrong number, an unclear line or a changed workspace."""
    cases = few(CASES, RUN_SEED)
    assert {case.seed for case in cases} == set(all_seeds())
    assert {case.mutator for case in cases} == set(all_mutators())
    found = list(run(cases, RUN_SEED))
    assert len(found) == len(cases)
    failed = [f"{item.case.name}: {item.verdict.why}" for item in found if item.verdict.outcome == "failed"]
    assert not failed, "\n".join(failed)


def test_a_case_is_made_again_from_its_name() -> None:
    """A failure could not be looked into."""
    for name in ("pcn_workforce/rename_column/17", "grants-json/name_twice/3", "epcn/broken_xml/2"):
        first, second = mutant_of(Case.named(name), RUN_SEED), mutant_of(Case.named(name), RUN_SEED)
        assert first is not None
        assert second is not None
        assert first.data == second.data
        assert Case.named(name).name == name


def test_there_are_enough_different_cases() -> None:
    """Five thousand cases would be the same few over and over."""
    names = [case.name for case, _ in zip(chosen(RUN_SEED), range(5_000), strict=False)]
    assert len(set(names)) == 5_000
    assert len(pairs()) > 3_000
