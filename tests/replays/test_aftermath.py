"""Bike sharing: a version that learnt from shuffled labels is promoted, and told within three windows."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.domain.runs import Asked
from core.engine.work import work
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from core.monitoring.buying_words import bought_words
from storage.database import Home
from tests.home_kit import FakeClock, Quiet
from tests.replays.test_protocol import BIKE

LIVED = datetime(2011, 8, 14)
"""The end of the 16th fortnight: the first twelve teach."""


def test_bad_promotion_on_bike_sharing_is_said_and_what_it_cost(tmp_path: Path, data: Path) -> None:
    rows, file = pq.read_table(data / "bike_sharing_hourly.parquet"), tmp_path / "bike.toml"
    keys = BIKE.format(history="all", gate="hold", parameters='recipe = "linear"', data=tmp_path)
    file.write_text(f'as_of = "data"\n{keys}')

    def known(until: datetime, shuffled: bool = False) -> None:
        part = rows.filter(pc.less_equal(rows["timestamp"], pa.scalar(until, rows["timestamp"].type)))
        if shuffled:
            order = np.random.default_rng(0).permutation(len(part))
            place = part.column_names.index("cnt")
            part = part.set_column(place, "cnt", part["cnt"].take(pa.array(order)))
        pq.write_table(part, tmp_path / "bike_sharing_hourly.parquet")

    known(LIVED)
    home = Home(tmp_path / "home")
    runtime, shop = Runtime(home, Settings(threads=1), FakeClock()), open_workshop(home)
    runtime.apply([file])
    kept = runtime.kept("bike")

    def run(kind: str, **options: object) -> None:
        with home.transaction() as t:
            asked, _ = t.runs.queue(Asked(kept.id, kind, "manual", options=options), runtime.now())
            claimed = t.runs.claim(asked.id, "token", 1, 0.0, runtime.now())
        work(claimed, shop, Quiet())

    run("backfill", every=0)
    known(LIVED, shuffled=True)
    run("retrain")
    known(LIVED)
    runtime.promote("bike", 2, "planted", by="a test")
    seen: list[str] = []
    for fortnight in (2, 3, 4):  # the one under way was v1's
        known(LIVED + fortnight * (LIVED - datetime(2011, 7, 31)))
        run("monitor")
        seen.append(runtime.views.standing("bike", runtime.now()).health.why)
    found = runtime.views.versions("bike", runtime.now()).bought[2]
    assert (found.windows, found.answer, found.proposes_rollback) == (3, "worse", True)
    assert found.difference is not None
    assert found.difference < -15
    assert "v2 does worse than v1 would have: RMSE +" in seen[-1]
    assert seen[-1].endswith("over 3 windows. Roll back to v1?")
    assert bought_words(found, kept.model, "UTC").endswith("since 14 Aug 2011: a rollback to v1 is proposed")
    (alert,) = [alert for alert, _ in runtime.alerts("bike") if alert.kind == "promotion"]
    assert (alert.state, alert.since_windows) == ("open", 3)
    assert alert.why in seen[-1]
    runtime.rollback("bike", alert.why, by="a test")
    (alert,) = [alert for alert, _ in runtime.alerts("bike") if alert.kind == "promotion"]
    assert alert.state == "resolved"
    home.close()
