"""Maps of the application: shapes, classes and outlines."""
