"""Grid: where a model's windows begin and end, by the calendar of its zone or by rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

import numpy as np

from core.domain.clock import localize, micros, moment
from core.domain.models import Model
from core.domain.tapes import Column, blocks, place_of


@dataclass(frozen=True)
class Slice:
    """A window's place: its moments (microseconds), and the positions `first`..`stop`-1 of its rows."""

    index: int
    start: int
    end: int
    first: int
    stop: int
    closed: bool
    complete: bool = False
    upto: int | None = None  # by rows: rows from the origin to its last

    @property
    def rows(self) -> int:
        return self.stop - self.first


def slices(model: Model, origin: int, time: Column, as_of: int) -> list[Slice]:
    """The windows of rows at ascending times (all of them < `as_of`), from the first row's to the last
    row's. By rows, times may stand as `cuts.arrange` puts them.
    """
    skipped = place_of(time, origin)  # also where rows stand window by window: these are the first
    if skipped == len(time):
        return []
    if model.window.unit == "rows":
        return _complete(_by_rows(model.window.amount, time, skipped))
    return _complete(_by_time(model, origin, time, skipped, as_of))


def boundary(model: Model, origin: int, k: int) -> int:
    """Where the k-th window by time begins, in microseconds."""
    span = model.window
    if span.unit in ("seconds", "minutes", "hours"):
        return origin + k * micros(moment(0) + span.elapsed)
    local = moment(origin).astimezone(model.tz).replace(tzinfo=None)
    return micros(localize(span.after(local, k), model.tz).astimezone(UTC))


def index_at(model: Model, origin: int, when: int) -> int:
    """The index of the window by time that holds a moment (at or after the origin)."""
    days = {"months": 28, "weeks": 7, "days": 1}.get(model.window.unit)
    length = model.window.amount * days * 86_400_000_000 if days else micros(moment(0) + model.window.elapsed)
    k = max(0, (when - origin) // length)
    while boundary(model, origin, k) > when:
        k -= 1
    while boundary(model, origin, k + 1) <= when:
        k += 1
    return k


def _by_time(model: Model, origin: int, time: Column, skipped: int, as_of: int) -> list[Slice]:
    first, last = (index_at(model, origin, int(time[position])) for position in (skipped, -1))
    edges = [boundary(model, origin, k) for k in range(first, last + 2)]
    places = [place_of(time, edge) for edge in edges]
    return [
        Slice(first + i, edges[i], edges[i + 1], places[i], places[i + 1], as_of >= edges[i + 1])
        for i in range(len(edges) - 1)
    ]


def _by_rows(size: int, time: Column, skipped: int) -> list[Slice]:
    found: list[Slice] = []
    newest: int | None = None
    for index, part in enumerate(blocks(skipped, len(time), size)):
        first, stop, here = part.start, part.stop, time[part]
        start = _begin(here, newest)
        if found:  # of full windows of one time, or of late rows alone, each begins by itself
            start = max(start, found[-1].start + 1)
        newest = int(here.max()) if newest is None else max(newest, int(here.max()))
        end = max(newest, start) + 1
        found.append(Slice(index, start, end, first, stop, stop - first == size, upto=stop - skipped))
    return found


def _begin(time: np.ndarray, before: int | None) -> int:
    """Where a window by rows begins: at its first row that is not older than those `before` it."""
    in_time = time if before is None else time[time >= before]
    return int(in_time.min()) if len(in_time) else int(before or 0)


def _complete(windows: Sequence[Slice]) -> list[Slice]:
    """A closed window is complete, but for a last one that has under half of the median rows of those
    before it.
    """
    if not windows:
        return []
    before = [window.rows for window in windows[:-1]]
    short = bool(before) and windows[-1].rows < np.median(before) / 2
    return [
        *(replace(window, complete=window.closed) for window in windows[:-1]),
        replace(windows[-1], complete=windows[-1].closed and not short),
    ]


def median_rows(windows: Sequence[Slice]) -> int:
    """Rows of the median closed window; 0 where none is closed."""
    counts = [window.rows for window in windows if window.closed]
    return int(np.median(counts)) if counts else 0
