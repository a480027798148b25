"""JSON read item by item, so that a large directory costs no more memory than its largest record."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sp_geo.core.errors import DamagedFile
from sp_geo.workspace.document import Document
from sp_geo.workspace.text import MIXED

STEP: Final = 1_000_000
"""Bytes turned into text at a time."""
LONGEST_INTEGER: Final = 300
_BLANK: Final = re.compile(r"[ \t\r\n\ufeff]*")
_BRACKETS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)
_NEAR: Final = 12
"""The longest sign that the end of a window can cut in two, such as half of a surrogate pair, in characters."""


class TooDeep:
    """Stands for a value with more levels than can be read."""


@dataclass(frozen=True)
class NoJson:
    """Stands for NaN or Infinity, which some programs write and JSON does not have; as text it is what was written."""

    text: str

    def __str__(self) -> str:
        return self.text


class Repeated(TooDeep):
    """Stands for an object that gives one name two values: nobody can know which is meant."""


class _RepeatedNameError(Exception):
    """An object gives one name two values."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedNameError
    return found


def _decoder(hook: Callable[[list[tuple[str, Any]]], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=hook,
        # No text and no number, so that only the record that has one is refused.
        parse_constant=NoJson,
        # A whole number of absurd length becomes infinite rather than an error for the whole file.
        parse_int=lambda digits: int(digits) if len(digits) < LONGEST_INTEGER else float(digits),
        # A line break within a text is an old habit of exports and costs nothing.
        strict=False,
    )


_DECODER: Final = _decoder(_object)
_LOOSE: Final = _decoder(dict)
"""Finds the end of a value that :data:`_DECODER` gave up."""


def parts(document: Document, lists: frozenset[str]) -> Iterator[tuple[int | str, Any]]:
    """What a JSON file holds, one after another.

    Args:
        document: a list, or an object.
        lists: names of the object's lists whose items are wanted one by one.

    Yields:
        The number of an item from 1 with the item; or the name of anything else in the object with its value. A value
        nested too deeply comes as :class:`TooDeep`.

    Raises:
        DamagedFile: it is not JSON, or ends too early.
    """
    window = _Window(document)
    if window.sign() == "[":
        yield from window.items()
    elif window.sign() == "{":
        yield from window.members(lists)
    else:
        raise window.damaged("it does not begin as JSON does")
    if window.sign():
        raise window.damaged("more text follows after its end")


class _Window:
    """The part of a text that is being read; what was read is let go."""

    def __init__(self, document: Document) -> None:
        self._label = document.label
        self._data = document.data
        # As sources.text.decode tells it, without holding the whole text.
        encoding = "utf-16" if document.data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace" if encoding == "utf-16" else MIXED)
        self._next = 0
        self._text = ""
        self._at = 0
        self._lines = 1
        self._column = 1
        self._item = 0

    def sign(self) -> str:
        """The next character that is not blank, left where it is; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def items(self) -> Iterator[tuple[int, Any]]:
        """The items of the list that begins here, numbered from 1 over the whole file."""
        self._at += 1
        if self.sign() == "]":
            self._at += 1
            return
        while True:
            self._item += 1
            yield self._item, self._value()
            if self._ends("]"):
                return

    def members(self, lists: frozenset[str]) -> Iterator[tuple[int | str, Any]]:
        """What the object that begins here holds, with some of its lists item by item."""
        self._at += 1
        names: set[str] = set()
        if self.sign() == "}":
            self._at += 1
            return
        while True:
            if self.sign() != '"':
                raise self.damaged("the name of a value was expected")
            name = str(self._value())
            if name in names:
                raise self.damaged(f"the name '{name[:40]}' stands twice")
            names.add(name)
            if self.sign() != ":":
                raise self.damaged("a colon was expected")
            self._at += 1
            if name in lists and self.sign() == "[":
                yield from self.items()
            else:
                yield name, self._value()
            if self._ends("}"):
                return

    def damaged(self, problem: str) -> DamagedFile:
        """The fault, with where it is in words."""
        line, column = self._place(self._at)
        where = f"line {line:,}, character {column:,}"
        after = f", in item {self._item:,}" if self._item else ""
        return DamagedFile(
            f"the JSON is damaged: {problem}",
            file=self._label,
            found=f"the fault at {where}{after}",
            advice="It was probably cut short: download it again",
        )

    def _ends(self, closing: str) -> bool:
        """Whether the list or object ends here; else a comma is passed."""
        sign = self.sign()
        if sign not in {",", closing} or not sign:
            raise self.damaged("it ends too early" if not sign else "a comma was expected")
        self._at += 1
        return sign == closing

    def _value(self) -> Any:
        if not self.sign():
            raise self.damaged("it ends too early")
        while True:
            try:
                value, end = self._decoded()
            except RecursionError:
                return self._passed_over()
            except json.JSONDecodeError as fault:
                is_cut = fault.pos >= len(self._text) - _NEAR or fault.msg.startswith("Unterminated string")
                if is_cut and self._more(double=True):
                    continue
                self._at = fault.pos
                problem = "it ends too early" if is_cut else fault.msg[:1].lower() + fault.msg[1:]
                raise self.damaged(problem) from fault
            if end == len(self._text) and self._more(double=True):
                continue
            self._at = end
            return value

    def _decoded(self) -> tuple[Any, int]:
        try:
            return _DECODER.raw_decode(self._text, self._at)
        except _RepeatedNameError:
            return Repeated(), _LOOSE.raw_decode(self._text, self._at)[1]

    def _passed_over(self) -> TooDeep:
        """Pass over a value without building it."""
        depth = 0
        while True:
            found = _BRACKETS.search(self._text, self._at)
            if found is None or found.group() == '"':
                self._at = found.start() if found else len(self._text)
                if not self._more(double=found is not None):
                    raise self.damaged("it ends too early")
                continue
            self._at = found.end()
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
            if depth == 0:
                return TooDeep()

    def _more(self, *, double: bool = False) -> bool:
        """Bring in more text and let go of what was read; False at the end of the file."""
        if self._next >= len(self._data):
            return False
        self._lines, self._column = self._place(self._at)
        rest = self._text[self._at :]
        # A record longer than the window is read again from its start: twice as much each time keeps that linear.
        size = max(STEP, 2 * len(rest)) if double else STEP
        chunk = self._data[self._next : self._next + size]
        self._next += size
        self._text = rest + self._decoder.decode(chunk, final=self._next >= len(self._data))
        self._at = 0
        return True

    def _place(self, at: int) -> tuple[int, int]:
        breaks = self._text.count("\n", 0, at)
        if not breaks:
            return self._lines, self._column + at
        return self._lines + breaks, at - self._text.rfind("\n", 0, at)
