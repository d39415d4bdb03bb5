"""Encoding: the two kinds of columns, and codes that survive what was never seen."""

import numpy as np
import pyarrow as pa
import pytest

from core.domain.errors import BadInput, RunFailed
from core.retraining.encoding import encoder, frame, kinds
from tests.learning_kit import mixed_rows, rows_of, strange_rows


def test_text_truth_and_the_declared_are_categories_and_times_are_numbers() -> None:
    columns = {
        "a": "string",
        "b": "bool",
        "c": "int64",
        "d": "timestamp[us, tz=UTC]",
        "e": "double",
        "f": "dictionary<values=string, indices=int32, ordered=0>",
    }
    assert kinds(list(columns), columns, ["c"]) == (["a", "b", "c", "f"], ["d", "e"])


def test_column_that_no_recipe_can_learn_is_named() -> None:
    with pytest.raises(BadInput, match="Column tags holds list"):
        kinds(["tags"], {"tags": "list<item: string>"}, [])


def test_frame_has_the_same_types_whatever_the_rows_hold() -> None:
    names = ["number", "count", "text", "flag", "day", "empty"]
    frames = [
        frame(rows, names) for rows in (mixed_rows("binary"), strange_rows(), strange_rows().slice(0, 0))
    ]
    assert {tuple(map(str, given.dtypes)) for given in frames} == {
        ("float64", "float64", "object", "float64", "float64", "float64")
    }


def test_frame_has_nan_for_missing_and_infinite_and_seconds_for_times() -> None:
    given = frame(strange_rows(), ["number", "text", "flag", "day"])
    assert np.isnan(given["number"][0])
    assert given["text"][:2].tolist() == ["violet", "red"]
    assert np.isnan(given["text"][2])
    assert given["flag"][:2].tolist() == [1.0, 0.0]
    assert given["day"][:2].tolist() == [86_400.0, 172_800.0]
    assert given["flag"].isna()[2]
    assert given["day"].isna()[2]


@pytest.mark.parametrize(
    ("column", "seconds"),
    [
        (pa.array([1_500_000_000], pa.timestamp("ns", "Europe/Lisbon")), 1.5),
        (pa.array([2], pa.timestamp("s")), 2.0),
        (pa.array([61], pa.time32("s")), 61.0),
        (pa.array([1_500], pa.duration("ms")), 1.5),
        (pa.array([2**60], pa.int64()), 2.0**60),
        (pa.array(["1.25"]).cast(pa.decimal128(5, 2)), 1.25),
    ],
)
def test_every_number_and_time_becomes_a_float(column: pa.Array, seconds: float) -> None:
    assert frame(rows_of({"x": column}), ["x"])["x"].tolist() == [seconds]


def test_dictionary_text_is_as_plain_text() -> None:
    column = pa.array(["a", None, "b", "a"])
    plain, coded = (frame(rows_of({"x": values}), ["x"]) for values in (column, column.dictionary_encode()))
    assert plain.equals(coded)


def test_missing_column_is_named() -> None:
    with pytest.raises(RunFailed, match="Column gone"):
        frame(strange_rows(), ["number", "gone"])


def test_raw_frame_keeps_whole_numbers_whole() -> None:
    assert str(frame(rows_of({"x": pa.array([1, 2])}), ["x"], raw=True)["x"].dtype) == "int64"


def test_rare_categories_share_a_code_and_unseen_ones_are_missing() -> None:
    seen = frame(rows_of({"x": pa.array(["a"] * 5 + ["b"] * 4 + ["c", "d", None])}), ["x"])
    encode = encoder("ordinal", 3, ["x"], [], missing=True).fit(seen)
    codes = encode.transform(frame(rows_of({"x": pa.array(["a", "b", "c", "d", "new", None])}), ["x"]))[:, 0]
    assert len({codes[0], codes[1], codes[2]}) == 3
    assert codes[2] == codes[3]
    assert np.isnan(codes[4:]).all()


def test_declared_whole_numbers_keep_their_codes_when_some_are_missing() -> None:
    encode = encoder("ordinal", 9, ["x"], [], missing=True).fit(
        frame(rows_of({"x": pa.array([7, 3, 7])}), ["x"])
    )
    codes = encode.transform(frame(rows_of({"x": pa.array([7, None, 3, 4])}), ["x"]))[:, 0]
    assert codes[[0, 2]].tolist() == [1.0, 0.0]
    assert np.isnan(codes[[1, 3]]).all()


def test_onehot_puts_the_unseen_with_the_rare() -> None:
    seen = frame(rows_of({"x": pa.array(["a"] * 5 + ["b", "c"])}), ["x"])
    encode = encoder("onehot", 2, ["x"], [], missing=False).fit(seen)
    assert encode.transform(frame(rows_of({"x": pa.array(["a", "b", "new"])}), ["x"])).tolist() == [
        [1, 0],
        [0, 1],
        [0, 1],
    ]
