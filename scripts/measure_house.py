"""Measures of the house: lines by room, lengths of modules and bodies, and helpers that have one caller.

Run as ``make house``; the figures stand in ``docs/quality.md``.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "sp_geo"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def body_lines(function: Function) -> int:
    """Lines of a function below its signature and docstring."""
    has_words = ast.get_docstring(function, clean=False) is not None and len(function.body) > 1
    return (function.end_lineno or 0) - function.body[1 if has_words else 0].lineno + 1


def private_helpers(tree: ast.Module) -> dict[str, tuple[int, int]]:
    """How often each private function of a module, or method of a class in it, is named and called there."""
    named: Counter[str] = Counter()
    called: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called[node.func.id if isinstance(node.func, ast.Name) else node.func.attr] += 1
        if isinstance(node, ast.Name):
            named[node.id] += 1
        elif isinstance(node, ast.Attribute):
            named[node.attr] += 1
    defined = {node.name for node in ast.walk(tree) if isinstance(node, Function)}
    return {name: (named[name], called[name]) for name in defined if name.startswith("_") and not name.startswith("__")}


def main() -> None:
    """Print the measures."""
    paths = sorted(SOURCE.rglob("*.py"))
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in paths}
    rooms: Counter[str] = Counter()
    for path, count in lines.items():
        parts = path.relative_to(SOURCE).parts
        rooms[parts[0] if len(parts) > 1 else "(on the top floor)"] += count
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, Function)]
    bodies = [body_lines(function) for function in functions]
    helpers = [uses for tree in trees for uses in private_helpers(tree).values()]
    once = sum(named == 1 for named, _ in helpers)
    one_call = sum(uses == (1, 1) for uses in helpers)
    sizes = list(lines.values())
    for room, count in rooms.most_common():
        print(f"{room:20} {count:7,} lines")
    print(f"{'all':20} {sum(sizes):7,} lines in {len(paths):,} modules")
    print(f"tests                {sum(p.read_text().count(chr(10)) for p in (ROOT / 'tests').rglob('*.py')):7,} lines")
    print(f"modules: median {np.median(sizes):.0f} lines, 90th percentile {np.percentile(sizes, 90):.0f}")
    middle, tall = np.median(bodies), np.percentile(bodies, 90)
    print(f"bodies of {len(bodies):,} functions: median {middle:.0f}, 90th percentile {tall:.0f}")
    share, of_calls = 100 * once / len(functions), 100 * one_call / len(functions)
    print(f"private functions {len(helpers):,}, named once {once:,}: {share:.0f} % of all functions;", end=" ")
    print(f"called there, not handed on: {one_call:,}, {of_calls:.0f} %")


if __name__ == "__main__":
    main()
