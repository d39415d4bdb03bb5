"""Predictions: what a window's rows were predicted to be, one Parquet file a window.

Format 1: columns `key` (uint64), `prediction` (float64 for regression, else the place in the metadata's
`values`, null for none), `score_0`... (float64, one a class). The file's metadata `evermodel` is JSON:
format, version, classes, values. To change it: count FORMAT up and keep reading the old one.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.domain.errors import ArtifactFault
from core.domain.learning import Predictions
from storage.files import write_durably

FORMAT = 1
METADATA = b"evermodel"


@dataclass(frozen=True)
class WindowPredictions:
    """The predictions of a home, `folder`/<model>/<window>.parquet; of a version that did not serve it,
    `folder`/<model>/aside-<version>/<window>.parquet.
    """

    folder: Path
    number: int | None = None

    def aside(self, number: int) -> "WindowPredictions":
        """Those of a version that did not serve the windows."""
        return replace(self, number=number)

    def save(self, model_id: int, index: int, predictions: Predictions) -> None:
        """Replace what was kept of the window, at once or not at all."""
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(table_of(predictions), buffer, compression="zstd", compression_level=3)
        write_durably(self._path(model_id, index), buffer.getbuffer())

    def load(self, model_id: int, index: int) -> Predictions | None:
        """None if nothing was kept; ArtifactFault if the file cannot be read."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._path(model_id, index)
        try:
            return predictions_of(pq.read_table(io.BytesIO(path.read_bytes())))
        except FileNotFoundError:
            return None
        except (OSError, pa.ArrowException, KeyError, ValueError) as error:
            raise ArtifactFault(
                f"The predictions of window {index} cannot be read: {error}",
                f"Remove {path.name} of model {model_id}: the window is then scored again.",
            ) from error

    def drop_from(self, model_id: int, index: int) -> None:
        """Forget the windows from an index on."""
        for path in self._folder(model_id).glob("*.parquet"):
            if int(path.stem) >= index:
                path.unlink(missing_ok=True)

    def _path(self, model_id: int, index: int) -> Path:
        return self._folder(model_id) / f"{index}.parquet"

    def _folder(self, model_id: int) -> Path:
        folder = self.folder / str(model_id)
        return folder if self.number is None else folder / f"aside-{self.number}"


def table_of(predictions: Predictions) -> Any:
    """As format 1 holds them."""
    import pyarrow as pa

    values, said = _coded(predictions.prediction)
    columns = {"key": pa.array(predictions.key), "prediction": said}
    scores = predictions.scores
    for place in range(0 if scores is None else scores.shape[1]):
        columns[f"score_{place}"] = pa.array(np.ascontiguousarray(scores[:, place]))  # type: ignore[index]
    facts = {
        "format": FORMAT,
        "version": predictions.version,
        "values": values,
        "classes": [_simple(label) for label in predictions.classes],
    }
    return pa.table(columns).replace_schema_metadata({METADATA: json.dumps(facts).encode()})


def _coded(said: np.ndarray) -> tuple[list[Any] | None, Any]:
    """Classes as places among the distinct ones, so that text, numbers and truth values come back as such."""
    import pyarrow as pa

    if said.dtype != object:
        return None, pa.array(said, pa.float64())
    given = [_simple(value) for value in said.tolist()]
    places: dict[Any, int] = {}
    codes = [
        None if value is None else places.setdefault((type(value), value), len(places)) for value in given
    ]
    return [value for _, value in places], pa.array(codes, pa.int32())


def _simple(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def predictions_of(table: Any) -> Predictions:
    """ValueError for another format; columns that are not its own are left aside."""
    facts: Mapping[str, Any] = json.loads(table.schema.metadata[METADATA])
    if facts["format"] != FORMAT:
        raise ValueError(f"format {facts['format']} is not known")
    scores = [table.column(name).to_numpy() for name in table.column_names if name.startswith("score_")]
    stacked = np.column_stack(scores) if scores else None
    return Predictions(
        table.column("key").to_numpy(),
        _decoded(table.column("prediction"), facts["values"]),
        stacked,
        tuple(facts["classes"]),
        facts["version"],
    )


def _decoded(column: Any, values: list[Any] | None) -> np.ndarray:
    if values is None:
        return np.array(column.to_numpy())
    said = np.empty(len(column), dtype=object)
    said[:] = [None if code is None else values[code] for code in column.to_pylist()]
    return said
