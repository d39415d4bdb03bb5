"""Windows: every window of a model, as known now or then; computed, never stored."""

from dataclasses import asdict
from datetime import datetime

import click

from core.domain.drift import ColumnDrift, WindowDrift
from core.domain.windows import Window
from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.shared import TIME, in_zone, opened, with_output

LISTED = ("start", "end", "rows", "labelled", "complete", "version", "metrics", "verdict")
DISTANCES = ("ks", "js", "psi", "wasserstein", "total_variation")


def plain_window(window: Window, drift: WindowDrift | None) -> dict[str, object]:
    """A window as JSON holds it; `estimate` and `held` are not built yet."""
    return {
        "start": window.start,
        "end": window.end,
        "rows": window.rows,
        "labelled": window.labelled,
        "closed": window.closed,
        "complete": window.complete,
        "version": window.version,
        "metrics": dict(window.metrics),
        "baseline": {name: dict(one) for name, one in window.baseline.items()},
        "estimate": {},
        "drift": {name: _plain_drift(column) for name, column in drift.columns.items()} if drift else {},
        "verdict": drift.verdict if drift else "unknown",
        "held": False,
    }


def _plain_drift(column: ColumnDrift) -> dict[str, object]:
    """Every distance is named; one that is not of the column's kind is null."""
    return {**asdict(column), "distances": {name: column.distances.get(name) for name in DISTANCES}}


@click.command()
@click.argument("model")
@click.option("--as-of", type=TIME, help="Windows as known then.")
@with_output
def windows(model: str, as_of: datetime | None, as_json: bool) -> None:
    """List every window of a model."""
    with opened() as runtime:
        found = runtime.windows(model, in_zone(as_of, runtime.kept(model).model.zone))
    if found.left_out:
        say(f"{found.left_out} rows are left out: their time cannot be read.")
    listed = [plain_window(window, found.drifts.get(window.index)) for window in found.windows]
    show(listed, as_json, LISTED, empty="There is no window yet.")


COMMANDS: tuple[click.Command, ...] = (windows,)
