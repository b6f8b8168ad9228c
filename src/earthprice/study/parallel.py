"""Runs side by side, in the order of the jobs: one notion of a runner, on this machine (`Crew`) or on a cluster.

A runner starts jobs and gives futures; `each` waits for them. Work is a pure function sent once per worker, so that the
result holds the same bits for any number of workers. Processes are spawned, never forked: a fork would copy the locks
of compiled code that other threads hold.
"""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from multiprocessing import cpu_count, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Lock, Thread
from types import ModuleType
from typing import Any, Protocol, TypeVar

from earthprice.arithmetic import settled
from earthprice.errors import WorkerLostError

Job = TypeVar("Job")
Done = TypeVar("Done")
Work = Callable[[Any], Any]
Tell = Callable[[int, int], None]

ATTEMPTS = 3
"""Workers that a job may lose before the study stops."""
STARTING = Lock()
"""Held while a process is started: who ends this one takes it first, so that none is left without its parent."""
HELD = 4
"""Pieces of work that a spawned worker keeps unpacked."""


class Runner(Protocol):
    """What starts jobs."""

    def start(self, work: Work, jobs: Sequence[Any]) -> list[Future[Any]]:
        """One future a job, in their order."""
        ...

    def must_be_well(self) -> None:
        """Raise a `WorkerLostError` where nobody is left who could do the jobs; asked while they are waited for."""
        ...


class Kept(Protocol):
    """Where finished jobs are kept, so that a study that was interrupted goes on where it stopped."""

    def get(self, name: str) -> Any:
        """What was kept under a name, None if nothing was."""
        ...

    def put(self, name: str, done: Any) -> None:
        """Keep something under a name."""
        ...


class Store(Protocol):
    """What keeps the finished jobs of one study."""

    def opened(self, said: str) -> Kept:
        """What was kept of the study that these words tell apart from all others."""
        ...


def cores(wanted: int) -> int:
    """Workers to use: those wanted, or one a core."""
    return wanted if wanted > 0 else cpu_count()


class Begun:
    """Jobs under way; see `begin`."""

    def __init__(self, futures: dict[Future[Any], int], out: dict[int, Any], runner: Runner) -> None:
        self._waiting, self._out, self._runner = futures, out, runner
        self._total = len(futures) + len(out)

    def done(self, tell: Tell) -> list[Any]:
        """Results in the order of the jobs; `tell` is called with (done, total) after every job.

        Raises:
            WorkerLostError: nobody is left who could do the jobs.
            Exception: what a job raised; jobs not begun yet are dropped then.
        """
        try:
            while self._waiting:
                ready, _ = wait(self._waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                if not ready:
                    self._runner.must_be_well()
                for future in ready:
                    i = self._waiting.pop(future)
                    self._out[i] = _result(future)
                    tell(len(self._out), self._total)
        except BaseException:
            for future in self._waiting:
                future.cancel()
            raise
        return [self._out[i] for i in range(self._total)]


def begin(jobs: Sequence[Any], work: Work, runner: Runner, kept: Kept | None = None) -> Begun:
    """Start `work` for every job that is not kept already.

    Args:
        jobs: what to do.
        work: a pure function that can be pickled, as can its jobs and results.
        runner: who does it.
        kept: where finished jobs are kept, under their position.
    """
    found = {} if kept is None else {i: kept.get(str(i)) for i in range(len(jobs))}
    out = {i: done for i, done in found.items() if done is not None}
    todo = [i for i in range(len(jobs)) if i not in out]
    futures = dict(zip(runner.start(work, [jobs[i] for i in todo]), todo, strict=True))
    if kept is not None:
        for future, i in futures.items():
            future.add_done_callback(partial(_keep, kept, str(i)))
    return Begun(futures, out, runner)


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except CancelledError as error:
        raise WorkerLostError("a job was dropped: its scheduler was lost, or told to drop it; the finished draws are "
                              "kept, the same command goes on from there") from error  # fmt: skip


def _keep(kept: Kept, name: str, future: Future[Any]) -> None:
    if not future.cancelled() and future.exception() is None:
        kept.put(name, future.result())


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


def do(work: Work, job: Any) -> Any:
    """A job done by a worker, its arithmetic settled."""
    with settled():
        return work(job)


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
        raise WorkerLostError(f"{ATTEMPTS} worker processes died over the same job: memory may have run out; "
                              "fewer --workers need less")  # fmt: skip

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
        self.process = context.Process(target=serve, args=(theirs, warm), daemon=True)
        with STARTING, _nameless_main(), _deaf():
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


def serve(pipe: Connection, warm: bytes) -> None:
    """What a spawned worker does until its pipe closes: unpack work once, do the jobs sent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for a system on which `_deaf` can do nothing
    ForkingPickler.loads(warm)()
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
def _deaf() -> Iterator[None]:
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
