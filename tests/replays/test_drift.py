"""Drift on real data: bike's growth and hotel's prices are found, and shuffled copies stay quiet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.drift import WindowDrift
from tests.home_kit import place_of

BIKE = {
    "target": "cnt",
    "time": "timestamp",
    "features": [
        "hr",
        "weekday",
        "temp",
        "atemp",
        "hum",
        "windspeed",
        "mnth",
        "holiday",
        "workingday",
        "weather",
        "season_name",
    ],
}
HOTEL = {
    "task": "binary",
    "target": "is_canceled",
    "time": "arrival_date",
    "features": [
        "lead_time",
        "stays_in_weekend_nights",
        "stays_in_week_nights",
        "adults",
        "children",
        "babies",
        "is_repeated_guest",
        "previous_cancellations",
        "previous_bookings_not_canceled",
        "days_in_waiting_list",
        "adr",
        "total_of_special_requests",
        "hotel",
        "meal",
        "market_segment",
        "distribution_channel",
        "reserved_room_type",
        "deposit_type",
        "agent",
        "customer_type",
    ],
}
SETS = {"bike_sharing_hourly": BIKE, "hotel_bookings": HOTEL}
INITIAL = 12


FEW = [
    "hr",
    "weekday",
    "mnth",
    "temp",
    "weather",
    "adr",
    "lead_time",
    "market_segment",
    "customer_type",
    "meal",
    "adults",
]
"""Features that the short forms keep to."""


def drifts_of(
    folder: Path, data: Path, name: str, seed: int | None, whole: bool = False
) -> list[WindowDrift]:
    """Windows of 14 days after the first twelve, which one version learnt. `seed`: of the shuffling."""
    said = {**SETS[name], "features": [one for one in SETS[name]["features"] if whole or one in FEW]}
    table = pq.read_table(data / f"{name}.parquet", columns=[*said["features"], said["target"], said["time"]])
    first = table.column(said["time"])[0].as_py()
    if seed is not None:
        time = table.column(said["time"])
        order = pa.array(np.random.default_rng(seed).permutation(len(table)))
        table = table.take(order).set_column(table.column_names.index(said["time"]), said["time"], time)
    columns = {column: table.column(column) for column in table.column_names}
    place = place_of(folder, columns, window="14 days", initial=INITIAL, recipe="dummy", **said)  # type: ignore[arg-type]
    place.work("retrain", as_of=first.replace(tzinfo=UTC) + timedelta(days=14 * INITIAL))
    place.work("monitor")
    with place.home.reading() as stores:
        return stores.drifts.all(place.kept.id)[INITIAL:]


def test_bike_s_growth_is_found(data: Path, tmp_path: Path) -> None:
    found = drifts_of(tmp_path, data, "bike_sharing_hourly", None)
    grown = [one.index for one in found if "cnt" in one.drifted]
    second_year = (datetime(2012, 4, 1) - datetime(2011, 1, 1)).days // 14
    assert len([index for index in grown if index >= second_year]) >= 8
    assert {name for name, column in found[0].columns.items() if column.why == "calendar"} == {
        "hr", "weekday", "mnth"
    }  # fmt: skip


def test_hotel_s_prices_are_found(data: Path, tmp_path: Path) -> None:
    found = drifts_of(tmp_path, data, "hotel_bookings", None)
    raised = [one.index for one in found if "adr" in one.drifted]
    assert len(raised) >= 6
    assert set(raised) >= {53, 54, 55}


@pytest.mark.parametrize("name", SETS)
def test_a_shuffled_copy_stays_quiet(name: str, data: Path, tmp_path: Path) -> None:
    found = drifts_of(tmp_path, data, name, 0)
    assert sum(one.verdict == "drift" for one in found) <= len(found) / 10
    assert all(one.verdict != "unknown" for one in found)


@pytest.mark.trial
@pytest.mark.parametrize("name", SETS)
def test_nine_of_ten_windows_of_many_shuffled_copies_stay_quiet(
    name: str, data: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    for seed in range(1, 11):
        folder = tmp_path / str(seed)
        folder.mkdir()
        said += [one.verdict for one in drifts_of(folder, data, name, seed, whole=True)]
    assert said.count("drift") <= len(said) / 10
