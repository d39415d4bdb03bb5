"""Small models and rows for the tests of learning."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from core.domain.models import Kept, Model
from core.domain.rows import Rows
from core.domain.sources import Schema, SourceSpec, Survey
from core.domain.spans import Span

HOUR = 3_600_000_000
DAY = 24 * HOUR


def kept_of(table: pa.Table, **said: Any) -> Kept:
    """A model of a table's columns; `said` are fields of Model."""
    fields = {
        "name": "m",
        "task": "regression",
        "target": "y",
        "time": "t",
        "window": Span(1, "days"),
        "source": SourceSpec("rows.parquet"),
        "folder": ".",
    }
    model = Model(**{**fields, **said})
    columns = {field.name: str(field.type) for field in table.schema}
    survey = Survey(Schema(columns), len(table), None, None, 0)
    return Kept(1, model, survey, 0, datetime(2026, 1, 1, tzinfo=UTC), 1)


def rows_of(
    columns: Mapping[str, Any], time: Sequence[int] | None = None, known: Sequence[int] | None = None
) -> Rows:
    """Rows of columns; by default an hour apart, their labels known at once."""
    table = pa.table(dict(columns))
    moments = np.arange(len(table), dtype=np.int64) * HOUR if time is None else np.array(time, np.int64)
    if "t" not in table.column_names:
        table = table.append_column("t", pa.array(moments, pa.timestamp("us")))
    return Rows(table, moments, moments.copy() if known is None else np.array(known, np.int64))


def need(package: str) -> None:
    """Skip the test, by name, where an extra's package is not installed."""
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")


LABELS: Mapping[str, Sequence[object]] = {
    "regression": (0.0,),
    "binary": ("no", "yes"),
    "multiclass": (3, 5, 9),
}


def mixed_rows(task: str, n: int = 80, seed: int = 0) -> Rows:
    """Every kind of column, each with missing values; the label hangs on the number and the text."""
    random = np.random.default_rng(seed)
    number = random.normal(size=n)
    text = random.choice(np.array(["red", "green", "blue"], dtype=object), n)
    signal = number + (text == "red")
    values = LABELS[task]
    y = (
        signal
        if task == "regression"
        else [values[int(i)] for i in np.digitize(signal, np.linspace(-0.5, 1, len(values))[1:])]
    )
    gaps = random.random((5, n)) < 0.1
    return rows_of(
        {
            "number": pa.array(number, mask=gaps[0]),
            "count": pa.array(random.integers(0, 5, n), mask=gaps[1]),
            "text": pa.array(text, pa.string(), mask=gaps[2]),
            "flag": pa.array(random.random(n) < 0.5, mask=gaps[3]),
            "day": pa.array(random.integers(0, 1000, n).astype("datetime64[D]"), mask=gaps[4]),
            "empty": pa.nulls(n, pa.float64()),
            "y": pa.array(y),
        }
    )


def strange_rows() -> Rows:
    """What no fit has seen: a new text, infinite numbers, nothing at all."""
    return rows_of(
        {
            "number": pa.array([float("inf"), 0.5, None]),
            "count": pa.array([99, 1, None], pa.int64()),
            "text": pa.array(["violet", "red", None]),
            "flag": pa.array([True, False, None]),
            "day": pa.array([1, 2, None], pa.int32()).cast(pa.date32()),
            "empty": pa.array([7.0, None, None]),
        }
    )
