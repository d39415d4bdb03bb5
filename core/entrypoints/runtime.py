"""Runtime: an opened home with the flows wired to it. Pages, commands and the server act through it alone."""
