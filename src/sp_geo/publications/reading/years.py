"""The year of a file: from its content, then from its own name; two that contradict are refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from sp_geo.publications.reading.parsing import Parsed

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:\d{4}([-_. ])\d{1,2}\1\d{1,2}|\d{1,2}([-_. ])\d{1,2}\2\d{4}|\d{8})(?!\d)")


def years_in(text: str) -> set[int]:
    """Years of four digits in a text; those of whole days say when something was done, not what it is of."""
    return {int(found) for found in _YEAR.findall(_DAY.sub(" ", text))}


def told_year(
    parsed: Parsed, content: Mapping[str, set[int]], named: set[int], known: Collection[int], what: str, such_as: str
) -> int:
    """The one year of a file.

    Args:
        parsed: the table, for messages.
        content: years that its content says, by where they stand in words.
        named: years in the file's own name. The name of an archive around it and days of download say nothing.
        known: years that there may be; others in a name are not of what is in the file.
        what: what has the year, such as ``the survey``.
        such_as: a name that would tell the year, for the advice.

    Raises:
        InvalidContent: nothing tells the year, or two years contradict.
    """
    told = {where: years for where, years in content.items() if years}
    names = {year for year in named if year in known}
    found = set().union(*told.values())
    if len(found) > 1 or (found and names and not found & names):
        if len(found) == 1:
            told["the file's name"] = names
        raise parsed.refusal(
            f"two years of {what} contradict each other",
            found="; ".join(f"{', '.join(map(str, sorted(years)))} in {where}" for where, years in told.items()),
            expected="one year",
            advice="Download it again, or give it the name that it was published under",
        )
    if not found and len(names) != 1:
        raise parsed.refusal(
            f"nothing tells the year of {what}",
            found=f"{' and '.join(map(str, sorted(names)))} in its name" if names else "no year in it or in its name",
            expected=f"one of {min(known)} to {max(known)}",
            advice=f"Give the file a name that says its year, such as {such_as}",
        )
    return (found or names).pop()
