"""Statistics over the panel: pure functions, handed tables and returning small frozen results."""

from __future__ import annotations
