"""Examples in docstrings, found by reading the source, so that one of a method made at import is found too."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src"
_DESCRIBED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _found() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if ">>>" not in text:
            continue
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(text)):
            said = ast.get_docstring(node) if isinstance(node, _DESCRIBED) else None
            if said and ">>>" in said:
                yield f"{module}.{getattr(node, 'name', '')}".rstrip("."), said


EXAMPLES: Mapping[str, str] = dict(_found())
"""Every docstring with an example, by the name of what it describes."""


def failures(name: str, known: dict[str, Any]) -> str:
    """What an example shows otherwise than it is; empty if it is true.

    Args:
        name: of what it describes.
        known: names that the example may use, beside those it makes itself.
    """
    example = doctest.DocTestParser().get_doctest(EXAMPLES[name], dict(known), name, None, None)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    return "".join(said)
