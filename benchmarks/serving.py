"""Serving: a server started for a benchmark, and what can be seen of it from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
EVERMODEL = Path(sys.executable).with_name("evermodel")
PATIENCE = 120.0
"""Seconds after which a server that does not answer has failed."""


@dataclass(frozen=True)
class Server:
    """A server that answers. `seconds`: from its command to the first HTTP 200 of `/`."""

    process: subprocess.Popen[bytes]
    port: int
    seconds: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def health(self) -> dict[str, object]:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
            return dict(json.load(answer))

    def resident(self) -> float:
        """Its resident memory in MB, without its workers."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def has_mapped(self, package: str) -> bool:
        """Whether a compiled module of a package is in its memory."""
        return any(f"/{package}/" in each.path for each in psutil.Process(self.process.pid).memory_maps())


def evermodel(port: int, home: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    return [str(EVERMODEL), "serve", "--port", str(port), "--home", str(home)], {"EVERMODEL_HOME": str(home)}


def script(port: int, file: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    """A Streamlit script, served with the settings that Evermodel serves with."""
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    quiet = ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    return [sys.executable, "-m", "streamlit", "run", str(file), *options, *quiet], {}


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], port: int, folder: Path
) -> Iterator[Server]:
    """Start a command in a folder, and end it and what it started."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _first_answer(f"http://127.0.0.1:{port}/", process, start)
        yield Server(process, port, time.perf_counter() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _first_answer(url: str, process: subprocess.Popen[bytes], start: float) -> None:
    while time.perf_counter() - start < PATIENCE and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"{' '.join(map(str, process.args))} did not answer.")  # type: ignore[arg-type]
