"""Windows: every window of a model, as known now or then; computed, never stored."""

from datetime import datetime

import click

from core.domain.windows import Window
from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.shared import TIME, in_zone, opened, with_output

LISTED = ("start", "end", "rows", "labelled", "complete", "version", "metrics")


def plain_window(window: Window) -> dict[str, object]:
    """A window as JSON holds it; estimate, drift and verdict are not built yet."""
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
        "drift": {},
        "verdict": "unknown",
        "held": False,
    }


@click.command()
@click.argument("model")
@click.option("--as-of", type=TIME, help="Windows as known then.")
@with_output
def windows(model: str, as_of: datetime | None, as_json: bool) -> None:
    """List every window of a model."""
    with opened() as runtime:
        found, left_out = runtime.windows(model, in_zone(as_of, runtime.kept(model).model.zone))
    if left_out:
        say(f"{left_out} rows are left out: their time cannot be read.")
    show([plain_window(window) for window in found], as_json, LISTED, empty="There is no window yet.")


COMMANDS: tuple[click.Command, ...] = (windows,)
