"""Workers on this machine: threads of this process and spawned processes beside it (`Crew`), and jobs done by them.

Processes are spawned, never forked: a fork would copy the locks of compiled code that other threads hold.
"""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import cpu_count, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Lock, Thread
from types import ModuleType
from typing import Any, TypeVar

import jax

from earthprice.errors import WorkerLostError
from earthprice.keep.swept import sweep_seldom
from earthprice.runs.runner import ATTEMPTS, Kept, Runner, Tell, Work, begin, do

Job = TypeVar("Job")
Done = TypeVar("Done")

STARTING = Lock()
"""Held while a process is started: who ends this one takes it first, so that none is left without its parent."""
HELD = 4
"""Pieces of work that a spawned worker keeps unpacked."""
BATCH = 64
"""Draws of a batch on an accelerator."""


def cores(wanted: int) -> int:
    """Workers to use: those wanted, or one a core."""
    return wanted if wanted > 0 else cpu_count()


def batch_size(wanted: int) -> int:
    """Draws of a batch (`runs.batch`): those wanted; else `BATCH` on an accelerator, and 0, one by one, on a CPU."""
    return wanted if wanted > 0 or jax.default_backend() == "cpu" else BATCH


@contextmanager
def hired(runner: Runner | int) -> Iterator[Runner]:
    """The runner given, or threads: as many as said, 0 for one a core."""
    if isinstance(runner, int):
        with Crew(cores(runner)) as crew:
            yield crew
    else:
        yield runner


def each(
    jobs: Sequence[Job], work: Callable[[Job], Done], tell: Tell, runner: Runner | int, kept: Kept | None = None
) -> list[Done]:
    """Results of `work` for every job, in the order of the jobs; the same bits for any runner.

    Args:
        jobs: what to do.
        work: a pure function; the compiled run releases the interpreter, so threads share the cores.
        tell: called with (done, total) after every job.
        runner: who does it, or a number of threads, 0 for one a core.
        kept: where finished jobs are kept.
    """
    with hired(runner) as crew:
        return begin(jobs, work, crew, kept).done(tell)


class Crew:
    """Workers on this machine: threads of this process, and spawned processes beside it.

    Compiled programs of one process take turns on its one thread (see the package's head), so it is processes that
    keep cores busy; threads overlap what is not compiled.

    A spawned worker joins when it is ready, so that nobody waits for it; one that dies is replaced, and its job done
    again by another.

    Args:
        size: how many workers.
        spawned: how many of them are processes.
        warm: what a process does before it joins, such as loading compiled programs; can be pickled.
    """

    def __init__(self, size: int, spawned: int = 0, warm: Callable[[], object] = int) -> None:
        self._pool = ThreadPoolExecutor(size)
        self._free: SimpleQueue[_Seat | None] = SimpleQueue()
        self._warm, self._keys, self._lock = bytes(ForkingPickler.dumps(warm)), count(), Lock()
        self._seats: list[_Seat] = []
        self._spawned, self._losses, self._closed = spawned, 0, False
        for _ in range(size - spawned):
            self._free.put(None)
        for _ in range(spawned):
            self._hire()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed, left = True, list(self._seats)
        self._pool.shutdown(wait=False, cancel_futures=True)
        for seat in left:
            seat.process.terminate()
        for seat in left:
            seat.process.join()
        self._pool.shutdown()

    @property
    def processes(self) -> list[int]:
        """Process ids of the spawned workers."""
        return [seat.process.pid or 0 for seat in self._seats]

    @property
    def waiting(self) -> int:
        """Spawned workers that have not joined yet."""
        return sum(not seat.ready for seat in self._seats)

    def start(self, work: Work, jobs: Sequence[Any]) -> list[Future[Any]]:
        """One future a job, in their order."""
        packed = bytes(ForkingPickler.dumps(work)) if self._spawned else b""
        key = next(self._keys)
        return [self._pool.submit(self._do, work, (key, packed), job) for job in jobs]

    def must_be_well(self) -> None:
        """Always: a worker that dies is replaced, in the end by a thread of this process."""

    def _do(self, work: Work, packed: tuple[int, bytes], job: Any) -> Any:
        """A job on the next free seat; on another if that one's process dies."""
        for _ in range(ATTEMPTS):
            seat = self._free.get()
            if seat is None:
                try:
                    return do(work, job)
                finally:
                    self._free.put(None)
            try:
                answer = seat.do(packed, job)
            except (EOFError, OSError):
                self._lost(seat)
                continue
            self._free.put(seat)
            return answer()
        raise WorkerLostError(
            f"{ATTEMPTS} worker processes died over the same job: memory may have run out; fewer --workers need less"
        )

    def _hire(self) -> None:
        seat = _Seat(self._warm)
        self._seats.append(seat)
        Thread(target=self._joins, args=(seat,), daemon=True).start()

    def _joins(self, seat: _Seat) -> None:
        try:
            seat.pipe.recv()
        except (EOFError, OSError):
            self._lost(seat)
        else:
            seat.ready = True
            self._free.put(seat)

    def _lost(self, seat: _Seat) -> None:
        """Replace a process that died; one that keeps dying is replaced by a thread."""
        with self._lock:
            self._seats.remove(seat)
            if self._closed:
                return self._free.put(None)
            self._losses += 1
            return self._hire() if self._losses <= ATTEMPTS else self._free.put(None)


class _Seat:
    """A spawned process and the pipe to it."""

    def __init__(self, warm: bytes) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=work_off, args=(theirs, warm), daemon=True)
        with STARTING, _nameless_main(), deaf():
            self.process.start()
        theirs.close()
        self._known: list[int] = []
        self.ready = False

    def do(self, packed: tuple[int, bytes], job: Any) -> Callable[[], Any]:
        """Have a job done; the answer returns its result or raises what it raised."""
        key, work = packed
        fresh = key not in self._known
        self._known = [*self._known, key][-HELD:] if fresh else self._known
        self.pipe.send((key, work if fresh else None, job))
        fine, answer = self.pipe.recv()
        return (lambda: answer) if fine else _raising(answer)


def _raising(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


def work_off(pipe: Connection, warm: bytes) -> None:
    """What a spawned worker does until its pipe closes: unpack work once, do the jobs sent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for a system on which `deaf` can do nothing
    sweep_seldom()
    ForkingPickler.loads(warm)()
    gc.freeze()  # what stands now stands to the end: no draw waits until it is looked through again
    known: dict[int, Work] = {}
    with suppress(EOFError, OSError), ThreadPoolExecutor(1) as hand:
        pipe.send("ready")
        while True:
            key, work, job = pipe.recv()
            if work is not None:
                known = dict([*known.items(), (key, ForkingPickler.loads(work))][-HELD:])
            pipe.send(_tried(hand, known[key], job))


def _tried(hand: ThreadPoolExecutor, work: Work, job: Any) -> tuple[bool, Any]:
    """Whether a job was done, and its result or what it raised, which is raised again where the result is wanted."""
    done = hand.submit(do, work, job)
    error = done.exception()
    if error is None:
        return True, done.result()
    error.add_note("".join(traceback.format_exception(error)))
    return False, error


@contextmanager
def deaf() -> Iterator[None]:
    """What is spawned meanwhile never hears Ctrl-C, not even while it starts: its parent decides when to stop."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it takes the mask off when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _nameless_main() -> Iterator[None]:
    """Keep a spawned worker from running the user's script again: it needs nothing from there."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
