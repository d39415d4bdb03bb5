"""A folder with a model's rows in it."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.clock import moment
from core.domain.models import Model
from core.domain.sources import Schema, Source, SourceSpec, Survey
from core.domain.spans import Span
from storage.rows import open_source


@dataclass(frozen=True)
class Place:
    """Writes files, and opens them as a source of time "t" and target "y"."""

    folder: Path

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode() if isinstance(text, str) else text
        file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return file

    def lines(self, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
        return self.write(name, "".join(json.dumps(row) + "\n" for row in rows))

    def parquet(self, name: str, columns: Mapping[str, Any], **options: Any) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(dict(columns)), file, **options)
        return file

    def model(self, path: str, *, options: Mapping[str, Any] | None = None, **changes: Any) -> Model:
        plain: dict[str, Any] = {"name": "m", "task": "regression", "target": "y", "time": "t", "zone": "UTC"}
        return Model(
            **{**plain, **changes},
            window=Span(1, "days"),
            source=SourceSpec(path, **(options or {})),
            folder=str(self.folder),
        )

    def survey(self, path: str, **changes: Any) -> Survey:
        return open_source(self.model(path, **changes)).survey()

    def source(self, path: str, schema: Schema | None = None, **changes: Any) -> Source:
        """A source whose schema its own survey fixed, unless one is given."""
        model = self.model(path, **changes)
        return open_source(model, schema or open_source(model).survey().schema)

    def rows(self, path: str, **changes: Any) -> list[dict[str, Any]]:
        return self.source(path, **changes).read(None, None).table.to_pylist()

    def times(self, path: str, **changes: Any) -> list[str]:
        """Every row's time as the source reads it, in UTC."""
        time = self.source(path, **changes).read(None, None).time
        return [moment(int(us)).isoformat().removesuffix("+00:00") for us in time]


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return Place(tmp_path)
