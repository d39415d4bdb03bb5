"""CSV: every cell is read as text, and then as its column's type, exactly."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.csv as pc_csv

from core.domain.errors import BadInput, SourceFault
from core.domain.sources import SourceSpec
from storage.rows.encodings import bad_byte, known_encoding
from storage.rows.faults import differing, readable_file, wanted_there
from storage.rows.listing import DataFile
from storage.rows.reader import Batch, Piece, Types
from storage.rows.records import Layout, bad_width, check_whole, layout, line_of
from storage.rows.text_cells import TEXT, Narrowest, read_cells

BLOCK = 4 << 20  # bytes


class Delimited:
    """A `reader.Reader`. `texts`: columns that stay text, whatever they hold: the times."""

    def __init__(self, spec: SourceSpec, texts: Collection[str]):
        _one_sign("delimiter", spec.delimiter)
        _one_sign("decimal", spec.decimal)
        if spec.decimal is not None and spec.decimal == spec.delimiter:
            raise BadInput("It is the delimiter too.", "Write two different signs.", key="source.decimal")
        self._texts, self._delimiter, self._decimal = texts, spec.delimiter, spec.decimal or "."
        self._encoding = known_encoding(spec.encoding)

    def fix(self, files: Sequence[DataFile]) -> dict[str, pa.DataType]:
        columns: dict[str, Narrowest] = {}
        for file in files:
            with readable_file(file.name):
                written = self._layout(file)
                if columns and (fault := differing(files[0].name, columns, file.name, written.names)):
                    raise fault
                columns = columns or {name: Narrowest(self._decimal) for name in written.names}
                self._narrow(file, written, columns)
        return {name: column.kind for name, column in columns.items()}

    def _narrow(self, file: DataFile, written: Layout, columns: Mapping[str, Narrowest]) -> None:
        for batch in self._text(file, written, written.names):
            for name, column in columns.items():
                if name not in self._texts:
                    column.see(batch.columns[name])

    def pieces(self, file: DataFile, time: str) -> list[Piece]:  # noqa: ARG002
        return [Piece()]

    def batches(self, file: DataFile, pieces: Sequence[int], types: Types) -> Iterator[Batch]:
        written = self._layout(file)
        wanted_there(file.name, types, written.names)
        if pieces:
            yield from self._text(file, written, list(types))

    def fit(self, array: pa.Array, kind: pa.DataType) -> pa.Array | None:
        return read_cells(array, kind, self._decimal)

    def _layout(self, file: DataFile) -> Layout:
        try:
            return layout(file, self._encoding, self._delimiter, self._decimal)
        except UnicodeDecodeError as error:
            raise bad_byte(file, self._encoding) or error from error

    def _text(self, file: DataFile, written: Layout, names: Sequence[str]) -> Iterator[Batch]:
        """Batches of text; at the end, every line must have been a row."""
        rows = 0
        try:
            for batch in self._arrow(file, written, names) if written.rows else ():
                columns: Mapping[str, pa.Array] = dict(zip(names, batch.columns, strict=True))
                yield Batch(0, columns, batch.num_rows, _Place(file, written, rows))
                rows += batch.num_rows
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise self._why(file, written, error) from error
        if written.rows:
            check_whole(file, written, rows)

    def _arrow(self, file: DataFile, written: Layout, names: Sequence[str]) -> pc_csv.CSVStreamingReader:
        # quotes may hold line ends, and only an empty cell is a missing value
        return pc_csv.open_csv(
            file.path,
            pc_csv.ReadOptions(block_size=BLOCK, encoding=self._encoding.replace("utf-8", "utf8")),
            pc_csv.ParseOptions(delimiter=written.delimiter, newlines_in_values=True),
            pc_csv.ConvertOptions(
                include_columns=list(names),
                column_types=dict.fromkeys(written.names, TEXT),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def _why(self, file: DataFile, written: Layout, error: Exception) -> SourceFault:
        """What is wrong with a file that Arrow gave up, and in which line."""
        return (
            bad_byte(file, self._encoding)
            or bad_width(file, written)
            or SourceFault(
                f"It cannot be read as CSV: {str(error).splitlines()[0]}", "Mend the file.", file=file.name
            )
        )


def _one_sign(key: str, sign: str | None) -> None:
    if sign is not None and (len(sign) != 1 or not sign.isascii() or sign in '"\r\n'):
        raise BadInput(f"{sign!r} is no {key}.", "Write one sign, such as a comma.", key=f"source.{key}")


class _Place:
    def __init__(self, file: DataFile, written: Layout, start: int):
        self._file, self._layout, self._start = file, written, start

    def __call__(self, row: int) -> str:
        return f"Line {line_of(self._file, self._layout, self._start + row)}"
