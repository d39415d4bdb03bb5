"""Laying: rows of any order stand in order of time, ties as they came."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.rows import Rows
from core.monitoring import laying
from core.monitoring.laying import lay
from tests.learning_kit import kept_of

BATCHES = st.lists(st.lists(st.integers(0, 12), max_size=30), max_size=9)


@pytest.fixture(autouse=True, scope="module")
def few_at_a_time() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laying, "MOST", 7)
        yield


def batches(times: list[list[int]], target: pa.DataType) -> list[Rows]:
    """Each row's label is how many came before it, of the batch before for the next."""
    found, n = [], 0
    for part in times:
        labels = pa.array(range(n, n + len(part))).cast(target)
        time, n = np.array(part, np.int64), n + len(part)
        found.append(Rows(pa.table({"y": labels}), time, time + 5, len(part) % 2))
    return found


@pytest.mark.parametrize(("task", "kind"), [("regression", pa.float64()), ("multiclass", pa.string())])
@given(times=BATCHES, in_order=st.booleans())
def test_rows_stand_in_order_of_time_and_ties_as_they_came(
    task: str, kind: pa.DataType, times: list[list[int]], in_order: bool
) -> None:
    if in_order:
        ordered = sorted(time for part in times for time in part)
        times = [ordered[i : i + 10] for i in range(0, len(ordered), 10)]
    model = kept_of(
        pa.table({"y": pa.array([], kind), "t": pa.array([], pa.timestamp("us"))}), task=task
    ).model
    laid = lay(model, batches(times, kind))
    every = np.array([time for part in times for time in part], np.int64)
    order = np.argsort(every, kind="stable")
    assert laid.time[:].tolist() == every[order].tolist()
    assert laid.known[:].tolist() == (every[order] + 5).tolist()
    assert laid.label[:].tolist() == [str(row) if task == "multiclass" else row for row in order]
    assert laid.left_out == sum(len(part) % 2 for part in times)
