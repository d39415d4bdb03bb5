"""Adopting: an estimator that was fitted elsewhere becomes a version, or nothing of it stays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import skops.io
from click.testing import CliRunner

from core.domain.errors import BadInput, NotAllowed
from core.domain.runs import Run
from core.engine import scratch
from core.entrypoints.cli import cli
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.worker import RunReport, _work
from storage.letting_go import HomeFiles
from tests.home_kit import NOW, FakeClock, days_of_rows, place_of
from tests.script_kit import MEAN, Workplace


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    """A model without a version, over five days of rows."""
    monkeypatch.setenv("EVERMODEL_HOME", "")
    place = place_of(tmp_path, days_of_rows(5), gate="not_worse", judge_at_least=10, experiment="e")
    yield Workplace(place, tmp_path)
    place.home.close()


def fitted(sign: int = 1) -> Any:
    from sklearn.linear_model import LinearRegression

    rows = days_of_rows(5)
    model = LinearRegression()
    return model.fit(_frame(rows), sign * rows["y"])


def _frame(rows: Any) -> Any:
    import pandas as pd

    return pd.DataFrame({"x": rows["x"]})


def dumped(work: Workplace, model: object, name: str = "own.joblib") -> Path:
    path = work.folder / name
    if name.endswith(".skops"):
        skops.io.dump(model, path)
    else:
        joblib.dump(model, path)
    return path


def runtime_of(work: Workplace, **settings: Any) -> Runtime:
    return Runtime(work.place.home, Settings(**settings), FakeClock())


def adopt(work: Workplace, file: Path) -> Run:
    """As the command does it, with the run worked here."""
    runtime, home = runtime_of(work), work.place.home
    run = runtime.adopt("m", file)
    with home.transaction() as t:
        claimed = t.runs.claim(run.id, "token", 1, 0.0, NOW)
    _work(home, claimed, RunReport(home, claimed), lambda _: None)
    runtime.adopted(run)
    assert list(home.path("scratch").iterdir()) == []
    with home.reading() as stores:
        return stores.runs.get(run.id)


def go_on(work: Workplace, days: int) -> None:
    pq.write_table(pa.table(dict(days_of_rows(days))), work.folder / "rows.parquet")


def test_first_adopted_is_champion_and_what_it_learnt_is_unknown(work: Workplace) -> None:
    file = dumped(work, fitted(), "own.skops")
    line = CliRunner().invoke(cli, ["adopt", "m", str(file), "--json", "--home", str(work.place.home.folder)])
    run = json.loads(line.stdout)
    assert (line.exit_code, run["state"], run["version"]) == (0, "succeeded", 1), line.output
    listed = CliRunner().invoke(cli, ["versions", "m", "--json", "--home", str(work.place.home.folder)])
    (said,) = json.loads(listed.stdout)
    assert (said["state"], said["scores"], said["rows"]) == ("champion", {}, 0)
    assert (said["train_from"], said["snapshot"], said["experiment"]) == (None, None, "e")
    assert said["train_to"] == said["live_from"]
    assert said["code"]["adopted"] == "own.skops"
    assert "what it was trained on is unknown" in said["reason"]
    assert work.left_behind() == []


def test_windows_after_an_adoption_are_scored_by_it_and_its_unknown_rows_fail_nothing(
    work: Workplace,
) -> None:
    adopt(work, dumped(work, fitted()))
    go_on(work, 8)
    assert work.place.work("monitor").state == "succeeded"
    with work.place.home.reading() as stores:
        windows = stores.windows.all(work.place.kept.id)
    scored = [one for one in windows if one.version == 1 and one.metrics]
    assert len(scored) >= 2
    assert all(one.metrics["rmse"] < 1 for one in scored)  # type: ignore[operator]
    runtime = runtime_of(work)
    HomeFiles(work.place.home).champions()
    assert all(check.ok for check in runtime.check()), list(runtime.check())
    assert "model.skops" in runtime.export("m", 1, work.folder / "out")
    with pytest.raises(NotAllowed, match="adopted"):
        runtime.reproduce("m", 1)
    assert work.place.work("retrain").state == "succeeded"
    assert [one.state for one in work.place.versions()] == ["retired", "champion"]


@pytest.mark.parametrize(("sign", "state"), [(1, "champion"), (-1, "rejected")])
def test_later_adopted_is_judged_on_every_row_that_the_champion_does_not_know(
    work: Workplace, sign: int, state: str
) -> None:
    adopt(work, dumped(work, fitted()))
    go_on(work, 8)
    run = adopt(work, dumped(work, fitted(sign)))
    assert run.state == "succeeded", run.error
    _, second = work.place.versions()
    assert (second.state, second.judged["rows"]) == (state, 3 * 24)
    assert "whether it has seen the rows that judged it is unknown" in second.reason


def test_too_few_new_rows_make_no_version_and_say_so(work: Workplace) -> None:
    adopt(work, dumped(work, fitted()))
    run = adopt(work, dumped(work, fitted()))
    assert (run.state, run.version) == ("succeeded", None)
    assert "are too few: 10 are needed" in str(run.reason)
    assert work.left_behind() == []


def test_class_beside_the_model_file_is_kept_with_the_adopted(work: Workplace) -> None:
    (work.folder / "adopted_mean.py").write_text(MEAN)
    maker = "import pickle, adopted_mean; pickle.dump(adopted_mean.Mean(0.0), open('own.joblib', 'wb'))"
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", maker], cwd=work.folder, check=True)
    run = adopt(work, work.folder / "own.joblib")
    assert run.state == "succeeded", run.error
    (version,) = work.place.versions()
    (work.folder / "adopted_mean.py").unlink()
    assert work.place.home.path("code", str(version.code["sha256"]), "adopted_mean.py").is_file()
    assert list(work.place.shop.artifacts.load(version.saved).predict([1])) == [0.0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.joblib", None, "cannot be read"),
        ("text.joblib", b"model", "neither a skops nor a joblib file"),
        ("empty.joblib", b"", "is empty"),
        ("pickle.skops", b"\x80\x04.", "no skops file"),
    ],
)
def test_file_that_is_no_model_is_refused_at_once(
    work: Workplace, name: str, content: bytes | None, words: str
) -> None:
    file = work.folder / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=words):
        runtime_of(work).adopt("m", file)
    assert not work.place.home.path("scratch").exists()


def test_joblib_file_is_refused_where_the_settings_allow_none(work: Workplace) -> None:
    file = dumped(work, fitted())
    with pytest.raises(BadInput, match="the setting `joblib` is off"):
        runtime_of(work, joblib=False).adopt("m", file)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"a": 1}, "own.joblib holds a dict, which predicts nothing"),
        ("classifier", "own.joblib holds a classifier, and the task is regression"),
        ("columns", "was fitted on 2 columns, and there are 1 features"),
        ("cut", "is cut short"),
    ],
)
def test_model_of_another_kind_fails_the_run_and_leaves_nothing(
    work: Workplace, model: object, words: str
) -> None:
    from sklearn.linear_model import LinearRegression, LogisticRegression

    made = {
        "classifier": LogisticRegression().fit([[0], [1]], [0, 1]),
        "columns": LinearRegression().fit(np.zeros((2, 2)), [0, 1]),
        "cut": fitted(),
    }
    file = dumped(work, made.get(str(model), model))
    if model == "cut":
        file.write_bytes(file.read_bytes()[:-9])
    run = adopt(work, file)
    assert (run.state, work.place.versions()) == ("failed", [])
    assert words in str(run.error)
    assert work.left_behind() == []


def test_file_that_was_altered_while_it_waited_is_not_read(work: Workplace) -> None:
    runtime, home = runtime_of(work), work.place.home
    run = runtime.adopt("m", dumped(work, fitted()))
    scratch.waiting(home.folder, str(run.options["adopt"])).write_bytes(dumped(work, fitted(-1)).read_bytes())
    with home.transaction() as t:
        claimed = t.runs.claim(run.id, "token", 1, 0.0, NOW)
    _work(home, claimed, RunReport(home, claimed), lambda _: None)
    with home.reading() as stores:
        ended = stores.runs.get(run.id)
    assert (ended.state, work.place.versions()) == ("failed", [])
    assert "was altered since it was taken in" in str(ended.error)
    assert work.left_behind() == []


def test_adoption_is_a_run_of_its_own_beside_a_retraining_that_waits(work: Workplace) -> None:
    runtime = runtime_of(work)
    waiting, _ = runtime.retrain("m")
    one, two = (runtime.adopt("m", dumped(work, fitted())) for _ in range(2))
    assert len({waiting.id, one.id, two.id}) == 3
    assert runtime.retrain("m") == (waiting, True)
    runtime.cancel(one.id)
    runtime.adopted(one)
    left = [path.name for path in work.place.home.path("scratch").iterdir()]
    assert left == [f"adopt-{two.options['adopt']}"]


def test_what_no_open_run_is_to_find_is_swept_from_the_scratch(work: Workplace) -> None:
    home = work.place.home.folder
    for run_id in (1, 2):
        scratch.of_run(home, run_id)
    assert scratch.sweep(home, {2}, ()) == 1
    assert [path.name for path in (home / "scratch").iterdir()] == ["run-2"]
