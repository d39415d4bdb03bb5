"""A real PostgreSQL server on a free port, from the system's packages."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

import pytest

from tests.serving import free_port, until


@dataclass
class Postgres:
    """`url`: of its database, for SQLAlchemy."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres:s3cret%40@127.0.0.1:{self.port}/postgres"

    def connect(self):  # type: ignore[no-untyped-def]
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password="s3cret@", dbname="postgres"
        )

    def execute(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def start(self) -> None:
        options = ["-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1"]
        quick = ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [binary("postgres"), "-D", str(self.folder / "data"), *options, *quick],
                stdout=log,
                stderr=log,
                user=account(),
            )
        until(self.answers, 30)

    def answers(self) -> bool:
        import psycopg

        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # its fast shutdown
            self.process.wait(20)
            self.process = None


def binary(name: str) -> str:
    """A program of the server. Skips the test by name where the system has none."""
    found = shutil.which(name) or max(glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)
    if found is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    return found


def account() -> str | None:
    """Whom the server runs as: PostgreSQL refuses the superuser."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server with an empty database, gone afterwards."""
    initdb, user = binary("initdb"), account()
    with tempfile.TemporaryDirectory(prefix="postgres-") as made:
        folder = Path(made)
        (folder / "password").write_text("s3cret@")
        if user is not None:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        subprocess.run(
            [
                *(initdb, "-D", str(folder / "data"), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"),
                *("--auth=scram-sha-256", "--no-sync", f"--pwfile={folder / 'password'}"),
            ],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        server = Postgres(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
