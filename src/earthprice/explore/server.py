"""The server of the page: states in, answers out as they come, the newest move of a tab first; it writes nothing."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from functools import cached_property, partial
from importlib import resources
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from earthprice.errors import EarthpriceError, OptionError
from earthprice.explore.crew import (
    Drawers,
    draw,
    draw_with_later,
    for_a_future,
    usable_draws,
    whole_central,
)
from earthprice.explore.guard import ASSETS, Door, Guard
from earthprice.explore.matters import delayed, with_rare_prices, without
from earthprice.explore.page import Page, colours
from earthprice.explore.session import STREAMED, Moved, Session
from earthprice.explore.state import LeverState, read_state
from earthprice.study.ensemble import Pair

PAUSE = 0.08
"""Seconds without another move before the whole central run and draws begin."""
TABS = 32
"""Tabs that are remembered."""
AHEAD = 2
"""Jobs that each worker may have before it, so that it never waits."""
STREAMS = 12
"""Answers under way at once."""
FAULT = "The program met a fault of its own, told where it was started; take the move back, or try another one."
"""What a page is told where something failed that nobody gave wrong."""
OTHER = "This page was opened by another program, or with other options; load it anew."
"""What a page is told that stood open while another program took the place of its own."""

Made = TypeVar("Made")
PageWork = Callable[[Session, LeverState, Any], Any]
PageJob = tuple[PageWork, int | str]
"""What a worker does to a state, and the draw or the article with which."""


class Stale(Exception):
    """A newer move of the same tab has come."""


class Server:
    """Moves of all tabs: one central run at a time, draws in turn among tabs.

    Args:
        page: what is answered.
        drawers: who runs the draws.
    """

    def __init__(self, page: Page, drawers: Drawers) -> None:
        self.page, self.drawers = page, drawers
        self._hand, self._slow = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._latest: OrderedDict[str, int] = OrderedDict()
        self.streams = 0

    def routes(self) -> list[Route]:
        """What can be asked."""
        files = [Route(path, self._asset, methods=["GET"]) for path in ASSETS]
        return [
            *files,
            Route("/opening", self._opening, methods=["GET"]),
            Route("/state", self._state, methods=["POST"]),
            Route("/saved", self._saved, methods=["POST"]),
        ]

    async def _asset(self, request: Request) -> Response:
        name, kind = ASSETS[request.url.path]
        text = resources.files("earthprice.explore").joinpath(name).read_text("utf-8")
        return Response(colours() + text if kind == "text/css" else text, media_type=kind)

    async def _opening(self, request: Request) -> Response:
        language = request.query_params.get("language", "en")
        return await self._told(lambda: JSONResponse(self.page.opening(language)))

    async def _saved(self, request: Request) -> Response:
        body = await request.body()

        def saved() -> Response:
            asked = _json(body)
            if self._of_another(asked):
                return PlainTextResponse(OTHER, 409)
            return JSONResponse(self.page.saved(read_state(asked.get("state"))))

        return await self._told(saved)

    def _of_another(self, asked: dict[str, Any]) -> bool:
        """Whether a page asks that another program opened: its levers are those of another rulebook or run."""
        return asked.get("of", self.page.of) != self.page.of

    async def _told(self, make: Callable[[], Response]) -> Response:
        """An answer made by the hand; what was given wrong is said."""
        try:
            return await self.by_hand(make)
        except EarthpriceError as error:
            return PlainTextResponse(str(error), 422)

    async def _state(self, request: Request) -> Response:
        body = await request.body()
        try:
            asked = _json(body)
            state = read_state(asked.get("state"))
            tab, seq = str(asked.get("tab"))[:40], int(asked.get("seq", 0))
        except (EarthpriceError, TypeError, ValueError, OverflowError) as error:
            return PlainTextResponse(str(error), 422)
        if self._of_another(asked):
            return PlainTextResponse(OTHER, 409)
        if self.streams >= STREAMS:
            return PlainTextResponse("Too many pages ask at once; close one.", 429)
        language = str(asked.get("language", "en"))
        return StreamingResponse(self.answered(tab, seq, state, language), media_type="application/x-ndjson")

    async def answered(self, tab: str, seq: int, state: LeverState, language: str) -> AsyncIterator[bytes]:
        """The answer to a move, a line a step; it ends where a newer move has come."""
        self.streams += 1
        self._latest[tab] = max(seq, self._latest.get(tab, -1))
        self._latest.move_to_end(tab)
        while len(self._latest) > TABS:
            self._latest.popitem(last=False)
        try:
            async with aclosing(self._steps(tab, seq, state, language)) as steps:
                async for step in steps:
                    yield json.dumps({"seq": seq, **step}, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        except Stale:
            return
        except EarthpriceError as error:
            yield json.dumps({"seq": seq, "step": "refused", "words": str(error)}).encode() + b"\n"
        except Exception:
            logging.getLogger("uvicorn.error").exception("a move found no answer")
            yield json.dumps({"seq": seq, "step": "refused", "words": FAULT}).encode() + b"\n"
        finally:
            self.streams -= 1

    async def _steps(self, tab: str, seq: int, state: LeverState, language: str) -> AsyncIterator[dict[str, Any]]:
        """Charts of the central run, figures, money; the first draws, all of them; articles, rare prices."""

        def fresh() -> None:
            if self._latest.get(tab) != seq:
                raise Stale

        def central() -> tuple[dict[str, Any], Moved]:
            fresh()
            return self.page.central(state, language)

        def figures() -> dict[str, Any]:
            fresh()
            return self.page.figures(state, moved, language)

        charts, moved = await self.by_hand(central)
        yield charts
        yield await self.by_hand(figures)
        await asyncio.sleep(PAUSE)
        fresh()
        further = draw_with_later if self.page.waits else draw
        ready, draws = self.drawers.ready, [(draw if n < STREAMED else further, n) for n in range(self.page.draws)]
        async with aclosing(self._run([(whole_central, seq), *draws] if ready else draws, state, fresh)) as runs:
            found = await (anext(runs) if ready else self.by_hand(partial(whole_central, self.page.session, state, 0)))
            yield await self.later(lambda: self.page.money(state, found, language))
            fresh()
            done: list[Pair] = []
            async for pair in runs:
                done.append(pair)
                count = len(done)
                if count == self.page.draws and self.page.waits:
                    done = await self._with_later(state, done, fresh)
                if count in self.page.milestones and (kept := usable_draws(done)):
                    yield await self.later(partial(self.page.over, state, kept, count, language))
                if count == min(STREAMED, self.page.draws):
                    yield await self._matters(state, found[0], language, fresh)
                fresh()
        async with aclosing(self._run([(with_rare_prices, 0)], state, fresh)) as runs:
            yield await self.later(partial(self.page.rare, state, await anext(runs), language))
        yield {"step": "end"}

    async def _matters(self, state: LeverState, pair: Pair, language: str, fresh: Callable[[], None]) -> dict[str, Any]:
        articles = self.page.acting(state)
        jobs: list[PageJob] = [*((without, a) for a in articles), *([(delayed, -1)] if self.page.waits else [])]
        found = [case async for case in self._run(jobs, state, fresh)]
        cases, late = dict(zip(articles, found, strict=False)), found[-1] if self.page.waits else None
        return await self.later(lambda: self.page.matters(state, pair, cases, late, language))

    async def _with_later(self, state: LeverState, done: list[Pair], fresh: Callable[[], None]) -> list[Pair]:
        """All draws with the text two years later, which the first ones, that the page waits for, have done without."""
        first = [p for p in usable_draws(done) if p.draw < STREAMED]
        late = self._run([(delayed, p.draw) for p in first], state, fresh)
        found = {p.draw: case for p, case in zip(first, [case async for case in late], strict=True)}
        return [replace(p, later=found.get(p.draw, p.later)) for p in done]

    async def _run(self, jobs: Sequence[PageJob], state: LeverState, fresh: Callable[[], None]) -> AsyncIterator[Any]:
        """Jobs done by the workers, in their order; tabs take turns, and a newer move drops what has not begun."""
        under: list[tuple[PageJob, asyncio.Future[Any]]] = []
        left = list(jobs)
        try:
            while left or under:
                while left and len(under) < AHEAD * self.drawers.size:
                    await self.turn.acquire()
                    under.append((left[0], self._begun(state, *left.pop(0))))
                    fresh()
                job, first = under.pop(0)
                try:
                    yield await first
                except BrokenProcessPool:
                    await self.turn.acquire()
                    yield await self._begun(state, *job)
        finally:
            for _, future in under:
                future.cancel()

    def _begun(self, state: LeverState, work: PageWork, job: int | str) -> asyncio.Future[Any]:
        """A job begun; whose turn it is to begin another is told when it is done or dropped."""
        try:
            future = asyncio.wrap_future(self.drawers.start(work, state, job))
        except BaseException:
            self.turn.release()
            raise
        future.add_done_callback(lambda _: self.turn.release())
        return future

    @cached_property
    def turn(self) -> asyncio.Semaphore:
        """Jobs that all tabs may have under way together; who waits longest is next."""
        return asyncio.Semaphore(AHEAD * self.drawers.size)

    async def by_hand(self, make: Callable[[], Made]) -> Made:
        """A central run or an answer, made by the thread that does nothing else, in the order of asking."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, for_a_future, make)

    async def later(self, make: Callable[[], Made]) -> Made:
        """Draws read off, by a thread of their own: a move never waits for them."""
        return await asyncio.get_running_loop().run_in_executor(self._slow, for_a_future, make)

    def close(self) -> None:
        """End the thread and the workers."""
        for hand in (self._hand, self._slow):
            hand.shutdown(wait=False, cancel_futures=True)
        self.drawers.close()


async def _fault(_request: Request, _error: Exception) -> Response:
    """The answer where something failed that nobody gave wrong; the server says the rest where it was started."""
    return PlainTextResponse(FAULT, 500)


def _json(body: bytes) -> dict[str, Any]:
    """The mapping that a request holds.

    Raises:
        OptionError: it holds none.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise OptionError("the request is not JSON") from error
    if not isinstance(found, dict):
        raise OptionError("the request is no mapping")
    return found


def application(server: Server, door: Door) -> ASGIApp:
    """The application behind its guard."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        server.close()

    return Guard(Starlette(routes=server.routes(), lifespan=lifespan, exception_handlers={Exception: _fault}), door)
