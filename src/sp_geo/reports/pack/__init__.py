"""The pack for an ICB: one area and quarter as workbook, tables, pictures, map, slides and a summary in plain words.

What is said comes from :mod:`sp_geo.reports.findings`, as on the pages; how it looks comes from :mod:`sp_geo.reports`.
"""
