"""Cron lines: which field is wrong, what is wrong with it, and a near line that is right."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.scheduling.cron_lines import line_faults


@pytest.mark.parametrize(
    ("line", "field", "said", "example"),
    [
        ("60 * * * *", "minute", "60 is no minute", "59 * * * *"),
        ("0 24 * * *", "hour", "24 is no hour", "0 23 * * *"),
        ("0 0 0 * *", "day of the month", "0 is no day of the month", "0 0 1 * *"),
        ("0 0 32 * *", "day of the month", "32 is no day of the month", "0 0 31 * *"),
        ("0 0 * 13 *", "month", "13 is no month", "0 0 * 12 *"),
        ("0 0 * FEBB *", "month", "FEBB is no month", "0 0 * FEB *"),
        ("0 0 * * 8", "weekday", "8 is no weekday", "0 0 * * 7"),
        ("0 0 * * MONDAY", "weekday", "MONDAY is no weekday", "0 0 * * MON"),
        ("0 0 * * MON#6", "weekday", "MON#6 is no weekday", "0 0 * * MON"),
        ("0 22-2 * * *", "hour", "22-2 counts backwards", "0 22-23,0-2 * * *"),
        ("0 0 * * FRI-MON", "weekday", "FRI-MON counts backwards", "0 0 * * FRI-7,0-MON"),
        ("*/0 * * * *", "minute", "*/0 steps by 0", "*/20 * * * *"),
        ("*/x * * * *", "minute", "'x' is no step", "*/20 * * * *"),
        ("5/ * * * *", "minute", "5/ lacks its step", "5 * * * *"),
        ("5- 3 * * *", "minute", "5- lacks a number", "*/20 3 * * *"),
        ("1,,2 * * * *", "minute", "a comma has nothing on one side", "1,2 * * * *"),
        ("? * * * *", "minute", "? is no minute", "*/20 * * * *"),
        ("0 3h * * *", "hour", "3h is no hour", "0 3 * * *"),
        ("9" * 150 + " * * * *", "minute", "is no minute", "59 * * * *"),
    ],
)
def test_typing_error_names_its_field_and_a_near_line(line: str, field: str, said: str, example: str):
    ((problem, fix),) = line_faults(line)
    assert f"(the {field})" in problem
    assert said in problem
    assert f'"{example}"' in fix
    assert line_faults(example) == []


def test_each_wrong_field_has_its_fault():
    assert len(line_faults("60 24 32 13 8")) == 5


@pytest.mark.parametrize("line", ["", "  ", "0 3 * *", "0 0 3 * * 1", "daily", "* " * 300])
def test_line_without_five_fields_is_refused(line: str):
    ((problem, fix),) = line_faults(line)
    assert "field" in problem or "empty" in problem or "longer" in problem
    assert '"0 3 * * 1"' in fix


@pytest.mark.parametrize("line", ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 */20 * MON#2", "0 0 30 FEB */2"])
def test_line_that_never_fires_is_found(line: str):
    ((problem, fix),) = line_faults(line)
    assert "never fires" in problem
    example = re.search('"(.+)"', fix)
    assert example is not None
    assert line_faults(example[1]) == []


@pytest.mark.parametrize(
    "line",
    [
        "0 0 29 2 *",
        "0 0 * 2 MON#5",
        "0 0 30 2 MON",
        "0 0 31 1 *",
        "0 0 LW * *",
        "0 0 * * 5L",
        "0 0 * * sun",
        "0 9-17/2 * jan-mar MON-FRI",
        "@daily",
        "@MIDNIGHT",
        "0 0 * * 5-7",
    ],
)
def test_right_line_has_no_fault(line: str):
    assert line_faults(line) == []


@pytest.mark.parametrize(
    ("word", "near"), [("@dayly", "@daily"), ("@reboot", "@daily"), ("@month", "@monthly")]
)
def test_unknown_word_is_refused_with_a_near_one(word: str, near: str):
    ((problem, fix),) = line_faults(word)
    assert word in problem
    assert near in fix


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("0123456789*/-,#LWMONSUJAFEB?@ ٣²", max_size=6), max_size=6).map(" ".join))
def test_any_line_is_right_or_has_a_fault_with_a_right_example(line: str):
    for problem, fix in line_faults(line):
        assert problem
        assert fix
        if (example := re.search('example "(.+)"', fix)) is not None:
            assert all("never fires" in left for left, _ in line_faults(example[1]))
