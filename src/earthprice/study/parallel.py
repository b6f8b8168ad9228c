"""Runs side by side: threads that each drive one single-threaded compiled run, in the order of the draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from multiprocessing import cpu_count
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")
Tell = Callable[[str, int, int], None]


def cores(wanted: int) -> int:
    """Threads to use: those wanted, or one a core."""
    return wanted if wanted > 0 else cpu_count()


def each(
    jobs: Sequence[Job], work: Callable[[Job], Done], tell: Callable[[int, int], None], workers: int
) -> list[Done]:
    """Results of `work` for every job, in the order of the jobs; the same bits for any number of workers.

    Args:
        jobs: what to do.
        work: a pure function; the compiled run releases the interpreter, so threads share the cores.
        tell: called with (done, total) after every job.
        workers: number of threads, 0 for one a core.
    """
    out: dict[int, Done] = {}
    pool = ThreadPoolExecutor(cores(workers))
    waiting: dict[Future[Done], int] = {pool.submit(work, job): i for i, job in enumerate(jobs)}
    try:
        while waiting:
            ready, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in ready:
                out[waiting.pop(future)] = future.result()
                tell(len(out), len(jobs))
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return [out[i] for i in range(len(jobs))]
