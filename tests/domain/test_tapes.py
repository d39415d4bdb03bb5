"""Tapes: long arrays that lie in a file and read as arrays do."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import tapes
from core.domain.errors import RunFailed
from core.domain.tapes import Tape, head, place_in, place_of, taken

VALUES = st.lists(st.lists(st.integers(-9, 9), max_size=40), max_size=8)


def laid(parts: list[list[int]]) -> tuple[Tape, np.ndarray]:
    """A tape with a file where it is longer than a few values, and the array that it is to be like."""
    tape = Tape(np.int64)
    for part in parts:
        tape.append(np.array(part, np.int64))
    return tape, np.array([value for part in parts for value in part], np.int64)


@pytest.fixture(autouse=True, scope="module")
def few_in_memory() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tapes, "IN_MEMORY", 256)
        patch.setattr(tapes, "BLOCK", 16)
        yield


@given(VALUES, st.integers(-50, 400), st.integers(-50, 400))
def test_tape_reads_as_the_array_would(parts: list[list[int]], first: int, stop: int) -> None:
    tape, array = laid(parts)
    assert len(tape) == len(array)
    assert tape[first:stop].tolist() == array[first:stop].tolist()
    assert tape[:].dtype == array.dtype
    assert list(tape) == array.tolist()
    assert head(tape, max(first, 0))[:].tolist() == array[: max(first, 0)].tolist()


@given(VALUES, st.integers(-10, 10), st.integers(0, 400), st.integers(0, 400))
def test_places_in_an_ascending_tape_are_those_of_a_search(
    parts: list[list[int]], value: int, first: int, stop: int
) -> None:
    tape, array = laid([sorted(value for part in parts for value in part)])
    assert place_of(tape, value) == place_of(array, value) == np.searchsorted(array, value)
    stop = min(stop, len(array))
    first = min(first, stop)
    assert place_in(tape, value, first, stop) == first + np.searchsorted(array[first:stop], value)


@given(VALUES.filter(any), st.data())
def test_values_are_taken_from_anywhere(parts: list[list[int]], data: st.DataObject) -> None:
    tape, array = laid(parts)
    places = np.array(data.draw(st.lists(st.integers(0, len(array) - 1))), np.int64)
    assert taken(tape, places).tolist() == array[places].tolist()


def test_folder_for_temporary_files_that_takes_no_more_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tapes.tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(RunFailed, match="folder for temporary files takes no more"):
        laid([[1] * 40])[0][:]
