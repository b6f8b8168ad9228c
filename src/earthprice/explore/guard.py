"""Who may ask the page's server, and how much: Host, Origin and token checked, bodies bounded, doors shut."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 600_000
"""Bytes of a request: a state with a rulebook of the largest size, twice over."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCRIPTS = ("explore", "page", "moves", "levers", "answers", "why", "charts", "link")
ASSETS = {
    "/": ("explore.html", "text/html"),
    "/explore.css": ("explore.css", "text/css"),
    **{f"/{name}.js": (f"{name}.js", "text/javascript") for name in SCRIPTS},
}
"""Every file that a request can reach, and what anybody may read who reaches the server: the page without any number or
text in it. The path of a request is looked up here and nowhere else."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Door:
    """Under which names the server may be asked for, and the token it wants; none on this machine alone: empty."""

    hosts: frozenset[str]
    token: str = ""


def door(host: str, port: int, token: str) -> Door:
    """The door of an address: every name of this machine for a loopback address, else the address alone."""
    names = LOOPBACK if host in LOOPBACK else (host,)
    return Door(frozenset(f"[{n}]:{port}" if ":" in n else f"{n}:{port}" for n in names), token)


class Guard:
    """An ASGI application before another: refuses in a sentence what does not come from the page.

    Args:
        app: what answers.
        door: under which names, with which token.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def shut(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refused = self.refusal(scope)
        if refused:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, shut)
        else:
            await self._app(scope, _bounded(receive), shut)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence of a refusal; None where the request may pass."""
        headers, host = Headers(scope=scope), Headers(scope=scope).get("host", "")
        if host not in self._door.hosts:
            return 421, "This page answers under its own address alone."
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            return 403, "Another page may not ask this one."
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return 403, "Another page may not ask this one."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "Only GET and POST."
        if scope["method"] == "POST":
            if headers.get("content-type", "") != "application/json" or origin is None:
                return 415, "A move is sent as JSON, by the page itself."
            length = headers.get("content-length", "")
            if not length.isascii() or not length.isdigit() or int(length[:12]) > BODY:
                return 413, f"A request has at most {BODY:,} bytes, and says how many."
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if self._door.token and scope["path"] not in ASSETS:
            if not hmac.compare_digest(given.encode(), self._door.token.encode()):
                return 401, "Open the address that `earthprice explore` printed: it holds the token."
        return None


def _bounded(receive: Receive) -> Receive:
    """The body of a request, cut off where it is longer than it may be."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= BODY else {"type": "http.disconnect"}

    return bounded
