"""Methods made from requests: each field of a request is an argument of its method."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sp_geo.questions.requests.asked import Request, fields_of

T = TypeVar("T")
_ELSEWHERE: Final = re.compile(r" --(?:format|figure|save|author) \S+")
"""Options of a command's example that say where its answer goes."""


def asks(kind: type[Request]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Make a method of a function that takes the workspace and a request: fields become arguments beside its own.

    Args:
        kind: of the request; its docstring is the method's, with its examples in Python.
    """

    def made(function: Callable[..., T]) -> Callable[..., T]:
        workspace, _, *own = inspect.signature(function).parameters.values()
        spread = [item for item in own if item.kind is inspect.Parameter.VAR_POSITIONAL]
        usual = inspect.Parameter.KEYWORD_ONLY if spread else inspect.Parameter.POSITIONAL_OR_KEYWORD
        known = fields_of(kind)
        asked = [
            inspect.Parameter(item.name, usual, default=inspect.Parameter.empty if item.is_required else item.default)
            for item in known.values()
        ]
        rest = [*asked, *(item for item in own if item not in spread)]
        # What has no default comes first.
        rest.sort(key=lambda item: item.default is not inspect.Parameter.empty)
        signature = inspect.Signature([workspace, *spread, *rest])

        def ask(*given: Any, **named: Any) -> T:
            held = signature.bind(*given, **named).arguments
            request = kind(**{name: held.pop(name) for name in known if name in held})
            paths = [held.pop(item.name, ()) for item in spread]
            return function(held.pop(workspace.name), request, *(path for each in paths for path in each), **held)

        ask.__signature__ = signature  # type: ignore[attr-defined]
        ask.__name__ = ask.__qualname__ = kind.method()
        ask.__doc__ = _words(kind, inspect.getdoc(function) or "")
        return ask

    return made


def _words(kind: type[Request], own: str) -> str:
    """Docstring of a method: that of the request, and what the function says of its own arguments and its answer."""
    lines = (inspect.getdoc(kind) or "").splitlines()
    typed = [line.removeprefix("Example: ") for line in lines if line.startswith("Example: ")]
    asked = [kind.from_command(_ELSEWHERE.sub("", line)).as_python() for line in typed] if ">>>" not in own else []
    said = [line for line in lines if not line.startswith("Example: ")]
    said += [f"Example: {line}" for line in dict.fromkeys(asked)]
    arguments = "".join(f"    {item.name}: {item.asked.help}\n" for item in fields_of(kind).values())
    about = re.sub(r"    request: .*\n", lambda _: arguments, own.partition("\n\n")[2])
    return "\n".join(said) + f"\n\n{about}"
