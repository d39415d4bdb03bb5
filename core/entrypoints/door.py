"""Door: who may come in by a browser. A page of another site must not reach a server of this machine, neither
by its own address nor by a name of its own that it has pointed here (DNS rebinding).
"""

import socket
from collections.abc import Collection
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.domain.errors import EvermodelError

SAFE = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
FOREIGN_HOST = (
    "This name is not one of this Evermodel's: add it to the setting `hosts`, or use its address.\n"
)
FOREIGN_ORIGIN = "A page of another site may not do this here; behind a proxy, pass the Host header on.\n"


class Door:
    """ASGI middleware: 403 with one line unless `Host` is a name of this server and, for the WebSocket and
    what changes anything, `Origin` (browsers send it) is the server's own, with its port.

    `hosts`: further names, those by which a proxy is known; None: those of the settings, read once one is
    asked for.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None):
        self._app, self._given = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._why_not(scope) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await PlainTextResponse(refused, 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _why_not(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        given = headers.getlist("host")
        if len(given) != 1 or not self._ours(name_of(given[0]), scope):
            return FOREIGN_HOST
        origin = headers.get("origin")
        asks = scope["type"] == "http" and scope["method"] in SAFE
        if asks or origin is None:
            return None
        own = given[0].strip().lower()
        return None if origin.lower() in (f"http://{own}", f"https://{own}") else FOREIGN_ORIGIN

    def _ours(self, name: str, scope: Scope) -> bool:
        """Whether a request that came to this address may call it by this name."""
        address, is_loopback = _own((scope.get("server") or ("", None))[0])
        own = LOOPBACK if is_loopback else (address, socket.gethostname().lower())
        return bool(name) and (name in own or name in self._hosts)

    @cached_property
    def _hosts(self) -> frozenset[str]:
        if self._given is not None:
            return frozenset(self._given)
        from core.entrypoints.settings import load

        try:
            return frozenset(load().hosts)
        except EvermodelError:  # told by the pages
            return frozenset()


def name_of(host: str) -> str:
    """The name or address of a Host header, without its port; "" where it is none."""
    try:
        return (urlsplit(f"//{host.strip()}").hostname or "").lower()
    except ValueError:
        return ""


def _own(address: str) -> tuple[str, bool]:
    """An address that a request came to, as a Host header writes it; whether it is this machine's alone."""
    try:
        found = ip_address(address)
    except ValueError:
        return address, False
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found), found.is_loopback
