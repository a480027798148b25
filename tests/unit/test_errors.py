"""Errors as an interface: one line, and an exit code of their own."""

from __future__ import annotations

import re

from sp_geo.cli.faults import DONE, READER_GONE, STOPPED
from sp_geo.core import errors
from sp_geo.reports.reproduce import DIFFERS_CODE, MISSING_CODE
from tests.conftest import REPOSITORY

FIELDS = ["kind", "exit_code", "message", "file", "row", "column", "found", "expected", "advice"]


def test_one_line_says_where_what_and_what_to_do() -> None:
    """One line names file, row, column, found, expected and advice, and is bounded; a record has the same fields."""
    fault = errors.InvalidContent(
        "FTE is not a number",
        file="a.zip > b.csv",
        row=1057,
        column="FTE",
        found="'n/a'",
        expected="0 or more",
        advice="Correct it",
    )
    assert fault.line() == (
        "a.zip > b.csv, row 1,057, column FTE: FTE is not a number; found 'n/a'; expected 0 or more. Correct it"
    )
    assert "\n" not in errors.UsageError("two\nlines").line()
    line = errors.InvalidContent("no", found="\x1b[2J" + "x" * 10_000).line()
    assert "\x1b" not in line
    assert len(line) < 600
    record = errors.UsageError("no", found="'x'").as_record()
    assert list(record) == FIELDS
    assert record["kind"] == "UsageError"
    assert record["exit_code"] == 2


def kinds() -> list[type[errors.SpGeoError]]:
    """Every kind of fault; what is told apart within a kind leaves with the code of the kind."""
    return errors.SpGeoError.__subclasses__()


def test_every_kind_has_its_own_exit_code() -> None:
    """Each kind of error has an exit code of its own, and docs/commands.md lists exactly those."""
    codes = [kind.exit_code for kind in kinds()]
    assert len(set(codes)) == len(codes)
    assert not {DONE, STOPPED, READER_GONE} & set(codes)
    text = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")
    table = text.partition("## Exit codes")[2].partition("\n## ")[0]
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)]
    assert listed == sorted(
        {DONE, STOPPED, READER_GONE, DIFFERS_CODE, MISSING_CODE, *(kind.exit_code for kind in kinds())}
    )
