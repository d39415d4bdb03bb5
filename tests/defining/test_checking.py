"""A source holds what its model file says, or every fault is told at once."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.defining.checking import check_source
from core.defining.reading import read_file
from core.domain.errors import BadInput


@pytest.fixture
def check(write_model, files):
    def check(**keys):
        definition = read_file(write_model(**keys))
        return check_source(definition, files.open(definition.model))

    return check


@pytest.fixture
def faults(check, tmp_path):
    """key -> (problem, fix) of the faults of a model file and its source."""

    def faults(**keys) -> dict:
        with pytest.raises(BadInput) as caught:
            check(**keys)
        assert all(fault.file == str(tmp_path / "bikes.toml") for fault in caught.value.faults)
        assert all(fault.problem and fault.fix for fault in caught.value.faults)
        return {fault.key: (fault.problem, fault.fix) for fault in caught.value.faults}

    return faults


def test_a_sound_source_has_its_survey_and_where_windows_begin(check, write_rows):
    write_rows()
    survey, origin = check()
    assert survey.rows == 60
    assert list(survey.schema.columns) == ["at", "hr", "weather", "cnt"]
    assert origin == survey.first == 1_293_840_000_000_000


def test_a_file_that_is_not_there_is_named(faults):
    assert "bikes.csv" in faults()["source.path"][0]


def test_a_source_that_cannot_be_read_is_told_under_the_model_files_name(faults, tmp_path):
    (tmp_path / "bikes.csv").write_text("at,hr,cnt\n2011-01-01,1,2\n2011-01-02,1\n")
    ((problem, _),) = faults().values()
    assert "bikes.csv" in problem
    assert "3" in problem


def test_a_source_without_rows_is_a_fault(faults, tmp_path):
    (tmp_path / "bikes.csv").write_text("at,hr,weather,cnt\n")
    assert "no rows" in faults()["source.path"][0]
    assert "target" not in faults()  # a column without values has no type to complain of


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("target", '"count"'),
        ("id", '"booking"'),
        ("label_time", '"known"'),
        ("prediction", '"said"'),
        ("features", '["hr", "wether"]'),
        ("exclude", '["casual"]'),
        ("categorical", '["season"]'),
    ],
)
def test_a_column_that_is_not_there_is_a_fault_of_its_key(faults, write_rows, key, value):
    write_rows()
    assert set(faults(**{key: value})) == {key}


def test_a_time_column_that_is_not_there_is_a_fault(faults, write_rows):
    write_rows()
    assert "when" in faults(time='"when"')["time"][0]


def test_a_column_that_is_not_there_is_told_with_the_one_that_is_near(faults, write_rows):
    write_rows()
    assert "Did you mean weather?" in faults(features='["hr", "Wether"]')["features"][1]


@pytest.mark.parametrize(("bad", "is_fault"), [(1, False), (2, True)])
def test_more_than_one_in_a_hundred_unreadable_times_is_a_fault(check, faults, write_rows, bad, is_fault):
    write_rows(at=["2011-01-01 10:00"] * (100 - bad) + ["soon"] * bad)
    if is_fault:
        assert "2 of 100" in faults()["time"][0]
    else:
        assert check()[0].unreadable_times == 1


def test_times_of_which_none_can_be_read_are_a_fault(faults, write_rows):
    write_rows(at=["soon"] * 10)
    assert set(faults()) == {"time"}


def test_one_class_among_all_labels_is_a_fault(faults, write_rows):
    write_rows(cnt=["no"] * 10)
    assert "one class" in faults(task='"binary"')["target"][0]
    assert "one class" in faults(task='"multiclass"')["target"][0]


def test_two_classes_are_not_three(faults, write_rows):
    write_rows(cnt=["a", "b", "c"] * 4)
    assert "multiclass" in faults(task='"binary"')["task"][1]


def test_a_regression_predicts_numbers(faults, write_rows):
    write_rows(cnt=["a", "b", "c"] * 4)
    assert set(faults()) == {"target"}


def test_a_class_for_each_row_is_no_multiclass(faults, write_rows):
    write_rows(at=["2011-01-01"] * 1200, cnt=[f"c{i}" for i in range(1200)])
    assert "regression" in faults(task='"multiclass"')["task"][1]


@pytest.mark.parametrize(("positive", "sound"), [('"yes"', True), ('"Yes"', False), ("1", False)])
def test_the_positive_class_is_one_of_the_labels(check, faults, write_rows, positive, sound):
    write_rows(cnt=["yes", "no"] * 6)
    if sound:
        check(task='"binary"', positive=positive)
    else:
        assert '"yes"' in faults(task='"binary"', positive=positive)["positive"][1]


def test_a_score_is_a_number(faults, write_rows):
    write_rows(cnt=["yes", "no"] * 6)
    assert set(faults(task='"binary"', score='"weather"')) == {"score"}


def test_a_model_has_a_feature(faults, write_rows):
    write_rows()
    assert set(faults(exclude='["hr", "weather"]')) == {"features"}


def test_windows_begin_before_the_last_row(faults, write_rows):
    write_rows()
    assert "2011-01-20" in faults(origin='"2012-01-01"')["origin"][1]


def test_an_origin_before_all_calendars_is_a_fault(faults, write_rows):
    write_rows()
    assert set(faults(origin='"0001-01-01"', zone='"Asia/Tokyo"')) == {"origin"}


def test_every_fault_of_a_source_is_told_at_once(faults, write_rows):
    write_rows(at=["2011-01-01"] * 8 + ["soon"] * 2, cnt=["a"] * 10)
    assert set(faults(task='"binary"', features='["hr", "wind"]', id='"booking"')) == {
        "features",
        "id",
        "time",
        "target",
    }


def test_bytes_are_a_fault_before_a_run_fails_on_them(faults, tmp_path):
    table = pa.table(
        {"at": pa.array(range(60), pa.timestamp("s")), "hr": [b"a", b"b"] * 30, "cnt": range(60)}
    )
    pq.write_table(table, tmp_path / "bikes.parquet")
    problem, fix = faults(path="bikes.parquet")["features"]
    assert "hr holds binary" in problem
    assert "exclude" in fix


@pytest.mark.parametrize(
    ("rules", "problem", "right"),
    [
        ('{ segments = ["hr"] }', "holds int64, and not categories", 'categorical = ["hr"]'),
        ('{ segments = ["wether"] }', "which is not there", "weather"),
    ],
)
def test_segments_of_a_gate_are_categorical_features(faults, write_rows, rules, problem, right):
    write_rows()
    found = faults(gate_rules=rules)
    assert problem in found["gate_rules"][0]
    assert right in found["gate_rules"][1]


def test_text_and_what_is_declared_categorical_may_be_segments(check, write_rows):
    write_rows()
    check(categorical='["hr"]', gate_rules='{ segments = ["hr", "weather"] }')
