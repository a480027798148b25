"""Slips in options and their values: a line that says what could be meant, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

SLIPS = (
    ("regress --need imd", "no such need measure"),
    ("regress --need imd_score --per 0", "step is not usable"),
    ("regress --need imd_score --non-response reporter", "Did you mean 'reporters'?"),
    ("regress --need imd_score --se HC9", "HC1"),
    ("regress --need imd_score --weights gold", "patients"),
    ("regress --need imd_score --area QXX", "no such area"),
    ("regress --need imd_score --role nurse", "no such role"),
    ("regress --need imd_score --covariate height", "no such need measure"),
    ("panel --quarter 2022", "2022Q2"),
    ("panel --quarter 2019Q1", "no such quarter"),
    ("panel --format xml", "xml"),
    ("remove abc", "which file is meant"),
    ("add /nowhere/at/all.csv", "no such file or folder"),
    ("nothing", "nothing"),
    ("trend --need wealth", "no such need measure"),
    ("inequality --draws 0", "at least one draw"),
    ("describe --quarter 1999Q1", "no such quarter"),
    ("spatial --per -1", "step"),
    ("specifications --non-response some", "no such non-response"),
    ("outcome-note --extra-fte 2 --patients 0", "patients"),
    ("outcome-note --extra-fte 2 --patients 5 --baseline x", "not a baseline"),
    ("export --out out --area QYX", "no such area"),
    ("export --out out --quarter 2019Q1", "no such quarter"),
    ("export --out out --quarter spring", "not a quarter"),
    ("export --out out --need imd", "no such need measure"),
    ("export --out out --made 2026-13-01", "not a day"),
    ("export --out out --boards 1990", "no such set of ICBs"),
    ("map --out map.pdf", "ends in .html"),
    ("map --out map.html --area XYZ", "XYZ"),
    ("map --out map.html --quarter 1999Q1", "1999Q1"),
    ("map --out map.html --measure imd_scor", "imd_score"),
    ("map --out map.html --boards 1999", "no such set of ICBs"),
)


@pytest.mark.parametrize(("typed", "said"), SLIPS, ids=lambda value: value.replace(" ", "_"))
def test_a_slip_is_one_clear_line_and_writes_nothing(
    typed: str, said: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sp_geo: Run
) -> None:
    """A typing mistake is one line with what could be meant, and no file or folder is made."""
    monkeypatch.chdir(tmp_path)
    code, out, err = sp_geo(built, *typed.split())
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
