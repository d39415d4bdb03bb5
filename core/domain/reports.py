"""Report: how a flow says where it is."""

from typing import Protocol


class Report(Protocol):
    """Each call may raise StaleClaim: the run was given up, and nothing more is to be done for it."""

    def step(self, name: str) -> None:
        """The next part begins."""
        ...

    def fact(self, words: str) -> None:
        """Something worth knowing about the present part."""
        ...

    def progress(self, share: float, words: str) -> None:
        """How far the run is, 0 to 1."""
        ...
