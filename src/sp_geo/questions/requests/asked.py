"""A request and its fields: one declaration of the command's options, the method's arguments and the page's controls.

A field says how it is asked for with :class:`Asked` in its annotation. A request can be said as a command and as a
line of Python, and is read back from its record or its command.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from sp_geo.core.errors import UsageError


@dataclass(frozen=True)
class Asked:
    """How one field of a request is asked for.

    Attributes:
        metavar: what help calls its value; empty for a flag.
        help: of its option.
        offers: words that it takes, with what they mean where that is said; or the name of what a workspace offers,
            such as ``areas``.
        options: names of its option; that of the field if none.
        least: least whole number that the option takes.
        address: its name in the address of a page; empty where no page asks for it.
        label: of its control on a page.
        words: values with their words on a page; empty for a number, or where they hang on the workspace.
        low: least number, in the unit of the page.
        high: greatest number.
        step: of the page's control.
        per_unit: how many of the page's unit make one of the request's: 100 where a page asks in per cent for a share.
    """

    metavar: str
    help: str
    offers: str | Iterable[str] | Mapping[str, str] = ()
    options: tuple[str, ...] = ()
    least: int | None = None
    address: str = ""
    label: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    low: float = -math.inf
    high: float = math.inf
    step: float = 1.0
    per_unit: float = 1.0


@dataclass(frozen=True)
class AskedField:
    """A field of a request as it is declared.

    Attributes:
        name: of the field, and of the argument of a method.
        kind: of one value.
        is_many: whether several values may be given.
        is_required: whether it has no default.
        default: if it has one.
        asked: how it is asked for.
    """

    name: str
    kind: type
    is_many: bool
    is_required: bool
    default: Any
    asked: Asked

    @property
    def option(self) -> str:
        """Its option as it is typed."""
        return next(iter(self.asked.options), f"--{self.name.replace('_', '-')}")

    def read(self, text: str) -> Any:
        """The value that its option writes as text.

        Raises:
            UsageError: it is no number where one is asked for.
        """
        try:
            return self.kind(text)
        except ValueError as fault:
            expected = "a number" if self.kind is float else "a whole number"
            raise UsageError(f"{self.option} cannot be used", found=text[:60], expected=expected) from fault

    @property
    def address(self) -> str:
        """Its name in the address of a page."""
        return self.asked.address or self.name

    def read_on_page(self, text: str) -> Any:
        """The value of the text of a page's control, which is in the unit of the page.

        Raises:
            UsageError: it is no whole number where one is asked for.
        """
        if self.is_many:
            return () if text == "all" else tuple(part for part in re.split(r"[\s,;]+", text) if part)
        if self.kind is str:
            return text
        if not text:
            return self.kind() if self.is_required else self.default
        number = float(text)
        if self.kind is float:
            return number / self.asked.per_unit
        if not number.is_integer():
            raise UsageError(f"'{self.asked.label}' cannot be used", found=text[:60], expected="a whole number")
        return int(number)


@dataclass(frozen=True)
class Request:
    """What is asked, with everything that decides the answer.

    One value may be given where several are taken, and a list where the request keeps a tuple.
    """

    command: ClassVar[str] = ""
    """As it is typed after ``sp-geo``."""
    formerly: ClassVar[Mapping[str, str]] = {}
    """Fields by the names that records of the release before have."""
    has_shapes: ClassVar[bool] = False
    """Whether rows of the answer can have shapes, so that it can be written as GeoJSON and drawn on a map."""
    says_once: ClassVar[bool] = False
    """Whether a table for people says above it what is the same in every row."""
    most_rows: ClassVar[int | None] = None
    """Rows that a table for people shows; all of them if None."""

    def __post_init__(self) -> None:
        """Give every field the type that it is declared with.

        Raises:
            UsageError: a value is of another kind.
        """
        for name, item in fields_of(type(self)).items():
            given = getattr(self, name)
            held: Any
            if item.is_many:
                held = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
            else:
                held = float(given) if item.kind is float and type(given) is int else given
            values = held if item.is_many else (held,)
            wrong = [each for each in values if each is not None and not isinstance(each, item.kind)]
            if wrong or (not item.is_many and held is None and item.default is not None):
                raise UsageError(
                    f"{name} cannot be used",
                    found=f"{wrong[0]!r}"[:60] if wrong else "None",
                    expected=f"{'a list of ' if item.is_many else ''}{item.kind.__name__}",
                )
            object.__setattr__(self, name, held)

    @classmethod
    def from_record(cls, given: Mapping[str, Any]) -> Self:
        """The request that a run record or a saved plan keeps.

        Raises:
            UsageError: it has a field that this version does not have, or lacks one.
        """
        named = {cls.formerly.get(name, name): value for name, value in given.items() if name != "command"}
        try:
            return cls(**named)
        except TypeError as fault:
            raise UsageError("this version has no such question", found=", ".join(named)[:60]) from fault

    def as_record(self) -> dict[str, Any]:
        """Its fields; with the name of the command they are enough to ask it again."""
        return asdict(self)

    @property
    def told(self) -> list[tuple[AskedField, Any]]:
        """Fields with their values, without those that are at their default."""
        held = [(item, getattr(self, name)) for name, item in fields_of(type(self)).items()]
        return [(item, value) for item, value in held if item.is_required or value != item.default]

    def as_command(self) -> str:
        """The command that asks this, without the workspace.

        Example:
            >>> from sp_geo.questions.requests.statistics import RegressRequest
            >>> RegressRequest("imd_score", per=5).as_command()
            'sp-geo regress --need imd_score --per 5'
        """
        words = ["sp-geo", *self.command.split()]
        for item, value in self.told:
            for each in value if item.is_many else (value,):
                words += [item.option] if item.kind is bool else [item.option, _text(each)]
        return shlex.join(words)

    def as_python(self, workspace: str = "ws") -> str:
        """The line of Python that asks this of a workspace.

        Example:
            >>> from sp_geo.questions.requests.statistics import RegressRequest
            >>> RegressRequest("imd_score", per=5).as_python()
            "ws.regress(need='imd_score', per=5)"
        """
        said = []
        for item, value in self.told:
            one = value[0] if item.is_many and len(value) == 1 else value
            shown = list(one) if isinstance(one, tuple) else one
            said.append(f"{item.name}={_text(shown) if isinstance(shown, float) else repr(shown)}")
        return f"{workspace}.{self.method()}({', '.join(said)})"

    @classmethod
    def method(cls) -> str:
        """Name of the method that asks this."""
        return cls.command.replace(" ", "_").replace("-", "_")

    @classmethod
    def from_command(cls, line: str) -> Self:
        """The request of a command's line, such as an example of its help.

        Raises:
            UsageError: it is another command, or has an option that this one does not have.
        """
        words = shlex.split(line)
        before = ["sp-geo", *cls.command.split()]
        if words[: len(before)] != before:
            raise UsageError("another command", found=line[:60], expected=" ".join(before))
        known = {item.option: item for item in fields_of(cls).values()}
        given: dict[str, Any] = {}
        rest = iter(words[len(before) :])
        for word in rest:
            if word not in known:
                raise UsageError("an option that this command does not have", found=word, expected=", ".join(known))
            item = known[word]
            value = True if item.kind is bool else item.read(next(rest, ""))
            given[item.name] = (*given.get(item.name, ()), value) if item.is_many else value
        return cls(**given)


def _text(value: Any) -> str:
    """A value as it is typed: a whole number without its point."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


_KNOWN: dict[type[Request], Mapping[str, AskedField]] = {}


def fields_of(request: type[Request]) -> Mapping[str, AskedField]:
    """The fields of a request by name, in the order in which they are declared.

    Args:
        request: its class, whose fields are annotated with :class:`Asked`.
    """
    if request in _KNOWN:
        return _KNOWN[request]
    hints = get_type_hints(request, include_extras=True)
    found = {}
    for item in fields(request):
        held, *said = get_args(hints[item.name])
        inner = get_args(held)
        is_many = get_origin(held) is tuple
        is_optional = get_origin(held) in {Union, UnionType}
        kind = next((each for each in inner if each not in {NoneType, Ellipsis}), held) if inner else held
        found[item.name] = AskedField(
            name=item.name,
            kind=kind,
            is_many=is_many,
            is_required=item.default is MISSING,
            default=None if item.default is MISSING and is_optional else item.default,
            asked=next(each for each in said if isinstance(each, Asked)),
        )
    return _KNOWN.setdefault(request, found)
