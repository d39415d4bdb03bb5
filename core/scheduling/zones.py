"""Zones: is there one of that name, and which one was meant."""

from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from core.domain.errors import Fault


def zone_fault(name: object, *, file: str | None = None, key: str | None = "zone") -> Fault | None:
    """What is wrong with a zone's name, with near names; None if there is such a zone."""
    if isinstance(name, str) and name and _exists(name):
        return None
    near = near_zones(name) if isinstance(name, str) else []
    example = " or ".join(f'"{zone}"' for zone in near) or '"Europe/Berlin" or "UTC"'
    return Fault(file, key, f"{name!r} is no time zone.", f"Write {example}.")


def near_zones(name: str) -> list[str]:
    """Up to three names that are like a wrong one: by its city alone, else by its letters."""
    zones = sorted(available_timezones())
    lowered = {zone.lower(): zone for zone in zones}
    wanted = name.strip().lower().replace(" ", "_")
    if wanted in lowered:
        return [lowered[wanted]]
    by_city = [zone for low, zone in lowered.items() if wanted and low.rsplit("/", 1)[-1] == wanted]
    close = get_close_matches(wanted, lowered, n=3, cutoff=0.7)
    return (by_city or [lowered[low] for low in close])[:3]


def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return False
    return True
