"""One writer a publication: a :class:`~sp_geo.demonstration.world.World` in the publisher's own file layout."""
