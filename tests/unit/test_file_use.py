"""Which file serves is told truly: used, displaced by which one and why, or read by no measure."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from sp_geo.questions.file_use import USED, WAITING, uses
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved

NEEDS = [
    "Fingertips 94240 of 2025 by practice",
    "GP Patient Survey 2021 (series 2018-2023)",
    "list by age 2022-04",
    "IMD 2019; patients by area 2022-07",
]


def item(publication: str, period: str, name: str = "", published: str = "", added: str = "1") -> Shelved:
    """A file on the shelf."""
    file = name or f"{publication} {period}"
    origin = Origin(
        publication,
        "title",
        "publisher",
        "licence",
        period,
        file,
        "",
        f"{file}-hash",
        "",
        1,
        published,
        added,
        is_synthetic=False,
    )
    return Shelved(Path(file), origin)


def state(files: list[Shelved], unbuilt: tuple[str, ...] = (), lists: tuple[str, ...] = ("2022-04",)) -> list[str]:
    """What is said of each file after a build of all but some of them."""
    tables = {
        "out_quarter_coverage": pd.DataFrame({"list_release": list(lists)}),
        "out_pcn_need": pd.DataFrame({"source": NEEDS}),
    }
    inputs = [{"sha256": one.origin.sha256} for one in files if one.origin.file not in unbuilt]
    build = SimpleNamespace(
        manifest=SimpleNamespace(inputs=inputs),
        has=lambda name: name in tables,
        table=lambda name, columns: tables[name][columns],
    )
    found = uses(build, files)  # type: ignore[arg-type] - all that is asked of a build
    return [found[one.origin.sha256] for one in files]


@pytest.mark.parametrize(
    ("publication", "period", "said"),
    [
        ("fingertips_practice", "94240-2025", USED),
        ("fingertips_practice", "90366-2019-20", "not used: no measure reads indicator 90366"),
        ("fingertips_practice", "90366+94240-2025", USED),
        ("patient_survey_2018", "2021", USED),
        ("patient_survey_2018", "2019", "not used: no quarter is served by the survey of 2019"),
        ("patient_survey_2018", "2019+2021", USED),
        ("list_totals", "2022-04", USED),
        ("list_totals", "2022-05", "not used: other extracts are nearer to every quarter"),
        ("list_by_age", "2022-04", USED),
        ("list_by_age", "2021-04", "not used: other extracts are nearer to every quarter"),
        ("list_by_lsoa", "2022-07", USED),
        ("lsoa_lookup", "2011-2021", USED),
    ],
)
def test_a_file_that_no_measure_reads_is_not_called_used(publication: str, period: str, said: str) -> None:
    """What the tables of the build say of their sources decides; where they do not tell, a file is used."""
    assert state([item(publication, period)]) == [said]


def test_a_displaced_file_names_the_one_that_is_used_and_why() -> None:
    """A displaced file names the one that is used and why; a total of which a better one is there is not called used."""
    old, new = item("epcn", "2022-04", "old.xlsx", "2022-04-27"), item("epcn", "2022-04", "new.xlsx", "2022-05-02")
    assert state([old, new], unbuilt=("old.xlsx",)) == [
        "displaced by new.xlsx (dated 2022-05-02, the other 2022-04-27)",
        USED,
    ]
    assert state([old, new], unbuilt=("new.xlsx",)) == [
        "used until the next build, then displaced by new.xlsx (dated 2022-05-02, the other 2022-04-27)",
        WAITING,
    ]
    first, second = item("epcn", "2022-04", "a.xlsx", added="1"), item("epcn", "2022-04", "b.xlsx", added="2")
    assert state([second, first], unbuilt=("a.xlsx",))[1] == "displaced by b.xlsx (added later)"
    files = [item("list_totals", "2022-04"), item("list_by_lsoa", "2022-04"), item("list_by_lsoa", "2022-07")]
    assert state(files) == [USED, "not used: other extracts are nearer to every quarter", USED]
