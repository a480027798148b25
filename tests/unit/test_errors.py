"""Errors as an interface: one line, and an exit code of their own."""

from __future__ import annotations

from sp_geo import errors


def test_one_line_says_where_what_and_what_to_do() -> None:
    """A user would not know which row of which file to look at."""
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


def test_every_kind_has_its_own_exit_code() -> None:
    """A script could not tell a damaged file from a full disk."""
    kinds = [errors.SpGeoError, *errors.SpGeoError.__subclasses__()]
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes


def test_the_readme_documents_every_exit_code() -> None:
    """Documented exit codes would drift from the real ones."""
    from tests.conftest import REPOSITORY

    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for kind in errors.SpGeoError.__subclasses__():
        assert f"| {kind.exit_code} |" in text, kind.__name__
