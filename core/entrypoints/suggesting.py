"""Suggesting: a model file for rows that a person points to."""

import os
import re
from datetime import datetime
from pathlib import Path

from core.defining.guessing import propose
from core.defining.suggested_file import write
from core.domain.addresses import by_reference
from core.domain.clock import micros
from core.domain.errors import BadInput
from core.entrypoints.samples import look_at

PASSWORD = "DATABASE_PASSWORD"


def suggest(data: str, query: str | None, base: str, now: datetime) -> str:
    """A model file with its guesses and their reasons as comments; its paths are relative to folder `base`.

    BadInput where the rows cannot be read, or hold no column of times.
    """
    settled = look_at(source_at(data, query, base), base, "UTC")
    proposal = propose(settled.sample, "UTC", micros(now))
    time = proposal.value("time")
    if time is None:
        raise BadInput(
            "No column holds times that can be read.",
            "Write the model file by hand, with time_format or time_unit under [source].",
            file=data,
        )
    source, notes = settled.source(time), dict(settled.notes)
    if "url" in source and (printed := by_reference(source["url"], PASSWORD)) != source["url"]:
        source["url"] = printed
        notes["url"] = f"The password is not written here: set the variable {PASSWORD}."
    return write(proposal, name_from(data), source, notes=notes)


def source_at(data: str, query: str | None, base: str) -> dict[str, str]:
    """The [source] that names a path (relative to the working folder) or a database's address."""
    if "://" in data and not os.path.exists(data):
        return {"url": data, **({"query": query} if query else {})}
    path = os.path.expanduser(data)
    return {"path": path if os.path.isabs(path) else os.path.relpath(os.path.abspath(path), base)}


def name_from(data: str) -> str:
    """A model's name from a path or an address: data/bike rides*.csv -> bike-rides."""
    parts = [part for part in Path(data.split("?")[0]).parts if re.search(r"\w", part)]
    last = re.sub(r"(\.[A-Za-z]+)+$", "", parts[-1]) if parts else ""
    if not re.search(r"[A-Za-z0-9]", last) and len(parts) > 1:
        last = parts[-2]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", last).strip("-_")[:58] or "model"
