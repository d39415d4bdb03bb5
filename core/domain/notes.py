"""Note: what a person writes beside a version, and the tags by which it is found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.errors import BadInput

LONGEST, LONGEST_TAG, MOST_TAGS = 2_000, 32, 12
"""Letters of a note, letters of a tag, tags of a version."""


@dataclass(frozen=True)
class Note:
    """`tags`: in the order given, each once. `by`, `at`: who wrote it last, and when."""

    text: str
    tags: Sequence[str] = field(default=())
    by: str = ""
    at: datetime | None = None


def written(text: str, tags: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A note and its tags as they are kept, without blanks around them. BadInput where one is too long."""
    text = text.strip()
    if len(text) > LONGEST:
        raise BadInput(f"The note has {len(text):,} letters.", f"Write {LONGEST:,} at most.", key="note")
    kept = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    for tag in kept:
        if len(tag) > LONGEST_TAG or "," in tag or not tag.isprintable():
            raise BadInput(
                f"{tag!r} is no tag.", f"Give up to {LONGEST_TAG} letters without a comma.", key="tag"
            )
    if len(kept) > MOST_TAGS:
        raise BadInput(f"There are {len(kept)} tags.", f"Give {MOST_TAGS} at most.", key="tag")
    return text, kept


class Notes(Protocol):
    """The store of notes, one a version."""

    def save(self, model_id: int, number: int, note: Note) -> None:
        """In place of the one before."""
        ...

    def get(self, model_id: int, number: int) -> Note | None: ...

    def all(self, model_id: int) -> Mapping[int, Note]:
        """By the version's number."""
        ...
