"""A person's own train.py: what it is given, what it may leave, and what is remembered of it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from core.domain.errors import ArtifactFault
from core.domain.scripts import NOT_VOUCHED
from core.engine import processes, scratch
from core.engine.logs import Bounded
from core.engine.script_process import ScriptProcess
from core.engine.script_surroundings import PASSED_ON
from core.entrypoints.workshop import open_workshop
from tests.home_kit import Quiet
from tests.script_kit import Workplace, workplace

Made = Callable[..., Workplace]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Workplaces, each in a folder of its own, closed at the end."""
    all_made: list[Workplace] = []

    def make(text: str = "write()", folder: str = "", **said: object) -> Workplace:
        all_made.append(workplace(tmp_path / (folder or str(len(all_made))), text, **said))
        return all_made[-1]

    yield make
    for one in all_made:
        one.place.home.close()


SEEN = """import shutil
seen = len([name for name in os.listdir() if name.startswith("seen")])
shutil.copy(os.environ["EVERMODEL_TRAIN"], f"seen-{seen}.parquet")
write()
"""


def test_script_is_given_exactly_the_rows_that_its_version_learnt(made: Made) -> None:
    work = made(SEEN, history="2 windows")
    assert work.retrain().state == "succeeded"
    (version,), seen = work.place.versions(), pq.read_table(work.folder / "seen-0.parquet")
    assert seen.column_names == ["t", "x", "y"]
    assert len(seen) == version.rows == 48
    with work.place.home.reading() as stores:
        snapshot = stores.snapshots.get(version.model_id, version.snapshot)
    assert seen.equals(work.place.shop.snapshots.rows(snapshot).table.select(["t", "x", "y"]))


def test_script_under_a_judging_gate_never_sees_the_judged_rows_before_it_passed(made: Made) -> None:
    work = made(SEEN, gate="not_worse")
    assert work.retrain().state == "succeeded"
    (version,) = work.place.versions()
    first, again = (pq.read_table(work.folder / f"seen-{k}.parquet") for k in (0, 1))
    assert len(first) == 121 - version.judged["rows"]  # type: ignore[operator]
    assert str(max(first["t"].to_pylist())) < str(version.judged["from"]).replace("T", " ")
    assert len(again) == 121
    assert version.code["vouched"] is True
    assert NOT_VOUCHED not in version.reason


def test_script_that_reads_data_of_its_own_is_not_vouched_for(made: Made) -> None:
    work = made("write()", gate="not_worse")
    assert work.retrain().state == "succeeded"
    (version,) = work.place.versions()
    assert (version.code["vouched"], version.reason) == (False, f"first version; {NOT_VOUCHED}")
    assert str(version.verdict["note"]).endswith(NOT_VOUCHED)


ASKED = """import json
with open("asked.json", "w") as file:
    json.dump({"args": sys.argv[1:], "env": dict(os.environ), "folder": os.getcwd()}, file)
write()
"""


def asked(work: Workplace) -> dict[str, object]:
    return json.loads((work.folder / "asked.json").read_text())  # type: ignore[no-any-return]


def test_environment_holds_what_is_listed_and_nothing_else(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_TOKEN", "MINE", "LC_TIME", "LOGNAME", "PYTHONPATH"):
        monkeypatch.setenv(name, "given")
    monkeypatch.setenv("EVERMODEL_SCRIPT_ENVIRONMENT", "MINE, MISSING")
    work = made(ASKED)
    work.place.home.close()
    assert work.retrain().state == "succeeded"
    found = asked(work)["env"]
    assert isinstance(found, dict)
    ours = {name for name in found if name.startswith("EVERMODEL_")}
    assert ours == {
        "EVERMODEL_RUN",
        "EVERMODEL_TRAIN",
        "EVERMODEL_MODEL_OUT",
        "EVERMODEL_PARAMETERS",
        "EVERMODEL_PROGRESS",
        "EVERMODEL_SEED",
    }
    assert found.keys() - ours <= {
        *PASSED_ON,
        "LC_TIME",
        "LC_CTYPE",
        "MINE",
        "PYTHONUNBUFFERED",
        "PYTHONHASHSEED",
    }
    assert (found["LC_TIME"], found["LOGNAME"], found["MINE"]) == ("given", "given", "given")


def test_placeholders_parameters_and_seed_reach_the_script_in_its_own_folder(made: Made) -> None:
    arguments = ["--data", "{train}", "--seed={seed}", "{{literal}}", "{parameters}", "{out}", "{previous}"]
    given = {"rounds": 60, "random_state": 11}
    work = made(ASKED, arguments=arguments, recipe_parameters=given, gate="always")
    assert work.retrain().state == "succeeded"
    found = asked(work)
    args, env = found["args"], found["env"]
    assert isinstance(args, list)
    assert isinstance(env, dict)
    assert args[:2] == ["--data", env["EVERMODEL_TRAIN"]]
    assert args[2:4] == ["--seed=11", "{literal}"]
    assert json.loads(args[4]) == json.loads(env["EVERMODEL_PARAMETERS"]) == given
    assert args[5:] == [env["EVERMODEL_MODEL_OUT"], ""]
    assert found["folder"] == str(work.folder)
    (version,) = work.place.versions()
    assert (version.recipe, version.seed, version.parameters) == ("train.py", 11, given)
    assert (env["EVERMODEL_SEED"], env["PYTHONHASHSEED"]) == ("11", "11")


def test_script_is_read_anew_at_each_run_and_given_the_champion_before(made: Made) -> None:
    work = made("write()")
    work.retrain()
    (first,) = work.place.versions()
    again = work.tried(
        "import shutil\nshutil.copy(os.environ['EVERMODEL_PREVIOUS'], 'previous')\nwrite(model=Mean(2.0))"
    )
    assert again.state == "succeeded", again.error
    _, second = work.place.versions()
    artifact = work.place.home.path("artifacts", first.artifact)
    assert (work.folder / "previous").read_bytes() == artifact.read_bytes()
    assert second.code["sha256"] != first.code["sha256"]


def test_progress_is_told_as_it_comes(made: Made) -> None:
    told: list[tuple[float, str]] = []

    class Told(Quiet):
        def progress(self, share: float, words: str) -> None:
            told.append((share, words))

    made().train(
        "import time\nsaid = open(os.environ['EVERMODEL_PROGRESS'], 'w', buffering=1)\n"
        "said.write('0.4 epoch 4\\n')\ntime.sleep(0.5)\nsaid.write('no number\\n7 epoch 9\\n0.')\nwrite()",
        Told(),
    )
    assert told == [(0.4, "epoch 4"), (1.0, "epoch 9"), (1.0, "the model is looked at")]


def test_code_packages_and_interpreter_are_remembered_and_kept_once(made: Made) -> None:
    work = made(arguments=["{train}"])
    (work.folder / "requirements.txt").write_text("numpy\n")
    (work.folder / "parts").mkdir()
    (work.folder / "parts" / "deep.py").write_text("X = 1\n")
    for name in ("site-packages", ".hidden"):
        (work.folder / name).mkdir()
        (work.folder / name / "far.py").write_text("")
    work.retrain()
    work.retrain()
    one, two = work.place.versions()
    assert one.code == two.code
    paths = [file["path"] for file in one.code["files"]]  # type: ignore[attr-defined]
    assert paths == ["mean.py", "parts/deep.py", "requirements.txt", "train.py"]
    tree = work.place.home.path("code", str(one.code["sha256"]))
    assert (tree / "train.py").read_bytes() == (work.folder / "train.py").read_bytes()
    assert len(os.listdir(tree.parent)) == 1
    assert one.code["python"] == sys.executable
    assert {"python", "scikit-learn", "numpy"} <= one.environment.keys()


def test_interpreter_is_that_of_a_virtual_environment_beside_the_script(made: Made) -> None:
    work = made("write()")
    python = work.folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nTHROUGH=here exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    run = work.tried("assert os.environ['THROUGH'] == 'here'\nwrite()")
    assert run.state == "succeeded", run.error
    assert work.place.versions()[0].code["python"] == str(python)


def test_interpreter_that_leaves_a_process_running_is_not_waited_for(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = made("write()")
    python = work.folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nsleep 60 &\necho $! >> left\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.chdir(work.folder)  # where the interpreter is asked what it has
    run = work.retrain()
    assert run.state == "succeeded", run.error
    asked, of_script = map(int, (work.folder / "left").read_text().split())
    assert not psutil.pid_exists(of_script)
    psutil.Process(asked).kill()  # the run's mark is what it is found by in a worker
    assert "scikit-learn" in work.place.versions()[0].environment


def test_model_that_only_joblib_can_hold_is_kept_as_the_script_wrote_it(made: Made) -> None:
    work = made("write('own.joblib')", output="own.joblib")
    assert work.retrain().state == "succeeded"
    (version,) = work.place.versions()
    assert version.artifact.endswith(".joblib")
    kept = work.place.home.path("artifacts", version.artifact).read_bytes()
    assert kept == (work.folder / "own.joblib").read_bytes()


def test_version_loads_with_the_code_of_its_day_whatever_became_of_the_script(made: Made) -> None:
    work = made("write()")
    work.retrain()
    (work.folder / "mean.py").write_text("class Other: ...\n")
    (version,) = work.place.versions()
    sys.modules.pop("mean", None)
    assert list(open_workshop(work.place.home).artifacts.load(version.saved).predict([1])) == [1.0]


def test_setting_without_joblib_refuses_what_only_joblib_can_hold(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVERMODEL_JOBLIB", "false")
    work = made("write()")
    run = work.retrain()
    assert run.state == "failed"
    assert "the setting `joblib` is off" in str(run.error)
    assert work.left_behind() == []


def test_script_with_spaces_and_letters_of_any_alphabet_in_its_path_is_run(made: Made) -> None:
    work = made("write('model 模型 ü.joblib')", folder="my 模型 ü", output="model 模型 ü.joblib")
    run = work.retrain()
    assert run.state == "succeeded", run.error


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_script_that_may_not_be_read_says_so(made: Made) -> None:
    work = made("write()")
    (work.folder / "train.py").chmod(0)
    assert "Evermodel may not read" in str(work.retrain().error)


def test_missing_script_and_missing_interpreter_say_so(made: Made) -> None:
    work = made("write()")
    (work.folder / "train.py").unlink()
    assert "There is no script" in str(work.retrain().error)
    (work.folder / "train.py").mkdir()
    assert "train.py is no file" in str(work.retrain().error)
    broken = made("write()")
    python = broken.folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("no program")
    assert "cannot be started" in str(broken.retrain().error)
    assert broken.left_behind() == []


def test_backfill_runs_the_script_at_each_step_and_its_warm_start_is_its_own_business(made: Made) -> None:
    work = made(SEEN, strategy="warm_start", gate="always")
    run = work.place.backfill(1)
    assert run.state == "succeeded", run.error
    versions = work.place.versions()
    assert [version.recipe for version in versions] == ["train.py"] * 2
    assert [version.rows for version in versions] == [72, 96]
    assert work.left_behind() == []


def test_last_that_a_script_said_is_told_though_it_had_ended_before_it_was_read(tmp_path: Path) -> None:
    text = "import sys, time; print(1, flush=True); time.sleep(0.3); print('the reason'); sys.exit(3)"
    log = Bounded(tmp_path / "log")
    looks = iter([1.0])
    process = ScriptProcess(
        [sys.executable, "-c", text], tmp_path, {}, "none:0:", log, lambda: time.sleep(next(looks, 0))
    )
    ended = process.run()
    log.close()
    assert (ended.status, ended.last) == (3, "1\nthe reason\n")


def test_model_that_is_a_link_to_the_file_that_was_written_is_taken(made: Made) -> None:
    work = made("write('models-7')\nos.symlink('models-7', 'own.joblib')", output="own.joblib")
    assert work.retrain().state == "succeeded"
    (version,) = work.place.versions()
    kept = work.place.home.path("artifacts", version.artifact)
    assert not kept.is_symlink()
    assert kept.read_bytes() == (work.folder / "models-7").read_bytes()


HOLDS = """import sys
from pathlib import Path
from core.engine import scratch
home = Path(sys.argv[1])
with scratch.alone(home, home / sys.argv[2], print):
    print("held", flush=True)
    sys.stdin.read()
    (home / "written").touch()
"""


@pytest.mark.parametrize(("file", "times"), [("model.joblib", 1), ("other.joblib", 0)])
def test_two_runs_that_write_one_file_do_so_one_after_the_other(
    tmp_path: Path, file: str, times: int
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path), file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(processes.ROOT)},
    )
    assert other.stdin is not None
    assert other.stdout is not None
    with other, other.stdin as its_input:
        assert other.stdout.readline() == b"held\n"
        waited: list[bool] = []

        def waits() -> None:
            waited.append((tmp_path / "written").exists())
            its_input.close()

        with scratch.alone(tmp_path, tmp_path / "model.joblib", waits):
            assert (tmp_path / "written").exists() == bool(times)
        assert waited == [False] * times


def test_code_that_was_altered_is_not_run_to_load_a_version(made: Made) -> None:
    work = made()
    assert work.retrain().state == "succeeded"
    (version,), home = work.place.versions(), work.place.home
    (home.path("code", str(version.code["sha256"])) / "mean.py").write_text("raise SystemExit")
    with pytest.raises(ArtifactFault, match="altered since it was saved"):
        open_workshop(home).artifacts.load(version.saved)
