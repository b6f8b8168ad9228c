"""What the page's server lets in: its own page alone, small requests, no path that it does not know."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from earthprice.explore.guard import ASSETS, BODY, Guard, door

HERE = "http://127.0.0.1:7117"
SENT = {"content-type": "application/json", "origin": HERE}


async def said(request: Request) -> PlainTextResponse:
    return PlainTextResponse((await request.body())[:9].decode() or "in")


class Client:
    """Asks the application under one address, without a socket."""

    def __init__(self, host: str = "127.0.0.1", token: str = "") -> None:
        app = Starlette(routes=[Route("/", said), Route("/state", said, methods=["POST", "GET"])])
        self.app, self.base = Guard(app, door(host, 7117, token)), f"http://{host}:7117"

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=self.base) as client:
                return await client.request(method, path, **how)

        return asyncio.run(asked())

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.ask("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.ask("POST", path, **how)


def client(host: str = "127.0.0.1", token: str = "") -> Client:
    return Client(host, token)


@pytest.mark.parametrize("host", ["127.0.0.1:7117", "localhost:7117", "[::1]:7117"])
def test_names_of_this_machine_are_answered(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example:7117", "127.0.0.1:80", "127.0.0.1", "127.0.0.1:7117.evil.example", ""])
def test_another_name_for_this_machine_is_refused(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {**SENT, "origin": "http://evil.example"},
        {**SENT, "origin": "null"},
        {**SENT, "sec-fetch-site": "cross-site"},
        {**SENT, "sec-fetch-site": "same-site"},
    ],
)
def test_another_page_may_not_ask(headers: dict[str, str]) -> None:
    assert client().post("/state", content=b"{}", headers=headers).status_code == 403


def test_a_form_of_another_page_is_refused() -> None:
    plain = {"content-type": "text/plain", "origin": HERE}
    assert client().post("/state", content=b"{}", headers=plain).status_code == 415
    assert client().post("/state", content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    assert client().ask("DELETE", "/state").status_code == 405


def test_a_long_request_is_refused_before_it_is_read() -> None:
    assert client().post("/state", content=b"x" * BODY, headers=SENT).status_code == 200
    assert client().post("/state", content=b"x" * (BODY + 1), headers=SENT).status_code == 413
    unsaid = {**SENT, "content-length": "many"}
    assert client().post("/state", content=b"{}", headers=unsaid).status_code == 413


def test_beyond_this_machine_a_token_is_asked_for() -> None:
    far = client("10.1.2.3", "secret")
    assert all(far.get(path).status_code != 401 for path in ASSETS), "a browser asks for them before it has the token"
    assert far.get("/opening").status_code == far.get("/none.js").status_code == 401
    sent = {**SENT, "origin": "http://10.1.2.3:7117"}
    assert far.get("/").status_code == 200
    assert far.post("/state", content=b"{}", headers=sent).status_code == 401
    assert far.post("/state", content=b"{}", headers={**sent, "authorization": "Bearer other"}).status_code == 401
    assert far.post("/state", content=b"{}", headers={**sent, "authorization": "Bearer secret"}).status_code == 200


def test_every_answer_carries_the_headers_that_shut_doors() -> None:
    for answer in (client().get("/"), client().get("/", headers={"host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
