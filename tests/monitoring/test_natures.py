"""Natures: columns that only tell when a row was are named, and those that may drift are not."""

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from core.monitoring.natures import CALENDAR, COUNTER, IDENTIFIER, Clockwork, are_identifiers, nature
from tests.drift_kit import hours

TIME = hours(80)
BERLIN = ZoneInfo("Europe/Berlin")
SHOWN = Clockwork.of(TIME, BERLIN).parts
RANDOM = np.random.default_rng(0)
MONTHS = np.array(["January", "February", "March", "April"])


def found(values: np.ndarray | pa.Array) -> str | None:
    column = pa.chunked_array([values if isinstance(values, pa.Array) else pa.array(values)])
    return nature(column, pa.types.is_string(column.type), TIME, Clockwork.of(TIME, BERLIN))


@pytest.mark.parametrize(
    "values",
    [
        SHOWN["hour"],
        SHOWN["month"],
        SHOWN["weekday"] + 1,
        SHOWN["day of year"],
        SHOWN["week"],
        SHOWN["day"],
        np.full(len(TIME), 1970),
        np.sin(SHOWN["hour"] / 24 * 2 * np.pi),
        SHOWN["weekday"] >= 5,
        MONTHS[SHOWN["month"] - 1],
        np.where(np.arange(len(TIME)) % 500 == 7, 0, SHOWN["month"]),
        pa.array(TIME, pa.timestamp("us")),
    ],
    ids=[
        "hour",
        "month",
        "weekday",
        "doy",
        "week",
        "day",
        "year",
        "sine",
        "weekend",
        "names",
        "nearly",
        "stamp",
    ],
)
def test_what_a_clock_or_a_calendar_shows_is_named(values: np.ndarray) -> None:
    array = values if isinstance(values, pa.Array) else pa.array(values.tolist())
    assert found(array.cast(pa.string()) if pa.types.is_boolean(array.type) else array) == CALENDAR


@pytest.mark.parametrize(
    "values",
    [np.arange(len(TIME)), -5 * np.arange(len(TIME)), np.cumsum(RANDOM.random(len(TIME)) < 0.3)],
    ids=["up", "down", "steps"],
)
def test_what_grows_with_time_is_a_counter(values: np.ndarray) -> None:
    assert found(values) == COUNTER


@pytest.mark.parametrize(
    "values",
    [
        RANDOM.normal(size=len(TIME)),
        SHOWN["hour"] + RANDOM.normal(size=len(TIME)),
        RANDOM.permutation(SHOWN["month"]),
        np.full(len(TIME), 5),
        np.cumsum(RANDOM.normal(size=len(TIME))),
        (np.arange(len(TIME)) > 900).astype(int),
        np.array(["a", "b"])[RANDOM.integers(0, 2, len(TIME))],
    ],
    ids=["noise", "rhythm", "shuffled", "constant", "walk", "step", "text"],
)
def test_what_may_drift_is_not(values: np.ndarray) -> None:
    assert found(values) is None


def test_names_of_single_rows_are_identifiers() -> None:
    assert are_identifiers({f"A{i}": 1 for i in range(90)})
    assert not are_identifiers({"a": 50, "b": 40, "c": 1})
    assert IDENTIFIER == "identifier"


def test_parts_of_a_date_are_those_of_its_zone() -> None:
    from datetime import datetime, timedelta

    shown = Clockwork.of(hours(800), BERLIN).parts
    for hour in (0, 1, 2159, 2160, 5000, 8760, 12_345, 19_199):
        local = (datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC")) + timedelta(hours=hour)).astimezone(BERLIN)
        _year, week, weekday = local.isocalendar()
        told = {name: int(part[hour]) for name, part in shown.items()}
        assert (told["year"], told["month"], told["day"], told["hour"]) == (
            local.year, local.month, local.day, local.hour
        )  # fmt: skip
        assert (told["week"], told["weekday"] + 1, told["day of year"]) == (
            week,
            weekday,
            local.timetuple().tm_yday,
        )
