"""Lives through a model file's history in this process, for tables of many policies."""

from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from core.domain.clock import MICROSECOND
from core.domain.runs import Asked
from core.engine.work import work
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from storage.database import Home
from tests.home_kit import NOW, FakeClock, Quiet


@dataclass(frozen=True)
class Lived:
    """Means of metrics over the scored windows, and what it took.

    `why`: of each version's lineage; `rows`: that its last fit learnt.
    """

    metrics: dict[str, float]
    windows: int
    retrainings: int
    seconds: float  # of all last fits
    why: tuple[str, ...]
    rows: tuple[int, ...]


def live_here(folder: Path, file: str, every: int, window_limit: int | None = None) -> Lived:
    """`window_limit`: how many windows are lived through; None: all. `folder`: an empty one."""
    path = folder / "model.toml"
    path.write_text(file)
    home = Home(folder / "home")
    runtime = Runtime(home, Settings(workers=1, threads=1), FakeClock())
    name = runtime.apply([path])[0].model
    kept = runtime.kept(name)
    options: dict[str, object] = {"every": every}
    if window_limit is not None:
        options["to"] = kept.origin + window_limit * (kept.model.window.elapsed // MICROSECOND)
    with home.transaction() as t:
        run, _ = t.runs.queue(Asked(kept.id, "backfill", "manual", options=options), NOW)
        run = t.runs.claim(run.id, "token", 1, 0.0, NOW)
    work(run, replace(open_workshop(home), clock=FakeClock()), Quiet())
    with home.reading() as stores:
        windows = [window for window in stores.windows.all(kept.id) if window.scored]
        versions = stores.versions.all(kept.id)
    home.close()
    found = {
        metric: mean(window.metrics[metric] for window in windows)  # type: ignore[type-var]
        for metric in kept.model.metrics
        if all(window.metrics.get(metric) is not None for window in windows)
    }
    seconds = sum(version.seconds for version in versions)
    why = tuple(str(version.lineage.get("why", "")) for version in versions)
    rows = tuple(version.rows for version in versions)
    return Lived(found, len(windows), len(versions) - 1, seconds, why, rows)
