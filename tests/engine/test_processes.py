"""What workers are started with."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.engine.processes import environment


def test_memory_that_arrow_lets_go_serves_numpy_too_unless_a_person_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("ARROW_DEFAULT_MEMORY_POOL", "MALLOC_ARENA_MAX"):
        monkeypatch.delenv(name, raising=False)
    given = environment(Path("home"), 2, "mark")
    assert (given["ARROW_DEFAULT_MEMORY_POOL"], given["MALLOC_ARENA_MAX"]) == ("system", "2")
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "mimalloc")
    assert environment(Path("home"), 2, "mark")["ARROW_DEFAULT_MEMORY_POOL"] == "mimalloc"


def test_order_of_a_set_is_the_same_in_each_worker() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", "print(list({str(k) for k in range(50)}))"],
            env=environment(Path("home"), 1, "mark"),
            capture_output=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert said[0] == said[1]
