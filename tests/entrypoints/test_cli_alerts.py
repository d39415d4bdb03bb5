"""Alerts on the command line: listed, acknowledged with a note, muted until a date."""

from datetime import UTC, datetime

from core.domain.runs import Asked
from storage.database import Home
from tests.entrypoints.conftest import Line

FIELDS = {"id", "model", "kind", "state", "opened", "since_windows", "note", "muted_until"}


def failed(line: Line) -> Line:
    """A model one run of which has failed."""
    home, now = Home(line.home), datetime.now(UTC)
    with home.transaction() as t:
        run, _ = t.runs.queue(Asked(t.models.get("m").id, "retrain", "manual"), now)
        t.runs.claim(run.id, "t", 1, 0.0, now)
        t.runs.end(run.id, "t", "failed", now, error="The disk is away.")
    home.close()
    return line


def test_home_without_alerts_says_so(applied: Line) -> None:
    assert applied.json("alerts") == []
    assert "There is no alert." in applied.run("alerts", "m").stdout


def test_failed_run_opens_an_alert_that_is_acknowledged_with_a_note(applied: Line) -> None:
    failed(applied)
    (alert,) = applied.json("alerts", "m")
    assert set(alert) >= FIELDS
    assert (alert["kind"], alert["state"], alert["since_windows"], alert["note"]) == (
        "run failed",
        "open",
        0,
        None,
    )
    known = applied.json("acknowledge", alert["id"], "--note", "the disk is away")
    assert (known["state"], known["note"], known["model"]) == ("acknowledged", "the disk is away", "m")
    assert applied.json("alerts") == [known]


def test_mute_needs_an_end_that_is_to_come_and_lists_what_it_muted(applied: Line) -> None:
    line = applied
    assert line.faults(2, "mute", "m")[0]["key"] == "until"
    assert "has passed" in line.faults(2, "mute", "m", "--until", "2020-01-01")[0]["problem"]
    told = line.json("mute", "m", "--until", "2999-01-01")
    assert told == {"model": "m", "muted_until": "2999-01-01T00:00:00+00:00", "alerts": []}
    assert line.json("mute", "m", "--off")["muted_until"] is None


def test_alert_that_opens_while_muted_is_muted(applied: Line) -> None:
    applied.json("mute", "m", "--until", "2999-01-01")
    failed(applied)
    (alert,) = applied.json("alerts")
    assert (alert["state"], alert["muted_until"]) == ("muted", "2999-01-01T00:00:00+00:00")
    assert applied.json("mute", "m", "--off")["alerts"][0]["state"] == "open"


def test_what_is_not_there_and_what_is_missing_is_said(applied: Line) -> None:
    line = applied
    assert "no alert 7" in line.faults(3, "acknowledge", "7", "--note", "x")[0]["problem"]
    assert line.faults(3, "alerts", "none")
    assert line.faults(2, "acknowledge", "7")
