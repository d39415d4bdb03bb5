"""Small references and windows for the tests of drift."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from core.domain.cells import is_category
from core.domain.profiles import ColumnProfile, Profile, Reference, Scale
from core.domain.rows import Rows
from core.monitoring.profile import count, profile
from core.monitoring.referring import Terms, Training, refer
from core.monitoring.scales import label_counts, label_scale
from tests.learning_kit import DAY, HOUR, rows_of


def labels_counted(
    before: Sequence[str | None], now: Sequence[str | None]
) -> tuple[Scale, ColumnProfile, ColumnProfile]:
    """Categories on the scale of the first ones."""
    scale = label_scale(label_counts(pa.chunked_array([pa.array(before, pa.string())])))
    return scale, *(count(scale, pa.array(side, pa.string())) for side in (before, now))


def terms_of(columns: Sequence[str], days: int, alarms: float = 0.05) -> Terms:
    """Windows of a day, from 1970 on."""
    starts = np.arange(days, dtype=np.int64) * DAY
    return Terms(tuple(columns), lambda _, kind: is_category(kind), starts, ZoneInfo("UTC"), alarms)


def reference_of(rows: Rows, parts: int = 1, **terms: Any) -> Reference:
    """The reference of rows an hour apart, read in some parts."""
    names = [name for name in rows.table.column_names if name != "t"]
    cuts = np.linspace(0, len(rows), parts + 1).astype(int).tolist()

    def read() -> Iterable[Rows]:
        return (rows.slice(first, stop) for first, stop in itertools.pairwise(cuts))

    days = int(rows.time[-1] // DAY) + 1
    found = refer(Training(1, len(rows), read), terms_of(names, days, **terms))
    assert found is not None
    return found


def window_of(reference: Reference, columns: Mapping[str, Any]) -> Profile:
    return profile(reference.scales, rows_of(columns), {})


def hours(days: int) -> np.ndarray:
    return np.arange(days * 24, dtype=np.int64) * HOUR
