"""What may go wrong between a recipe's rows and its artifact: the run fails in words, the champion stays, and
nothing is left behind.
"""

import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.home_kit import days_of_rows
from tests.script_kit import Workplace, workplace

pytestmark = pytest.mark.faults

OWN = """from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

HOW = "well"


def doubled(x):
    return 2 * x


class Deaf(LinearRegression):
    def __setstate__(self, state):
        raise RuntimeError("it will not be loaded")


class Short(LinearRegression):
    def predict(self, x):
        return super().predict(x)[:3]


class Silent(LinearRegression):
    def predict(self, x):
        return super().predict(x) * float("nan")


def make():
    if HOW == "raises":
        raise KeyError("no such thing")
    if HOW == "exits":
        raise SystemExit(3)
    if HOW in ("short", "silent"):
        return Short() if HOW == "short" else Silent()
    if HOW == "lambda":
        return make_pipeline(FunctionTransformer(lambda x: x), LinearRegression())
    return make_pipeline(FunctionTransformer(doubled), Deaf() if HOW == "deaf" else LinearRegression())
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workplace]:
    """A model whose first version a recipe of a person's own made."""
    (tmp_path / "own_making.py").write_text(OWN)
    work = workplace(tmp_path, script=None, recipe="own_making:make")
    assert work.retrain().state == "succeeded"
    yield work
    work.place.home.close()


def test_own_function_in_an_estimator_makes_it_a_joblib_file_with_its_code(own: Workplace) -> None:
    (version,) = own.place.versions()
    assert version.artifact.endswith(".joblib")
    assert "own_making.py" in {file["path"] for file in version.code["files"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raises", "own_making:make failed: KeyError"),
        ("exits", "Code of your own ended its process: sys.exit(3)."),
        ("short", "own_making:make gives 3 predictions for 50 rows. Give one a row."),
        ("silent", "own_making:make predicts 50 of 50 rows as no finite number."),
        ("lambda", "cannot be saved: PicklingError"),
        ("deaf", "The estimator cannot be loaded: RuntimeError: it will not be loaded"),
    ],
)
def test_own_recipe_that_cannot_be_made_used_saved_or_loaded_fails_its_run(
    own: Workplace, how: str, words: str
) -> None:
    file, before = own.folder / "own_making.py", own.place.versions()
    file.write_text(file.read_text().replace('HOW = "well"', f'HOW = "{how}"'))
    run = own.retrain()
    assert (run.state, run.version) == ("failed", None)
    assert words in str(run.error)
    assert own.place.versions() == before
    assert own.left_behind() == []


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A model with a champion over rows that the test changes then."""
    work = workplace(tmp_path, days=9, script=None, recipe="linear")
    assert work.retrain().state == "succeeded"
    yield work
    work.place.home.close()


def rewritten(work: Workplace, **columns: object) -> None:
    """The source with other columns; None: without it."""
    named = {**days_of_rows(9), **columns}
    table = pa.table({name: values for name, values in named.items() if values is not None})
    pq.write_table(table, work.folder / "rows.parquet")


def check(work: Workplace, words: str) -> None:
    before = work.place.versions()
    run = work.retrain()
    assert (run.state, run.version) == ("failed", None), run.reason
    assert words in str(run.error)
    assert work.place.versions() == before
    assert before[0].state == "champion"
    assert work.left_behind() == []


def test_rows_that_no_longer_hold_what_was_fixed_fail_the_run_and_name_the_column(place: Workplace) -> None:
    rewritten(place, x=None)
    check(place, "x")
    rewritten(place, x=np.array(["a"] * len(days_of_rows(9)["x"])))
    check(place, "x")


def test_new_column_changes_nothing(place: Workplace) -> None:
    rewritten(place, z=np.zeros(len(days_of_rows(9)["x"])))
    assert place.retrain().state == "succeeded"
    assert place.place.versions()[-1].features == ["x"]


def test_disk_that_fills_between_snapshot_and_artifact_fails_the_run(tmp_path: Path) -> None:
    forest = {"recipe": "random_forest", "recipe_parameters": {"n_estimators": 100}}
    place = workplace(tmp_path, days=9, script=None, **forest)
    assert place.retrain().state == "succeeded"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in place.place.home.folder.glob("*.db*"))
    artifact = place.place.home.path("artifacts", place.place.versions()[0].artifact)
    assert largest + 200_000 < artifact.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 200_000, before[1]))  # the system's own "no room"
    try:
        check(place, "is full")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    place.place.home.close()


def test_one_class_in_the_training_part_fails_the_run(tmp_path: Path) -> None:
    columns = days_of_rows(5)
    late = np.arange(len(columns["x"])) >= 24 * 4
    columns["y"] = np.where(late, "no", np.where(columns["x"] > 0, "yes", "no"))
    said = {"script": None, "recipe": "linear", "task": "binary", "history": "1 windows"}
    work = workplace(tmp_path, columns=columns, **said)  # type: ignore[arg-type]
    run = work.retrain()
    assert run.state == "failed"
    assert "there is nothing to tell apart" in str(run.error)
    assert work.left_behind() == []
    work.place.home.close()
