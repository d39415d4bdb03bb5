"""When the label of a row became known."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from core.domain.clock import NEVER, micros
from core.domain.errors import SourceFault
from core.domain.spans import Span

DAY = 86_400_000_000
HEAD = "t,y,decided\n"


def known(here, **changes):
    """(known - time) in days of each row; None: never."""
    rows = here.source("rows.csv", **changes).read(None, None, ["y"])
    return [
        None if at == NEVER else (at - time) / DAY
        for at, time in zip(rows.known.tolist(), rows.time.tolist(), strict=True)
    ]


def test_a_label_is_known_at_once_unless_the_model_says_when(here):
    here.write("rows.csv", HEAD + "2026-01-01,1,2026-01-05\n2026-01-02,,2026-01-05\n")
    assert known(here) == [0, None]


def test_a_label_is_known_at_its_label_time_or_not_yet(here):
    here.write(
        "rows.csv",
        HEAD + "2026-01-01,1,2026-01-05\n2026-01-02,1,\n2026-01-03,,2026-01-05\n2026-01-04,1,2026-01-01\n",
    )
    assert known(here, label_time="decided") == [4, None, None, -3]


def test_labels_that_all_were_known_at_once_take_no_second_array(here):
    here.write("rows.csv", "t,y\n2026-01-02,1\n2026-01-01,2\n")
    rows = here.source("rows.csv").read(None, None, ["y"])
    assert rows.known is rows.time


def test_a_label_time_that_is_no_time_is_told_by_its_line(here):
    here.write("rows.csv", HEAD + "2026-01-01,1,2026-01-05\n2026-01-02,1,\n2026-01-03,1,soon\n")
    for look in (here.survey, lambda *a, **k: here.source(*a, **k)):
        with pytest.raises(SourceFault, match=r"rows\.csv: decided: Line 4 holds 'soon', which is no time\."):
            look("rows.csv", label_time="decided")


def test_a_label_time_may_be_iso_beside_a_time_format(here):
    here.write("rows.csv", HEAD + "01/01/2026,1,2026-01-05\n02/01/2026,1,03/01/2026\n")
    options = {"time_format": "%d/%m/%Y"}
    assert known(here, label_time="decided", options=options) == [4, 1]


@pytest.mark.parametrize(
    ("delay", "days"), [(Span(2, "days"), 2), (Span(36, "hours"), 1.5), (Span(1, "weeks"), 7)]
)
def test_a_label_delay_is_elapsed_time(here, delay, days):
    here.write("rows.csv", HEAD + "2026-03-07 12:00,1,\n2026-03-08 12:00,,\n")
    assert known(here, label_delay=delay, zone="America/New_York") == [days, None]


def test_a_label_delay_in_months_goes_by_the_calendar_of_the_zone(here):
    here.write("rows.csv", HEAD + "2026-01-31 12:00,1,\n2026-02-15 12:00,1,\n")
    assert known(here, label_delay=Span(1, "months"), zone="America/New_York") == [28, 28 - 1 / 24]


@pytest.mark.parametrize(
    "target",
    [
        pa.array([1.0, None, float("nan")]),
        pa.array(["a", None, ""]),
        pa.array([1, None, None]),
        pa.array([True, None, None]),
        pa.array(["a", None, ""]).dictionary_encode(),
    ],
)
def test_an_empty_target_is_no_label(here, target):
    here.parquet("rows.parquet", {"t": pa.array([0, 1, 2], pa.timestamp("us")), "y": target})
    rows = here.source("rows.parquet", task="multiclass").read(None, None)
    assert rows.known.tolist() == [0, NEVER, NEVER]
    assert len(here.survey("rows.parquet", task="multiclass").distinct_labels) == 1


def test_known_is_told_whatever_columns_are_asked_for(here):
    here.write("rows.csv", "t,y,decided,x\n2026-01-02,,2026-01-05,a\n2026-01-01,1,2026-01-05,b\n")
    rows = here.source("rows.csv", label_time="decided").read(None, None, ["x"])
    assert rows.table.to_pydict() == {"x": ["b", "a"]}
    assert rows.known.tolist() == [rows.time[0] + 4 * DAY, NEVER]
    assert rows.time[0] == micros(datetime(2026, 1, 1, tzinfo=UTC))
