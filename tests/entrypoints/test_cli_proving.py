"""Rebuilding a version from the command line, its model card, and what an export suffices for."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from core.domain.versions import Version
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home
from storage.estimator_files import TRUSTED
from tests.entrypoints.conftest import Line


@contextmanager
def runtime_of(line: Line) -> Iterator[Runtime]:
    home = Home(line.home)
    yield Runtime(home, Settings())
    home.close()


def test_a_version_is_rebuilt_the_same_and_one_that_is_not_ends_with_1(copied: Callable[[], Line]) -> None:
    line = copied()
    said = line.json("reproduce", "m", 2)
    assert (said["model"], said["version"], said["same"]) == ("m", 2, True)
    assert (said["largest_difference"], said["differs"]) == (0.0, [])
    run = line.json("run", said["run"])
    assert (run["kind"], run["state"], run["version"]) == ("reproduce", "succeeded", 2)
    assert run["reason"] == "rebuilt v2: the same"
    assert [step["name"] for step in run["steps"]] == ["import", "read", "rebuild", "compare"]

    with closing(sqlite3.connect(line.home / "evermodel.db")) as connection, connection:
        connection.execute("update versions set seed = 7 where number = 2")
    said = line.json("reproduce", "m", 2, status=1)
    assert not said["same"]
    assert said["differs"] == ["seed: 7 recorded with the version, 0 with its making"]

    (listed,) = [one for one in line.json("versions", "m") if one["number"] == 2]
    assert listed["unprovable"] is None
    assert listed["proof"] == {
        key: said[key] for key in ("same", "largest_difference", "differs", "at", "run")
    }

    with runtime_of(line) as runtime:
        assert [proof.same for proof in runtime.proofs("m", 2)] == [False, True]
        card = runtime.card("m", 2)
    assert "not as it was recorded" in card
    assert "- seed: 7 recorded with the version, 0 with its making" in card


def test_what_cannot_be_rebuilt_says_why(copied: Callable[[], Line]) -> None:
    line = copied()
    line.faults(3, "reproduce", "m", 99)
    line.faults(3, "reproduce", "nobody", 1)
    with closing(sqlite3.connect(line.home / "evermodel.db")) as connection, connection:
        connection.execute("update versions set let_go = 1 where number = 1")
        connection.execute("""update versions set code = '{"adopted": "mine.skops"}' where number = 2""")
    (fault,) = line.faults(4, "reproduce", "m", 1)
    assert "v1 is not kept any more" in fault["problem"]
    (fault,) = line.faults(4, "reproduce", "m", 2)
    assert "v2 was adopted" in fault["problem"]
    why = [one["unprovable"] for one in line.json("versions", "m")]
    assert [words and words.partition(":")[0] for words in why] == [
        "v1 is not kept any more",
        "v2 was adopted",
        None,
    ]
    with runtime_of(line) as runtime:
        assert runtime.runs("m")[0][0].kind == "backfill"
        pages = [runtime.views.version("m", number, runtime.now()) for number in (1, 2, 3)]
        assert "It cannot be: what it was trained on is not known." in runtime.card("m", 2)
    assert [page.unprovable is None for page in pages] == [False, False, True]


def test_two_that_ask_for_one_version_get_one_run(copied: Callable[[], Line]) -> None:
    with runtime_of(copied()) as runtime:
        first, merged = runtime.reproduce("m", 1)
        again, answered = runtime.reproduce("m", 1)
        other, _ = runtime.reproduce("m", 2)
        assert (merged, answered, again.id) == (False, True, first.id)
        assert other.id != first.id
        page = runtime.views.versions("m", runtime.now())
        assert (sorted(page.rebuilding), dict(page.proofs)) == ([1, 2], {})
        assert runtime.views.version("m", 1, runtime.now()).rebuilding


def test_the_card_of_a_version_tells_all_of_it(lived: Line) -> None:
    with runtime_of(lived) as runtime:
        card = runtime.card("m", 2)
        version: Version = runtime.version("m", 2)
    parts = [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")]
    assert parts == ["Data", "Scores", "Lineage", "Code and packages", "Proof", "Limits"]
    assert "It was not rebuilt yet." in card
    assert f"numpy {version.environment['numpy']}" in card
    assert version.artifact_sha256 in card


def test_what_is_exported_suffices_to_load_predict_and_check(lived: Line, tmp_path: Path) -> None:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from skops.io import load

    folder = tmp_path / "v2"
    lived.json("export", "m", 2, "--to", folder)
    model = load(folder / "model.skops", trusted=list(TRUSTED))
    facts = json.loads((folder / "version.json").read_text())
    chunks = json.loads((folder / "snapshot.json").read_text())["chunks"]
    parts = [pq.read_table(lived.home / "snapshots" / one["file"]).slice(one["first"]) for one in chunks]
    rows: pd.DataFrame = pa.concat_tables(parts).sort_by("__time__").to_pandas()
    probe = pq.read_table(folder / "probe.parquet").to_pandas()
    said = model.predict(rows[facts["features"]].astype(float).iloc[probe["position"]])
    assert np.array_equal(said, probe["prediction"].to_numpy())
    making = json.loads((folder / "making.json").read_text())
    assert (making["model"]["recipe"], making["model"]["folder"]) == ("linear", "code")
