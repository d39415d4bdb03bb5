"""Packing: how Parquet encodes the columns of a chunk, so that many small files are about as small as one."""

from typing import Any

DISTINCT = 0.7
"""Above this share of distinct values a dictionary and its indices take more room than the values."""

LOOKED_AT = 4_096
"""Rows in the middle of a column that tell for all of it: counting every value takes longer than writing."""


def packing(table: Any) -> dict[str, object]:
    """Arguments of `pyarrow.parquet.write_table`: times as differences, repeating values by a dictionary."""
    import pyarrow as pa

    times = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    times += [name for name in table.column_names if name.startswith("__")]
    repeating = [name for name in table.column_names if name not in times and _repeats(table.column(name))]
    return {"use_dictionary": repeating, "column_encoding": dict.fromkeys(times, "DELTA_BINARY_PACKED")}


def _repeats(column: Any) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(column.type):
        return False  # one bit each as it is
    some = column.slice(max(0, len(column) - LOOKED_AT) // 2, LOOKED_AT)
    try:
        distinct = pc.count_distinct(some, mode="all").as_py()
    except pa.ArrowNotImplementedError:
        return True
    return bool(distinct <= DISTINCT * len(some))
