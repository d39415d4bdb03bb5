"""Rhythm: rows and labels that do not come when expected, and those that may well take so long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from core.domain.clock import NEVER, micros, moment
from core.domain.models import Model
from core.domain.rhythm import Rhythm
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.monitoring.grid import slices
from core.monitoring.health import Signs, judge
from core.monitoring.known import Known
from core.monitoring.rhythm import after, forget, waits

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = micros(datetime(2026, 3, 2, tzinfo=UTC))
MODEL = Model("m", "regression", "y", "t", Span(1, "days"), SourceSpec("r.csv"), "/")
REPLAY = replace(MODEL, as_of="data")


def seen(model: Model, time: np.ndarray, known: np.ndarray, as_of: int) -> Known:
    here = time < as_of
    time, known = time[here], known[here]
    return Known(as_of, time, known, np.zeros(len(time)), slices(model, START, time, as_of), 0)


def hourly(days: int) -> np.ndarray:
    return START + np.arange(24 * days) * HOUR


def of_days(days: int, skipped: range = range(0)) -> np.ndarray:
    """A row every half an hour."""
    time = START + np.arange(48 * days) * HOUR // 2
    return time[~np.isin((time - START) // DAY, skipped)]


def looked_at(model: Model, time: np.ndarray, came: np.ndarray, looks: range) -> Rhythm:
    """The rhythm after looks at hours: what had come (at `came`) by each."""
    rhythm = Rhythm()
    for hour in looks:
        wall = START + hour * HOUR
        part = time[came <= wall]
        as_of = wall if model.as_of == "clock" else int(part[-1]) + 1
        rhythm = after(rhythm, model, seen(model, part, part, as_of), wall)
    return rhythm


def kinds(model: Model, rhythm: Rhythm, wall: int) -> list[str]:
    return [wait.kind for wait in waits(model, rhythm, moment(wall))]


def test_rhythm_reads_back_as_it_was_kept() -> None:
    rhythm = looked_at(MODEL, hourly(9), hourly(9), range(0, 200, 6))
    assert Rhythm.of(rhythm.plain()) == rhythm
    assert Rhythm.of(Rhythm().plain()) == Rhythm()


def test_rows_are_late_after_a_longer_wait_than_ever() -> None:
    time = hourly(20)
    rhythm = looked_at(MODEL, time, time, range(24, 480, 2))
    last = int(rhythm.newest or 0)
    assert kinds(MODEL, rhythm, last + 2 * HOUR) == []
    (wait,) = waits(MODEL, rhythm, moment(last + 9 * HOUR))
    assert (wait.kind, wait.since) == ("rows late", moment(last))
    assert wait.why == "No rows since Sat 21 Mar, 21:00 (UTC); the longest wait before was 3 h."


def test_rows_that_come_once_a_day_are_not_late_in_between() -> None:
    time = hourly(20)
    came = START + ((time - START) // DAY + 1) * DAY + 6 * HOUR  # each day's, the next morning
    rhythm = looked_at(MODEL, time, came, range(30, 480))
    newest = int(rhythm.newest or 0)
    assert kinds(MODEL, rhythm, newest + 31 * HOUR) == []
    assert kinds(MODEL, rhythm, newest + 60 * HOUR) == ["rows late"]


def test_a_quiet_weekend_is_no_wonder() -> None:
    time = hourly(30)
    time = time[((time - START) // DAY) % 7 < 5]
    rhythm = looked_at(MODEL, time, time, range(24, 5 * 24))
    rhythm = replace(rhythm, gap=int(np.diff(time).max()))
    assert kinds(MODEL, rhythm, int(rhythm.newest or 0) + 49 * HOUR) == []


def test_rows_of_a_file_that_nobody_adds_to_are_late_after_two_windows() -> None:
    time = hourly(20)
    rhythm = after(Rhythm(), MODEL, seen(MODEL, time, time, START + 20 * DAY), START + 20 * DAY)
    assert kinds(MODEL, rhythm, START + 21 * DAY) == []
    assert kinds(MODEL, rhythm, START + 22 * DAY) == ["rows late"]


def test_replay_is_late_only_after_days_without_newer_rows() -> None:
    time = hourly(20)
    rhythm = looked_at(REPLAY, time, time, range(24, 480, 2))
    last = rhythm.rows_came[-1]
    assert kinds(REPLAY, rhythm, last + 20 * HOUR) == []
    assert kinds(REPLAY, rhythm, last + 30 * HOUR) == ["rows late"]
    assert kinds(REPLAY, forget(rhythm), last + 300 * HOUR) == []
    once = after(Rhythm(), REPLAY, seen(REPLAY, time, time, int(time[-1]) + 1), START)
    assert kinds(REPLAY, once, START + 3000 * DAY) == []


def labelled(days: int, delay: int, gone: range = range(0)) -> Rhythm:
    """A row every half an hour, its label a delay later; the days of `gone` have none."""
    time, as_of = of_days(days), START + days * DAY
    known = np.where(np.isin((time - START) // DAY, gone), NEVER, time + delay)
    return after(Rhythm(), MODEL, seen(MODEL, time, known, as_of), as_of)


def test_labels_that_take_their_usual_time_are_not_late() -> None:
    for delay in (0, HOUR, DAY, 5 * DAY):
        assert labelled(40, delay).late is None


def test_labels_that_stop_are_late_and_are_named_with_what_is_usual() -> None:
    rhythm = labelled(40, 2 * DAY, range(33, 40))
    (wait,) = waits(MODEL, rhythm, moment(START + 40 * DAY))
    assert (wait.kind, wait.since) == ("labels late", moment(START + 34 * DAY))
    assert wait.why == (
        "Labels are late: 0 % of the rows of the day from Sat 4 Apr, 00:00 on have theirs; earlier days had "
        "100 % by then."
    )


def test_labels_late_for_long_do_not_become_usual() -> None:
    assert labelled(70, HOUR, range(30, 70)).late is not None


def test_labels_of_a_window_that_has_just_closed_have_time() -> None:
    assert labelled(40, HOUR, range(39, 40)).late is None
    assert labelled(40, HOUR, range(38, 40)).late is not None


def test_labels_that_come_in_batches_are_not_late_before_the_next() -> None:
    rhythm = labelled(40, HOUR, range(37, 40))
    weekly = tuple(START + week * 7 * DAY for week in range(6))
    assert rhythm.late is not None
    time = of_days(40)
    known = np.where((time - START) // DAY >= 37, NEVER, time + HOUR)
    found = after(
        Rhythm(labels_came=weekly), MODEL, seen(MODEL, time, known, START + 40 * DAY), START + 40 * DAY
    )
    assert found.late is None


def test_too_few_windows_say_nothing() -> None:
    assert labelled(6, HOUR, range(3, 6)).late is None
    assert waits(MODEL, Rhythm(), datetime(2030, 1, 1, tzinfo=UTC)) == []


def test_model_that_waits_is_never_called_healthy() -> None:
    rhythm = labelled(40, 2 * DAY, range(33, 40))
    now = moment(START + 40 * DAY) + timedelta(hours=1)
    health = judge(Signs(MODEL, 1, waits=waits(MODEL, rhythm, now)))
    assert (health.word, health.waiting, health.poor) == ("watch", True, False)
    assert "Labels are late" in health.why
