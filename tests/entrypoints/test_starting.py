"""What a server says of its scheduler before that has ticked."""

import time

from core.entrypoints import web
from core.entrypoints.service_thread import Background
from core.entrypoints.starting import PATIENCE, Starting


def test_server_that_has_only_begun_is_well_and_does_not_claim_to_tick() -> None:
    found = Background().health()
    assert (found["status"], found["scheduler"], found["last_tick"]) == ("ok", "standby", None)
    assert found["starting"]


def test_scheduler_that_never_ticks_is_late() -> None:
    found = Starting(time.monotonic() - PATIENCE - 1).health()
    assert (found["status"], found["scheduler"]) == ("late", "late")
    assert "starting" not in found


def test_no_server_is_starting_where_none_was_begun() -> None:
    assert not web.starting()
