"""The documented examples: scripts that know nothing of Evermodel, run as they stand."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.domain.runs import Asked
from core.domain.scripts import NOT_VOUCHED
from core.entrypoints.cli import cli
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Example:
    """A copy of one example beside rows that were made for it, and the command line over a home."""

    def __init__(self, name: str, folder: Path):
        self.folder, self.home = folder / name, folder / "home"
        shutil.copytree(EXAMPLES / name, self.folder)
        maker = EXAMPLES / "make_rows.py"
        subprocess.run([sys.executable, str(maker), str(self.folder / "sales.csv")], check=True)

    def json(self, *args: object) -> Any:
        found = CliRunner().invoke(cli, [*map(str, args), "--json", "--home", str(self.home)])
        assert found.exit_code == 0, found.output
        return json.loads(found.stdout)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERMODEL_HOME", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(scope="module")
def airflow(folder: Path) -> Iterator[Example]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVERMODEL_HOME", "")
        example = Example("airflow", folder)
        example.json("apply", example.folder / "sales.toml")
        yield example


def test_airflow_task_is_due_every_seven_days_from_the_seventh_of_july_2024(airflow: Example) -> None:
    found = airflow.json("schedule", "sales", "--preview", 3, "--from", "2024-07-01T00:00:00+00:00")
    assert [time["utc"][:10] for time in found["times"]] == ["2024-07-07", "2024-07-14", "2024-07-21"]


def test_airflow_task_is_tried_once_more_after_five_minutes(airflow: Example) -> None:
    runtime = Runtime(Home(airflow.home), Settings())
    kept, (schedule,) = runtime.kept("sales"), runtime.schedules("sales")
    asked = Asked(
        kept.id, "retrain", "schedule", schedule_id=schedule.id, due=NOW, limits=schedule.options.limits
    )
    with runtime.home.transaction() as t:
        first, _ = t.runs.queue(asked, NOW)
        for attempt in (1, 2):
            run = next(one for one in t.runs.open() if one.attempt == attempt)
            t.runs.claim(run.id, "t", 1, 0.0, NOW)
            t.runs.end(run.id, "t", "failed", NOW, error="it failed")
        second = next(one for one in t.runs.latest(kept.id) if one.attempt == 2)
        assert (second.retry_of, second.not_before) == (first.id, NOW + timedelta(minutes=5))
        assert t.runs.open() == []
    runtime.home.close()


def test_airflow_script_runs_as_it_stands_and_nobody_vouches_for_what_it_read(airflow: Example) -> None:
    shown = airflow.json("show", "sales")
    assert (shown["owner"], shown["script"]) == ("sales team", "train.py")
    run = airflow.json("retrain", "sales", "--wait")
    (version,) = airflow.json("versions", "sales")
    assert (run["state"], run["version"], version["state"]) == ("succeeded", 1, "champion")
    assert NOT_VOUCHED in version["reason"]
    assert version["recipe"] == "train.py"
    assert "trained on 365 rows" in airflow.json("run", run["id"], "--log")["log"]
    assert (airflow.folder / "train.py").read_bytes() == (EXAMPLES / "airflow" / "train.py").read_bytes()


def test_azure_command_waits_and_its_version_bears_the_experiment(folder: Path) -> None:
    example = Example("azure_ml", folder)
    example.json("apply", example.folder / "stores.toml")
    run = example.json("retrain", "stores", "--wait")
    assert run["state"] == "succeeded", run["error"]
    (version,) = example.json("versions", "stores", "--experiment", "scheduled-training-experiment")
    assert version["experiment"] == "scheduled-training-experiment"
    assert NOT_VOUCHED not in version["reason"]
    assert version["scores"]["r2"] > 0.5  # on rows that the script was not given
    assert [one["id"] for one in example.json("runs", "--experiment", version["experiment"])] == [run["id"]]
    assert example.json("runs", "--experiment", "another") == []
    weekly = example.json("schedule", "stores", "--preview", 2, "--from", "2026-03-01T00:00:00+00:00")
    assert [time["utc"][:16] for time in weekly["times"]] == ["2026-03-02T03:00", "2026-03-09T03:00"]
    assert not (example.folder / "scripts" / "model").exists()
