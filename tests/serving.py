"""A real server on a free port, for tests that need one."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], object], seconds: float = 120.0, every: float = 0.1) -> None:
    """Wait until something holds; AssertionError if it does not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(every)
    raise AssertionError(f"{holds} did not hold within {seconds} s")


def applied(folder: Path, file: str, rows: int, apart: int, columns: int) -> "Runtime":
    """A home in `folder` with one applied model. `file`: its model file, over rows.parquet: `rows` rows, so
    many seconds `apart`, with the time t, features x0, x1 … and y, about x0.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    random = np.random.default_rng(0)
    x = random.normal(size=(rows, columns))
    at = np.datetime64("2024-01-01T00:00:00") + (np.arange(rows) * apart).astype("timedelta64[s]")
    table = {"t": at, "y": x[:, 0] + random.normal(size=rows), **{f"x{i}": x[:, i] for i in range(columns)}}
    pq.write_table(pa.table(table), folder / "rows.parquet")
    (folder / "model.toml").write_text(file)
    runtime = Runtime(Home(folder / "home"), Settings())
    runtime.apply([folder / "model.toml"])
    return runtime


class Server:
    """A server of a home; `start()` returns once `/healthz` answers 200."""

    def __init__(self, home: Path, port: int | None = None, address: str = "127.0.0.1"):
        self.home, self.port, self.address = home, port or free_port(), address
        self.url = f"http://{f'[{address}]' if ':' in address else address}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(
        self, before: Sequence[str] = (), log: Path | None = None, well: bool = True, **also: str
    ) -> "Server":
        """`before`: what runs it (as another user, say); `log`: beside the home where that cannot be written;
        `well`: wait until it says so, else until it answers; `also`: variables of its environment.
        """
        environment = {**os.environ, "EVERMODEL_HOME": str(self.home), **also}
        if log is None:
            self.home.mkdir(parents=True, exist_ok=True)
        with open(log or self.home / "server-test.log", "ab") as file:
            self.process = subprocess.Popen(
                [
                    *before,
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    str(ROOT / "app.py"),
                    "--server.port",
                    str(self.port),
                    "--server.address",
                    self.address,
                    "--server.headless",
                    "true",
                ],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        until(self.healthy if well else self.health)
        return self

    def health(self) -> dict[str, str]:
        """What `/healthz` answers; nothing where it does not."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            return dict(json.load(refused))
        except OSError:
            return {}

    def healthy(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def kill(self) -> None:
        """End it as a power cut would; what it started goes on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


@contextlib.contextmanager
def serving(home: Path) -> Iterator[Server]:
    server = Server(home).start()
    try:
        yield server
    finally:
        server.stop()
