"""Plans of posts, funding and sites: what the pages show, keep and compare."""
