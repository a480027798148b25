"""Commands made from requests: each field of a request is an option of its command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from sp_geo.cli import completion
from sp_geo.cli.printing import print_answer, print_shapes
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format, MapFormat
from sp_geo.questions.requests.asked import AskedField, Request, fields_of

if TYPE_CHECKING:
    from sp_geo.build.view import Build

_OFFERED: Final = {
    "areas": completion.areas,
    "directories": completion.directories,
    "icb_sets": completion.icb_sets,
    "measures": completion.measures,
    "needs": completion.needs,
    "needs_or_all": completion.needs_or_all,
    "quarters": completion.quarters,
    "site_needs": completion.site_needs,
    "small_area_needs": completion.small_area_needs,
}
"""What a workspace offers for a field, by the name that the field says."""
Form = Annotated[Format, typer.Option("--format", help="Form of the output.")]
MapForm = Annotated[MapFormat, typer.Option("--format", help="Form of the output.")]


NOTHING: Final[list[str]] = []


def option(value: str, text: str, offers: completion.Completer | Iterable[str], *names: str) -> Any:
    """An option with completion.

    Args:
        value: what help calls its value.
        text: its help.
        offers: words that it takes, or what finds them.
        names: such as ``--need``; that of the parameter if none.
    """
    known = offers if callable(offers) else completion.one_of(offers)
    return typer.Option(*names, metavar=value, help=text, autocompletion=known)


def asks(request: type[Request]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function that takes a request: the request's fields become options beside its own.

    Args:
        request: whose docstring is the command's help.
    """

    def made(function: Callable[..., None]) -> Callable[..., None]:
        names = list(fields_of(request))

        def call(context: typer.Context, **given: Any) -> None:
            asked = request(**{name: given.pop(name) for name in names})
            function(context, asked, **given)

        context, _, *own = inspect.signature(function, eval_str=True).parameters.values()
        parameters = [context, *map(_parameter, fields_of(request).values()), *own]
        call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in parameters]
        )
        call.__annotations__ = {item.name: item.annotation for item in parameters}
        call.__doc__ = request.__doc__
        call.__name__ = function.__name__
        return call

    return made


def _parameter(item: AskedField) -> inspect.Parameter:
    """The option of one field."""
    asked = item.asked
    offers = _OFFERED[asked.offers] if isinstance(asked.offers, str) else completion.one_of(asked.offers)
    one: Any = item.kind
    if item.is_many:
        one = list[one]
    elif item.default is None and not item.is_required:
        one = one | None
    named = (item.option,) if item.kind is bool else asked.options or (item.option,)
    option = typer.Option(
        *named,
        metavar=asked.metavar or None,
        help=asked.help,
        min=asked.least,
        autocompletion=offers if asked.offers else None,
    )
    default: Any = inspect.Parameter.empty if item.is_required else item.default
    return inspect.Parameter(
        item.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=list(default) if isinstance(default, tuple) else default,
        annotation=Annotated[one, option],
    )


def print_asked(session: Session, build: Build, request: Request, form: Format | MapFormat) -> None:
    """Answer a request of a build, and print the answer."""
    from sp_geo.questions.answers import answer
    from sp_geo.questions.panel import said_once

    found = answer(build, request)
    if form is MapFormat.geojson:
        print_shapes(session, found)
        return
    is_table = form.value == Format.table.value
    shown = said_once(found) if request.says_once and is_table else found
    print_answer(session, shown, Format(form.value), request.most_rows)


def question(request: type[Request]) -> Callable[..., None]:
    """The command that answers a request and prints the answer."""

    def ask(context: typer.Context, asked: Request, form: Form = Format.table) -> None:
        print_asked(context.obj, context.obj.build, asked, form)

    def ask_with_shapes(context: typer.Context, asked: Request, form: MapForm = MapFormat.table) -> None:
        print_asked(context.obj, context.obj.build, asked, form)

    return asks(request)(ask_with_shapes if request.has_shapes else ask)
