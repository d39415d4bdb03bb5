"""Keeping: what of a home's files is let go, and when none may be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.home import Stores
from core.domain.models import Kept

Guard = Callable[[Stores], None]
"""What an act asks first, inside its transaction: StaleTick where this process may not act any more."""


def unguarded(_: Stores) -> None:
    """The guard of a command, which acts where no server does."""


class Files(Protocol):
    """The files of a home that rows name. Each act is refused by its guard's error."""

    def older(self, kept: Kept, now: datetime, guard: Guard) -> list[int]:
        """Let the artifacts and snapshots of older versions go (`keep` of the model file); their numbers.

        An artifact from which a version that is kept went on stays with that one.

        None goes while a run of the model works. The rows stay and say since when.
        """
        ...

    def unnamed(self, now: datetime, spare: timedelta, guard: Guard) -> int:
        """Delete artifacts and chunks that no version names, older than `spare`; how many.

        None goes while a run works that may come to name it.
        """
        ...

    def half_written(self, now: datetime, spare: timedelta, guard: Guard) -> int:
        """Delete what a killed process had begun to write, older than `spare`, while no run works."""
        ...

    def champions(self, name: str | None = None, *, thoroughly: bool = False) -> None:
        """Put the path of a model's champion, or of every model's, where the tables say.

        `thoroughly`: content is looked at too.
        """
        ...

    def predictions(self, model_id: int, newest: int) -> int:
        """Delete the predictions of all but a model's newest windows; how many."""
        ...
