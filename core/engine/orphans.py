"""Orphans: processes that work for a run that is over are ended, whatever became of who started them."""

from core.domain.home import Home
from core.engine import marks, processes


def sweep(home: Home) -> list[int]:
    """End them; the runs that they had worked for."""
    found = marks.marked_runs(home.folder)  # before the look at the runs: each of these has its row by then
    if not found:
        return []
    with home.reading() as stores:
        open_runs = {run.id for run in stores.runs.open()}
    over = sorted(found.keys() - open_runs)
    for run_id in over:
        processes.end_marked(marks.run_mark(home.folder, run_id))
    return over
