"""What workers are started with."""

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
