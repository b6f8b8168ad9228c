"""Serving: the rulebook opened, the server run until it is told to stop."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from earthprice.arithmetic import settled
from earthprice.explore.crew import Drawers
from earthprice.explore.guard import door
from earthprice.explore.opened import PageOpening, opened
from earthprice.explore.page import Page
from earthprice.explore.server import Server, application
from earthprice.explore.session import Session
from earthprice.explore.state import LeverState
from earthprice.runs.crew import cores


def serve(asked: PageOpening, place: socket.socket, host: str, token: str, ready: Callable[[], None]) -> None:
    """Open a rulebook and answer the page until Ctrl-C.

    Args:
        asked: what is opened.
        place: the socket that listens.
        host: the address it listens on.
        token: what a page must know; empty on this machine alone.
        ready: called when the first central run stands, so that nothing is left to compile.
    """
    with settled():
        page = Page(Session(opened(asked)))
        page.central(LeverState(discount=asked.options.discount), "en")
    gc.freeze()  # what stands now stands to the end: no move waits until it is looked through again
    drawers = Drawers(asked, cores(asked.options.workers))
    app = application(Server(page, drawers), door(host, place.getsockname()[1], token))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        limit_concurrency=64,
        timeout_graceful_shutdown=1,
    )
    ready()
    try:
        with suppress(KeyboardInterrupt):  # how it is meant to end
            uvicorn.Server(config).run(sockets=[place])
    finally:
        drawers.close()
