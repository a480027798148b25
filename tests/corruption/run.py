"""Cases chosen, made from their names alone, judged and counted."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from sp_geo.publications.add import Admission, add
from tests.corruption import (
    mutate_archives,
    mutate_boundaries,
    mutate_bytes,
    mutate_cells,
    mutate_json,
    mutate_tables,
    mutate_workbooks,
    seeds_areas,
    seeds_directories,
    seeds_lists,
    seeds_practices,
)
from tests.corruption.judge import NOW, Verdict, judged
from tests.corruption.model import Mutant, Mutator, Seed

TRIES = 8
"""How often a case draws before its mutator is said not to fit its seed."""


@cache
def all_seeds() -> Mapping[str, Seed]:
    """All sound files by name, at least one for every publication that sp_geo reads."""
    rooms = (seeds_practices, seeds_areas, seeds_lists, seeds_directories)
    return {seed.name: seed for room in rooms for seed in room.seeds()}


@cache
def all_mutators() -> Mapping[str, Mutator]:
    """Mutators by name."""
    rooms = (
        mutate_bytes,
        mutate_archives,
        mutate_workbooks,
        mutate_tables,
        mutate_cells,
        mutate_json,
        mutate_boundaries,
    )
    return {mutator.name: mutator for room in rooms for mutator in room.MUTATORS}


@dataclass(frozen=True)
class Case:
    """One spoilt file: its seed, its mutator and its number."""

    seed: str
    mutator: str
    number: int

    @property
    def name(self) -> str:
        """From which the case is made again."""
        return f"{self.seed}/{self.mutator}/{self.number}"

    @classmethod
    def named(cls, name: str) -> Case:
        """The case of a name."""
        seed, mutator, number = name.split("/")
        return cls(seed, mutator, int(number))


@lru_cache(maxsize=256)
def mutant_of(case: Case, run_seed: int) -> Mutant | None:
    """The spoilt file of a case; None if its mutator does not fit its seed."""
    seed, mutator = all_seeds()[case.seed], all_mutators()[case.mutator]
    for attempt in range(TRIES):
        made = mutator.mutate(seed, Random(f"{run_seed}/{case.name}/{attempt}"))
        if made is not None:
            return made
    return None


FORMS = {
    "workbook": {"workbook"},
    "json": {"json"},
    "boundaries": {"geopackage"},
    "table": {"csv", "tsv", "workbook", "package"},
    "cell": {"csv", "tsv", "workbook", "package"},
}
"""Layouts that have a layer; bytes all have, and all can be put into an archive."""


def pairs() -> list[tuple[str, Mutator]]:
    """Every seed with every mutator of a layer that it has."""
    return [
        (name, mutator)
        for name, seed in all_seeds().items()
        for mutator in all_mutators().values()
        if seed.form in FORMS.get(mutator.layer, {seed.form})
    ]


WEIGHTS = {"json": 6, "boundaries": 6, "workbook": 3}
"""Cases a turn of layers that few seeds have."""


def _turn(mutator: Mutator, number: int) -> range:
    """Numbers of a mutator's cases in one turn."""
    weight = WEIGHTS.get(mutator.layer, 1)
    return range(number * weight, (number + 1) * weight)


def chosen(run_seed: int) -> Iterator[Case]:
    """Cases without end, spread evenly over all pairs; some turn out not to fit."""
    number, left = 0, pairs()
    while left:
        turn = [
            Case(seed, mutator.name, drawn)
            for seed, mutator in left
            for drawn in _turn(mutator, number)
            if drawn < mutator.most
        ]
        Random(f"{run_seed}/{number}").shuffle(turn)
        yield from turn
        number += 1
        left = [pair for pair in left if pair[1].most > _turn(pair[1], number)[0]]


def few(run_seed: int) -> list[Case]:
    """A case of every mutator, each of the seed that fits it and has had fewest."""
    by_mutator: dict[str, list[str]] = defaultdict(list)
    for seed, mutator in pairs():
        by_mutator[mutator.name].append(seed)
    random, drawn = Random(f"few/{run_seed}"), Counter(dict.fromkeys(all_seeds(), 0))
    cases = []
    for name, fit in by_mutator.items():
        order = sorted(fit, key=lambda seed: (drawn[seed], random.random()))
        case = next(case for seed in order if mutant_of(case := Case(seed, name, 0), run_seed) is not None)
        drawn[case.seed] += 1
        cases.append(case)
    return cases


@contextmanager
def bench() -> Iterator[Path]:
    """A folder with a workspace that holds something already."""
    with tempfile.TemporaryDirectory(prefix="corruption") as folder:
        root = Path(folder)
        workspace, inbox = root / "deep" / "er" / "workspace", root / "deep" / "er" / "inbox"
        workspace.mkdir(parents=True)
        inbox.mkdir()
        (workspace / "derived").mkdir()
        (workspace / "derived" / "table.txt").write_text("what was built\n")
        first = inbox / "first.csv"
        first.write_text("lsoa11_code,to_lsoa11_code,minutes\nE01000001,E01000002,7\nE01000002,E01000001,8\n")
        (inbox / "first.csv.origin.yaml").write_text("is_synthetic: true\n")
        add([first], workspace, NOW.replace(day=1))
        shutil.rmtree(inbox)
        inbox.mkdir()
        yield root


@cache
def baseline_of(name: str) -> Admission:
    """What is said of the sound file of a seed.

    Raises:
        ValueError: the sound file is refused.
    """
    seed = all_seeds()[name]
    with tempfile.TemporaryDirectory(prefix="sound") as folder:
        path = Path(folder) / seed.file
        path.write_bytes(seed.render())
        path.with_name(path.name + ".origin.yaml").write_text("is_synthetic: true\n")
        (admission,) = add([path], Path(folder) / "workspace", NOW).admissions
    if admission.frames is None:
        raise ValueError(admission.line)
    return admission


@dataclass(frozen=True)
class Judged:
    """A case with its verdict."""

    case: Case
    verdict: Verdict


def run(cases: Iterable[Case], run_seed: int) -> Iterator[Judged]:
    """Every case judged, in order."""
    with bench() as root:
        for case in cases:
            mutant = mutant_of(case, run_seed)
            if mutant is not None:
                yield Judged(case, judged(all_seeds()[case.seed], mutant, root, baseline_of(case.seed)))


OUTCOMES = ("refused", "same", "different", "unchecked", "failed")


def table(found: Iterable[Judged], by: str) -> list[tuple[str, int, dict[str, int]]]:
    """Cases and outcomes by publication (``kind``) or by ``mutator``."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in found:
        key = all_seeds()[item.case.seed].kind if by == "kind" else item.case.mutator
        counts[key][item.verdict.outcome] += 1
    return [(key, sum(held.values()), {name: held[name] for name in OUTCOMES}) for key, held in sorted(counts.items())]
