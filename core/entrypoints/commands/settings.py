"""Settings, each with where it comes from."""

from dataclasses import asdict

import click

from core.entrypoints.commands.output import show
from core.entrypoints.commands.shared import with_output


@click.command()
@with_output
def settings(as_json: bool) -> None:
    """Print the settings of the home, each with its source."""
    from core.entrypoints.settings import load, told

    show([asdict(one) for one in told(load())], as_json)


COMMANDS: tuple[click.Command, ...] = (settings,)
