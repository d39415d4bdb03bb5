"""Loose file: rows of one file that is no source, in the file's own order, some columns held to types.

It needs neither a time nor a target; columns that nobody asks for stay as the file says them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.domain.errors import SourceFault
from core.domain.models import Model
from storage.rows.arrow_types import named
from storage.rows.faults import first_misfit, misfit, no_column, readable_file
from storage.rows.listing import DataFile, list_files
from storage.rows.reader import Batch, Reader, Types
from storage.rows.reading import reader_of
from storage.rows.text_cells import TEXT


@dataclass(frozen=True)
class LooseFile:
    """`types`: of its columns, in its order, as the file alone says them."""

    file: DataFile
    reader: Reader
    types: Types

    @classmethod
    def of(cls, path: Path, model: Model) -> "LooseFile":
        """A CSV, Parquet or JSON Lines file, written as the model's source is; SourceFault if it is none."""
        if not path.is_file():
            problem = "It is a folder." if path.is_dir() else "There is no such file."
            raise SourceFault(problem, "Name one file of rows.", file=path.name)
        (file,) = list_files(path.name, str(path.parent))
        reader = reader_of(file, model)
        return cls(file, reader, reader.fix([file]))

    def batches(
        self, held: Mapping[str, str], *, as_written: bool
    ) -> Iterator[tuple[pa.RecordBatch, pa.Table]]:
        """(Every column of the file, the columns of `held` in its types), batch by batch.

        `as_written`: where cells are text (CSV), the first stay that text. SourceFault names a column that is
        not there, or file, line and column of a value that does not fit.
        """
        if lost := [name for name in held if name not in self.types]:
            raise no_column(self.file.name, lost, self.types)
        kinds = {name: named(kind) for name, kind in held.items()}
        asked = {**self.types, **kinds}
        with readable_file(self.file.name):
            pieces = range(len(self.reader.pieces(self.file, "")))
            for batch in self.reader.batches(self.file, pieces, asked):
                whole = {name: self._kept(batch, name, as_written) for name in self.types}
                fitting = {name: self._fitting(batch, name, kind) for name, kind in kinds.items()}
                yield pa.RecordBatch.from_pydict(whole), pa.table(fitting)

    def _kept(self, batch: Batch, name: str, as_written: bool) -> pa.Array:
        if self.file.format == "jsonl" or (as_written and batch.columns[name].type == TEXT):
            return batch.columns[name]
        return self._fitting(batch, name, self.types[name])

    def _fitting(self, batch: Batch, name: str, kind: pa.DataType) -> pa.Array:
        array = batch.columns[name]
        fitting = self.reader.fit(array, kind)
        if fitting is None:
            cell = first_misfit(lambda some: self.reader.fit(some, kind), array)
            raise misfit(self.file.name, name, batch.place(cell), array[cell].as_py(), kind)
        return fitting
