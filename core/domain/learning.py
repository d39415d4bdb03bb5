"""What the flows ask of learning, so that monitoring and retraining meet in words and not in each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
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
        """Those of a boolean mask (n,), or at places (m,)."""
        scores = None if self.scores is None else self.scores[mask]
        return Predictions(self.key[mask], self.prediction[mask], scores, self.classes, self.version)


class Fitted(Protocol):
    """A fitted estimator that a version holds: a scikit-learn pipeline over a DataFrame of exactly the
    features.
    """

    def predict(self, rows: object) -> np.ndarray: ...


@dataclass(frozen=True)
class Artifact:
    """A saved estimator: its file (relative to artifacts/) and the file's SHA-256.

    `code`: the name of the code that a joblib file may need beside it (see core.domain.scripts.Codes).
    """

    file: str
    sha256: str
    code: str | None = None


class Artifacts(Protocol):
    """The store of fitted estimators."""

    def save(self, estimator: Fitted, name: str, code: str | None = None) -> Artifact:
        """Write, fsync, rename; the file holds the estimator before a row names it.

        By skops; where that may not hold it, by joblib, if that is allowed. ArtifactFault, and nothing
        written, if it could not be loaded again.
        """
        ...

    def load(self, artifact: Artifact) -> Fitted:
        """ArtifactFault if the file is gone, altered, or holds a type that may not be loaded."""
        ...

    def read(self, content: bytes, name: str, code: str | None = None) -> Fitted:
        """The estimator in a file that Evermodel did not write. `name`: of the file, for words.

        `save` keeps these bytes where skops may not hold it. ArtifactFault if it is no such file, is cut
        short, or may not be loaded.
        """
        ...

    def copy_to(self, artifact: Artifact, folder: Path) -> Path:
        """A copy named `model` with the artifact's suffix; ArtifactFault as `load`, but nothing is loaded."""
        ...

    def verify(self, artifact: Artifact) -> None:
        """ArtifactFault if the file is gone or altered; loads nothing."""
        ...


@dataclass(frozen=True)
class Chunk:
    """Rows kept once under their content's hash, in time order; a snapshot takes those from `first` on.

    `cut`: the as of (microseconds) at which they had become learnable. `bytes`: hash of the file that was
    written, "" where it was not kept.
    """

    hash: str
    cut: int
    rows: int
    first: int = 0
    bytes: str = ""


@dataclass(frozen=True)
class SourceState:
    """What the source was when a snapshot was made, by which a later one tells old rows that cannot have
    changed.

    `files`: as `Source.stamp` gives them. `reading`: a hash of all by which files become rows. `learnable`:
    how many rows were, within the snapshot and before its start. `cuts`: at how many moments rows had been
    cut into chunks by then.
    """

    files: Mapping[str, Sequence[int]]
    reading: str
    learnable: int
    cuts: int


@dataclass(frozen=True)
class Snapshot:
    """The exact rows that a version was trained on. `state`: None where the source is no set of files."""

    id: str  # hash of its chunks
    as_of: int
    rows: int
    chunks: Sequence[Chunk]
    format: int = 1
    state: SourceState | None = field(default=None, compare=False)


class Snapshots(Protocol):
    """The store of snapshots: chunks of rows by content, each row once while it does not change."""

    def freeze(
        self,
        kept: "Kept",
        learnable: "Rows",
        as_of: int,
        start: int | None,
        files: Mapping[str, Sequence[int]] | None = None,
    ) -> Snapshot:
        """Keep the learnable rows (time >= `start`) as of a moment; reuses the chunks of earlier cuts.

        `files`: the stamp of the source's files that the rows were read from; None if they are no files.
        """
        ...

    def arrange(self, kept: "Kept", learnable: "Rows", as_of: int, start: int | None) -> "Rows":
        """The learnable rows in the order of the snapshot that `freeze` would make, without keeping them."""
        ...

    def rows(self, snapshot: Snapshot) -> "Rows":
        """The rows again, in the order in which `freeze` returns them; ArtifactFault if a chunk is gone or
        altered.
        """
        ...

    def verify(self, snapshot: Snapshot) -> None:
        """ArtifactFault if a chunk is gone or altered."""
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

    def cuts(self, model_id: int) -> Sequence[int]:
        """The as ofs (microseconds) at which rows of the model were cut into chunks, ascending."""
        ...

    def last(self, model_id: int) -> Snapshot | None:
        """The newest by its as of."""
        ...


class PredictionFiles(Protocol):
    """The store of predictions, one file a window."""

    def save(self, model_id: int, index: int, predictions: Predictions) -> None: ...

    def load(self, model_id: int, index: int) -> Predictions | None: ...

    def drop_from(self, model_id: int, index: int) -> None: ...

    def aside(self, number: int) -> "PredictionFiles":
        """Those of a version that did not serve the windows."""
        ...
