"""Settings, each with where it comes from."""

import os
import tomllib

import click

from core.entrypoints.commands.output import show
from core.entrypoints.commands.shared import with_output


@click.command()
@with_output
def settings(as_json: bool) -> None:
    """Print the settings of the home, each with its source."""
    from core.entrypoints.settings import Settings, home_folder, load

    present, file = load(), home_folder() / "settings.toml"
    written = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    named = {name.upper() for name in os.environ}

    def source(name: str) -> str:
        if f"EVERMODEL_{name.upper()}" in named:
            return "environment"
        return "settings.toml" if name in written else "default"

    found = [
        {
            "name": "home",
            "value": str(home_folder()),
            "source": source("home"),
            "about": "folder with everything",
        }
    ]
    found += [
        {
            "name": name,
            "value": getattr(present, name),
            "source": source(name),
            "about": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    show(found, as_json)


COMMANDS: tuple[click.Command, ...] = (settings,)
