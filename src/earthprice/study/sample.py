"""Draws: one quantile for every factor of the world and every uncertain number of the law, shared by all scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

EDGE = 0.02
"""Draws stay between the 2 % and the 98 % quantile of each factor: further out the ranges say nothing."""


@dataclass(frozen=True)
class Sample:
    """A Latin hypercube of quantiles.

    Attributes:
        factors: names of the world's factors, then keys of the law's numbers.
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
    cube = qmc.LatinHypercube(d=max(len(names), 1), rng=np.random.default_rng(seed)).random(draws)
    return Sample(names, len(world), np.clip(cube, EDGE, 1.0 - EDGE))


def drivers(scores: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of variance and effect of one standard deviation, by ridge regression on normal scores.

    Args:
        scores: [draws, factors].
        outcome: [draws].

    Returns:
        Shares of the outcome's variance [factors], which sum to at most one; effects [factors] in the outcome's unit.
    """
    x = scores - scores.mean(0)
    y = outcome - outcome.mean()
    slope = np.linalg.solve(x.T @ x + 0.05 * len(y) * np.eye(x.shape[1]), x.T @ y)
    total = float(y @ y) / max(len(y) - 1, 1)
    part = slope**2 * x.var(0)
    fitted = float(np.var(x @ slope)) / total if total > 0 else 0.0
    share = part / part.sum() * min(fitted, 1.0) if part.sum() > 0 else part
    return share, slope


def flip(effect: float, median: float) -> float:
    """Quantile of a factor at which a linear outcome would change sign, NaN outside 1 to 99 %."""
    if effect == 0 or not np.isfinite(effect):
        return float("nan")
    q = float(ndtr(-median / effect))
    return q if 0.01 <= q <= 0.99 else float("nan")
