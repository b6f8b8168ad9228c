"""Lag-one autocorrelation and skewness: whether prices of the model keep their level and spike as recorded ones do.

    autocorrelation = sum (x(t) - m)(x(t-1) - m) / sum (x(t) - m)^2
    skewness = mean (x - m)^3 / (mean (x - m)^2)^(3/2)

of yearly levels x with mean m, as the storage literature counts them (Deaton & Laroque 1992, Review of Economic Studies
59, table 1). A short stretch leans both towards nil; the model is read in the same years, so that it leans alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

LEAST = 5
"""Fewest years without a gap from which either is told."""


class Moments(NamedTuple):
    """Of a series: the median over the model's draws beside the record; NaN where the record is too short."""

    autocorrelation_model: float
    autocorrelation_record: float
    skewness_model: float
    skewness_record: float


def moments(record: Mapping[int, float], model: np.ndarray, base_year: int) -> Moments:
    """Both moments over the longest stretch without a gap that is recorded from the benchmark on.

    Args:
        record: recorded values by year.
        model: what the draws say [draws, years from the benchmark].
        base_year: year of the benchmark.
    """
    years = stretch(record, base_year, base_year + model.shape[1] - 1)
    if len(years) < LEAST:
        return Moments(*4 * [np.nan])
    told, said = np.array([record[y] for y in years]), model[:, [y - base_year for y in years]]
    return Moments(
        float(np.nanmedian(autocorrelation(said))),
        float(autocorrelation(told)),
        float(np.nanmedian(skewness(said))),
        float(skewness(told)),
    )


def stretch(record: Mapping[int, float], first: int, last: int) -> list[int]:
    """Years of the longest stretch of a record without a gap, within a span; the later of two."""
    best: list[int] = []
    now: list[int] = []
    for year in range(first, last + 1):
        now = [*now, year] if year in record else []
        best = now if len(now) >= len(best) else best
    return best


def autocorrelation(x: np.ndarray) -> np.ndarray:
    """Lag-one autocorrelation of each row [..., T]; NaN of a row that does not move."""
    off = x - x.mean(-1, keepdims=True)
    return _ratio((off[..., 1:] * off[..., :-1]).sum(-1), (off**2).sum(-1))


def skewness(x: np.ndarray) -> np.ndarray:
    """Skewness of each row [..., T]; NaN of a row that does not move."""
    off = x - x.mean(-1, keepdims=True)
    return _ratio((off**3).mean(-1), (off**2).mean(-1) ** 1.5)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
