"""Guess: a value of a model file's key with its reason, and what a column's name says."""

import re
from dataclasses import dataclass
from typing import Any

from core.defining.sample import Column, Sample

ID_WORDS = frozenset({"id", "uuid", "guid", "key", "nr", "no", "number", "index", "rowid"})


@dataclass(frozen=True)
class Guess:
    """A value of a model file's key and why it is guessed."""

    value: Any
    reason: str


def words_of(name: str) -> list[str]:
    """is_canceled, isCanceled -> ["is", "canceled"]."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]


def looks_like_id(column: Column, sample: Sample) -> bool:
    named = bool({*words_of(column.name)[-1:]} & ID_WORDS)
    different = column.single and column.distinct == sample.taken and sample.taken > 1
    return different and column.times is None and (column.textual or column.whole) and named
