"""From known rows to a judged version."""
