"""FileSource: a model's rows in local files, read by time range and held against one schema."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.domain.labels import in_order
from core.domain.models import Model
from core.domain.rows import Rows
from core.domain.sources import Schema, Survey
from storage.rows.arrays import mask
from storage.rows.faults import readable_file
from storage.rows.held import Held
from storage.rows.label_listing import files_of_rows
from storage.rows.labels import missing
from storage.rows.listing import DataFile, stamp_of
from storage.rows.reader import Reader, Types
from storage.rows.reading import reader_of
from storage.rows.scan import Scan

MOST_LABELS = 1_000


class FileSource:
    """A `core.domain.sources.Source`. `schema`: what its survey fixed; only `survey` and `stamp` do without.

    Columns of a file that the schema does not have are not looked at.
    """

    def __init__(self, model: Model, schema: Schema | None = None):
        self._model, self._held = model, Held(model, schema)

    def stamp(self) -> dict[str, list[int]]:
        return stamp_of(self._files())

    def survey(self) -> Survey:
        """Fix the schema. A column that the model names but no file has is no fault yet: the schema tells."""
        model, files = self._model, self._files()
        reader = self._reader(files)
        types = reader.fix(files)
        schema = Schema({name: str(kind) for name, kind in types.items()})
        self._held.single_values(types, files[0].name)
        if model.time not in types:
            return Survey(schema, _count(reader, files, types), None, None, 0)
        scan, labels = Scan(model, reader, files), set[object]()
        looked_at = {
            name: types[name] for name in (model.time, model.target, model.label_time) if name in types
        }
        label_times = self._held.label_times()
        for found in scan.found(looked_at, None, None):
            columns = self._held.columns(found, looked_at, reader.fit)
            if model.task != "regression" and model.target in types and len(labels) < MOST_LABELS:
                target = columns[model.target]
                labels.update(target.filter(mask(~missing(target))).unique().to_pylist())
            if model.label_time in types:
                self._held.told(label_times, found)
        whole = scan.whole()
        return Survey(
            schema,
            whole.rows,
            whole.first,
            whole.last,
            whole.unreadable,
            tuple(in_order(labels)[:MOST_LABELS]),
        )

    def read(self, start: int | None, end: int | None, columns: Sequence[str] | None = None) -> Rows:
        files = self._files()
        reader, scan = self._scan(files)
        asked = self._held.types(self._held.all() if columns is None else columns)
        rows = self._held.rows(scan.found(self._held.needed(asked), start, end), asked, reader.fit)
        return replace(rows, left_out=scan.left_out)

    def as_known(self, as_of: int) -> "FileSource":  # noqa: ARG002
        """A row that carries its own label has one alone."""
        return self

    def stream(self, start: int | None, end: int | None, columns: Sequence[str]) -> Iterator[Rows]:
        reader, scan = self._scan(self._files())
        asked = self._held.types(columns)
        found = scan.found(self._held.needed(asked), start, end)
        yield from self._held.stream(found, asked, reader.fit, lambda: scan.left_out)

    def newest(self, not_after: int) -> int | None:
        return self._scan(self._files())[1].newest(self._held.types((self._model.time,)), not_after)

    def _scan(self, files: Sequence[DataFile]) -> tuple[Reader, Scan]:
        reader = self._reader(files)
        return reader, Scan(self._model, reader, files)

    def _files(self) -> list[DataFile]:
        return files_of_rows(self._model)

    def _reader(self, files: Sequence[DataFile]) -> Reader:
        return reader_of(files[0], self._model)


def _count(reader: Reader, files: Sequence[DataFile], types: Types) -> int:
    """How many rows there are, where no column tells their times."""
    first = dict(list(types.items())[:1])
    rows = 0
    for file in files:
        with readable_file(file.name):
            pieces = range(len(reader.pieces(file, "")))
            rows += sum(batch.rows for batch in reader.batches(file, pieces, first)) if first else 0
    return rows
