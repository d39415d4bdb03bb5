"""Alerts: opened, acknowledged with a note, muted until a date, resolved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.alerts import Alert
from core.domain.errors import BadInput, NotAllowed

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = Alert(1, 1, "drift", "open", NOW, "why")


def test_acknowledged_alert_keeps_its_note_and_by_whom() -> None:
    known = OPEN.acknowledge(" the sensors ", "ann", NOW)
    assert (known.state, known.note, known.noted_by, known.noted_at) == (
        "acknowledged",
        "the sensors",
        "ann",
        NOW,
    )


@pytest.mark.parametrize("note", ["", "  "])
def test_acknowledging_needs_a_note(note: str) -> None:
    with pytest.raises(BadInput, match="note is needed"):
        OPEN.acknowledge(note, "ann", NOW)


def test_resolved_alert_cannot_be_acknowledged_and_is_not_muted() -> None:
    over = OPEN.resolve(NOW)
    with pytest.raises(NotAllowed, match="resolved already"):
        over.acknowledge("late", "ann", NOW)
    assert over.mute(NOW + HOUR) == over


def test_muted_alert_stands_as_before_once_its_mute_has_ended() -> None:
    muted = OPEN.mute(NOW + HOUR)
    assert muted.at(NOW) == muted
    assert muted.at(NOW + HOUR) == OPEN
    known = OPEN.acknowledge("the sensors", "ann", NOW)
    assert known.mute(NOW + HOUR).state == "muted"
    assert known.mute(NOW + HOUR).at(NOW + HOUR) == known


def test_mute_that_is_lifted_leaves_what_was_not_muted_as_it_was() -> None:
    known = OPEN.acknowledge("the sensors", "ann", NOW)
    assert (OPEN.mute(None), known.mute(None)) == (OPEN, known)
    assert OPEN.mute(NOW + HOUR).mute(None) == OPEN


def test_acknowledging_ends_a_mute() -> None:
    known = OPEN.mute(NOW + HOUR).acknowledge("the sensors", "ann", NOW)
    assert (known.state, known.muted_until) == ("acknowledged", None)


def test_resolved_alert_is_muted_no_more() -> None:
    assert replace(OPEN.mute(NOW + HOUR).resolve(NOW), why="") == replace(OPEN.resolve(NOW), why="")
