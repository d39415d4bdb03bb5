"""The door: only pages of this server reach it, whatever name they have pointed here."""

import base64
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from core.entrypoints.door import FOREIGN_HOST, FOREIGN_ORIGIN, Door, name_of
from tests.serving import Server


async def _answer(_: object) -> PlainTextResponse:
    return PlainTextResponse("in")


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


def client(*hosts: str, at: str = "127.0.0.1:8501") -> TestClient:
    routes = [
        Route("/", _answer, methods=["GET", "POST"]),
        WebSocketRoute("/talk", _talk),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Door, hosts=hosts)])
    return TestClient(app, base_url=f"http://{at}")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST", "[::1]:8501", "127.0.0.1", "models.example.org"]
)
def test_own_names_come_in(host: str) -> None:
    assert client("models.example.org").get("/", headers={"host": host}).text == "in"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "", "["]
)
def test_a_name_that_was_pointed_here_is_refused(host: str) -> None:
    found = client("models.example.org").get("/", headers={"host": host})
    assert (found.status_code, found.text) == (403, FOREIGN_HOST)


def test_a_server_on_the_network_goes_by_its_address_and_not_by_the_names_of_the_loopback() -> None:
    here = client(at="10.1.2.3:8501")
    assert here.get("/").text == "in"
    assert here.get("/", headers={"host": socket.gethostname()}).text == "in"
    assert here.get("/", headers={"host": "localhost:8501"}).status_code == 403
    assert here.get("/", headers={"host": "10.1.2.4:8501"}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://localhost:9999", "http://localhost", "null", "https://localhost"],
)
def test_a_page_of_another_site_changes_nothing(origin: str) -> None:
    found = client().post("/", headers={"host": "localhost:8501", "origin": origin})
    assert (found.status_code, found.text) == (403, FOREIGN_ORIGIN)


def test_own_pages_and_programs_may_change_things() -> None:
    headers = {"host": "localhost:8501"}
    assert client().post("/", headers=headers).text == "in"
    assert client().post("/", headers={**headers, "origin": "http://localhost:8501"}).text == "in"
    assert client().get("/", headers={**headers, "origin": "http://evil.example"}).text == "in"
    behind = {"host": "models.example.org", "origin": "https://models.example.org"}
    assert client("models.example.org").post("/", headers=behind).text == "in"


def test_the_websocket_asks_the_same() -> None:
    own = {"host": "localhost:8501", "origin": "http://localhost:8501"}
    here, address = client(), "ws://localhost:8501/talk"
    with here.websocket_connect(address, headers=own) as talk:
        assert talk.receive_text() == "in"
    foreign = {"origin": "http://evil.example"}
    for bad, why in ((foreign, FOREIGN_ORIGIN), ({**foreign, "host": "evil.example"}, FOREIGN_HOST)):
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            here.websocket_connect(address, headers={**own, **bad}),
        ):
            pass
        assert (refused.value.status_code, refused.value.text) == (403, why)


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.b:1", "a.b"), ("[::1]:8501", "::1"), ("x@y", "y"), (" a ", "a"), ("[", ""), (":1", "")],
)
def test_name_of_a_host_header(host: str, name: str) -> None:
    assert name_of(host) == name


def handshake(server: Server, host: str, origin: str) -> str:
    """The first line of the answer to a browser's opening of Streamlit's WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Origin: {origin}",
        "",
        "",
    )
    with socket.create_connection((server.address, server.port), timeout=20) as line:
        line.sendall("\r\n".join(lines).encode())
        return line.recv(4096).split(b"\r\n", 1)[0].decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("door") / "home").start(EVERMODEL_HOSTS="models.example.org")
    yield server
    server.stop()


@pytest.mark.faults
def test_a_real_server_lets_browsers_in_by_its_own_names_alone(server: Server) -> None:
    port = server.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        assert " 101 " in handshake(server, host, f"http://{host}")
    assert " 101 " in handshake(server, "models.example.org", "https://models.example.org")
    foreign = f"evil.example:{port}"
    assert " 403 " in handshake(server, foreign, f"http://{foreign}")
    assert " 403 " in handshake(server, f"localhost:{port}", f"http://{foreign}")
    assert " 403 " in handshake(server, f"localhost:{port}", f"http://localhost:{port + 1}")


@pytest.mark.faults
def test_a_real_server_answers_at_the_loopback_of_ipv6(tmp_path: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("This machine has no IPv6.")
    server = Server(tmp_path / "home", address="::1").start()
    try:
        host = f"[::1]:{server.port}"
        assert " 101 " in handshake(server, host, f"http://{host}")
        assert " 403 " in handshake(server, "evil.example", "http://evil.example")
    finally:
        server.stop()
