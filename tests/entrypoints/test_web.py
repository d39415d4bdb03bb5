"""What the server answers beside the pages."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.entrypoints.web import METHODS, routes


@pytest.mark.parametrize("method", METHODS)
def test_http_calls_that_are_not_built_say_so(method: str) -> None:
    found = TestClient(Starlette(routes=routes())).request(method, "/api/v1/models/bikes/runs")
    assert (found.status_code, found.json()["title"]) == (501, "Not built yet")


def test_metrics_are_not_built_and_say_so() -> None:
    assert TestClient(Starlette(routes=routes())).get("/metrics").status_code == 501
