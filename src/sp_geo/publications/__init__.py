"""Published files: one folder a publication, with what it is, where it comes out, its columns and its reader."""
