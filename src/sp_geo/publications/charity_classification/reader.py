"""What charities do, how and for whom: a table of the Charity Commission's public extract."""

from __future__ import annotations

from sp_geo.publications.reading.charities import words_reader

read = words_reader("charity_classification", "core_charity_term")
