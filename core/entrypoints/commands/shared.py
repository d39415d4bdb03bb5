"""Shared: the options that commands have in common, and the home that they open."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from core.domain.clock import localize
from core.domain.errors import BadInput

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime

Command = TypeVar("Command", bound=Callable[..., Any])


def _choose_home(_: click.Context, __: click.Parameter, value: Path | None) -> None:
    if value is not None:
        os.environ["EVERMODEL_HOME"] = str(value.expanduser().absolute())


with_home = click.option(
    "--home",
    type=click.Path(path_type=Path),
    callback=_choose_home,
    expose_value=False,
    help="Folder with everything; else EVERMODEL_HOME.",
)
_with_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def with_output(command: Command) -> Command:
    """Adds --home and --json (`as_json`)."""
    return with_home(_with_json(command))


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; without an offset it is read in a zone that the command knows, by `in_zone`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            when = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return when.astimezone(UTC) if when.tzinfo else when
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no ISO 8601 time, such as 2026-03-01T06:00:00+00:00.", param, ctx)


TIME = Moment()


def in_zone(when: datetime | None, zone: str) -> datetime | None:
    """A time as the command line gave it, in UTC."""
    if when is None or when.tzinfo is not None:
        return when
    try:
        return localize(when, ZoneInfo(zone))
    except OverflowError as error:
        raise BadInput(
            f"{when.isoformat()} is out of reach.", "Give a time between the years 1 and 9999."
        ) from error


@contextmanager
def opened() -> Iterator["Runtime"]:
    """The runtime of the home that was chosen, closed again at the end."""
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import home_folder, load
    from storage.database import Home

    settings = load()
    home = Home(home_folder())
    try:
        yield Runtime(home, settings)
    finally:
        home.close()


def user() -> str:
    """Who acts, as history keeps it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"
