"""Serve: the dashboard, the clock and HTTP in one process."""

import errno
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from core.domain.errors import EvermodelError
from core.entrypoints.commands.shared import opened, with_home
from core.entrypoints.folder import home_folder
from storage.peeking import is_present

ROOT = Path(__file__).resolve().parents[3]
LOG_ENOUGH = 10_000_000
"""Bytes after which a start of the server begins a new log; one older is kept."""


def _options(command: click.decorators.FC) -> click.decorators.FC:
    for option in (
        with_home,
        click.option("--workers", type=click.IntRange(1, 64), help="Runs at a time."),
        click.option("--port", type=click.IntRange(1, 65_535), default=8501, show_default=True),
        click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    ):
        command = option(command)
    return command


@click.command()
@_options
def serve(host: str, port: int, workers: int | None) -> None:
    """Serve the dashboard and keep the clock."""
    _serve(host, port, workers, {})


@click.command()
@_options
def demo(host: str, port: int, workers: int | None) -> None:
    """Serve a real data set, replayed; a home that has models of its own is left as it is."""
    _serve(host, port, workers, {"EVERMODEL_DEMO": "1"})


def _serve(host: str, port: int, workers: int | None, also: Mapping[str, str]) -> NoReturn:
    check_free(host, port)
    if workers is not None:
        os.environ["EVERMODEL_WORKERS"] = str(workers)
    folder = _checked_home()
    log, file = _log_of(folder)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Evermodel is at http://{shown}:{port}\nHome: {folder}\nLog: {log or 'here'}")
    sys.stdout.flush()
    environment = {**os.environ, **also, "EVERMODEL_HOME": str(folder)}
    if file is not None:
        _write_to(file)
    os.execve(
        sys.executable,
        [
            sys.executable,
            "-P",
            "-m",
            "streamlit",
            "run",
            str(ROOT / "app.py"),
            "--server.address",
            host,
            "--server.port",
            str(port),
            "--server.headless",
            "true",
        ],
        environment,
    )


def _checked_home() -> Path:
    """The home's folder, once it and its settings are right; opened only where a look leaves doubt."""
    folder = home_folder().resolve()
    if is_present(folder) and not _has_settings(folder):
        return folder
    with opened() as runtime:
        return runtime.home.folder


def _has_settings(folder: Path) -> bool:
    given = [name for name in os.environ if name.startswith("EVERMODEL_")]
    return (folder / "settings.toml").exists() or not {"EVERMODEL_HOME", "EVERMODEL_DEMO"}.issuperset(given)


def check_free(host: str, port: int) -> None:
    """EvermodelError, exit status 1, if nobody could listen there."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        words = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be listened on: {error.strerror}"
        raise EvermodelError(
            f"Port {port} of {host} {words}.", "Give another with --port, or end what holds it."
        ) from error


def _log_of(folder: Path) -> tuple[Path | None, int | None]:
    """The server's log, opened; none in a home that can only be read."""
    log = folder / "logs" / "server.log"
    try:
        if log.exists() and log.stat().st_size > LOG_ENOUGH:
            log.replace(log.with_suffix(".1.log"))
        return log, os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None, None


def _write_to(file: int) -> None:
    """From here on, what this process prints goes to the log."""
    os.dup2(file, 1)
    os.dup2(file, 2)


COMMANDS: tuple[click.Command, ...] = (serve, demo)
