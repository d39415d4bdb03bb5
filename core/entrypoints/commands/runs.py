"""Runs: queue them, wait for them, look at them, cancel them."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from core.domain.runs import Run, Step
from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.shared import TIME, in_zone, opened, with_output

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime

LISTED = ("id", "model", "kind", "trigger", "state", "due", "started", "ended", "version", "reason", "error")


def plain_run(run: Run, model: str, steps: Sequence[Step]) -> dict[str, object]:
    """A run as JSON holds it."""
    names = (
        "kind",
        "trigger",
        "state",
        "due",
        "queued",
        "started",
        "ended",
        "attempt",
        "version",
        "reason",
        "error",
    )
    listed = [
        {"name": step.name, "started": step.started, "ended": step.ended, "facts": step.facts}
        for step in steps
    ]
    return {
        "id": run.id,
        "model": model,
        **{name: getattr(run, name) for name in names},
        "as_of": run.as_of,
        "retry_of": run.retry_of,
        "not_before": run.not_before,
        "progress": run.progress,
        "steps": listed,
    }


@click.command()
@click.argument("model")
@click.option("--wait", is_flag=True, help="Return when it is over; works it here if no server does.")
@click.option("--as-of", type=TIME, help="What stands for now.")
@with_output
def retrain(model: str, wait: bool, as_of: datetime | None, as_json: bool) -> int:
    """Queue a retraining."""
    with opened() as runtime:
        when = in_zone(as_of, runtime.kept(model).model.zone)
        run, merged = runtime.retrain(model, as_of_=when)
        if wait:
            return waited(runtime, run, merged, as_json)
        if not runtime.served():
            say(f"No server works on this home: run {run.id} waits for one, or for --wait.")
        _show_one(runtime, run.id, merged, as_json)
        return 0


@click.command()
@click.argument("model")
@click.option("--from", "start", type=TIME, help="Windows that begin at or after it.")
@click.option("--to", "end", type=TIME, help="Windows that end by it.")
@click.option(
    "--every",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Retrain after every N-th window; 0: only where a trigger says so.",
)
@with_output
def backfill(model: str, start: datetime | None, end: datetime | None, every: int, as_json: bool) -> int:
    """Live through history; resumes where it stopped."""
    with opened() as runtime:
        zone = runtime.kept(model).model.zone
        first, last = in_zone(start, zone), in_zone(end, zone)
        runtime.refuse_backfill(model, first, last)
        run, merged = runtime.backfill(model, every, first, last)
        status = waited(runtime, run, merged, as_json)
        if status:  # what became live while it waited may have forbidden it
            runtime.refuse_backfill(model, first, last)
        return status


@click.command()
@click.argument("model")
@click.option("--as-of", type=TIME, help="What stands for now.")
@with_output
def monitor(model: str, as_of: datetime | None, as_json: bool) -> int:
    """Compute what is due: new windows, late labels."""
    with opened() as runtime:
        run, merged = runtime.monitor(model, in_zone(as_of, runtime.kept(model).model.zone))
        return waited(runtime, run, merged, as_json)


@click.command()
@click.argument("model", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@click.option("--experiment", help="Of this experiment only.")
@with_output
def runs(model: str | None, limit: int, experiment: str | None, as_json: bool) -> None:
    """List runs, newest first."""
    with opened() as runtime:
        found = [plain_run(*one) for one in runtime.runs(model, limit, experiment)]
    show(found, as_json, LISTED, empty="There are no runs yet.")


@click.command(name="run")
@click.argument("run_id", metavar="ID", type=int)
@click.option("--log", is_flag=True, help="Print what its process said.")
@with_output
def one_run(run_id: int, log: bool, as_json: bool) -> None:
    """Show one run."""
    with opened() as runtime:
        if log and not as_json:
            click.echo(runtime.log(run_id), nl=False)
            return
        found = plain_run(*runtime.run_and_steps(run_id))
        show({**found, "log": runtime.log(run_id)} if log else found, as_json)


@click.command()
@click.argument("run_id", metavar="ID", type=int)
@with_output
def cancel(run_id: int, as_json: bool) -> None:
    """Cancel a run that is queued or running."""
    with opened() as runtime:
        runtime.settle_lost()
        runtime.cancel(run_id)
        show(plain_run(*runtime.run_and_steps(run_id)), as_json)


def waited(runtime: "Runtime", run: Run, merged: bool, as_json: bool) -> int:
    """Follow a run to its end and show it; 0 if it succeeded."""
    over = follow(runtime, run, merged)
    _show_one(runtime, run.id, merged, as_json)
    return 0 if over.state == "succeeded" else 1


def follow(runtime: "Runtime", run: Run, merged: bool) -> Run:
    """Wait for a run's end, its progress on standard error."""
    if merged:
        say(f"Run {run.id} was queued or running already; it is the answer.")
    told: list[str] = []

    def tell(now: Run) -> None:
        words = f"run {now.id}: {now.state}" + (f", {now.doing}" if now.doing else "")
        if told[-1:] != [words]:
            told.append(words)
            say(words)

    return runtime.wait(run.id, tell, time.sleep)


def _show_one(runtime: "Runtime", run_id: int, merged: bool, as_json: bool) -> None:
    show({**plain_run(*runtime.run_and_steps(run_id)), "merged": merged}, as_json)


COMMANDS: tuple[click.Command, ...] = (retrain, backfill, monitor, runs, one_run, cancel)
