"""Write docs/data_dictionary.md from the schema classes."""

from __future__ import annotations

from pathlib import Path

from sp_geo.tables.dictionary import as_markdown

TARGET = Path(__file__).resolve().parents[1] / "docs" / "data_dictionary.md"

if __name__ == "__main__":
    TARGET.write_text(as_markdown(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
