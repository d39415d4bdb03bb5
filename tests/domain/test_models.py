"""What a model says of its columns and metrics."""

from dataclasses import fields, replace

import pytest

from core.domain.clock import EPOCH
from core.domain.models import FROZEN_ONCE_VERSIONS_EXIST, Kept, Model
from core.domain.sources import Schema, Survey
from tests.model_kit import BIKES

COLUMNS = {"at": "timestamp[us, tz=UTC]", "cnt": "int64", "hr": "int64", "temp": "double", "casual": "int64"}


def kept(model: Model) -> Kept:
    return Kept(1, model, Survey(Schema(COLUMNS), 10, 0, 1, 0), 0, EPOCH, 1)


def test_features_are_every_other_column_when_the_file_names_none():
    assert BIKES.feature_names(COLUMNS) == ("hr", "temp", "casual")


def test_excluded_columns_are_no_features():
    assert replace(BIKES, exclude=("casual",)).feature_names(COLUMNS) == ("hr", "temp")


def test_named_features_keep_the_order_of_the_file():
    assert replace(BIKES, features=("temp", "hr")).feature_names(COLUMNS) == ("temp", "hr")


@pytest.mark.parametrize("part", ["id", "label_time", "prediction", "score"])
def test_a_column_with_a_part_of_its_own_is_no_feature(part):
    model = replace(BIKES, **{part: "casual"})
    assert "casual" in model.reserved()
    assert "casual" not in model.feature_names(COLUMNS)


def test_columns_that_are_read_name_each_once_parts_first():
    assert kept(replace(BIKES, label_time="at")).columns == ("cnt", "at", "hr", "temp", "casual")


@pytest.mark.parametrize(
    ("metric", "lower"), [("rmse", True), ("log_loss", True), ("r2", False), ("accuracy", False)]
)
def test_errors_are_better_lower_and_scores_higher(metric, lower):
    assert replace(BIKES, metric=metric).lower_is_better is lower


def test_metrics_are_those_of_the_task():
    assert "rmse" in BIKES.metrics
    assert "rmse" not in replace(BIKES, task="binary").metrics
    assert "accuracy" in replace(BIKES, task="multiclass").metrics


def test_every_frozen_key_is_a_field_of_a_model():
    assert set(FROZEN_ONCE_VERSIONS_EXIST) <= {field.name for field in fields(Model)}
