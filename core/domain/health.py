"""Health: how a model does, in a word."""

from dataclasses import dataclass

HEALTH_WORDS = ("failing", "watch", "healthy", "unknown")


@dataclass(frozen=True)
class Health:
    """A model's health in a word (contract, *Health*), and why in a sentence.

    `paused`: all of its schedules are. `poor`: the last labelled window itself is the reason.
    `waiting`: rows or labels did not come when expected.
    """

    word: str
    why: str
    paused: bool = False
    pause_reason: str | None = None
    poor: bool = False
    waiting: bool = False
