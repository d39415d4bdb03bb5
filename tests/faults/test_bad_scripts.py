"""Every bad train.py, as real processes: its run fails for a reason that a person understands, the champion
stays, and nothing is left behind.
"""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.limits import Limits
from core.domain.runs import Asked
from core.domain.spans import Span
from core.engine import marks
from core.engine.queue import Crew
from tests.script_kit import LEARN, Workplace, workplace
from tests.serving import until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A model whose first version a good script made."""
    work = workplace(tmp_path_factory.mktemp("bad") / "here", output="own.joblib")
    assert work.tried("write('own.joblib')").state == "succeeded"
    yield work
    work.place.home.close()


BAD = {
    "writes nothing": ("print('all done')", "wrote no model: own.joblib is older than this run"),
    "ends at once": ("os._exit(0)", "wrote no model"),
    "writes half a model": (
        "write('own.joblib')\nos.truncate('own.joblib', os.path.getsize('own.joblib') // 2)",
        "cut short",
    ),
    "writes and is ended": (
        "write('own.joblib')\nos.truncate('own.joblib', 9)\nos._exit(0)",
        "cut short",
    ),
    "writes an empty file": ("open('own.joblib', 'w').close()", "own.joblib is empty"),
    "writes text": ("open('own.joblib', 'w').write('model')", "neither a skops nor a joblib file"),
    "writes another type": ("write('own.joblib', {'a': 1})", "holds a dict, which predicts nothing"),
    "writes a folder": ("os.remove('own.joblib')\nos.mkdir('own.joblib')", "own.joblib cannot be read"),
    "leaves a pipe": ("os.remove('own.joblib')\nos.mkfifo('own.joblib')", "cannot be read: it is no file"),
    "writes more than there is memory for": (
        "write('own.joblib')\nos.truncate('own.joblib', 2**43)",
        "more than there is memory for",
    ),
    "prints for a terminal": (
        "os.write(1, b'one\\r\\n\\x1b[2J\\x00\\xfftwo')\nsys.exit(3)",
        "It said last:\none\n\ufffdtwo\n",
    ),
    "fills its scratch folder and is killed": (
        "place = os.path.dirname(os.environ['EVERMODEL_TRAIN'])\n"
        "os.truncate(os.open(place + '/big', os.O_CREAT | os.O_WRONLY), 2**30)\n"
        "os.makedirs(place + '/closed/inner', 0o500)\nos.mkfifo(place + '/pipe')\n"
        "os.symlink('/', place + '/all')\nos.kill(os.getpid(), 9)",
        "ended by signal 9",
    ),
    "keeps its class to itself": (
        "class Own(Mean): ...\nwrite('own.joblib', Own(1.0))",
        "a class or function of the script itself (Own)",
    ),
    "predicts no numbers": ("write('own.joblib', Mean(float('nan')))", "no finite number"),
    "predicts too few rows": (
        "model = Mean(1.0)\nmodel.value = []\nwrite('own.joblib', model)",
        "gives 0 predictions for 50 rows",
    ),
    "learns from other columns": (
        "model = Mean(1.0)\nmodel.feature_names_in_ = ['t', 'x']\nwrite('own.joblib', model)",
        "was fitted on t, and the features are x",
    ),
    "raises": ("print('at row 7')\nraise ValueError('no such thing')", "ValueError: no such thing"),
    "ends all of its group": (
        "import signal\nos.killpg(0, signal.SIGTERM)\nsignal.pause()",
        "ended by signal 15 (SIGTERM)",
    ),
    "is killed": ("os.kill(os.getpid(), 9)", "ended by signal 9, as the system does where memory runs out"),
    "has no memory": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))\nwrite('x', 'x' * 2**30)",
        "ended out of memory",
    ),
    "crashes": ("import ctypes\nctypes.string_at(0)", "ended by signal 11 (SIGSEGV)"),
}


@pytest.mark.parametrize("how", BAD)
def test_bad_script_fails_its_run_and_nothing_else(work: Workplace, how: str) -> None:
    text, words = BAD[how]
    before = work.place.versions()
    run = work.tried(text)
    assert (run.state, run.version) == ("failed", None)
    assert words in str(run.error)
    assert work.place.versions() == before
    assert before[0].state == "champion"
    assert work.left_behind() == []
    own = Path(work.folder, "own.joblib")
    own.rmdir() if own.is_dir() else own.unlink(missing_ok=True)
    own.write_bytes(b"that of a former run")


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
LEAVES = f"""import subprocess
ALONE = {DEAF!r} + "open('alone', 'w').write(str(__import__('os').getpid())); time.sleep(300)"
subprocess.Popen([sys.executable, "-c", ALONE], start_new_session=True)
while not os.path.exists("alone") or not open("alone").read():
    pass
"""


ORPHAN = """if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        say = "echo $$ > orphan; trap '' TERM; while true; do echo more; echo more >> more; sleep 0.01; done"
        os.execve("/bin/sh", ["/bin/sh", "-c", say], {})
    os._exit(0)
os.wait()
while not os.path.exists("more"):
    pass
"""


def alive(work: Workplace, file: str = "alone") -> bool:
    try:
        process = psutil.Process(int((work.folder / file).read_text()))
    except psutil.NoSuchProcess:
        return False
    return process.status() != psutil.STATUS_ZOMBIE


def test_what_a_script_leaves_running_in_a_session_of_its_own_ends_with_it(work: Workplace) -> None:
    (work.folder / "alone").unlink(missing_ok=True)
    begin = time.monotonic()
    assert work.tried(LEAVES + "write('own.joblib')").state == "succeeded"
    assert time.monotonic() - begin < 20  # nobody waits for it, nor for what it holds open
    assert not alive(work)
    assert work.left_behind() == []


def test_what_a_script_leaves_running_without_its_environment_ends_with_it(work: Workplace) -> None:
    text = """import subprocess
left = subprocess.Popen(["/bin/sleep", "60"], env={})
open("alone", "w").write(str(left.pid))
write('own.joblib')
"""
    assert work.tried(text).state == "succeeded"
    assert not alive(work)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nobody can find it")
def test_orphan_that_shed_environment_and_session_and_goes_on_writing_ends_with_its_script(
    work: Workplace,
) -> None:
    assert work.tried(ORPHAN + "write('own.joblib')").state == "succeeded"
    assert not alive(work, "orphan")
    assert psutil.Process().children() == []


@pytest.mark.parametrize("megabytes", [60, pytest.param(1000, marks=pytest.mark.trial)])
def test_script_that_prints_without_end_leaves_a_log_with_head_and_tail(
    work: Workplace, megabytes: int
) -> None:
    text = f"print('first')\nfor _ in range({megabytes}):\n    print('x' * 999_999)\nprint('last')\n"
    run = work.tried(text + "write('own.joblib')")
    assert run.state == "succeeded", run.error
    log = work.log(run)
    assert len(log) <= 10_000_000
    assert log.startswith(b"first\n")
    assert log.endswith(b"last\n")
    assert b"bytes left out" in log


def test_pickle_where_skops_is_asked_is_refused(tmp_path: Path) -> None:
    work = workplace(tmp_path / "here", "write('own.skops')", output="own.skops")
    run = work.retrain()
    assert (run.state, work.place.versions()) == ("failed", [])
    assert "is a pickle, as joblib or pickle writes it, and no skops file" in str(run.error)
    assert work.left_behind() == []
    work.place.home.close()


HANGS = (
    LEAVES
    + (ORPHAN if sys.platform.startswith("linux") else "")
    + """import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    signal.pause()
print("hanging", flush=True)
while True:
    signal.pause()
"""
)


class Later:
    """The wall's clock, moved on by hand."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.mark.parametrize("how", ["timed_out", pytest.param("cancelled", marks=pytest.mark.trial)])
def test_script_that_hangs_forks_and_hears_nothing_is_gone_with_its_run(tmp_path: Path, how: str) -> None:
    work = workplace(tmp_path / "here")
    (work.folder / "train.py").write_text(LEARN + HANGS)
    home, clock = work.place.home, Later()
    with home.transaction() as t:
        asked = Asked(work.place.kept.id, "retrain", "manual", limits=Limits(Span(1, "hours")))
        run, _ = t.runs.queue(asked, WallClock().now())
    crew, log = Crew(home, clock, 1, 1), home.path("logs", f"run-{run.id}.log")
    try:
        crew.step()
        until(lambda: b"hanging" in log.read_bytes(), 120)  # live in the log
        found = marks.marked(f"{marks.run_mark(home.folder, run.id)}")
        assert len(found) == 4  # the worker, the script, its child, and what has a session of its own
        if how == "timed_out":
            clock.by = timedelta(hours=1)
        else:
            with home.transaction() as t:
                t.runs.ask_cancel(run.id, WallClock().now())
        begin = time.monotonic()
        crew.step(lambda _: False)
        assert time.monotonic() - begin < 15
        crew.reap()
    finally:
        crew.stop()
    with home.reading() as stores:
        assert stores.runs.get(run.id).state == how
    assert not alive(work)
    assert not sys.platform.startswith("linux") or not alive(work, "orphan")
    assert work.left_behind() == []
    home.close()
