"""The tables of a model file: its source and its schedules."""

import pytest

from core.defining.reading import read_file
from tests.defining.reading.conftest import SOURCE, toml


def test_an_inbox_is_not_built_yet(faults):
    found = faults(toml(below="[source]\ninbox = true\n"))
    assert set(found) == {"source.inbox"}
    assert "not built yet" in found["source.inbox"][0]


def test_rows_on_another_machine_are_not_built_yet(faults):
    assert (
        "not built yet"
        in faults(toml(below='[source]\npath = "s3://bucket/bikes.parquet"\n'))["source.path"][0]
    )


@pytest.mark.parametrize(
    "line",
    [
        'times = ["2026-12-24"]',
        'exclude = ["2026-12-24"]',
        'holidays = "PT"',
        'jitter = "5 minutes"',
        'pause = "…"',
        "depends_on_past = true",
        "priority = 1",
        'overlap = "cancel"',
    ],
)
def test_a_schedules_key_of_a_later_version_is_not_built_yet(faults, line):
    found = faults(toml(below=f'{SOURCE}[[schedules]]\nevery = "7 days"\n{line}\n'))
    key = f"schedules[0].{line.split(' ')[0]}"
    assert set(found) == {key}
    assert "not built yet" in found[key][0]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('delimiter = ";;"', "delimiter"),
        ('decimal = ""', "decimal"),
        ('encoding = "latin-99"', "encoding"),
        ('encoding = "rot13"', "encoding"),
        ('time_unit = "hours"', "time_unit"),
        ("time_format = 1", "time_format"),
        ('delimter = ";"', "delimter"),
        ('delimiter = ","\ndecimal = ","', "decimal"),
    ],
)
def test_a_sources_value_that_cannot_be_meant_is_a_fault_of_its_key(faults, line, key):
    assert set(faults(toml(below=f"{SOURCE}{line}\n"))) == {f"source.{key}"}


@pytest.mark.parametrize(
    ("below", "key"),
    [
        ('every = "7 dys"', "schedules[0].every"),
        ('cron = "0 3 * *"', "schedules[0].cron"),
        ('cron = "0 25 * * *"', "schedules[0].cron"),
        ('every = "7 days"\nstart = "soon"', "schedules[0].start"),
        ('evry = "7 days"', "schedules[0].evry"),
        ('every = "7 days"\noverlap = "maybe"', "schedules[0].overlap"),
        ('every = "7 days"\nname = "a b"', "schedules[0].name"),
        ('calendar = { every = 1, unit = "weeks", at = "03:00" }', "schedules[0].calendar.on"),
        ('calendar = "weekly"', "schedules[0].calendar"),
        ('every = "7 days"\ncalendar = { unit = "days", at = "03:00" }', "schedules[0].calendar"),
        ('every = "7 days"\nzone = "Europe/Berlim"', "schedules[0].zone"),
        ('every = "7 days"\ngrace = "soon"', "schedules[0].grace"),
        ('every = "7 days"\ncap = 0', "schedules[0].cap"),
        ('every = "7 days"\nretries = -1', "schedules[0].retries"),
        ('every = "7 days"\nretry_delay = "2 months"', "schedules[0].retry_delay"),
        ('every = "7 days"\nbackoff = 0.5', "schedules[0].backoff"),
        ('every = "7 days"\ntime_out = "0 hours"', "schedules[0].time_out"),
    ],
)
def test_a_schedules_value_that_cannot_be_meant_is_a_fault_of_its_key(faults, below, key):
    assert key in faults(toml(below=f"{SOURCE}[[schedules]]\n{below}\n"))


def test_a_later_schedule_is_named_by_its_place(faults):
    below = f'{SOURCE}[[schedules]]\nevery = "7 days"\n[[schedules]]\ncron = "0 3 * * 8 9"\n'
    assert set(faults(toml(below=below))) == {"schedules[1].cron"}


def test_a_schedule_that_says_nothing_is_a_fault(faults):
    found = faults(toml(below=f"{SOURCE}[[schedules]]\n"))
    assert all(key.startswith("schedules[0]") for key in found)


def test_schedules_in_single_brackets_are_told_what_is_right(faults):
    assert "[[schedules]]" in faults(toml(below=f'{SOURCE}[schedules]\nevery = "7 days"\n'))["schedules"][1]


def test_two_schedules_of_one_name_are_a_fault(faults):
    below = SOURCE + "".join(f'[[schedules]]\nname = "weekly"\nevery = "{n} days"\n' for n in (7, 8))
    assert set(faults(toml(below=below))) == {"schedules[1].name"}


def test_the_same_schedule_twice_is_a_fault(faults):
    assert set(faults(toml(below=SOURCE + '[[schedules]]\nevery = "7 days"\n' * 2))) == {"schedules[1]"}


def test_a_date_of_tomls_own_kind_bounds_a_schedule(write):
    rule = (
        read_file(write(toml(below=f'{SOURCE}[[schedules]]\nevery = "1 day"\nend = 2999-12-24\n')))
        .schedules[0]
        .rule
    )
    assert rule.end == "2999-12-24"
