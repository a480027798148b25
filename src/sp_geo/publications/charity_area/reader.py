"""Where charities say that they work: a table of the Charity Commission's public extract, which gives no codes."""

from __future__ import annotations

from sp_geo.publications.reading.charities import words_reader

read = words_reader("charity_area", "core_charity_area")
