"""Writes the kept texts anew: ``python -m tests.golden``; look at what changed before you commit it."""

from __future__ import annotations

from tests.golden.kept import FOLDER, made

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in made().items():
        (FOLDER / f"{name}.txt").write_text(make(), encoding="utf-8")
