"""Web: what the server adds to Streamlit: the service in its lifespan, `/healthz`, headers and the door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.entrypoints.door import Door

HEADERS = (
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
FIRST_TICK, BETWEEN = 3.0, 0.02
"""Seconds that `/healthz` waits for the first tick at most, and between two looks."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_service: Any = None


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Starts the service before any browser comes, and ends all that it started with the server."""
    from core.entrypoints.service_thread import Background

    global _service
    _service = Background()
    _service.start()
    try:
        yield
    finally:
        await run_in_threadpool(_service.stop)


def starting() -> bool:
    """Whether this process serves, and its scheduler has yet to tick for the first time."""
    return bool(_service is not None and _service.health().get("starting"))


async def healthz(_: Request) -> JSONResponse:
    """Answers once the scheduler has ticked, so that whoever asks at once is told the truth."""
    for _look in range(round(FIRST_TICK / BETWEEN)):
        if not starting():
            break
        await asyncio.sleep(BETWEEN)
    found = _service.health() if _service else {"status": "late", "scheduler": "late"}
    return JSONResponse(found, status_code=200 if found["status"] == "ok" else 503)


async def _not_yet(_: Request) -> JSONResponse:
    return JSONResponse(
        {"title": "Not built yet", "status": 501}, status_code=501, media_type="application/problem+json"
    )


class Headers:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        await self._app(scope, receive, sending)


def routes() -> list[BaseRoute]:
    later = Route("/{path:path}", _not_yet, methods=METHODS)
    return [Route("/healthz", healthz), Mount("/api", routes=[later]), Route("/metrics", _not_yet)]


def middleware() -> list[Middleware]:
    return [Middleware(Headers), Middleware(Door)]
