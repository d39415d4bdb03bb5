"""A rule is crossed in m of the last n windows, against a reference that does not move."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.drift import ColumnDrift, WindowDrift
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.domain.triggers import USUAL, Persist, Trigger
from core.domain.windows import Window
from core.monitoring.crossing import drift, performance

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def model(persist: Persist = USUAL, metric: str = "rmse", limit: float | None = 100.0) -> Model:
    task = "regression" if metric in ("rmse", "bias") else "binary"
    triggers = (Trigger("performance", persist), Trigger("drift", persist))
    return Model(
        "m",
        task,
        "y",
        "t",
        Span(7, "days"),
        SourceSpec("rows.csv"),
        ".",
        metric=metric,
        limit=limit,
        triggers=triggers,
    )


def window(index: int, value: float | None, metric: str = "rmse", labelled: int = 100) -> Window:
    start = START + index * WEEK
    return Window(
        index, start, start + WEEK, 100, labelled, True, True, 1, scored=True, metrics={metric: value}
    )


def windows(*values: float | None, metric: str = "rmse") -> list[Window]:
    return [window(index, value, metric) for index, value in enumerate(values)]


def test_rule_is_crossed_in_two_of_the_last_three() -> None:
    assert performance(model(), windows(90, 90, 110)) is None
    assert performance(model(), windows(110, 90, 90, 110)) is None
    found = performance(model(), windows(90, 110, 90, 120))
    assert found is not None
    assert (found.short, found.window, found.since_windows) == (
        "rmse beyond 100 in 2 of the last 3 windows",
        3,
        3,
    )
    assert found.why == "RMSE beyond its limit of 100 in 2 of the last 3 weeks: 110.0, 90.0, 120.0."


def test_limit_itself_is_not_beyond_it() -> None:
    assert performance(model(), windows(100, 100, 100)) is None


def test_fewer_windows_than_asked_suffice_where_enough_of_them_cross() -> None:
    found = performance(model(), windows(110, 110))
    assert found is not None
    assert found.short == "rmse beyond 100 in 2 of the last 2 windows"


def test_window_that_cannot_be_judged_is_passed_over() -> None:
    lived = [window(0, 110), window(1, 110), window(2, None), window(3, 90, labelled=10), window(4, 90)]
    found = performance(model(), lived)
    assert found is not None
    assert found.window == 4


def test_metric_that_is_better_when_higher_is_beyond_its_limit_below_it() -> None:
    assert performance(model(metric="accuracy", limit=0.8), windows(0.7, 0.7, metric="accuracy"))
    assert not performance(model(metric="accuracy", limit=0.8), windows(0.9, 0.9, metric="accuracy"))
    assert performance(model(metric="bias", limit=5), windows(-6, -6, metric="bias"))


def test_slow_decay_is_found_since_the_reference_does_not_move() -> None:
    """Each window is 1 % worse than the one before: a rolling mean would call every one usual."""
    lived = windows(*(80 * 1.01**k for k in range(40)))
    assert performance(model(), lived) is not None


def test_nothing_is_crossed_without_a_limit() -> None:
    assert performance(model(limit=None), windows(1e9, 1e9, 1e9)) is None


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 4), st.integers(1, 4))
def test_crossed_is_what_counting_says(hits: list[bool], least: int, more: int) -> None:
    persist = Persist(min(least, least + more - 1), least + more - 1)
    found = performance(model(persist), windows(*(110.0 if hit else 90.0 for hit in hits)))
    assert (found is not None) == (sum(hits[-persist.of :]) >= persist.least)
    if found is not None:
        assert 1 <= found.since_windows <= len(hits)
        assert hits[len(hits) - found.since_windows]


def drifted(verdicts: Sequence[str]) -> dict[int, WindowDrift]:
    def of(verdict: str) -> dict[str, ColumnDrift]:
        return {"temp": ColumnDrift(0.4, {}, verdict), "hum": ColumnDrift(0.1, {}, "ok")}

    return {index: WindowDrift(index, 1, verdict, of(verdict)) for index, verdict in enumerate(verdicts)}


def test_drift_counts_the_windows_that_have_a_verdict_and_names_the_columns() -> None:
    verdicts = drifted(["ok", "drift", "unknown", "drift"])
    found = drift(model(), windows(1, 1, 1, 1), verdicts)
    assert found is not None
    assert (found.short, found.window) == ("drift in 2 of the last 3 windows: temp", 3)
    assert drift(model(), windows(1, 1, 1), verdicts) is None


def test_open_window_is_not_asked_for_drift() -> None:
    first, last = windows(1, 1)
    opened = Window(1, last.start, last.end, 100, 0, False, False)
    assert drift(model(), [first, opened], drifted(["drift", "drift"])) is None
