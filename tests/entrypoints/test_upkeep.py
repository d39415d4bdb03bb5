"""Settings with their sources, and what `check` looks at."""

import json
import logging
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.domain.clock import micros
from core.domain.errors import BadInput, HomeFull
from core.domain.schedules import Entry, Rule
from core.engine import processes
from core.engine.ticker import Ticker
from core.entrypoints.commands.serving import serve
from core.entrypoints.runtime import Runtime
from core.entrypoints.seldom import Seldom
from core.entrypoints.settings import Settings, load
from storage.database import Home
from storage.disk_use import DiskUse
from storage.home_checks import Check, around
from tests.home_kit import NOW, FakeClock, add_model

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "docs" / "evermodel.service"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERMODEL_HOME", str(tmp_path / "home"))
    home = Home(tmp_path / "home")
    yield home
    home.close()


def test_every_setting_is_told_with_its_source(line, monkeypatch):
    line.home.mkdir()
    (line.home / "settings.toml").write_text('threads = 3\nhosts = ["A.example", "b.example"]\n')
    monkeypatch.setenv("EVERMODEL_WORKERS", "4")
    found = {one["name"]: (one["value"], one["source"]) for one in line.json("settings")}
    assert set(found) == {"home", *Settings.model_fields}
    assert found["threads"] == (3, "settings.toml")
    assert found["workers"] == (4, "EVERMODEL_WORKERS")
    assert found["hosts"] == ("a.example, b.example", "settings.toml")
    assert found["low_disk"] == (200, "default")
    assert found["home"] == (str(line.home), "EVERMODEL_HOME")


@pytest.mark.parametrize("given", ["a.example, B.example", " a.example,b.example, "])
def test_names_of_the_server_have_commas_between_them(home, monkeypatch, given):  # noqa: ARG001
    monkeypatch.setenv("EVERMODEL_HOSTS", given)
    assert load().hosts == ("a.example", "b.example")


def test_names_that_are_none_are_bad_input(home):
    (home.folder / "settings.toml").write_text("hosts = 3\n")
    with pytest.raises(BadInput, match="hosts"):
        load()


def checks(home: Home, low: int = 1, now: datetime = NOW) -> dict[str, Check]:
    return {one.what.split(":")[0]: one for one in around(home, low, now)}


def test_a_disk_below_the_mark_is_told(home):
    assert all(one.ok for one in checks(home).values())
    (bad,) = (one for one in checks(home, low=10**9).values() if not one.ok)
    assert bad.problem is not None
    assert "no run begins below" in bad.problem


def test_a_due_time_without_its_entry_is_told(home):
    with home.transaction() as t:
        kept = add_model(t)
        schedule = t.schedules.add(kept.id, Rule(cron="0 * * * *"), NOW)
        dues = [NOW + timedelta(hours=k) for k in range(1, 6)]
        t.ledger.enter([Entry(schedule.id, kept.id, due, "fired", due) for due in dues if due != dues[2]])
        t.schedules.handle(schedule, NOW + timedelta(hours=5, minutes=1))
    found = checks(home)["ledger of m"]
    assert found.problem == f"1 due time without an entry, from {dues[2].isoformat()} on."
    with home.transaction() as t:
        t.ledger.enter([Entry(schedule.id, kept.id, dues[2], "fired", dues[2])])
    assert checks(home)["ledger of m"].ok


@pytest.mark.parametrize(("lives", "ok"), [(True, False), (False, True)])
def test_a_server_that_lives_and_does_not_tick_is_told(home, lives, ok):
    holder = processes.holder() if lives else processes.holder().rsplit(" ", 1)[0] + " 1.0"
    with home.transaction() as t:
        t.leases.take(holder, NOW)
    assert checks(home, now=NOW + timedelta(seconds=10))["scheduler"].ok
    assert checks(home, now=NOW + timedelta(seconds=40))["scheduler"].ok == ok


def test_files_that_no_version_names_are_told_and_do_no_harm(home):
    (home.folder / "artifacts" / "1-2-3.skops").write_bytes(b"left behind")
    later = datetime.now(UTC) + timedelta(hours=2)
    assert Check("files that no version names: 1 file, 11 bytes", True) in list(around(home, 1, later))


def test_no_work_is_taken_below_the_mark(home):
    runtime = Runtime(home, Settings(low_disk=10**9), FakeClock())
    with home.transaction() as t:
        add_model(t)
    for act in (runtime.retrain, runtime.backfill, runtime.monitor):
        with pytest.raises(HomeFull, match="no run begins"):
            act("m")
    assert runtime.trouble() is not None
    assert Runtime(home, Settings(low_disk=1), FakeClock()).trouble() is None


def test_sizes_of_folders_are_looked_at_now_and_then(tmp_path):
    moment = [0.0]
    use = DiskUse(tmp_path, lambda: moment[0])
    (tmp_path / "logs" / "deep").mkdir(parents=True)
    (tmp_path / "logs" / "deep" / "one").write_bytes(bytes(7))
    (tmp_path / "evermodel.db").write_bytes(bytes(5))
    assert use.sizes() == {"tables": 5, "logs": 7}
    (tmp_path / "logs" / "two").write_bytes(bytes(1))
    moment[0] = 29.0
    assert use.sizes()["logs"] == 7
    moment[0] = 30.0
    assert use.sizes()["logs"] == 8


def test_the_same_fault_is_logged_once_a_minute():
    moment = [0.0]
    seldom = Seldom(lambda: moment[0])

    def passes(words: str, error: Exception | None) -> bool:
        given = (type(error), error, None) if error else None
        return seldom.filter(logging.LogRecord("x", 40, "", 0, words, (), given))

    assert [passes("a", KeyError("k")) for _ in range(3)] == [True, False, False]
    assert passes("a", KeyError("other"))
    assert passes("b", KeyError("k"))
    assert all(passes("said", None) for _ in range(3))
    moment[0] = 60.0
    assert passes("a", KeyError("k"))


def test_schedule_that_cannot_fire_is_logged_once_a_minute_not_each_second(home, caplog):
    import core.entrypoints.service  # noqa: F401

    with home.transaction() as t:
        t.schedules.add(add_model(t).id, Rule(cron="* * * * *"), NOW)
        t.database.execute("create trigger full before insert on ledger begin select raise(abort, 'f'); end")
    clock = FakeClock()
    ticker = Ticker(home, clock, processes.holder(), lambda: None)
    ticker.reconcile()
    for _ in range(70):
        clock.on(1)
        ticker.reconcile()
    assert [record.getMessage() for record in caplog.records] == ["schedule 1 could not fire"]


def exec_start() -> list[str]:
    (line,) = (line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))
    return shlex.split(line.removeprefix("ExecStart="))


def test_the_unit_says_what_serve_understands():
    _, command, *rest = exec_start()
    assert command == "serve"
    known = {name for param in serve.params for name in param.opts}
    assert {word for word in rest if word.startswith("--")} <= known


def test_systemd_accepts_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed.")
    here = tmp_path / UNIT.name
    here.write_text(
        UNIT.read_text().replace(exec_start()[0], str(Path(sys.executable).with_name("evermodel")))
    )
    found = subprocess.run(
        ["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_check_tells_a_problem_and_ends_with_1(applied):
    found = applied.json("check")
    assert {"what", "ok", "problem"} == set(found[0])
    assert all(one["ok"] for one in found)
    (applied.home / "settings.toml").write_text("low_disk = 1000000000\n")
    bad = [one for one in json.loads(applied.run("check", "--json").stdout) if not one["ok"]]
    assert applied.run("check").exit_code == 1
    assert [one["what"].split(":")[0] for one in bad] == ["disk"]


def test_health_knows_how_old_the_last_tick_is(home):
    runtime = Runtime(home, Settings(low_disk=1), FakeClock())
    assert runtime.health() == {"status": "late", "scheduler": "late", "last_tick": None}
    with home.transaction() as t:
        t.database.execute("insert into leases values (1, 'h 1 1.0', 1, ?, ?)", [micros(NOW), micros(NOW)])
    assert runtime.health()["scheduler"] == "ticking"
