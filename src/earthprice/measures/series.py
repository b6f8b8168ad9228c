"""Series: named paths over the periods of a run, and what every measure is made with."""

from __future__ import annotations

import numpy as np

from earthprice.runs.engine import Outcome

Series = dict[str, np.ndarray]
NOTHING = 1e-9
"""Tonnes [kt/yr], or another base, below which there is nothing to take a share of."""


def ratio(top: np.ndarray, bottom: np.ndarray | float) -> np.ndarray:
    """A ratio; unknown (NaN) where there is nothing to take it of."""
    some = np.abs(bottom) > NOTHING
    if some.all():
        return top / bottom
    return np.where(some, top / np.where(some, bottom, 1.0), np.nan)


def total(run: Outcome, mask: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Levels of some activities summed, each times its weight if there is one [kt/yr, or the weight's unit; T]."""
    level = run.record.level[:, mask]
    return level.sum(1) if weight is None else level @ weight[mask]
