"""Fits: what a strategy makes, and the version before that it may go on from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.domain.clock import micros
from core.domain.learning import Fitted
from core.domain.rows import Rows
from core.domain.versions import Version

Learn = Callable[[Rows, int], Fitted]
"""One fit from scratch on rows; the moment (microseconds) is that from which half-lives count back."""


@dataclass(frozen=True)
class Before:
    """The version that another continues or joins, with its estimator."""

    version: Version
    fitted: Fitted

    def news(self, rows: Rows) -> np.ndarray:
        """(n,) mask of the rows that its fit did not learn: their labels came later, or they judged it and
        it was not fitted again.
        """
        found, judged = ~rows.learnable(micros(self.version.train_to)), self.version.judged
        if "left_out" in judged:
            first, last = (micros(datetime.fromisoformat(str(judged[end]))) for end in ("from", "to"))
            found |= (rows.time >= first) & (rows.time <= last)
        return found


@dataclass(frozen=True)
class Fit:
    """`fitted`: what serves. `single`: its own fit, which an ensemble holds last; otherwise the same.

    `learnt`: the rows of that fit. `lineage`: as `Version.lineage` keeps it.
    """

    fitted: Fitted
    single: Fitted
    learnt: Rows
    lineage: Mapping[str, object]
