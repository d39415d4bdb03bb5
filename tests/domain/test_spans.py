"""Spans: read, written, and counted by the calendar."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.domain.spans import ELAPSED, UNITS, Span


@given(st.builds(Span, st.integers(1, 10**9), st.sampled_from(UNITS)))
def test_written_span_reads_back(span: Span):
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1 day", Span(1, "days")),
        ("14days", Span(14, "days")),
        (" 8000  rows ", Span(8000, "rows")),
        ("2 month", Span(2, "months")),
    ],
)
def test_span_is_read_loosely(text: str, span: Span):
    assert Span.parse(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "7", "days", "7 fortnights", "-1 days", "1.5 days", "7 days ago", 7, None, "9" * 5000 + " days"],
)
def test_what_is_no_span_names_its_key_and_what_would_be_right(text: object):
    with pytest.raises(BadInput) as caught:
        Span.parse(text, key="window")
    assert caught.value.faults[0].key == "window"
    assert "days" in caught.value.faults[0].fix


def test_nothing_is_refused():
    with pytest.raises(BadInput, match="nothing"):
        Span.parse("0 days")


def test_unit_that_is_not_wanted_is_refused():
    with pytest.raises(BadInput, match="hours, days"):
        Span.parse("2 weeks", units=("hours", "days"))


def test_refusal_names_no_unit_that_would_be_refused_too():
    with pytest.raises(BadInput) as caught:
        Span.parse("90 rows", units=("hours", "days"))
    assert caught.value.faults[0].problem == "'90 rows' is no whole number of hours or days."


def test_elapsed_time_of_units():
    assert {unit: Span(1, unit).elapsed for unit in ELAPSED} == {
        "seconds": timedelta(seconds=1),
        "minutes": timedelta(minutes=1),
        "hours": timedelta(hours=1),
        "days": timedelta(days=1),
        "weeks": timedelta(weeks=1),
    }
    for unit in ("months", "rows", "windows"):
        with pytest.raises(ValueError, match="elapsed"):
            _ = Span(1, unit).elapsed


@pytest.mark.parametrize(
    ("span", "start", "k", "end"),
    [
        (Span(1, "months"), "2026-01-31", 1, "2026-02-28"),
        (Span(1, "months"), "2026-01-31", 2, "2026-03-31"),
        (Span(1, "months"), "2028-01-31", 1, "2028-02-29"),
        (Span(3, "months"), "2026-11-30", 1, "2027-02-28"),
        (Span(1, "months"), "2026-03-15", -3, "2025-12-15"),
        (Span(2, "weeks"), "2026-03-01", 2, "2026-03-29"),
        (Span(1, "months"), "2026-11-15", 1, "2026-12-15"),
    ],
)
def test_spans_after_a_local_time(span: Span, start: str, k: int, end: str):
    assert span.after(datetime.fromisoformat(start), k) == datetime.fromisoformat(end)


def test_times_multiplies():
    assert Span(2, "days").times(3) == Span(6, "days")
