"""Command line: `evermodel`. What is wrong becomes clear lines and an exit status here, in one place."""

import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from core.domain.errors import EvermodelError, Fault
from core.entrypoints.commands import (
    alerts,
    checking,
    models,
    not_yet,
    proving,
    runs,
    schedules,
    serving,
    shadows,
    using,
    versions,
    windows,
)
from core.entrypoints.commands import settings as settings_
from core.entrypoints.commands.output import say, show_faults
from core.entrypoints.commands.shared import with_home
from storage.room import NO_ROOM


class Evermodel(click.Group):
    """The group of all commands; ends with the exit status that the contract gives."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        del standalone_mode  # errors are told here, in both modes
        given = list(sys.argv[1:] if args is None else args)
        sys.exit(self._status(given, prog_name, complete_var, **extra))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from core.defining.near import did_you_mean

        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = did_you_mean(args[0], list(self.commands))
            raise click.UsageError(f"There is no command {args[0]!r}. {near}".strip(), ctx)
        return super().resolve_command(ctx, args)

    def _status(self, args: list[str], name: str | None, complete_var: str | None, **extra: Any) -> int:
        as_json = "--json" in args
        try:
            found = super().main(args, name, complete_var, standalone_mode=False, **extra)
            return found if isinstance(found, int) else 0
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            return 2
        except click.ClickException as error:
            show_faults([_usage(error)], as_json)
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            say("Interrupted.")
            return 130
        except EvermodelError as error:
            show_faults(error.faults, as_json)
            return error.exit_status
        except Exception as error:
            show_faults([_unexpected(error)], as_json)
            return 1


def _usage(error: click.ClickException) -> Fault:
    context = error.ctx if isinstance(error, click.UsageError) else None
    param = getattr(error, "param", None)
    fix = f"See `{context.command_path} --help`." if context else ""
    return Fault(None, param.name if param else None, error.format_message(), fix)


def _unexpected(error: Exception) -> Fault:
    """What nobody foresaw: the system's fault in its own words, else a fault of ours, in the log."""
    if isinstance(error, OSError) and error.strerror:
        file = str(error.filename) if error.filename else None
        if error.errno in NO_ROOM:
            return Fault(file, None, "The disk is full.", "Free some room, then give the command again.")
        return Fault(file, None, f"{error.strerror}.", "")
    words = str(error).strip().split("\n")[0] or "no words"
    return Fault(
        None, None, f"{type(error).__name__}: {words}: this is a fault of Evermodel;", _logged(error)
    )


def _logged(error: Exception) -> str:
    from core.entrypoints.settings import home_folder

    log = home_folder() / "logs" / "commands.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("a", encoding="utf-8") as file:
            log.chmod(0o600)
            file.write(f"{datetime.now(UTC).isoformat()} {' '.join(sys.argv)}\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        return "the log could not be written."
    return f"the log {log} says where."


@click.group(cls=Evermodel, context_settings={"help_option_names": ["-h", "--help"]})
@with_home
def cli() -> None:
    """Keeps scikit-learn models fresh: watches them, retrains them on a schedule, keeps every version."""


for module in (
    serving,
    models,
    settings_,
    runs,
    schedules,
    versions,
    shadows,
    using,
    proving,
    windows,
    alerts,
    checking,
    not_yet,
):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """The console script."""
    cli.main(prog_name="evermodel")
