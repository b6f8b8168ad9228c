"""What the model leaves out of a yearly series: how large it is, how long it lasts, how alike among series.

A model of yearly markets leaves out what moves them from year to year: shocks of demand, speculation, weather. In
logarithms, for series i of one kind (prices, gaps, tonnes) in draw d,

    e_i(t) = r_d e_i(t-1) + s_d sqrt((1 + r_d)/2) (sqrt(c) u(t) + sqrt(1 - c) v_i(t)),    e_i(benchmark) = 0

u, v: Student-t of unit variance, one for the kind and one a series; r: what is left of a shock a year later; c: share
that is common; s: root mean square of yearly changes once the process has run for long. s is known from few years and
so is drawn: n s0^2 / s_d^2 is chi-square with n degrees of freedom (the posterior of a variance under its conjugate
prior, Gelman et al. 2004, Bayesian Data Analysis, section 2.7). All sizes are in log points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from earthprice.world.numbers import Numbers, split_normal

LEAST_YEARS = 2
"""Years that two series must share for their correlation to be read off the record."""
MOST_LEFT = 0.995
"""Most that a draw leaves of a shock after a year: arithmetic, the process stays stationary."""


@dataclass(frozen=True)
class Prior:
    """What is assumed before a record is seen: the rows `model/unexplained/*` of the world.

    Attributes:
        persistence: share of a shock left a year later: value, 5 % and 95 % point.
        tail: degrees of freedom of the shocks, above 2.
        size: root mean square of yearly changes [log points].
        weight: how many yearly changes that size is worth.
        common: share of the variance that is common to the series of a kind.
    """

    persistence: tuple[float, float, float]
    tail: float
    size: float
    weight: float
    common: float


@dataclass(frozen=True)
class Kind:
    """What is known of the shocks of one kind of series.

    Attributes:
        size: root mean square of yearly changes [log points].
        known: degrees of freedom with which it is known.
        common: share of the variance that is common to all series of the kind.
    """

    size: float
    known: float
    common: float


def prior(numbers: Numbers) -> Prior:
    """The assumptions as they stand in the world's tables."""
    row, at = numbers.table.loc["model/unexplained/persistence"], numbers.central
    span = float(row["value"]), float(row["low"]), float(row["high"])
    return Prior(span, *(at[f"model/unexplained/{k}"] for k in ("tail", "size", "weight", "common")))


def changes(record: Mapping[int, float], upto: int) -> dict[int, float]:
    """Changes of the logarithm from the year before, by year, of years up to `upto`."""
    return {y: float(np.log(record[y] / record[y - 1])) for y in record if y <= upto and y - 1 in record}


def learn(series: Sequence[Mapping[int, float]], given: Prior) -> Kind:
    """Size and common share of a kind from yearly changes of its series, joined with what is assumed.

    The m changes of k series count as m / (1 + (k - 1) c) independent ones (Kish 1965, design effect); the size is
    the root of the mean of squares, weighted with that of the prior.

    Args:
        series: changes by year, one mapping a series; empty ones are passed over.
        given: the prior.
    """
    held = [s for s in series if s]
    common = share(held)
    c = given.common if common is None else common
    squares = [v * v for s in held for v in s.values()]
    independent = len(squares) / (1.0 + (len(held) - 1) * c) if held else 0.0
    known = given.weight + independent
    mean = float(np.mean(squares)) if squares else 0.0
    return Kind(float(np.sqrt((given.weight * given.size**2 + independent * mean) / known)), known, c)


def share(series: Sequence[Mapping[int, float]]) -> float | None:
    """Correlation of the series of a kind about nil: mean of products over that of squares, within 0 and 1.

    None where no two series share `LEAST_YEARS` years.
    """
    pairs = [(a, b) for i, a in enumerate(series) for b in series[i + 1 :] if len(a.keys() & b.keys()) >= LEAST_YEARS]
    both = [(a[y], b[y]) for a, b in pairs for y in a.keys() & b.keys()]
    if not both:
        return None
    x, y = np.array(both).T
    squares = float(np.mean(x * x + y * y)) / 2.0
    return float(np.clip(np.mean(x * y) / squares, 0.0, 1.0)) if squares > 0 else 0.0


def left(given: Prior, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Share of a shock that is left a year later, drawn from its range [draws]."""
    value, low, high = (np.array(x) for x in given.persistence)
    drawn = [float(split_normal(value, low, high, z)) for z in rng.normal(size=draws)]
    return np.clip(drawn, 0.0, MOST_LEFT)


def paths(kind: Kind, count: int, years: int, tail: float, persistence: np.ndarray,
          rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Paths of what is left out, nil in the first year [draws, count, years; log points].

    Args:
        kind: its size, how well that is known, and the common share.
        count: series of the kind.
        years: years, the benchmark's first.
        tail: degrees of freedom of the shocks.
        persistence: share of a shock left a year later, one a draw.
        rng: generator.
    """
    draws, one = len(persistence), np.sqrt((tail - 2.0) / tail)
    size = kind.size * np.sqrt(kind.known / rng.chisquare(kind.known, draws))
    shared = one * rng.standard_t(tail, (draws, 1, years))
    own = one * rng.standard_t(tail, (draws, count, years))
    scale = (size * np.sqrt((1.0 + persistence) / 2.0))[:, None]
    out = np.zeros((draws, count, years))
    for t in range(1, years):
        new = np.sqrt(kind.common) * shared[:, :, t] + np.sqrt(1.0 - kind.common) * own[:, :, t]
        out[:, :, t] = persistence[:, None] * out[:, :, t - 1] + scale * new
    return out
