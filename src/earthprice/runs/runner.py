"""Runners: what starts jobs and gives futures, and how a study waits for them in the order of the jobs.

Work is a pure function sent once per worker, so that the result holds the same bits for any number of workers. `Crew`
runs on this machine, `Cluster` on others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import partial
from typing import Any, Protocol

from earthprice.arithmetic import settled
from earthprice.errors import WorkerLostError

Work = Callable[[Any], Any]
Tell = Callable[[int, int], None]
"""Told how many of how many jobs are done."""
Progress = Callable[[str, int, int], None]
"""The same, with words for what is done."""

ATTEMPTS = 3
"""Workers that a job may lose before the study stops."""


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
            self.drop()
            raise
        return [self._out[i] for i in range(self._total)]

    def drop(self) -> None:
        """Nobody waits for them any more: jobs not begun yet are not begun."""
        for future in self._waiting:
            future.cancel()


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
        raise WorkerLostError(
            "a job was dropped: its scheduler was lost, or told to drop it; the finished draws are "
            "kept, the same command goes on from there"
        ) from error


def _keep(kept: Kept, name: str, future: Future[Any]) -> None:
    if not future.cancelled() and future.exception() is None:
        kept.put(name, future.result())


def do(work: Work, job: Any) -> Any:
    """A job done by a worker, its arithmetic settled."""
    with settled():
        return work(job)
