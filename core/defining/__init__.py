"""Models as files: read, check against the source, save."""
