"""The clock of a run: how long each period is, and when those after and before it begin; T periods of any length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jax import Array

from earthprice import caps

QUEUE, AHEAD, AFTER = 32, 16.0, 1.0
"""Places of a queue, a multiple of which it has; the least years that they reach ahead; least length of a period after
the last [yr], so that a run whose last periods are quarters needs no more places, and no program of its own."""
LONGEST_LEAD = 0.75 * AHEAD
"""Longest time from start to first output [years]; the rest of the queue is for waits of the law."""
LAGS, BACK = 32, float(caps.SEEN_LATE)
"""The same of periods that are remembered, and the years that they reach back: as many as quarters need."""


class Clock(NamedTuple):
    """Lengths and distances in time, as the scan consumes them (leading axis T)."""

    dt: Array  # length of the period [yr; T]
    ahead: Array  # from its start to the starts of the next Q periods [yr; T, Q]
    behind: Array  # from the starts of the last L periods to its own, the last period's first [yr; T, L]


def clock(dt: np.ndarray) -> Clock:
    """The clock of periods.

    Before the first period others are as long as it; after the last one they are so too, but no shorter than `AFTER`:
    what is ready then is not in the run.

    Args:
        dt: length of each period [years; T].
    """
    later = max(dt[-1], AFTER)
    after = _reaching(dt[::-1], later, QUEUE, AHEAD)
    before = _reaching(dt, dt[0], LAGS, BACK)
    starts = np.cumsum(np.concatenate([[0.0], np.full(before, dt[0]), dt, np.full(after, later)]))
    at = before + np.arange(len(dt))
    ahead = starts[at[:, None] + np.arange(1, after + 1)] - starts[at, None]
    behind = starts[at, None] - starts[at[:, None] - np.arange(1, before + 1)]
    return Clock(np.asarray(dt, np.float64), ahead, behind)


def _reaching(dt: np.ndarray, before: float, least: int, years: float) -> int:
    """How many periods, in multiples of some, reach so many years back from any of them; those before are this long."""
    padded = np.concatenate([np.full(int(np.ceil(years / before)), before), dt])
    starts = np.append(0.0, np.cumsum(padded))
    first = np.searchsorted(starts, starts - years + 1e-9, side="right") - 1
    most = int((np.arange(len(starts)) - first)[len(padded) - len(dt) :].max())
    return least * max(1, -(-most // least))
