"""Draws: a quantile for every factor of the world, own part and uncertain number of the law; all scenarios share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from earthprice.world.numbers import EDGE


@dataclass(frozen=True)
class Sample:
    """A Latin hypercube of quantiles.

    Attributes:
        factors: names of the world's factors and own parts, then keys of the law's numbers.
        world: how many of them are the world's.
        quantiles: [draws, factors].
    """

    factors: tuple[str, ...]
    world: int
    quantiles: np.ndarray

    def of_world(self, draw: int) -> dict[str, float]:
        """Quantile by factor of the world in a draw."""
        return dict(zip(self.factors[: self.world], self.quantiles[draw, : self.world].tolist(), strict=True))

    def of_law(self, draw: int) -> dict[str, float]:
        """Quantile by number of the law in a draw."""
        return dict(zip(self.factors[self.world :], self.quantiles[draw, self.world :].tolist(), strict=True))

    @property
    def scores(self) -> np.ndarray:
        """Quantiles as standard normal scores [draws, factors]."""
        return ndtri(self.quantiles)


def sample(world: Sequence[str], law: Sequence[str], draws: int, seed: int) -> Sample:
    """A Latin hypercube over all factors (McKay, Beckman & Conover 1979, Technometrics 21).

    Args:
        world: the world's factors.
        law: keys of the law's uncertain numbers.
        draws: how many.
        seed: seed of the generator.
    """
    names = (*world, *law)
    cube = hypercube(draws, max(len(names), 1), np.random.default_rng(seed).spawn(1)[0])
    return Sample(names, len(world), np.clip(cube, EDGE, 1.0 - EDGE))


def widened(drawn: Sample, law: Sequence[str], seed: int) -> Sample:
    """The same draws with more numbers of the law, from a stream of their own, so that those drawn stay as they are.

    Args:
        drawn: the draws.
        law: keys of numbers; those drawn already are left out.
        seed: that of the draws.
    """
    more = [k for k in law if k not in drawn.factors[drawn.world :]]
    cube = hypercube(len(drawn.quantiles), len(more), np.random.default_rng(seed).spawn(2)[1])
    wide = np.hstack([drawn.quantiles, np.clip(cube, EDGE, 1.0 - EDGE)])
    return Sample((*drawn.factors, *more), drawn.world, wide)


def hypercube(draws: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """A Latin hypercube [draws, size] in (0, 1): of each coordinate, one point at random in every n-th part.

    Point for point as `scipy.stats.qmc.LatinHypercube` makes it, without the half second that SciPy's statistics take
    to load in every process.
    """
    within = rng.uniform(size=(draws, size))
    order = np.tile(np.arange(1, draws + 1), (size, 1))
    for row in order:
        rng.shuffle(row)
    return (order.T - within) / draws
