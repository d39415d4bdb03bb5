"""Commands that a later Evermodel has."""

import click

from core.domain.errors import BadInput
from core.entrypoints.commands.shared import with_home

NAMES = (
    "advise",
    "log",
    "token",
    "backup",
    "restore",
)


def _not_yet(name: str) -> click.Command:
    @click.command(
        name, hidden=True, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
    )
    @with_home
    def command() -> None:
        raise BadInput(f"`evermodel {name}` is not built yet.", "Wait for a later Evermodel.")

    return command


COMMANDS: tuple[click.Command, ...] = tuple(map(_not_yet, NAMES))
