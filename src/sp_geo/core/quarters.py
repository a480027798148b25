"""Calendar quarters, written ``2022Q2``, months, ``2022-06``, and financial years, ``2022-23``."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from sp_geo.core.errors import UsageError

_WRITTEN = re.compile(r"^(\d{4})Q([1-4])$")
_FINANCIAL = re.compile(
    # 22-23, 2022/23, 2022_2023; then 202223 and 20222023. Two parts of a day such as 10-11-2022 are no year.
    r"(?<!\d)(?<!\d\d[-_/.])(?:20)?(\d\d) ?[-\u2013_/. ] ?(?:20)?(\d\d)(?![-_/.]?\d\d)(?!\d)"
    r"|(?<!\d)20(\d\d)(?:20)?(\d\d)(?!\d)"
)


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter: ``number`` 1 is January to March."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2022Q2``.

        Raises:
            UsageError: the text is not a quarter.
        """
        match = _WRITTEN.match(text.strip().upper())
        if match is None:
            raise UsageError("not a quarter", found=f"'{text}'", expected="a year and a quarter such as 2022Q2")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, day: date) -> Quarter:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Last day, at which memberships are resolved."""
        month = 3 * self.number
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def shift(self, quarters: int) -> Quarter:
        """The quarter so many later (earlier if negative)."""
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month: ``number`` 1 is January."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2022-06``, as our own tables write it."""
        return cls(int(text[:4]), int(text[5:7]))

    @property
    def end(self) -> date:
        """Last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def quarter(self) -> Quarter | None:
        """The quarter that it ends; None for the months between."""
        return None if self.number % 3 else Quarter(self.year, self.number // 3)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


@dataclass(frozen=True, order=True)
class FinancialYear:
    """1 April to 31 March; ``year`` is the one it begins in."""

    year: int

    @classmethod
    def parse(cls, text: str) -> FinancialYear:
        """Read ``2022-23``."""
        return cls(int(text[:4]))

    @classmethod
    def named_in(cls, text: str) -> set[FinancialYear]:
        """The financial years that a text names, such as ``22-23`` or ``2022/23``; a single year names none."""
        pairs = [(found[1] or found[3], found[2] or found[4]) for found in _FINANCIAL.finditer(text)]
        return {cls(2000 + int(first)) for first, second in pairs if int(second) == int(first) + 1}

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 4, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return date(self.year + 1, 3, 31)

    def distance_days(self, day: date) -> int:
        """Days from a day to the year's nearest one; 0 within it."""
        return max(0, (self.start - day).days, (day - self.end).days)

    def __str__(self) -> str:
        return f"{self.year}-{(self.year + 1) % 100:02}"


def span(first: Quarter, last: Quarter) -> list[Quarter]:
    """All quarters from the first to the last, both included; empty if ``last`` is earlier."""
    count = (last.year - first.year) * 4 + last.number - first.number + 1
    return [first.shift(step) for step in range(max(count, 0))]
