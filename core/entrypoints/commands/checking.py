"""Check: whether tables, artifacts and snapshots of the home are whole."""

import click

from core.entrypoints.commands.output import show
from core.entrypoints.commands.shared import opened, with_output


@click.command()
@with_output
def check(as_json: bool) -> int:
    """Check the integrity of tables, snapshots and artifacts."""
    with opened() as runtime:
        found = list(runtime.check())
    show([{"what": one.what, "ok": one.ok, "problem": one.problem} for one in found], as_json)
    return 0 if all(one.ok for one in found) else 1


COMMANDS: tuple[click.Command, ...] = (check,)
