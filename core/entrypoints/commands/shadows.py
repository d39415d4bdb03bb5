"""Shadow: let a version score live windows without serving them, or end it."""

from dataclasses import asdict

import click

from core.entrypoints.commands.output import show
from core.entrypoints.commands.shared import opened, user, with_output


@click.command()
@click.argument("model")
@click.argument("number", type=int)
@click.option("--reason", help="Why; kept in the history. Needed to begin.")
@click.option("--off", is_flag=True, help="End it.")
@with_output
def shadow(model: str, number: int, reason: str | None, off: bool, as_json: bool) -> None:
    """Let a version score live windows beside the champion."""
    with opened() as runtime:
        if off:
            found = runtime.unshadow(model, number)
        else:
            found = runtime.shadow(model, number, reason or "", by=user())
        state = runtime.version(model, number).state
    values = asdict(found)
    del values["model_id"]
    show({"model": model, "state": state, **values}, as_json)


COMMANDS: tuple[click.Command, ...] = (shadow,)
