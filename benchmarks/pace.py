"""Paths side by side, one worker process a core: seconds a path."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from benchmarks.clock import once
from benchmarks.workload import Workload, workload
from earthprice.runs.crew import Crew, each


@cache
def shared() -> Workload:
    """The workload, made once a process."""
    return workload()


def path(_: int) -> float:
    """One path in whatever process does it; its largest residual."""
    return float(np.asarray(shared().run().residual).max())


def pace(workers: int, paths: int) -> float:
    """Seconds a path when some processes run paths side by side, all warmed up."""
    with Crew(workers, workers - 1, partial(path, 0)) as crew:
        each(range(4 * workers), path, _silent, crew)
        return min(once(lambda: each(range(paths), path, _silent, crew))[0] for _ in range(3)) / paths


def _silent(*_: object) -> None:
    return None
