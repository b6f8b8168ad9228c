"""Timing: the least of several repeats, since whatever else the machine does can only add."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any


def once(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that a piece of work takes, and its result."""
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def least(*works: Callable[[], Any], repeats: int = 7, seconds: float = 20.0) -> list[float]:
    """Least seconds of each piece of work, taken in turns so that all meet the same machine.

    Args:
        works: what to time, each warmed up once before.
        repeats: how many turns.
        seconds: no further turn is begun after this long.
    """
    for work in works:
        work()
    best = [float("inf")] * len(works)
    gc.collect()
    begun = time.perf_counter()
    for turn in range(repeats):
        if turn > 1 and time.perf_counter() - begun > seconds:
            break
        for i, work in enumerate(works):
            best[i] = min(best[i], once(work)[0])
    return best
