"""The application: state of a view, tables as a view needs them, figures, and pages."""
