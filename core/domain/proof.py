"""Proof: that a version can be rebuilt from what was kept of it, and says the same again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np

from core.domain.learning import Predictions
from core.domain.versions import Version

SAME = "the same"
MOST_PROBED = 500
"""Rows that a version is asked about when it is saved, and again when it is rebuilt."""
MOST_NAMED = 12
"""Causes that the run's reason names; the proof itself has all of them."""


@dataclass(frozen=True)
class Proof:
    """How a version's rebuilding ended.

    `same`: every prediction of the probe rows is the same, bit for bit, and nothing of what was kept is
    altered, gone or contradicts itself. `largest_difference`: of predictions (for classes, of their scores; 1
    where only the class is said and another one is); None where nothing could be rebuilt. `differs`: every
    cause that was found, once and without a full stop; a package of another version is told even where the
    predictions are the same.
    """

    number: int
    run_id: int
    at: datetime
    same: bool
    largest_difference: float | None
    differs: Sequence[str] = field(default=())

    def plain(self) -> dict[str, object]:
        """As JSON has it; times stay datetimes."""
        return {
            "same": self.same,
            "largest_difference": self.largest_difference,
            "differs": list(self.differs),
            "at": self.at,
            "run": self.run_id,
        }

    @property
    def reason(self) -> str:
        """Of the run that found it: rebuilt v12: the same; each cause."""
        name, tried = f"v{self.number}", self.same or self.largest_difference is not None
        said = f"rebuilt {name}: {self.words}" if tried else f"no rebuilding of {name} was possible"
        more = len(self.differs) - MOST_NAMED
        return "; ".join([said, *self.differs[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])

    @property
    def words(self) -> str:
        """The same; differs by up to 0.0031; could not be rebuilt; not as it was recorded."""
        if self.same:
            return SAME
        if self.largest_difference is None:
            return "could not be rebuilt"
        if self.largest_difference > 0:
            return f"differs by up to {self.largest_difference:.3g}"
        return "not as it was recorded"


@dataclass(frozen=True)
class Gap:
    """Between two sayings of the same rows: how many of them differ, and by how much the furthest."""

    rows: int
    differ: int
    largest: float


@dataclass(frozen=True)
class Probe:
    """What a version said of some rows of its snapshot when it was saved. `positions`: (n,) ascending."""

    positions: np.ndarray
    said: Predictions


class Probes(Protocol):
    """The store of probes, beside the artifacts whose they are."""

    def save(self, artifact: str, probe: Probe) -> str:
        """The SHA-256 of its file."""
        ...

    def load(self, artifact: str, sha256: str) -> Probe:
        """ArtifactFault if it is gone or altered."""
        ...


def probe_positions(rows: int) -> np.ndarray:
    """Where the probe rows stand in a snapshot of so many: spread evenly, at most `MOST_PROBED`."""
    count = min(rows, MOST_PROBED)
    return np.arange(count, dtype=np.int64) * rows // max(count, 1)


def gap(before: Predictions, after: Predictions) -> Gap:
    """How far two sayings of the same n rows are apart. Equal means the same bits."""
    rows = len(before)
    if tuple(before.classes) != tuple(after.classes) or len(after) != rows:
        return Gap(rows, rows, 1.0)
    if before.prediction.dtype == np.float64 and not before.classes:
        return _apart(before.prediction.reshape(-1, 1), after.prediction.reshape(-1, 1))
    other = np.array([a != b for a, b in zip(before.prediction, after.prediction, strict=True)], dtype=bool)
    if before.scores is None or after.scores is None:
        return Gap(rows, int(other.sum()), float(other.any()))
    scores = _apart(before.scores, after.scores, other)
    return Gap(rows, scores.differ, scores.largest or float(other.any()))


def _apart(before: np.ndarray, after: np.ndarray, other: np.ndarray | None = None) -> Gap:
    """(n, k) float64 each; `other`: (n,) rows that differ anyway."""
    bits = [np.ascontiguousarray(values, np.float64).view(np.int64) for values in (before, after)]
    unlike = bits[0] != bits[1]
    with np.errstate(invalid="ignore"):
        sizes = np.abs(np.where(unlike, before - after, 0.0))
    sizes[np.isnan(sizes)] = np.inf  # a number against none
    rows = unlike.any(axis=1) if other is None else unlike.any(axis=1) | other
    return Gap(len(before), int(rows.sum()), float(sizes.max(initial=0.0)))


def cause(problem: str) -> str:
    """A problem as one of several: no capital, no full stop; of many lines (what a script said), the first
    and the last.
    """
    lines = [line.strip() for line in problem.strip().splitlines()] or [""]
    words = lines[0] if len(lines) == 1 else f"{lines[0].removesuffix(':')}: {lines[-1]}"
    acronym = words[1:2].isupper()
    return (words if acronym else words[:1].lower() + words[1:]).removesuffix(".")


def needs(version: Version) -> set[int]:
    """The versions whose artifacts a rebuilding takes: the one that it continues or joins (an ensemble takes
    all its older fits from there), and of a script, the one that it was given.
    """
    given = version.parent if "script" in version.code else None
    return {one for one in (version.lineage.get("continues"), given) if isinstance(one, int)}


def why_not(version: Version, has_making: bool, gone: Collection[int] = ()) -> str | None:
    """Why a version cannot be rebuilt, in a sentence; None where it can be tried.

    `gone`: versions whose artifacts are there no more.
    """
    name = f"v{version.number}"
    if version.let_go is not None:
        return f"{name} is not kept any more: its model keeps its newest versions only."
    if version.adopted:
        return f"{name} was adopted: what it was trained on is not known."
    if not has_making:
        return f"{name} is of an older Evermodel, which did not keep what it was made of."
    if missing := sorted(needs(version) & set(gone)):
        return f"{name} went on from v{missing[0]}, whose file is there no more."
    return None


class Reproductions(Protocol):
    """The store of proofs."""

    def add(self, model_id: int, proof: Proof) -> None: ...

    def of(self, model_id: int, number: int) -> list[Proof]:
        """Of one version, the newest first."""
        ...

    def newest(self, model_id: int) -> Mapping[int, Proof]:
        """The newest of each version that has one."""
        ...
