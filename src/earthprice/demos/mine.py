"""A mine with a known answer: ore that lasts a few periods, a straight line of demand, no cost of digging.

Small enough to be checked by hand, and solved by the same iteration as the world (`runs.rare.agreed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from earthprice.runs.rare import agreed

ROUNDS, ENOUGH = 400, 1e-7
"""Rounds allowed, and the gap at which charge and adjoint agree: far below what is printed."""
MinePath = tuple[np.ndarray, np.ndarray]
"""Price and ore dug by period."""


@dataclass(frozen=True)
class Mine:
    """Ore sold into the demand p = choke - q.

    Attributes:
        choke: price at which nobody buys.
        ore: ore at the start.
        rate: interest a period.
        periods: periods.
        quickest: share of the ore left that a period before the last can dig.
    """

    choke: float
    ore: float
    rate: float
    periods: int
    quickest: float = 1.0


TWO = Mine(choke=20.0, ore=10.0, rate=0.1, periods=2, quickest=0.8)
"""By hand: p0 = 20 - q0, p1 = 10 + q0 and p1 = 1.1 p0, so that p0 = 30/2.1 = 14.29."""

TEN = Mine(choke=100.0, ore=200.0, rate=0.05, periods=12)
"""By hand: 10 periods sum to 1000 - p0 (1.05^10 - 1)/0.05 = 200, so that p0 = 63.60; p0 1.05^10 is beyond the choke."""


def charged_prices(m: Mine, charge: Array, gift: Array) -> tuple[Array, Array]:
    """Price and ore dug by period, where digging is charged and ore is given at the end of each period.

    The market clears at the charge, or where all that can be dug is sold.
    """
    share = jnp.where(jnp.arange(m.periods) == m.periods - 1, 1.0, m.quickest)

    def once(ore: Array, now: tuple[Array, Array, Array]) -> tuple[Array, tuple[Array, Array]]:
        charged, given, most = now
        dug = jnp.minimum(jnp.maximum(m.choke - charged, 0.0), most * ore)
        return ore - dug + given, (m.choke - dug, dug)

    return lax.scan(once, jnp.asarray(m.ore), (charge, gift, share))[1]


def adjoint(m: Mine, charge: np.ndarray) -> np.ndarray:
    """What a tonne left at the end of each period adds to welfare, in that period's money, along a charged path."""
    return np.asarray(_left(m, jnp.asarray(charge), jnp.zeros(m.periods))) / _discounts(m)


@partial(jax.jit, static_argnums=0)
@partial(jax.grad, argnums=2)
def _left(m: Mine, charge: Array, gift: Array) -> Array:
    """Welfare of a charged path in the first period's money, by ore given at the end of each period."""
    _, dug = charged_prices(m, charge, gift)
    return jnp.vdot(jnp.asarray(_discounts(m)), m.choke * dug - 0.5 * dug**2)


def _discounts(m: Mine) -> np.ndarray:
    return (1.0 + m.rate) ** -np.arange(m.periods)


def rare_path(m: Mine) -> MinePath:
    """Rare price and ore dug by period, the user cost iterated to agreement."""
    weight = np.full(m.periods, 1.0 / m.periods)
    charge, _, _ = agreed(lambda v: adjoint(m, v), np.zeros(m.periods), weight, rounds=ROUNDS, enough=ENOUGH)
    return charged_path(m, charge)


def once_path(m: Mine) -> MinePath:
    """The same with the adjoint of the path without a charge, not iterated."""
    return charged_path(m, adjoint(m, np.zeros(m.periods)))


def charged_path(m: Mine, charge: np.ndarray) -> MinePath:
    """Price and ore dug along a charged path."""
    price, dug = charged_prices(m, jnp.asarray(charge), jnp.zeros(m.periods))
    return np.asarray(price), np.asarray(dug)
