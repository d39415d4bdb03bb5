"""What the flows ask of learning, so that monitoring and retraining meet in words and not in each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from core.domain.models import Kept
    from core.domain.rows import Rows


@dataclass(frozen=True)
class Predictions:
    """What a version said of n rows.

    `key`: (n,) uint64, a hash of each row's time and features, by which late labels find it. `prediction`:
    (n,) float64 for regression, else object (the class as its column holds it). `scores`: for
    classification (n, classes)
    float64 in the order of `classes`; binary with shipped scores may have none (None).
    """

    key: np.ndarray
    prediction: np.ndarray
    scores: np.ndarray | None = None
    classes: Sequence[object] = field(default=())
    version: int | None = None

    def __len__(self) -> int:
        return len(self.key)

    def where(self, mask: np.ndarray) -> "Predictions":
        """Those of a boolean mask (n,)."""
        scores = None if self.scores is None else self.scores[mask]
        return Predictions(self.key[mask], self.prediction[mask], scores, self.classes, self.version)


class Fitted(Protocol):
    """A fitted estimator that a version holds: a scikit-learn pipeline over a DataFrame of exactly the
    features.
    """

    def predict(self, rows: object) -> np.ndarray: ...


@dataclass(frozen=True)
class Artifact:
    """A saved estimator: its file (relative to artifacts/) and the file's SHA-256."""

    file: str
    sha256: str


class Artifacts(Protocol):
    """The store of fitted estimators."""

    def save(self, estimator: Fitted, name: str) -> Artifact:
        """Write, fsync, rename; the file holds the estimator before a row names it."""
        ...

    def load(self, artifact: Artifact) -> Fitted:
        """ArtifactFault if the file is gone, altered, or holds a type that may not be loaded."""
        ...

    def verify(self, artifact: Artifact) -> None:
        """ArtifactFault if the file is gone or altered; loads nothing."""
        ...


@dataclass(frozen=True)
class Chunk:
    """Rows kept once under their content's hash, in time order; a snapshot takes those from `first` on.

    `cut`: the as of (microseconds) at which they had become learnable.
    """

    hash: str
    cut: int
    rows: int
    first: int = 0


@dataclass(frozen=True)
class Snapshot:
    """The exact rows that a version was trained on."""

    id: str  # hash of its chunks
    as_of: int
    rows: int
    chunks: Sequence[Chunk]
    format: int = 1


class Snapshots(Protocol):
    """The store of snapshots: chunks of rows by content, each row once while it does not change."""

    def freeze(self, kept: "Kept", learnable: "Rows", as_of: int, start: int | None) -> Snapshot:
        """Keep the learnable rows (time >= `start`) as of a moment; reuses the chunks of earlier cuts."""
        ...

    def arrange(self, kept: "Kept", learnable: "Rows", as_of: int, start: int | None) -> "Rows":
        """The learnable rows in the order of the snapshot that `freeze` would make, without keeping them."""
        ...

    def rows(self, snapshot: Snapshot) -> "Rows":
        """The rows again, in the order in which `freeze` returns them; ArtifactFault if a chunk is gone or
        altered.
        """
        ...

    def stream(self, snapshot: Snapshot) -> Iterator["Rows"]:
        """The same rows in batches of bounded size, in any order, their content not checked; ArtifactFault
        if a chunk is gone.
        """
        ...


class SnapshotLists(Protocol):
    """The store of which chunks each snapshot is made of."""

    def add(self, model_id: int, snapshot: Snapshot) -> None: ...

    def get(self, model_id: int, id: str) -> Snapshot: ...

    def cuts(self, model_id: int) -> Sequence[int]: ...


class PredictionFiles(Protocol):
    """The store of predictions, one file a window."""

    def save(self, model_id: int, index: int, predictions: Predictions) -> None: ...

    def load(self, model_id: int, index: int) -> Predictions | None: ...

    def drop_from(self, model_id: int, index: int) -> None: ...


Parameters = Mapping[str, object]
