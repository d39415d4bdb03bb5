"""Labels: when the label of each row became known."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.domain.clock import MICROSECOND, NEVER, localize, micros, moment
from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.spans import ELAPSED, Span
from storage.rows.arrays import truths, valid
from storage.rows.local_times import LAST
from storage.rows.times import TimeReader


def missing(target: pa.Array) -> np.ndarray:
    """Mask (n,) of rows without a label: null, NaN or empty text."""
    if pa.types.is_floating(target.type):
        return truths(pc.is_null(target, nan_is_null=True))
    nothing: np.ndarray = ~valid(target)
    if pa.types.is_string(target.type):
        nothing |= truths(pc.match_substring_regex(target, "^$"))
    return nothing


def known_after(model: Model, time: np.ndarray) -> np.ndarray:
    """Time + label delay (n,), microseconds: months by the calendar of the model's zone, all else elapsed."""
    delay = model.label_delay
    if delay is None:
        return time
    if delay.unit in ELAPSED:
        later: np.ndarray = np.minimum(time, LAST) + delay.elapsed // MICROSECOND
        return later
    times, time_of = np.unique(time, return_inverse=True)
    return np.array([_later(int(us), delay, model) for us in times], np.int64)[time_of]


def _later(us: int, delay: Span, model: Model) -> int:
    local: datetime = moment(us).astimezone(model.tz).replace(tzinfo=None)
    try:
        return micros(localize(delay.after(local), model.tz))
    except (ValueError, OverflowError):  # past the year 9999
        return LAST


def known_at(
    reader: TimeReader, array: pa.Array, file: str, column: str, place: Callable[[int], str]
) -> np.ndarray:
    """The column of label times as microseconds (n,); empty: NEVER. SourceFault for one that is no time."""
    read = reader.read(array, file)
    there = valid(array)
    if (bad := there & ~read.readable).any():
        row = int(np.argmax(bad))
        raise SourceFault(
            f"{place(row)} holds {array[row].as_py()!r}, which is no time.",
            "Mend it, or leave it empty: that label is not known yet.",
            file=file,
            key=column,
        )
    return np.where(there, read.us, NEVER)
