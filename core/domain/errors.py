"""The errors that a person may see. Each says what was wrong and what to do next."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was given: where, what, and what would be right."""

    file: str | None
    key: str | None
    problem: str
    fix: str

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.file, self.key) if part)
        text = f"{place}: {self.problem}" if place else self.problem
        return f"{text} {self.fix}".strip()

    def plain(self) -> dict[str, str | None]:
        return asdict(self)


def words_of(error: Exception) -> str:
    """The first line of what any error says, without its full stop; its name where it says nothing."""
    return str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__


class EvermodelError(Exception):
    """Something failed; the exit status of a command that ends in it is `exit_status`."""

    exit_status = 1

    def __init__(self, problem: str = "", fix: str = "", *, file: str | None = None, key: str | None = None):
        self.faults: tuple[Fault, ...] = (Fault(file, key, problem, fix),)
        super().__init__(str(self.faults[0]))

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> Self:
        """All faults at once."""
        error = cls()
        error.faults = tuple(faults)
        error.args = ("\n".join(map(str, faults)),)
        return error


class BadInput(EvermodelError):
    """Wrong use, or rows, files and lines that do not hold what they should."""

    exit_status = 2


class SourceFault(BadInput):
    """A source that cannot be read as its fixed schema says; names file, line or row group, and column."""


class NotThere(EvermodelError):
    """No such model, run, version or schedule."""

    exit_status = 3


class NotAllowed(EvermodelError):
    """Not allowed in this state."""

    exit_status = 4


class IllegalChange(NotAllowed):
    """A change of state that the state does not allow."""


class StaleClaim(IllegalChange):
    """The run is no longer this worker's: it was settled, or taken by another."""


class StaleTick(IllegalChange):
    """This process is not the one that ticks any more."""


class HomeFull(EvermodelError):
    """The disk of the home has no room; it heals by itself once there is some."""


class ArtifactFault(EvermodelError):
    """A version's file is gone, altered, or holds what may not be loaded."""


class RunFailed(EvermodelError):
    """The work of a run could not be done, for a reason that a person can mend."""
