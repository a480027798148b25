"""Where things are: reference systems, boundaries, small areas, footprints."""
