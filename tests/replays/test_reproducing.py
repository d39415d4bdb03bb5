"""Every version of a backfill over real rows is rebuilt the same, to the bit."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.runs import Asked
from core.engine.work import work
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from storage.database import Home
from tests.home_kit import Quiet
from tests.replays.test_protocol import BIKE, BOOSTING


@pytest.mark.trial
def test_every_version_of_the_bike_backfill_is_rebuilt_the_same(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bike.toml"
    file.write_text(BIKE.format(history="16 windows", gate="always", parameters=BOOSTING, data=data))
    home = Home(tmp_path / "home")
    runtime, shop = Runtime(home, Settings(workers=1, threads=1)), open_workshop(home)
    runtime.apply([file])
    assert runtime.wait(runtime.backfill("bike")[0].id, lambda _: None, time.sleep).state == "succeeded"
    kept = runtime.kept("bike")
    with home.reading() as stores:
        numbers = [version.number for version in stores.versions.all(kept.id)]
    assert len(numbers) == 40
    for number in numbers:
        with home.transaction() as t:
            asked = Asked(kept.id, "reproduce", "manual", options={"version": number})
            run, _ = t.runs.queue(asked, datetime.now(UTC))
            run = t.runs.claim(run.id, "token", 1, 0.0, datetime.now(UTC))
        work(run, shop, Quiet())
    with home.reading() as stores:
        proofs = stores.reproductions.newest(kept.id)
        assert all(stores.makings.get(kept.id, number).threads == 1 for number in numbers)  # type: ignore[union-attr]
    home.close()
    assert sorted(proofs) == numbers
    assert [proof for proof in proofs.values() if not proof.same or proof.differs] == []
    assert {proof.largest_difference for proof in proofs.values()} == {0.0}
