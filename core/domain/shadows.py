"""Shadow: a time for which a version scores live windows without serving them, as somebody asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

BECOME = ("candidate", "rejected", "retired")
"""States from which a version may become a challenger."""


@dataclass(frozen=True)
class Shadow:
    """Windows that begin at `since` or later, and before `until` (None: until now), in data time.

    `before`: the version's state, which it has again when the shadow is ended.
    """

    model_id: int
    number: int
    since: datetime
    at: datetime
    by: str
    why: str
    before: str
    until: datetime | None = None


class Shadows(Protocol):
    """The store of shadows."""

    def all(self, model_id: int) -> list[Shadow]:
        """By their begin."""
        ...

    def begin(self, shadow: Shadow) -> None:
        """The version is a challenger from then on; IllegalChange where its state forbids it."""
        ...

    def end(self, model_id: int, number: int, until: datetime) -> Shadow:
        """The version has the state again that it had before; IllegalChange where it is no challenger."""
        ...
