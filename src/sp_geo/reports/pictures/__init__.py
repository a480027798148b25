"""Pictures: charts and maps as PNG and SVG, each with its caption burnt in."""
