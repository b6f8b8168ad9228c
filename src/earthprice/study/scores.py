"""Scores of a forecast against what happened, and of the rivals that it must beat.

All scores are of logarithms: an error of 0.1 is about 10 %, and a price that doubles counts as much as one that halves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LOW, HIGH = 0.05, 0.95
"""Ends of the range that is to hold nine of ten outcomes."""


@dataclass(frozen=True)
class Score:
    """How one series was forecast.

    Attributes:
        n: years scored.
        log_rmse: root mean square error of the logarithm of the median.
        sign: share of the changes since the cut-off whose sign the median has right.
        coverage: share of the years whose outcome lies in the 9-in-10 range.
        crps: mean continuous ranked probability score of the logarithms.
    """

    n: int
    log_rmse: float
    sign: float
    coverage: float
    crps: float


def score(observed: np.ndarray, draws: np.ndarray, start: float) -> Score:
    """Score an ensemble.

    Args:
        observed: outcomes, positive [T].
        draws: forecasts, positive [D, T].
        start: the last value known at the cut-off.

    Raises:
        ValueError: shapes differ, or a value is not positive.
    """
    if draws.ndim != 2 or draws.shape[1] != len(observed):
        raise ValueError(f"{draws.shape} forecasts of {observed.shape} outcomes")
    if (observed <= 0).any() or (draws <= 0).any() or start <= 0:
        raise ValueError("logarithms need positive values")
    y, x, known = np.log(observed), np.log(draws), np.log(start)
    middle = np.median(x, axis=0)
    low, high = np.quantile(x, [LOW, HIGH], axis=0)
    return Score(
        len(y), rmse(y, middle), float(np.mean(np.sign(middle - known) == np.sign(y - known))),
        float(np.mean((low - 1e-12 <= y) & (y <= high + 1e-12))), float(np.mean(crps(y, x))),
    )  # fmt: skip


def rmse(y: np.ndarray, x: np.ndarray) -> float:
    """Root mean square difference."""
    return float(np.sqrt(np.mean((y - x) ** 2)))


def crps(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of an ensemble at each outcome [T].

    `mean |x - y| - 1/2 mean |x - x'|` (Gneiting & Raftery 2007, JASA 102, eq. 21), unbiased in the number of draws.

    Args:
        y: outcomes [T].
        x: draws [D, T].
    """
    d = x.shape[0]
    ordered = np.sort(x, axis=0)
    weight = 2.0 * np.arange(d)[:, None] - d + 1.0
    spread = (weight * ordered).sum(0) / max(d * (d - 1), 1)
    return np.abs(x - y).mean(0) - spread


def no_change(start: float, n: int) -> np.ndarray:
    """The forecast that nothing changes [n]."""
    return np.full(n, start)


def autoregression(past: np.ndarray, n: int) -> np.ndarray:
    """A first-order autoregression of the logarithms, fitted by least squares to what was known at the cut-off [n].

    `log y' = a + b log y`, `b` held within 0 and 1; fewer than four years, or years without movement, give no change.

    Args:
        past: yearly values up to the cut-off, oldest first.
        n: years ahead.
    """
    y = np.log(past)
    if len(y) < 4 or np.ptp(y[:-1]) < 1e-9:
        return no_change(float(past[-1]), n)
    slope = float(np.clip(np.polyfit(y[:-1], y[1:], 1)[0], 0.0, 1.0))
    level = float(np.mean(y[1:] - slope * y[:-1]))
    out = np.empty(n)
    now = y[-1]
    for i in range(n):
        now = level + slope * now
        out[i] = now
    return np.exp(out)


def regression(past: np.ndarray, quotas: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """A regression of the logarithm on that of the quota, fitted to what was known, given the quotas that came [n].

    `log y = log y_last + e (log q - log q_last)`, `e` from least squares of yearly changes through the origin.

    Args:
        past: yearly values up to the cut-off, oldest first.
        quotas: quotas of the same years.
        ahead: quotas of the years to forecast.
    """
    dq, dy = np.diff(np.log(quotas)), np.diff(np.log(past))
    slope = float(dq @ dy / (dq @ dq)) if len(dq) and dq @ dq > 1e-12 else 0.0
    return past[-1] * np.exp(slope * (np.log(ahead) - np.log(quotas[-1])))
