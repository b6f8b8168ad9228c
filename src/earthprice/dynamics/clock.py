"""The clock of a run: how long each period is, and when those after and before it begin; T periods of any length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jax import Array

from earthprice import caps

QUEUE, AHEAD = 32, 16.0
"""Places of a queue, a multiple of which it has, and the least years that they reach ahead."""
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

    Before the first period, and after the last one, others are as long as it.

    Args:
        dt: length of each period [years; T].
    """
    after = _reaching(dt[::-1], QUEUE, AHEAD)
    before = _reaching(dt, LAGS, BACK)
    starts = np.cumsum(np.concatenate([[0.0], np.full(before, dt[0]), dt, np.full(after, dt[-1])]))
    at = before + np.arange(len(dt))
    ahead = starts[at[:, None] + np.arange(1, after + 1)] - starts[at, None]
    behind = starts[at, None] - starts[at[:, None] - np.arange(1, before + 1)]
    return Clock(np.asarray(dt, np.float64), ahead, behind)


def _reaching(dt: np.ndarray, least: int, years: float) -> int:
    """How many periods, in multiples of some, reach so many years back from the start of any of them."""
    padded = np.concatenate([np.full(int(np.ceil(years / dt[0])), dt[0]), dt])
    starts = np.append(0.0, np.cumsum(padded))
    first = np.searchsorted(starts, starts - years + 1e-9, side="right") - 1
    most = int((np.arange(len(starts)) - first)[len(padded) - len(dt) :].max())
    return least * max(1, -(-most // least))
