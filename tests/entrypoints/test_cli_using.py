"""Scoring a file's rows, exporting a version, and the champion's path with the lines that load it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.entrypoints.conftest import Line

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def rows(lived: Line, tmp_path: Path) -> pd.DataFrame:
    """Rows without time and target, with a column of their own."""
    frame = pd.read_csv(lived.folder / "rows.csv")[["x"]].head(5)
    frame.insert(0, "code", ["007", "a,b", "", "=1", "x"])
    frame.to_csv(tmp_path / "in.csv", index=False)
    return frame


def test_champion_scores_a_csv_whose_other_columns_stay_as_they_are(lived, rows, tmp_path):
    said = lived.json("predict", "m", tmp_path / "in.csv", "--to", tmp_path / "out.csv")
    assert (said["version"], said["rows"], said["columns"]) == (3, 5, ["prediction"])
    out = pd.read_csv(tmp_path / "out.csv", dtype={"code": str}, keep_default_na=False)
    assert list(out.columns) == ["code", "x", "prediction"]
    assert out["code"].tolist() == rows["code"].tolist()
    assert out["prediction"].to_numpy() == pytest.approx(3 * rows["x"].to_numpy() + 0.05, abs=0.05)


def test_parquet_and_csv_get_the_same_predictions(lived, rows, tmp_path):
    rows.to_parquet(tmp_path / "in.parquet")
    said = []
    for name in ("in.csv", "in.parquet"):
        lived.json("predict", "m", tmp_path / name, "--to", tmp_path / "out.parquet", "--version", 1)
        said.append(pd.read_parquet(tmp_path / "out.parquet")["prediction"].tolist())
    assert said[0] == said[1]


@pytest.mark.usefixtures("rows")
def test_version_asked_for_is_the_one_that_scores(lived, tmp_path):
    assert (
        lived.json("predict", "m", tmp_path / "in.csv", "--to", tmp_path / "o.csv", "--version", 2)["version"]
        == 2
    )


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("z\n1\n", "x", "no such column"),
        ("x\n1\nabc\n", "x", "Line 3 holds 'abc'"),
        ("x,prediction\n1,2\n", "prediction", "there already"),
        ("x\n", None, "no rows"),
    ],
)
def test_file_that_cannot_be_scored_is_told_and_nothing_is_written(lived, tmp_path, text, key, problem):
    (tmp_path / "in.csv").write_text(text)
    (fault,) = lived.faults(2, "predict", "m", tmp_path / "in.csv", "--to", tmp_path / "out.csv")
    assert (fault["file"], fault["key"]) == ("in.csv", key)
    assert problem in fault["problem"]
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.usefixtures("rows")
def test_exit_status_says_what_is_wrong(lived, line, tmp_path):
    there, out = tmp_path / "in.csv", tmp_path / "out.csv"
    lived.faults(3, "predict", "nobody", there, "--to", out)
    lived.faults(3, "predict", "m", there, "--to", out, "--version", 99)
    for missing, problem in ((tmp_path / "*.csv", "There is no such file."), (tmp_path, "It is a folder.")):
        (fault,) = lived.faults(2, "predict", "m", missing, "--to", out)
        assert (fault["problem"], fault["fix"]) == (problem, "Name one file of rows.")
    lived.faults(2, "predict", "m", there, "--to", tmp_path / "out.xlsx")
    lived.faults(2, "predict", "m", there, "--to", tmp_path / "no" / "out.csv")
    line.json("apply", line.folder / "m.toml")
    line.faults(4, "predict", "m", there, "--to", out)
    assert not out.exists()


def test_classes_come_with_a_score_of_the_positive_one(line, tmp_path):
    frame = pd.read_csv(line.folder / "rows.csv")
    frame["y"] = (frame["y"] > 1.5).map({True: "yes", False: "no"})
    frame.to_csv(line.folder / "rows.csv", index=False)
    text = (line.folder / "m.toml").read_text()
    (line.folder / "m.toml").write_text(text.replace("regression", "binary"))
    line.json("apply", line.folder / "m.toml")
    line.json("retrain", "m", "--wait")
    said = line.json("predict", "m", line.folder / "rows.csv", "--to", tmp_path / "out.parquet")
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert said["columns"] == ["prediction", "score"]
    assert ((out["score"] >= 0.5) == (out["prediction"] == "yes")).all()
    assert (out["prediction"] == frame["y"]).mean() > 0.9


def test_export_holds_all_that_the_version_is(lived, tmp_path):
    said = lived.json("export", "m", 2, "--to", tmp_path / "v2")
    assert said["files"] == [
        "model.skops",
        "version.json",
        "snapshot.json",
        "making.json",
        "probe.parquet",
        "MODEL_CARD.md",
    ]
    facts = json.loads((tmp_path / "v2" / "version.json").read_text())
    assert (facts["version"], facts["state"], facts["features"]) == (2, "retired", ["x"])
    card = (tmp_path / "v2" / "MODEL_CARD.md").read_text()
    assert all(f"## {part}" in card for part in ("Data", "Scores", "Lineage", "Limits"))


def test_card_says_how_the_rows_are_read_again(lived, tmp_path, monkeypatch):
    lived.json("export", "m", 2, "--to", tmp_path / "v2")
    monkeypatch.chdir(tmp_path / "v2")
    (code,) = re.findall(r"```python\n(.*?)```", Path("MODEL_CARD.md").read_text(), re.S)
    found: dict[str, object] = {"home": lived.home}
    exec(code, found)
    assert len(found["rows"]) == lived.json("versions", "m")[1]["rows"]  # type: ignore[arg-type]


def test_export_writes_over_nothing(lived, tmp_path):
    (tmp_path / "v2").mkdir()
    lived.json("export", "m", 2, "--to", tmp_path / "v2")
    before = {path: path.read_bytes() for path in (tmp_path / "v2").iterdir()}
    lived.faults(2, "export", "m", 1, "--to", tmp_path / "v2")
    assert {path: path.read_bytes() for path in (tmp_path / "v2").iterdir()} == before
    lived.faults(3, "export", "m", 99, "--to", tmp_path / "v99")
    assert not (tmp_path / "v99").exists()


def test_export_to_where_no_folder_can_be_says_what_to_do(lived, tmp_path):
    (tmp_path / "file").write_text("mine")
    for to, words in (
        (tmp_path / "no" / "such", f"There is no folder {tmp_path / 'no'}."),
        (tmp_path / "file", "is there already."),
        (tmp_path / "file" / "below", "cannot be written."),
        (tmp_path / ("x" * 300), "too long"),
        (Path("/proc/such"), "cannot be written: No such file or directory."),
    ):
        (fault,) = lived.faults(2, "export", "m", 2, "--to", to)
        assert words in fault["problem"]
        assert fault["fix"].startswith(("Make it first", "Name a"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_path_of_the_champion_follows_promotion_and_rollback(copied: Callable[[], Line]):
    line = copied()
    path = line.home / "champions" / "m"

    def serving() -> tuple[object, object]:
        facts = json.loads((path / "version.json").read_text())
        return facts["version"], facts["promoted_why"]

    assert serving()[0] == 3
    line.json("promote", "m", 1, "--reason", "steadier")
    assert serving() == (1, "steadier")
    line.json("rollback", "m", "--reason", "it was not")
    assert serving() == (3, "it was not")
    artifact = line.home / "artifacts" / line.json("versions", "m")[2]["artifact"]
    assert (path / "model.skops").read_bytes() == artifact.read_bytes()


def test_lines_of_the_readme_score_rows_with_skops_alone(lived, rows, tmp_path, monkeypatch, capsys):
    code = _loading()
    imported = {name.split(".")[0] for name in re.findall(r"^(?:import|from) (\S+)", code, re.M)}
    assert imported == {"json", "pathlib", "pandas", "skops"}
    rows.to_parquet(tmp_path / "rows.parquet")
    monkeypatch.chdir(tmp_path)
    exec(code.replace("/path/to/home/champions/bikes", str(lived.home / "champions" / "m")), {})
    said = capsys.readouterr().out
    lived.json("predict", "m", tmp_path / "rows.parquet", "--to", tmp_path / "out.parquet")
    first = pd.read_parquet(tmp_path / "out.parquet")["prediction"][0]
    assert said.startswith("3 ")
    assert f"{first:.4f}"[:6] in said


def test_list_of_the_readme_is_what_artifacts_may_hold():
    from storage.estimator_files import TRUSTED

    assert re.findall(r'^    "([\w.]+)",$', _loading(), re.M) == list(TRUSTED)


def _loading() -> str:
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", README, re.S) if "skops" in block]
    return code
