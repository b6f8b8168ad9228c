"""Processes beside the server that run draws: each opens the rulebook itself, and keeps what it has run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Lock, Thread
from typing import Any, TypeVar

from earthprice.arithmetic import settled
from earthprice.errors import WorkerLostError
from earthprice.explore.opened import PageOpening, opened
from earthprice.explore.session import Session
from earthprice.explore.state import LeverState
from earthprice.runs.crew import STARTING, deaf
from earthprice.runs.runner import ATTEMPTS
from earthprice.study.ensemble import Pair, Summary

Made = TypeVar("Made")

BEHIND = 10
"""How far draws stand back, so that neither the central run nor the browser waits for them."""

_HERE: list[Session] = []
"""The session of a worker process; empty elsewhere."""


class Drawers:
    """Workers that run draws of one rulebook; a draw always goes to the same one, which has kept where it starts.

    Args:
        opening: what each of them opens.
        size: how many processes.
    """

    def __init__(self, opening: PageOpening, size: int) -> None:
        self._opening, self._lock, self._losses = opening, Lock(), 0
        self._begun: list[Future[None]] = []
        self._seats = [self._hired() for _ in range(size)]

    @property
    def size(self) -> int:
        """How many processes."""
        return len(self._seats)

    def _hired(self) -> ProcessPoolExecutor:
        seat = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin, initargs=(self._opening,))
        with STARTING, deaf():  # who ends the program holds STARTING, so that nobody is hired for those that are ended
            self._begun.append(seat.submit(_ready))
        return seat

    @property
    def ready(self) -> bool:
        """Whether every process has joined, with its programs compiled."""
        return all(f.done() for f in self._begun)

    def start(
        self, work: Callable[[Session, LeverState, Any], Made], state: LeverState, job: int | str
    ) -> Future[Made]:
        """Some work on a state begun: a draw by its number, an article by its own.

        Raises:
            WorkerLostError: processes died again and again.
        """
        at = (job if isinstance(job, int) else sum(job.encode())) % len(self._seats)
        with self._lock:
            try:
                return self._seats[at].submit(_do, work, state, job)
            except BrokenProcessPool:
                self._losses += 1
                if self._losses > ATTEMPTS:
                    what = "processes that run draws died again and again: memory may be short"
                    raise WorkerLostError(what) from None
                self._seats[at] = self._hired()
                return self._seats[at].submit(_do, work, state, job)

    def close(self) -> None:
        """End the processes."""
        for seat in self._seats:
            for process in list((seat._processes or {}).values()):
                process.terminate()
            seat.shutdown(wait=False, cancel_futures=True)


def _begin(opening: PageOpening) -> None:
    """What a process does first: open the rulebook; Ctrl-C is its parent's to hear, whose end is its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for a system on which `deaf` can do nothing
    Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):  # not on Windows
        os.nice(BEHIND)
    with settled():
        _HERE.append(Session(opened(opening)))


def _end_with_parent() -> None:
    """A pool's worker holds both ends of its queue, and would wait for ever for a parent that was killed."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _ready() -> None:
    """The first job: one run, so that programs are compiled before they are asked for."""
    with settled():
        _HERE[0].run(LeverState())


def _do(work: Callable[[Session, LeverState, Any], Made], state: LeverState, job: Any) -> Made:
    return for_a_future(lambda: work(_HERE[0], state, job))


def for_a_future(make: Callable[[], Made]) -> Made:
    """What is made; no future can hold a `StopIteration`, and who waits for it would wait for ever."""
    with settled():
        try:
            return make()
        except StopIteration as error:
            raise RuntimeError("an iteration ended early") from error


def draw(s: Session, state: LeverState, number: int) -> Pair:
    """Both laws in a draw."""
    return s.run(state, number).pair


def draw_with_later(s: Session, state: LeverState, number: int) -> Pair:
    """Both laws in a draw, and the text two years later: for draws whose starting point is not kept."""
    return s.run(state, number, later=True).pair


def whole_central(s: Session, state: LeverState, _turn: int) -> tuple[Pair, Summary | None]:
    """The whole central run, and the same with the answers."""
    moved = s.run(state)
    return moved.pair, moved.answered


def usable_draws(done: Sequence[Pair]) -> list[Pair]:
    """Draws that may stand in a figure, in their order."""
    return sorted((p for p in done if p.good), key=lambda p: p.draw)
