"""Bike sharing with a limit of 100 and no schedule: retrained where its trigger says so, and nowhere else."""

import time
from datetime import datetime, timedelta
from pathlib import Path

from core.domain.windows import Window
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home
from tests.replays.test_protocol import BIKE, BOOSTING

LIMIT, REST = 100.0, timedelta(days=28)
RULE = """
[[triggers]]
when = "performance"
persist = "2 of 3"
cool_down = "28 days"
"""


def where_the_rule_says(windows: list[Window]) -> list[datetime]:
    """Counted anew from the windows: the ends after which 2 of the last 3 were beyond the limit."""
    found: list[datetime] = []
    for place in range(len(windows) - 1):  # nothing is retrained after the last
        last = windows[max(0, place - 2) : place + 1]
        crossed = sum(float(window.metrics["rmse"] or 0) > LIMIT for window in last) >= 2
        if crossed and not (found and windows[place].end - found[-1] < REST):
            found.append(windows[place].end)
    return found


def test_bike_sharing_is_retrained_where_its_windows_say_so_and_its_alert_opens_and_resolves(
    tmp_path: Path, data: Path
) -> None:
    file = tmp_path / "bike.toml"
    model = BIKE.format(history="all", gate="always", parameters=BOOSTING, data=data)
    file.write_text(f"limit = {LIMIT}\n{model}{RULE}")
    home = Home(tmp_path / "home")
    runtime = Runtime(home, Settings(workers=1, threads=1))
    runtime.apply([file])
    run = runtime.wait(runtime.backfill("bike", 0)[0].id, lambda _: None, time.sleep)
    assert run.state == "succeeded", runtime.log(run.id)
    with home.reading() as stores:
        kept = stores.models.get("bike")
        windows = [window for window in stores.windows.all(kept.id) if window.scored]
    first, *others = runtime.views.versions("bike", runtime.now()).versions
    assert len(windows) == 40
    assert first.trigger == "backfill"
    expected = where_the_rule_says(windows)
    assert len(expected) > 3
    assert [version.train_to for version in others] == expected
    assert {version.trigger for version in others} == {"performance"}
    assert all(version.reason.startswith("rmse beyond 100 in ") for version in others)
    told = [alert for alert, _ in runtime.alerts("bike")]
    assert {alert.kind for alert in told} == {"performance"} | {a.kind for a in told if a.kind == "drift"}
    performance = [alert for alert in reversed(told) if alert.kind == "performance"]
    assert performance[0].opened == expected[0]
    assert performance[0].resolved is not None
    assert performance[0].resolved > performance[0].opened
    home.close()
