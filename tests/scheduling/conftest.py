"""A home with one model, its hourly schedule, and a tick that fires what is due."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from core.domain.models import Kept
from core.domain.schedules import Entry, Schedule
from core.domain.sources import Schema, Survey
from core.scheduling.flow import fire_due, set_schedule
from storage.database import Home
from tests.model_kit import BIKES
from tests.scheduling.flow_kit import HOURLY, SAVED


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def kept(home: Home) -> Kept:
    survey = Survey(Schema({"at": "timestamp[us]", "cnt": "double", "hr": "int64"}), 10, 0, 1, 0)
    with home.transaction() as t:
        return t.models.add(replace(BIKES, folder=str(home.folder)), survey, 0, SAVED, None)


@pytest.fixture
def schedule(home: Home, kept: Kept) -> Schedule:
    with home.transaction() as t:
        return set_schedule(t, kept, HOURLY, SAVED, name="hourly")


@pytest.fixture
def fence(home: Home) -> int:
    with home.transaction() as t:
        return t.leases.take("this process", SAVED).fence


@pytest.fixture
def tick(home: Home, fence: int) -> Callable[..., list[Entry]]:
    def once(schedule: Schedule, now: datetime, since: datetime = SAVED) -> list[Entry]:
        with home.transaction() as t:
            return fire_due(t, fence, schedule, now, since)

    return once
