"""The console script as a process of its own."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

EVERMODEL = Path(sys.executable).parent / "evermodel"


def evermodel(*args: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [EVERMODEL, *map(str, args)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def test_json_is_alone_on_standard_output_and_home_may_stand_before_the_command(line):
    assert evermodel("--home", line.home, "apply", line.folder / "m.toml", "--json").returncode == 0
    found = evermodel("models", "--json", EVERMODEL_HOME=str(line.home))
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout)[0]["name"] == "m"


def test_an_error_is_no_traceback(line):
    found = evermodel("show", "x", "--home", line.home)
    assert (found.returncode, found.stdout) == (3, "")
    assert "Traceback" not in found.stderr


def test_serve_refuses_a_port_in_use_in_one_line(line):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = evermodel("serve", "--port", port, "--home", line.home)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        f"Error: Port {port} of 127.0.0.1 is in use. Give another with --port, or end what holds it.\n"
    )


@pytest.mark.parametrize("module", ["streamlit", "pandas", "sklearn", "duckdb"])
def test_listing_models_imports_no_heavy_module(applied, module):
    script = (
        "import sys; from core.entrypoints.cli import cli\n"
        "try: cli.main(['models'])\nexcept SystemExit as end: assert end.code == 0\n"
        f"sys.exit({module!r} in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "EVERMODEL_HOME": str(applied.home)},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert found.returncode == 0, found.stderr
