from datetime import UTC, datetime, timedelta

import pytest


def test_a_schedule_is_set_changed_paused_resumed_and_removed(applied):
    (set_,) = applied.json("schedule", "m", "--every", "2 minutes")
    (changed,) = applied.json("schedule", "m", "--cron", "0 3 * * 1")
    assert (set_["id"], set_["every"], changed["cron"]) == (changed["id"], "2 minutes", "0 3 * * 1")
    (paused,) = applied.json("schedule", "m", "pause", "--reason", "holidays")
    assert (paused["paused"], paused["reason"], paused["next"]) == (True, "holidays", None)
    assert applied.json("models")[0]["paused"] is True
    assert applied.json("schedule", "m", "resume")[0]["paused"] is False
    assert applied.json("schedule", "m", "remove") == []


def test_with_several_schedules_the_one_that_is_meant_is_named(applied):
    applied.json("schedule", "m", "--every", "2 days", "--name", "often")
    applied.json("schedule", "m", "--every", "9 days", "--name", "seldom")
    applied.faults(2, "schedule", "m", "remove")
    assert [one["name"] for one in applied.json("schedule", "m", "remove", "--name", "often")] == ["seldom"]
    applied.faults(3, "schedule", "m", "pause", "--name", "often")


def test_preview_of_a_model_merges_its_schedules_in_time_order(applied):
    applied.json("schedule", "m", "--cron", "0 3 * * *", "--name", "night")
    applied.json("schedule", "m", "--cron", "0 15 * * *", "--name", "day")
    found = applied.json("schedule", "m", "--preview", "3", "--from", "2026-03-01T10:00:00+00:00")
    assert [(time["utc"], time["schedule"]) for time in found["times"]] == [
        ("2026-03-01T15:00:00+00:00", "day"),
        ("2026-03-02T03:00:00+00:00", "night"),
        ("2026-03-02T15:00:00+00:00", "day"),
    ]


def test_a_paused_schedule_has_no_fire_times_ahead(applied):
    applied.json("schedule", "m", "--every", "2 days")
    applied.json("schedule", "m", "pause")
    assert applied.json("schedule", "m", "--preview", "3")["times"] == []


def test_preview_shows_utc_and_local_times(line):
    found = line.json(
        "preview",
        "--cron",
        "0 3 * * 1",
        "--zone",
        "America/New_York",
        "--from",
        "2026-03-01T12:00:00+00:00",
        "-n",
        "2",
    )
    assert found["times"] == [
        {"utc": "2026-03-02T08:00:00+00:00", "local": "2026-03-02T03:00:00-05:00", "schedule": None},
        {"utc": "2026-03-09T07:00:00+00:00", "local": "2026-03-09T03:00:00-04:00", "schedule": None},
    ]
    assert "03:00" in found["words"]


def test_preview_of_elapsed_time_counts_from_its_from(line):
    found = line.json("preview", "--every", "2 minutes", "--from", "2026-03-01T12:00:00Z", "-n", "2")
    assert [time["utc"] for time in found["times"]] == [
        "2026-03-01T12:02:00+00:00",
        "2026-03-01T12:04:00+00:00",
    ]


@pytest.mark.parametrize(
    "args",
    [
        ("--cron", "0 3 * *"),
        ("--cron", "0 0 30 2 *"),
        ("--every", "0 days"),
        ("--every", "2 days", "--zone", "Mars/Base"),
        (),
        ("--calendar", "{}"),
        ("--every", "2 days", "--cron", "0 3 * * 1"),
    ],
    ids=str,
)
def test_preview_of_what_is_no_rule_is_bad_input(line, args):
    assert all(fault["problem"] for fault in line.faults(2, "preview", *args))


def test_a_rule_that_is_wrong_is_not_saved(applied):
    applied.faults(2, "schedule", "m", "--cron", "61 3 * * 1")
    assert applied.json("schedule", "m") == []


def test_the_ledger_plans_only_when_asked_to_look_ahead(applied):
    applied.json("schedule", "m", "--every", "1 day")
    assert applied.json("ledger", "m") == []
    until = (datetime.now(UTC) + timedelta(days=3, hours=1)).isoformat()
    planned = applied.json("ledger", "m", "--to", until)
    assert [(one["outcome"], one["schedule"], one["run"]) for one in planned] == [
        ("planned", "every day", None)
    ] * 3


CALENDAR = '{ every = 2, unit = "weeks", on = ["monday"], at = "03:00" }'


@pytest.mark.parametrize(
    "text", [CALENDAR, '{"every": 2, "unit": "weeks", "on": ["monday"], "at": "03:00"}'], ids=["toml", "json"]
)
def test_a_calendar_is_set_as_json_or_as_a_model_file_writes_it(applied, text):
    (found,) = applied.json("schedule", "m", "--calendar", text)
    assert found["calendar"] == {"every": 2, "unit": "weeks", "on": ["monday"], "at": "03:00"}
    assert found["words"].startswith("every 2 weeks on Monday at 03:00")
    assert f"calendar = {CALENDAR}" in applied.run("show", "m").output


def test_preview_of_a_calendar_counts_from_its_from(line):
    args = ("--zone", "Europe/Berlin", "--from", "2026-03-23T00:00:00Z", "-n", "2")
    found = line.json("preview", "--calendar", CALENDAR, *args)
    assert [one["local"] for one in found["times"]] == [
        "2026-03-23T03:00:00+01:00",
        "2026-04-06T03:00:00+02:00",
    ]
    assert found["words"] == "every 2 weeks on Monday at 03:00, Europe/Berlin"


def test_a_calendar_that_is_none_is_bad_input(line):
    line.faults(2, "preview", "--calendar", "weekly")
    found = line.faults(2, "preview", "--calendar", '{ unit = "weeks", on = ["mnday"] }')
    assert {fault["key"] for fault in found} == {"calendar.on", "calendar.at"}


def test_a_pause_until_a_date_shows_it_and_what_comes_after(applied):
    applied.json("schedule", "m", "--cron", "0 3 * * *")
    until = (datetime.now(UTC) + timedelta(days=10)).replace(microsecond=0)
    args = ("--until", until.isoformat(), "--reason", "holidays")
    (paused,) = applied.json("schedule", "m", "pause", *args)
    assert (paused["paused"], paused["reason"], paused["paused_until"]) == (
        True,
        "holidays",
        until.isoformat(),
    )
    assert paused["next"] >= until.isoformat()
    (first,) = applied.json("schedule", "m", "--preview", "1")["times"]
    assert first["utc"] == paused["next"]
    to = (until + timedelta(days=1)).isoformat()
    assert [one["due"] for one in applied.json("ledger", "m", "--to", to)] == [paused["next"]]
    (resumed,) = applied.json("schedule", "m", "resume")
    assert (resumed["paused"], resumed["paused_until"]) == (False, None)


def test_a_pause_until_what_has_passed_is_bad_input_and_an_until_needs_a_pause(applied):
    applied.json("schedule", "m", "--every", "1 day")
    (fault,) = applied.faults(2, "schedule", "m", "pause", "--until", "2020-01-01T00:00:00Z")
    assert fault["key"] == "until"
    applied.faults(2, "schedule", "m", "resume", "--until", "2999-01-01T00:00:00Z")


def test_preview_of_a_model_without_json_has_a_line_for_each_time(applied):
    applied.json("schedule", "m", "--cron", "0 3 * * *", "--name", "night")
    found = applied.run("schedule", "m", "--preview", "2", "--from", "2026-03-01T10:00:00+00:00")
    assert found.stdout.splitlines()[1:] == [
        "times:",
        "  utc                   local                      schedule",
        "  2026-03-02 03:00:00Z  2026-03-02T03:00:00+00:00  night",
        "  2026-03-03 03:00:00Z  2026-03-03T03:00:00+00:00  night",
    ]
