"""One writer a publication: a :class:`~sp_geo.synthetic.world.World` in the publisher's own file layout."""
