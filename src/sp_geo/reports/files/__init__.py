"""Forms of files: workbook, CSV, GeoPackage, slides, summary and offline map."""
