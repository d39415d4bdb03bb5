"""Window guess: how long a window is, how many there are, and what the first version would learn."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.defining.guess import Guess
from core.defining.origin import origin_of
from core.defining.sample import Column
from core.domain.clock import moment
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.domain.wording import window_word
from core.monitoring.grid import slices

PREFERRED = ("7 days", "1 days", "1 months", "1 hours")
FEWEST, MOST, LEAST_ROWS = 15, 300, 30
INITIAL = 12
RETRAININGS = 12
"""About as many while history is lived through, so that it ends within minutes."""
LONG_AGO = 3  # windows


@dataclass(frozen=True)
class Content:
    """What a window length would give: `windows` of about `rows` rows each (the median), `total` in all."""

    window: Span
    windows: int
    rows: int
    total: int

    @property
    def initial(self) -> int:
        return max(1, min(INITIAL, self.windows // 4))

    @property
    def fits(self) -> bool:
        return FEWEST <= self.windows <= MOST and self.rows >= LEAST_ROWS

    def words(self, initial: int) -> str:
        """Weeks of about 1,057 rows; 113 of them; the first version after 12."""
        one = window_word(self.window)
        name = f"{one.capitalize()}s" if one else f"Windows of {self.window}"
        some = "" if self.window.unit == "rows" else f" of about {self.rows:,} rows"
        some = some if one else some.replace(" of", ", each of", 1)
        return f"{name}{some}; {self.windows:,} of them; the first version after {initial}."


def content(time: Column, rows: int, window: Span, zone: str) -> Content:
    """What the windows would be, told from the sampled times."""
    assert time.times is not None
    times = np.sort(time.times[np.isfinite(time.times)]).astype(np.int64)
    if window.unit == "rows" or not len(times):
        whole = -(-rows // window.amount) if window.unit == "rows" else 0
        return Content(window, whole, min(rows, window.amount), rows)
    model = Model("m", "regression", "", time.name, window, SourceSpec(""), "/", zone=zone)
    found = slices(model, origin_of(model, int(times[0])), times, int(times[-1]) + 1)
    filled = [one.rows for one in found if one.rows]
    return Content(window, len(found), round(float(np.median(filled)) * rows / len(times)), rows)


def guess_window(time: Column, rows: int, zone: str) -> tuple[Guess, Content]:
    """The first of week, day, month and hour that gives enough windows and rows, else a number of rows."""
    for found in _by_time(time, rows, zone):
        if found.fits:
            return Guess(str(found.window), found.words(found.initial)), found
    amount = max(10, _round(rows // 30))
    found = content(time, rows, Span(amount, "rows"), zone)
    why = "By rows: no week, day, month or hour holds enough. "
    return Guess(str(found.window), why + found.words(found.initial)), found


def _by_time(time: Column, rows: int, zone: str) -> Iterator[Content]:
    assert time.times is not None
    there = time.times[np.isfinite(time.times)]
    days = float(there.max() - there.min()) / 86_400e6 if len(there) else 0.0
    lengths = {"7 days": 7.0, "1 days": 1.0, "1 months": 30.0, "1 hours": 1 / 24}
    for text in PREFERRED:
        if days / lengths[text] <= 2 * MOST:  # more are not worth counting
            yield content(time, rows, Span.parse(text), zone)


def _round(amount: int) -> int:
    """To two digits."""
    digits = max(0, len(str(amount)) - 2)
    return round(amount, -digits)


def retrain_every(windows: int, initial: int) -> int:
    """After how many windows a retraining is made while history is lived through."""
    return max(1, round((windows - initial) / RETRAININGS))


def history_words(found: Content, initial: int, windows: int | None) -> str:
    """What the first and the last version would learn from; `windows` None: all that is known."""
    first = initial if windows is None else min(initial, windows)
    last = found.windows if windows is None else min(found.windows, windows)
    return (
        f"The first version learns from about {first * found.rows:,} rows, "
        f"the last from about {min(found.total, last * found.rows):,}."
    )


def guess_as_of(time: Column, found: Content, now: int) -> Guess | None:
    """The newest row's time stands for now where the rows ended long ago."""
    assert time.times is not None
    there = time.times[np.isfinite(time.times)]
    if not len(there):
        return None
    newest, oldest = int(there.max()), int(there.min())
    length = (newest - oldest) // max(1, found.windows)
    if now - newest <= LONG_AGO * max(length, 1):
        return None
    day = moment(newest)
    return Guess("data", f"The newest row is of {day.day} {day:%b %Y}: its time stands for now.")
