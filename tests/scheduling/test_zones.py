"""Zones: which exist, and which was meant."""

import pytest

from core.scheduling.zones import near_zones, zone_fault


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Etc/GMT+5"])
def test_known_zone_has_no_fault(name: str):
    assert zone_fault(name) is None


@pytest.mark.parametrize(
    "name", ["", "America", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe/Berlin\0", 3, None]
)
def test_unknown_zone_is_named_with_what_would_be_right(name: object):
    fault = zone_fault(name, key="zone")
    assert fault is not None
    assert fault.problem == f"{name!r} is no time zone."
    assert fault.fix.startswith("Write ")


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("Europe/Berlim", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_near_zone_is_offered_first(wrong: str, meant: str):
    assert near_zones(wrong)[0] == meant
