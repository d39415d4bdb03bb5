"""Replays of real data against reference results, in homes of their own, each run in a process of its own."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip("the shared data sets are not beside this clone")
    return DATA


@pytest.fixture
def live(tmp_path: Path) -> Callable[[str, int], dict[str, float]]:
    """Live through a model file's history; means of metrics over the scored windows, and `promoted`."""

    def replay(file: str, every: int) -> dict[str, float]:
        path = tmp_path / "model.toml"
        path.write_text(file)
        home = Home(tmp_path / "home")
        runtime = Runtime(home, Settings(workers=1, threads=1))
        name = runtime.apply([path])[0].model
        run = runtime.wait(runtime.backfill(name, every)[0].id, lambda _: None, time.sleep)
        assert run.state == "succeeded", runtime.log(run.id)
        with home.reading() as stores:
            kept = stores.models.get(name)
            windows = [window for window in stores.windows.all(kept.id) if window.scored]
            promoted = len(stores.versions.promotions(kept.id))
        home.close()
        found = {
            name: mean(window.metrics[name] for window in windows)
            for name in kept.model.metrics  # type: ignore[type-var]
            if all(window.metrics.get(name) is not None for window in windows)
        }
        return {**found, "windows": len(windows), "promoted": promoted}

    return replay
