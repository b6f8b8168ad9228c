"""The rare price: the price at which the same market clears when every activity also pays what it costs others.

Two costs are charged on top of the law: external damage now, and the user cost of the ore, which is what a tonne left
in the ground would add to discounted welfare later. User cost is the derivative of welfare with respect to the ore,
from one backward pass, taken along the corrected path and iterated until it agrees with itself:

    charge = damage per unit + lambda / recovery,    lambda[t, o] = dW/dR[t, o] / discount factor[t]
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.dynamics.run import simulate
from earthprice.dynamics.setting import Law, Setting
from earthprice.study.engine import Engine, Point, arranged
from earthprice.world.terms import Terms

ROUNDS = 8
"""Rounds of the iteration; each new path counts 2 / (round + 3), so that a path that overshoots averages out."""


@dataclass(frozen=True)
class UserCost:
    """User cost of ore in the ground [USD/kg REO; T, O], and how far it still disagrees with itself.

    `moved` is the mean gap between the charge and the adjoint of the path it makes, weighted by the ore dug [USD/kg].
    """

    value: np.ndarray
    moved: float
    discount: float


def external(e: Engine, p: Point, law: Law, s: Setting) -> np.ndarray:
    """External damage per unit of level [USD/kg; T, M]."""
    return np.asarray(jnp.sum(s.place_damage[None] * law.burden, 2))


def user_cost(e: Engine, p: Point, terms: Terms, discount: float) -> UserCost:
    """User cost along the corrected path, iterated to agreement.

    Args:
        e: an engine whose last year lies well beyond the years reported (30 years from the base year).
        p: the draw.
        terms: the law.
        discount: social discount rate [share/yr].
    """
    s, law, _ = arranged(e, p, terms)
    damage = external(e, p, law, s)
    weight = jnp.asarray((1.0 + discount) ** -(e.years - e.years[0]) * e.dt)
    years = jnp.asarray(e.years)
    value = np.zeros((len(e.years), len(e.names.bodies)))
    moved = np.inf
    weights = np.abs(np.asarray(s.dig) @ np.asarray(s.level0))
    for turn in range(ROUNDS):
        charged = law._replace(pigou=jnp.asarray(damage + value @ np.asarray(s.dig)))
        slope = np.asarray(_slope(s, charged, years, weight))
        new = np.maximum(slope / np.asarray(weight)[:, None], 0.0)
        moved = float(np.average(np.abs(new - value).mean(0), weights=weights))
        value = value + 2.0 / (turn + 3.0) * (new - value)
    return UserCost(value, moved, discount)


def charge(e: Engine, p: Point, terms: Terms, user: UserCost) -> np.ndarray:
    """Charges that make the rare price: damage and user cost per unit of level [USD/kg; T, M]."""
    s, law, _ = arranged(e, p, terms)
    return external(e, p, law, s) + user.value[: len(e.years)] @ np.asarray(s.dig)


def welfare(s: Setting, law: Law, years: Array, weight: Array) -> Array:
    """Discounted welfare of the world [MUSD]: surpluses, rents, charges and permits, less damage and investment."""
    r = simulate(s, law, years)
    n = s.price0.shape[0]
    price = r.price[:, :n]
    gross, inputs = price @ jnp.maximum(s.a, 0.0), price @ jnp.maximum(-s.a, 0.0)
    base = jnp.where(s.final, inputs, gross)
    passed = s.rent + law.specific + law.pigou + (law.advalorem + law.markup) * base + r.price[:, n:] @ s.permit_use
    money = jnp.sum(r.surplus + passed * r.level - r.invested, 1) - jnp.sum(r.damage, 1)
    return jnp.vdot(weight, money)


@jax.jit
def _slope(s: Setting, law: Law, years: Array, weight: Array) -> Array:
    """dW/dgift [MUSD per kt/yr of ore; T, O]; a gift of 1 kt/yr lasts a period."""
    return jax.grad(lambda gift: welfare(s, law._replace(gift=gift), years, weight))(law.gift)
