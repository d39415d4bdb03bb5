"""Backfills reach the reference results: same rows, same windows, same policies."""

from collections.abc import Callable
from pathlib import Path

import pytest

Live = Callable[[str, int], dict[str, float]]

BOOSTING = """
[recipe_parameters]
max_iter = 60
learning_rate = 0.15
max_bins = 128
early_stopping = false
max_categories = 80
"""

BIKE = """
name = "bike"
task = "regression"
target = "cnt"
time = "timestamp"
features = ["hr", "weekday", "temp", "atemp", "hum", "windspeed", "mnth", "holiday", "workingday", "weather",
            "season_name"]
categorical = ["holiday", "workingday", "weather", "season_name"]
window = "14 days"
history = "{history}"
gate = "{gate}"
{parameters}
[source]
path = "{data}/bike_sharing_hourly.parquet"
"""

HOTEL = """
name = "hotel"
task = "binary"
target = "is_canceled"
time = "arrival_date"
features = ["lead_time", "stays_in_weekend_nights", "stays_in_week_nights", "adults", "children", "babies",
            "is_repeated_guest", "previous_cancellations",
            "previous_bookings_not_canceled",
            "days_in_waiting_list", "adr", "total_of_special_requests", "hotel", "meal", "market_segment",
            "distribution_channel", "reserved_room_type", "deposit_type", "agent", "customer_type"]
categorical = ["hotel", "meal", "market_segment", "distribution_channel", "reserved_room_type",
               "deposit_type", "agent", "customer_type"]
window = "14 days"
gate = "always"
{parameters}
[source]
path = "{data}/hotel_bookings.parquet"
"""

CENSUS = """
name = "census"
task = "binary"
target = "employed"
time = "timestamp"
features = ["AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR",
            "DEYE", "DREM", "SEX", "RAC1P"]
categorical = ["MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR", "DEYE", "DREM",
               "SEX", "RAC1P"]
window = "8000 rows"
initial = 9
gate = "always"
{parameters}
[source]
path = "{data}/us_census_employment_MA.parquet"
"""


@pytest.mark.parametrize(
    ("history", "every", "rmse"), [("16 windows", 1, 57.6387), ("all", 1, 83.9594), ("all", 0, 102.6932)]
)
def test_bike_sharing_reaches_the_reference_error(
    live: Live, data: Path, history: str, every: int, rmse: float
) -> None:
    found = live(BIKE.format(history=history, gate="always", parameters=BOOSTING, data=data), every)
    assert found["windows"] == 40
    assert found["rmse"] == pytest.approx(rmse, rel=0.01)


@pytest.mark.parametrize(
    ("gate", "within"), [pytest.param("not_worse", 0.01, marks=pytest.mark.trial), ("better", 0.08)]
)
def test_a_gate_that_knows_chance_costs_little_on_bike_sharing(
    live: Live, data: Path, gate: str, within: float
) -> None:
    """`always` reaches 57.64."""
    found = live(BIKE.format(history="16 windows", gate=gate, parameters=BOOSTING, data=data), 1)
    assert found["promoted"] > 1
    assert found["rmse"] <= 57.6387 * (1 + within)


def test_hotel_reaches_the_reference_scores(live: Live, data: Path) -> None:
    found = live(HOTEL.format(parameters=BOOSTING, data=data), 4)
    assert found["windows"] == 45
    assert found["accuracy"] == pytest.approx(0.8064, abs=0.004)
    assert found["roc_auc"] == pytest.approx(0.8481, abs=0.004)


def test_census_reaches_the_reference_accuracy(live: Live, data: Path) -> None:
    found = live(CENSUS.format(parameters=BOOSTING, data=data), 0)
    assert found["windows"] == 26
    assert found["accuracy"] == pytest.approx(0.8282, abs=0.004)
