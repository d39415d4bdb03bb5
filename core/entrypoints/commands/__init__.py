"""The commands of `evermodel`, a file for each idea; each acts through core.entrypoints.runtime alone."""
