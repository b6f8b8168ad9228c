"""What the model leaves out of a yearly series: how large it is, how long it lasts, how alike among series.

A model of yearly markets leaves out what moves them from year to year: shocks of demand, speculation, weather. In
logarithms, for series i of one kind (prices, gaps, tonnes) in draw d,

    e_i(t) = r_d e_i(t-1) + s_d sqrt((1 + r_d)/2) (sqrt(c) u(t) + sqrt(1 - c) v_i(t)),    e_i(benchmark) = 0

u, v: Student-t of unit variance, one for the kind and one a series; r: what is left of a shock a year later; c: share
that is common; s: root mean square of yearly changes once the process has run for long. All sizes are in log points.

r and s are drawn from their posterior, laid out on a grid. Before a record r is split normal and n s0^2 / s^2 is
chi-square with n degrees of freedom (Gelman et al. 2004, Bayesian Data Analysis, section 2.7). The record speaks
through the Student-t density of

- its shocks `e(t) - r e(t-1)`, e being the record over what the model says of an earlier past, where there is one:
  what the model explains is not left out;
- its yearly changes, of scale s, where there is none: all of them count as left out, which can only widen.

The density lets a fat tail be a fat tail: a size known from n Student-t shocks of 5 degrees of freedom is as sure as
one from 0.62 n normal ones, from their mean square it would be as sure as one from n / 4 (Lange, Little & Taylor 1989,
JASA 84).

Where series of a kind are not of one size, the logarithm of each one's size is normal around that of its kind with a
spread that has a range before a record is seen and is learned with s and r. A series with a long record has its own
size, one with a short record hardly leaves that of its kind (partial pooling, Gelman et al. 2004, chapter 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, poch

from earthprice.world.numbers import Numbers, split_normal

LEAST_YEARS = 2
"""Years that two series must share for their correlation to be read off the record."""
MOST_LEFT = 0.995
"""Most that a draw leaves of a shock after a year: arithmetic, the process stays stationary."""
SIZES = np.geomspace(0.005, 20.0, 301)
"""Sizes on the grid, steps of 3 % [log points]."""
STEPS = (np.arange(40) + 0.5) / 40
"""Quantiles at which persistence stands on the grid: each has the same chance before a record is seen."""
APART = (np.arange(4) + 0.5) / 4
"""The same of how far sizes of series lie apart."""
Years = Mapping[int, float]


@dataclass(frozen=True)
class Prior:
    """What is assumed before a record is seen: the rows `model/unexplained/*` of the world.

    Attributes:
        persistence: share of a shock left a year later: value, 5 % and 95 % point.
        tail: degrees of freedom of the shocks, above 2.
        size: root mean square of yearly changes [log points].
        weight: how many yearly changes that size is worth.
        common: share of the variance that is common to the series of a kind.
        apart: standard deviation of the logarithm of the sizes of a kind's series: value, 5 % and 95 % point.
    """

    persistence: tuple[float, float, float]
    tail: float
    size: float
    weight: float
    common: float
    apart: tuple[float, float, float]


@dataclass(frozen=True)
class Seen:
    """What a record says of what is left out of one series.

    Attributes:
        raw: changes of its logarithm by year, where no model says what they should have been.
        left: logarithm of the record over a model the year before and in the year, by year, where one does.
    """

    raw: Years
    left: Mapping[int, tuple[float, float]]

    @property
    def changes(self) -> dict[int, float]:
        """Changes from the year before, by year, of both."""
        return dict(self.raw) | {y: now - before for y, (before, now) in self.left.items()}

    def among(self, years: Collection[int], *, others: bool = False) -> Seen:
        """What it says of some years, or of all others."""
        raw, left = ({y: v for y, v in x.items() if (y in years) != others} for x in (self.raw, self.left))
        return Seen(raw, left)


@dataclass(frozen=True)
class Kind:
    """What is known of the shocks of one kind of series: the chance of every size and persistence.

    Attributes:
        common: share of the variance that is common to all series of the kind.
        persistence: shares of a shock left a year later.
        sizes: root mean squares of yearly changes [log points].
        chance: chance of each persistence (rows) with each size (columns) of a series without a record, row after row;
            sums to one.
        own: the same of each series that has a record and a size of its own, by its name.
    """

    common: float
    persistence: tuple[float, ...]
    sizes: tuple[float, ...]
    chance: tuple[float, ...]
    own: Mapping[str, tuple[float, ...]]

    def draw(self, draws: int, rng: np.random.Generator, names: Sequence[str] = ("",)) -> tuple[np.ndarray, np.ndarray]:
        """Sizes and persistences drawn together, at the same quantile for all series [draws, names] twice."""
        luck = rng.random(draws)
        at = np.stack([np.searchsorted(np.cumsum(self.own.get(n, self.chance))[:-1], luck) for n in names], axis=1)
        return np.array(self.sizes)[at % len(self.sizes)], np.array(self.persistence)[at // len(self.sizes)]

    @property
    def typical(self) -> tuple[float, float]:
        """Geometric mean of the size and mean persistence."""
        chance = np.reshape(self.chance, (len(self.persistence), len(self.sizes)))
        return float(np.exp(chance.sum(0) @ np.log(self.sizes))), float(chance.sum(1) @ np.array(self.persistence))


def prior(numbers: Numbers, size: str = "size") -> Prior:
    """The assumptions as they stand in the world's tables; `size`: the row of `model/unexplained/*` that has it."""
    rows, at = numbers.table.loc["model/unexplained/persistence":, ["value", "low", "high"]], numbers.central
    lasts, apart = (tuple(rows.loc[f"model/unexplained/{k}"].astype(float)) for k in ("persistence", "apart"))
    return Prior(lasts, *(at[f"model/unexplained/{k}"] for k in ("tail", size, "weight", "common")), apart)


def yearly_changes(record: Years, upto: int) -> dict[int, float]:
    """Changes of the logarithm from the year before, by year, of years up to `upto`."""
    return {y: float(np.log(record[y] / record[y - 1])) for y in record if y <= upto and y - 1 in record}


def record_seen(record: Years, upto: int, *models: Years) -> Seen:
    """What a record up to a year says, given what models of one past each said of it, from their benchmarks on.

    Args:
        record: recorded values by year.
        upto: last year used.
        models: each model's values by year, the earlier past first; years without a positive one are passed over.
    """
    left: dict[int, tuple[float, float]] = {}
    for model in models:
        of = {y: float(np.log(record[y] / model[y])) for y in record if y <= upto and model.get(y, 0.0) > 0}
        left |= {y: (of[y - 1], now) for y, now in of.items() if y - 1 in of}
    first = min((y for model in models for y in model), default=upto)
    return Seen({y: v for y, v in yearly_changes(record, upto).items() if y <= first}, left)


def learn(series: Sequence[Seen], given: Prior, names: Sequence[str] = ()) -> Kind:
    """Sizes, persistence and common share of a kind from the record of its series, joined with what is assumed.

    The m changes of k series count as m / (1 + (k - 1) c) independent ones (Kish 1965, design effect); for the size of
    one of them apart from its kind its own count whole.

    Args:
        series: what is seen, one a series; empty ones are passed over.
        given: the prior.
        names: of the series, where each has a size of its own; none: all have that of the kind.
    """
    held = [i for i, s in enumerate(series) if s.changes]
    common = share([series[i].changes for i in held])
    c = given.common if common is None else common
    r = np.clip(_span(given.persistence, STEPS), 0.0, MOST_LEFT)
    around = [_around(a) for a in _span(given.apart, APART)] if names else [np.eye(len(SIZES))]
    seen_of = [_likelihood(series[i], r, given.tail) for i in held]
    told = [np.stack([_spread_out(x, g.T) if names else x for g in around]) for x in seen_of]
    log = np.tile(-given.weight * (np.log(SIZES) + 0.5 * (given.size / SIZES) ** 2), (len(around), len(r), 1))
    log += np.sum(told, axis=0) / (1.0 + (len(held) - 1) * c) if held else 0.0
    own = {names[i]: _together(log - t, around, x) for i, x, t in zip(held, seen_of, told, strict=True) if names}
    each = {n: tuple(x.tolist()) for n, x in own.items()}
    return Kind(c, tuple(r.tolist()), tuple(SIZES.tolist()), tuple(_together(log, around).tolist()), each)


def _span(row: tuple[float, float, float], quantiles: np.ndarray) -> np.ndarray:
    """A range at some quantiles."""
    return np.array([split_normal(*(np.array(x) for x in row), float(z)) for z in ndtri(quantiles)])


def _likelihood(s: Seen, left: np.ndarray, tail: float) -> np.ndarray:
    """Logarithm of the density of what is seen of a series, by persistence and size [R, S]."""
    before, now = np.array(list(s.left.values())).reshape(-1, 2).T
    out = np.tile(_density(np.array(list(s.raw.values()))[:, None], SIZES, tail).sum(0), (len(left), 1))
    for i, r in enumerate(left):
        out[i] += _density((now - r * before)[:, None], SIZES * np.sqrt((1.0 + r) / 2.0), tail).sum(0)
    return out


def _around(apart: float) -> np.ndarray:
    """Chance of a series' size (columns) given that of its kind (rows)."""
    off = np.log(SIZES)[:, None] - np.log(SIZES)
    near = np.exp(-0.5 * (off / apart) ** 2)
    return near / near.sum(1, keepdims=True)


def _spread_out(log: np.ndarray, by: np.ndarray) -> np.ndarray:
    """log(exp(x) @ by), row by row [R, S]."""
    most = log.max(1, keepdims=True)
    return np.log(np.maximum(np.exp(log - most) @ by, 1e-300)) + most


def _together(log: np.ndarray, around: Sequence[np.ndarray], own: np.ndarray | float = 0.0) -> np.ndarray:
    """Chance of persistence and a series' own size over all sizes of its kind, row after row; sums to one."""
    found = np.stack([_spread_out(x, g) for x, g in zip(log, around, strict=True)]) + own
    out = np.exp(found - found.max()).sum(0)
    return (out / out.sum()).ravel()


def _density(x: np.ndarray, spread: np.ndarray, tail: float) -> np.ndarray:
    """Logarithm of the density of a Student-t variable with this standard deviation."""
    scale = spread * np.sqrt((tail - 2.0) / tail)
    height = np.log(poch(0.5 * tail, 0.5)) - 0.5 * np.log(tail * np.pi)
    return height - 0.5 * (tail + 1.0) * np.log1p((x / scale) ** 2 / tail) - np.log(scale)


def share(series: Sequence[Years]) -> float | None:
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


def unexplained_paths(
    size: np.ndarray,
    persistence: np.ndarray,
    common: float | np.ndarray,
    shape: tuple[int, int],
    tail: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Paths of what is left out, nil in the first year [draws, count, years; log points].

    Args:
        size: root mean square of yearly changes, one a draw; or by draw, series and year [log points].
        persistence: share of a shock left a year later, shaped alike.
        common: share of the variance that is common to the series; or by series and year.
        shape: number of series and of years, the benchmark's first.
        tail: degrees of freedom of the shocks.
        rng: generator.
    """
    draws, (count, years), one = len(size), shape, np.sqrt((tail - 2.0) / tail)
    shared = one * rng.standard_t(tail, (draws, 1, years))
    own = one * rng.standard_t(tail, (draws, count, years))
    size, left = (np.broadcast_to(x.reshape(*x.shape, *(1,) * (3 - x.ndim)), own.shape) for x in (size, persistence))
    new = size * np.sqrt((1.0 + left) / 2.0) * (np.sqrt(common) * shared + np.sqrt(1.0 - np.asarray(common)) * own)
    out = np.zeros((draws, count, years))
    for t in range(1, years):
        out[:, :, t] = left[:, :, t] * out[:, :, t - 1] + new[:, :, t]
    return out
