"""Sampling: rows spread over a whole source, in bounded memory, with what its columns may be."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.defining.sample import MOST_VALUES, Column, Sample
from core.domain.errors import SourceFault
from core.domain.labels import in_order
from core.domain.models import Model
from core.domain.sources import SourceSpec
from storage.rows.arrays import mask, truths, valid, values
from storage.rows.arrow_types import readable
from storage.rows.faults import misfit, readable_file
from storage.rows.label_listing import files_of_rows
from storage.rows.listing import DataFile
from storage.rows.reader import Batch, Reader, Types
from storage.rows.reading import reader_of
from storage.rows.spread import HEAD, Spread
from storage.rows.times import TimeReader

MOST_ROWS = 20_000
MOST_LOOKED_AT = 2_000_000
"""Of more rows than these, where a format knows their number, only some pieces are looked at."""
READ_AS_TIMES = 0.99
FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y %I:%M:%S %p",
)
"""Day first before month first: one that fits every time is taken."""


def sample_source(model: Model, most: int = MOST_ROWS) -> Sample:
    """At most `most` rows of a model's source and its number of rows. Its time and target may be unknown yet.

    SourceFault as its survey.
    """
    if model.source.url is not None:
        from storage.rows.database_sampling import sample_database

        table, types, rows = sample_database(model, most)
    else:
        table, types, rows = _sample_files(model, most)
    return sample_of(table, types, rows, model.source, model.tz)


def _sample_files(model: Model, most: int) -> tuple[pa.Table, Types, int]:
    files = files_of_rows(model)
    reader = reader_of(files[0], model)
    types = reader.fix(files)
    single = {name: kind for name, kind in types.items() if readable(kind)}
    if not single:
        raise SourceFault("No column holds single values.", "Give each value a column.", file=files[0].name)
    kept, (pieces, rows) = Spread(single, most), _pieces(reader, files)
    for file, chosen in pieces.items():
        with readable_file(file.name):
            for batch in reader.batches(file, chosen, single):
                kept.see(batch.rows, partial(_taken, batch, single, reader, file))
    return kept.table(), types, rows or kept.seen


def _taken(batch: Batch, types: Types, reader: Reader, file: DataFile, chosen: np.ndarray) -> list[pa.Array]:
    flags = mask(chosen)
    return [
        _fitting(batch.columns[name].filter(flags), kind, reader, file, name) for name, kind in types.items()
    ]


def sample_of(table: pa.Table, types: Types, rows: int, spec: SourceSpec, zone: ZoneInfo) -> Sample:
    """A table of single values as a sample of a source of `rows` rows with columns of `types`."""
    there = set(table.column_names)
    columns = tuple(
        _column(name, table.column(name).combine_chunks(), spec, zone)
        if name in there
        else Column(name, str(kind), np.full(len(table), -1), 0, single=False)
        for name, kind in types.items()
    )
    head = [{name: _said(value) for name, value in row.items()} for row in table.slice(0, HEAD).to_pylist()]
    return Sample(columns, rows, len(table), tuple(head))


def _fitting(array: pa.Array, kind: pa.DataType, reader: Reader, file: DataFile, name: str) -> pa.Array:
    fitting = reader.fit(array, kind)
    if fitting is None:
        value = next((one for one in array.to_pylist() if one is not None), None)
        raise misfit(file.name, name, "A row", value, kind)
    return fitting


def _pieces(reader: Reader, files: Sequence[DataFile]) -> tuple[dict[DataFile, list[int]], int]:
    """(Every piece of every file, of too many rows pieces spread over them; all rows, 0 if unknown)."""
    found = []
    for file in files:
        with readable_file(file.name):
            found += [(file, place, piece.rows) for place, piece in enumerate(reader.pieces(file, ""))]
    rows = sum(count or 0 for _, _, count in found)
    step = max(1, -(-rows // MOST_LOOKED_AT))
    chosen: dict[DataFile, list[int]] = {}
    for file, place, _ in found[::step]:
        chosen.setdefault(file, []).append(place)
    return chosen, rows


def _column(name: str, array: pa.Array, spec: SourceSpec, zone: ZoneInfo) -> Column:
    kind = array.type
    times, time_format = _times(name, array, spec, zone)
    if pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        encoded = array.dictionary_encode()
        codes = np.where(valid(encoded.indices), values(encoded.indices, np.int32), -1).astype(np.int64)
        count, first = len(encoded.dictionary), encoded.dictionary[:MOST_VALUES].to_pylist()
        words = first if count <= MOST_VALUES else ()
        return Column(name, str(kind), codes, count, words, None, times, time_format, first=first)
    numbers = _numbers(array, times)
    there = np.isfinite(numbers) if pa.types.is_floating(kind) else ~np.isnan(numbers)
    distinct, places = np.unique(numbers[there], return_inverse=True)
    codes = np.full(len(numbers), -1, np.int64)
    codes[there] = places
    words = _values(array, len(distinct))
    return Column(name, str(kind), codes, len(distinct), words, numbers, times, time_format)


def _values(array: pa.Array, distinct: int) -> Sequence[object]:
    """The distinct values as the file holds them, in the order of their codes."""
    if distinct > MOST_VALUES:
        return ()
    found = [value for value in array.unique().to_pylist() if value is not None and value == value]
    ordered = in_order(found)
    return ordered if len(ordered) == distinct else ()


def _numbers(array: pa.Array, times: np.ndarray | None) -> np.ndarray:
    kind = array.type
    if pa.types.is_boolean(kind):
        return np.where(valid(array), truths(array).astype(np.float64), np.nan)
    if pa.types.is_temporal(kind):
        return times if times is not None else np.full(len(array), np.nan)
    cast = pc.cast(array, pa.float64(), safe=False)
    return np.where(valid(cast), values(cast, np.float64), np.nan)


def _times(
    name: str, array: pa.Array, spec: SourceSpec, zone: ZoneInfo
) -> tuple[np.ndarray | None, str | None]:
    """(The column as times, in which format); None where it is not one."""
    if array.null_count == len(array):
        return None, None
    tried: list[str | None] = [spec.time_format] if spec.time_format else [None]
    if pa.types.is_string(array.type) and spec.time_format is None:
        tried += FORMATS
    if pa.types.is_temporal(array.type) and spec.time_format:
        tried = [None]
    for time_format in tried:
        told = SourceSpec(spec.path, time_format=time_format, time_unit=spec.time_unit)
        times = _read(name, array, told, zone)
        if times is not None:
            return times, time_format if time_format != spec.time_format else None
    return None, None


def _read(name: str, array: pa.Array, spec: SourceSpec, zone: ZoneInfo) -> np.ndarray | None:
    if spec.time_format and _misses(array, spec.time_format):
        return None
    try:
        read = TimeReader(name, zone, spec).read(array, spec.path)
    except SourceFault:
        return None
    there = valid(array)
    if not there.any() or (read.readable & there).sum() < READ_AS_TIMES * there.sum():
        return None
    return np.where(read.readable & there, read.us.astype(np.float64), np.nan)


def _misses(array: pa.Array, time_format: str) -> bool:
    """A quick no: the first value is not of the format."""
    first = next((value for value in array.slice(0, 100).to_pylist() if value is not None), None)
    try:
        datetime.strptime(str(first), time_format)
    except ValueError:
        return True
    return False


def _said(value: object) -> str:
    if value is None:
        return "–"
    return str(value) if not isinstance(value, float) else f"{value:.10g}"
