"""Who earns what in a cleared market: surplus by activity, charges by payer, rents by permit.

Each term of the convex function `D(p)` belongs to one activity's owner, so surplus adds up: with every node balanced,

    sum of surpluses + charges + rents = (what users would pay, less real costs)

where the right-hand side is `sum of (surplus - margin x level) + specific charges`, in which no price appears except
through the levels. What the closure delivers or takes is valued at the node's price and kept apart.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from earthprice.market.closed import Market, closure, earned
from earthprice.market.contracts import paid
from earthprice.market.response import respond


class Accounts(NamedTuple):
    """Money of one period [MUSD/yr].

    Attributes:
        surplus: of the owner of each activity, counted from margin zero or, for isoelastic users, the choke [M].
        advalorem: ad valorem charges and mark-ups collected on each activity [M].
        specific: charges per unit of level collected on each activity [M].
        rent: price x permits used, or x state sales, for each node with an endowment [K].
        shortage: price x what the closure delivers, less what it takes, for each good [K]; nil in a sound market.
        contracts: what the producers under contracts for difference pay, negative where they are paid [C].
    """

    surplus: Array
    advalorem: Array
    specific: Array
    rent: Array
    shortage: Array
    contracts: Array

    def total(self) -> Array:
        """Sum of all accounts: the gain of the market as a whole [MUSD/yr]."""
        return sum((part.sum() for part in self), jnp.zeros(()))


def account(market: Market, price: Array, specific: Array | None = None) -> Accounts:
    """Share out the money of a cleared market.

    An idle permit's price is not quite nil (`PERMIT_SPREAD`); the rent counts used permits only, so that a large
    endowment which stands for "no cap" earns nothing.

    Args:
        market: the closed market.
        price: its equilibrium prices [USD/kg; K].
        specific: charges per unit of level that are part of the activities' costs [USD/kg; M]; none if left out.
    """
    found = respond(earned(market, price), market.responses)
    advalorem = ((market.a - market.b).T @ price) * found.level
    back, dump = closure(market, price)
    outside = price * (back.level - dump.level)
    rent = price * market.endowment + jnp.where(market.permit, outside, 0.0)
    charged = jnp.zeros_like(found.level) if specific is None else specific * found.level
    c, none = market.contracts, jnp.zeros(0)
    handed = none if c is None else -paid(c, price)[0] * found.level[c.activity]
    return Accounts(found.surplus, advalorem, charged, rent, jnp.where(market.permit, 0.0, outside), handed)
