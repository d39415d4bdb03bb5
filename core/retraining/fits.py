"""Fits: what a strategy makes, what it makes it of, and the version before that it may go on from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.domain.clock import micros
from core.domain.learning import Fitted
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.versions import Version

Learn = Callable[[Rows, int], Fitted]
"""One fit from scratch on rows; the moment (microseconds) is that from which half-lives count back."""


@dataclass(frozen=True)
class Before:
    """The version that another continues or joins, with its estimator.

    `leave_out`: the ranges that were never learnt when it was made, as its model's file wrote them.
    """

    version: Version
    fitted: Fitted
    leave_out: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Fit:
    """`fitted`: what serves. `single`: its own fit, which an ensemble holds last; otherwise the same.

    `learnt`: the rows of that fit. `lineage`: as `Version.lineage` keeps it.
    """

    fitted: Fitted
    single: Fitted
    learnt: Rows
    lineage: Mapping[str, object]


@dataclass(frozen=True)
class Ingredients:
    """What a fit is made of.

    `rows`: learnable, in the order in which a snapshot has them. `since`: the moment (microseconds) from
    which half-lives count back. `before`: the champion, None where there is none. `learn`: one fit from
    scratch. `code`: asks what makes the version, as `Version.code` keeps it; of a script, once it ran.
    `judged`: at a refit, what was fitted first and the rows that judged it.
    """

    kept: Kept
    rows: Rows
    since: int
    before: Before | None
    learn: Learn
    code: Callable[[], Mapping[str, object]]
    judged: tuple[Fit, Rows] | None = None

    def from_scratch(self) -> Fitted:
        """One fit on all the rows."""
        return self.learn(self.rows, self.since)


def news(version: Version, rows: Rows) -> np.ndarray:
    """(n,) mask of the rows that a version did not learn: their labels came after its as of, or they judged
    it and it was not fitted again.
    """
    found: np.ndarray = ~rows.learnable(micros(version.train_to))
    if "left_out" in version.judged:
        found[_judged(version, rows)] = True
    return found


def _judged(version: Version, rows: Rows) -> np.ndarray:
    """Positions of the rows that judged a version: of those known at its as of and not to the champion
    (`known_to`), the newest. Where that is not recorded (by an older Evermodel), the newest of all.
    """
    came, known_to = rows.learnable(micros(version.train_to)), version.judged.get("known_to")
    if isinstance(known_to, str):
        came &= ~rows.learnable(micros(datetime.fromisoformat(known_to)))
    count = version.judged["rows"]
    assert isinstance(count, int)
    return np.flatnonzero(came)[-count:]
