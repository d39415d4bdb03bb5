"""Hotel bookings, scored when they are made; whether one was cancelled comes later, in files apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.domain.runs import Asked
from core.domain.windows import Window
from core.engine.work import work
from core.entrypoints.looking import windows
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from storage.database import Home
from tests.home_kit import Quiet

FEATURES = ("lead_time", "stays_in_week_nights", "adults", "previous_cancellations", "adr", "deposit_type")
CUTS = [datetime(2016, 1, 8, tzinfo=UTC), datetime(2016, 7, 1, tzinfo=UTC), datetime(2017, 2, 3, tzinfo=UTC)]
END = datetime(2018, 1, 1, tzinfo=UTC)
FILE = """
name = "hotel"
task = "binary"
id = "id"
target = "is_canceled"
time = "booking_date"
label_time = "reservation_status_date"
features = ["lead_time", "stays_in_week_nights", "adults", "previous_cancellations", "adr", "deposit_type"]
metric = "log_loss"
window = "42 days"
origin = "2015-01-01"
initial = 5
gate = "not_worse"
as_of = "data"
recipe = "{recipe}"
[source]
path = "rows"
"""


@dataclass
class Hotel:
    """A home of bookings, of which only those made, and decided, before a moment have come."""

    folder: Path
    runtime: Runtime
    every: int

    @classmethod
    def of(cls, folder: Path, recipe: str, every: int, *, apart: bool) -> "Hotel":
        for part in ("rows", "decided"):
            (folder / part).mkdir(parents=True)
        said = FILE.format(recipe=recipe) + ('labels = "decided"\n' if apart else "")
        (folder / "hotel.toml").write_text(said)
        return cls(folder, Runtime(Home(folder / "home"), Settings()), every)

    def live(self) -> None:
        """Live through what is there, and look at it once more, in this process."""
        for kind in ("backfill", "monitor"):
            self.work(kind)

    def work(self, kind: str) -> None:
        kept = self.runtime.kept("hotel")
        with self.runtime.home.transaction() as t:
            asked = Asked(kept.id, kind, "manual", options={"every": self.every})
            run, _ = t.runs.queue(asked, self.runtime.now())
            run = t.runs.claim(run.id, "token", 1, 0.0, self.runtime.now())
        work(run, open_workshop(self.runtime.home), Quiet())

    def apply(self) -> None:
        self.runtime.apply([self.folder / "hotel.toml"])

    def stored(self) -> list[Window]:
        with self.runtime.home.reading() as stores:
            return [replace(one, digest="") for one in stores.windows.all(self.runtime.kept("hotel").id)]

    def at(self, when: datetime) -> list[Window]:
        found = windows(self.runtime.home, self.runtime.kept("hotel"), when, self.runtime.now())[0]
        return [replace(one, digest="") for one in found]


def bookings(data: Path, every: int) -> pa.Table:
    """Every n-th booking from 2015 on."""
    columns = ["id", "booking_date", *FEATURES, "is_canceled", "reservation_status_date"]
    table = pq.read_table(data / "hotel_bookings.parquet", columns=columns)
    table = table.filter(pc.field("booking_date") >= datetime(2015, 1, 1))
    return table.take(np.arange(0, len(table), every))


def between(table: pa.Table, column: str, start: datetime, end: datetime) -> pa.Table:
    bare = [when.replace(tzinfo=None) for when in (start, end)]
    return table.filter((pc.field(column) >= bare[0]) & (pc.field(column) < bare[1]))


def assert_equal_at_each_date(
    data: Path, folder: Path, every_row: int, every_window: int, recipe: str
) -> None:
    table = bookings(data, every_row)
    whole = Hotel.of(folder / "whole", recipe, every_window, apart=False)
    pq.write_table(table, whole.folder / "rows" / "all.parquet")
    whole.apply()
    whole.live()
    grown = Hotel.of(folder / "grown", recipe, every_window, apart=True)
    for i, (start, end) in enumerate(
        zip([datetime(2015, 1, 1, tzinfo=UTC), *CUTS], [*CUTS, END], strict=True)
    ):
        rows = between(table, "booking_date", start, end)
        told = between(table, "reservation_status_date", start, end)
        pq.write_table(rows.select(["id", "booking_date", *FEATURES]), grown.folder / "rows" / f"{i}.parquet")
        pq.write_table(
            told.select(["id", "is_canceled", "reservation_status_date"]),
            grown.folder / "decided" / f"{i}.parquet",
        )
        if not i:
            grown.apply()
        grown.live()
        if end in CUTS:
            now = end - timedelta(days=1)
            assert grown.at(now) == whole.at(now)
            assert labelled(grown.at(now)) == decided_by(table, grown.at(now), now)
    assert grown.at(CUTS[0]) == whole.at(CUTS[0])
    assert grown.stored() == whole.stored()
    assert sum(bool(one.metrics) for one in whole.stored()) > 15
    assert any(one.labelled < one.rows for one in whole.at(CUTS[1]) if one.closed)


def labelled(found: Sequence[Window]) -> list[tuple[int, int]]:
    return [(one.rows, one.labelled) for one in found]


def decided_by(table: pa.Table, found: Sequence[Window], now: datetime) -> list[tuple[int, int]]:
    """(Rows, labels) of each window, counted in the file itself."""
    booked, decided = (
        table[name].to_numpy().astype("datetime64[us]").astype(np.int64)
        for name in ("booking_date", "reservation_status_date")
    )
    us = int(now.timestamp() * 1e6)
    counts = []
    for one in found:
        here = (booked >= one.start.timestamp() * 1e6) & (booked < min(one.end, now).timestamp() * 1e6)
        counts.append((int(here.sum()), int((here & (decided <= us)).sum())))
    return counts


def test_each_date_shows_only_what_was_known_then_and_the_end_what_one_given_all_shows(
    data: Path, tmp_path: Path
) -> None:
    assert_equal_at_each_date(data, tmp_path, 12, 4, "dummy")


@pytest.mark.trial
def test_all_of_hotels_bookings_likewise(data: Path, tmp_path: Path) -> None:
    assert_equal_at_each_date(data, tmp_path, 1, 2, "hist_gradient_boosting")
