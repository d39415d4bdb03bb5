"""Predictions: kept exactly, one file a window."""

from pathlib import Path

import numpy as np
import pytest

from core.domain.errors import ArtifactFault
from core.domain.learning import Predictions
from storage.predictions import WindowPredictions

KEYS = np.array([0, 2**64 - 1, 7], np.uint64)


def objects(values: list[object]) -> np.ndarray:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


@pytest.fixture
def files(tmp_path: Path) -> WindowPredictions:
    return WindowPredictions(tmp_path / "predictions")


@pytest.mark.parametrize(
    "predictions",
    [
        Predictions(KEYS, np.array([0.1, np.nan, -3e300]), version=4),
        Predictions(
            KEYS, objects(["a", "b", "a"]), np.array([[0.1, 0.9], [1, 0], [np.nan, 0.5]]), ("a", "b"), 2
        ),
        Predictions(KEYS, objects([True, False, None]), np.eye(3)[:, :2], (False, True), 2),
        Predictions(KEYS, objects([np.int64(3), 9, 2**60]), np.eye(3), (3, 9, 2**60), 1),
        Predictions(KEYS, objects(["1", "1", "true"])),
        Predictions(KEYS[:0], np.empty(0, dtype=object)),
        Predictions(KEYS[:0], np.empty(0)),
    ],
)
def test_predictions_come_back_as_they_were(files: WindowPredictions, predictions: Predictions) -> None:
    files.save(3, 12, predictions)
    back = files.load(3, 12)
    assert back is not None
    assert back.key.dtype == np.uint64
    assert np.array_equal(back.key, predictions.key)
    assert back.prediction.dtype == predictions.prediction.dtype
    if predictions.prediction.dtype == object:
        assert [(type(v), v) for v in back.prediction] == [
            (type(v), v) for v in map(plain, predictions.prediction)
        ]
    else:
        assert np.array_equal(back.prediction, predictions.prediction, equal_nan=True)
    assert [(type(v), v) for v in back.classes] == [(type(v), v) for v in predictions.classes]
    assert back.version == predictions.version
    assert (back.scores is None) == (predictions.scores is None)
    if predictions.scores is not None:
        assert np.array_equal(back.scores, predictions.scores, equal_nan=True)


def plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def test_one_and_true_stay_apart(files: WindowPredictions) -> None:
    files.save(1, 0, Predictions(KEYS, objects([1, True, 1.0])))
    back = files.load(1, 0)
    assert back is not None
    assert [type(value) for value in back.prediction] == [int, bool, float]


def test_nothing_kept_is_none(files: WindowPredictions) -> None:
    assert files.load(1, 0) is None


def test_window_is_replaced_and_later_ones_are_dropped(files: WindowPredictions) -> None:
    for model, index in [(1, 8), (1, 9), (1, 10), (2, 10)]:
        files.save(model, index, Predictions(KEYS, np.zeros(3)))
    files.save(1, 8, Predictions(KEYS, np.ones(3)))
    files.drop_from(1, 9)
    files.drop_from(7, 0)
    kept = files.load(1, 8)
    assert kept is not None
    assert kept.prediction.tolist() == [1, 1, 1]
    assert files.load(1, 9) is None
    assert files.load(1, 10) is None
    assert files.load(2, 10) is not None
    assert sorted(path.name for path in files.folder.rglob("*.parquet")) == ["10.parquet", "8.parquet"]


def test_what_another_version_said_aside_lies_apart(files: WindowPredictions) -> None:
    aside = files.aside(12)
    files.save(1, 3, Predictions(KEYS, np.zeros(3), version=13))
    aside.save(1, 3, Predictions(KEYS, np.ones(3), version=12))
    served, beside = files.load(1, 3), aside.load(1, 3)
    assert served is not None
    assert beside is not None
    assert (served.version, beside.version) == (13, 12)
    files.drop_from(1, 0)
    assert aside.load(1, 3) is not None
    assert files.aside(11).load(1, 3) is None


def test_broken_file_is_said(files: WindowPredictions) -> None:
    files.save(1, 0, Predictions(KEYS, np.zeros(3)))
    (files.folder / "1" / "0.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(ArtifactFault, match="window 0"):
        files.load(1, 0)
