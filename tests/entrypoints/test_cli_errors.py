import errno
import os

import pytest

from core.entrypoints.commands import not_yet
from core.entrypoints.runtime import Runtime


def test_an_unknown_command_is_wrong_use_and_the_near_one_is_named(line):
    (fault,) = line.faults(2, "modls")
    assert "modls" in fault["problem"]
    assert "models" in fault["problem"]


def test_an_unknown_option_is_wrong_use(line):
    (fault,) = line.faults(2, "models", "--loud")
    assert "--loud" in fault["problem"]


@pytest.mark.parametrize(
    "args",
    [
        ("show", "x"),
        ("windows", "x"),
        ("retrain", "x"),
        ("versions", "x"),
        ("run", 9),
        ("cancel", 9),
        ("schedule", "x"),
        ("ledger", "x"),
        ("remove", "x"),
        ("promote", "m", 7, "--reason", "why"),
        ("compare", "m", 1, 2),
        ("runs", "x"),
        ("backfill", "x"),
        ("monitor", "x"),
        ("rollback", "x", "--reason", "why"),
        ("schedule", "m", "pause"),
    ],
    ids=lambda args: args[0],
)
def test_what_is_not_there_ends_with_3(applied, args):
    if args[0] == "remove":
        found = applied.run(*args)
        assert (found.exit_code, found.stdout) == (3, "")
    else:
        applied.faults(3, *args)


@pytest.mark.parametrize("name", not_yet.NAMES)
def test_what_is_not_built_yet_says_so(line, name):
    found = line.run(name, "m", "--note", "x")
    assert found.exit_code == 2
    assert found.stderr == f"Error: `evermodel {name}` is not built yet. Wait for a later Evermodel.\n"


def test_without_json_each_error_is_a_line(line):
    found = line.run("show", "x")
    assert found.stderr.startswith("Error: There is no model 'x'.")
    assert found.stderr.count("\n") == 1


def test_an_unexpected_fault_is_one_line_and_its_traceback_is_in_the_log(applied, monkeypatch):
    def fail(_: Runtime) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(Runtime, "now", fail)
    found = applied.run("models")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "by zero: this is a fault of Evermodel; the log" in found.stderr
    assert found.stderr.count("\n") == 1
    assert "Traceback" in (applied.home / "logs" / "commands.log").read_text()


def test_a_full_disk_says_what_to_do(applied, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/there/out.csv")

    monkeypatch.setattr(Runtime, "now", full)
    (fault,) = applied.faults(1, "models")
    assert (fault["file"], fault["problem"]) == ("/there/out.csv", "The disk is full.")
    assert "Free some room" in fault["fix"]


def test_a_time_that_is_none_is_wrong_use(applied):
    (fault,) = applied.faults(2, "windows", "m", "--as-of", "yesterday")
    assert fault["key"] == "as_of"


def test_help_ends_with_0_and_no_command_with_2(line):
    assert line.run("--help").exit_code == 0
    assert line.run().exit_code == 2


def test_a_backfill_that_ends_before_it_starts_is_bad_input_and_queues_nothing(applied):
    (fault,) = applied.faults(2, "backfill", "m", "--from", "2025-03-01", "--to", "2025-02-01")
    assert fault["key"] == "--to"
    assert "not after" in fault["problem"]
    assert applied.json("runs") == []
