"""Contracts for difference: what a named producer is paid, or pays, on the gap between a strike and the price.

With the strike K, the price p of the good where it is made, the share g of the upside that is given back, and the
share c of what is made that is under contract, each kg made brings beside its price

    f(p) = c [ w softplus((K - p) / w) - g w softplus((p - K) / w) ],    w = `WIDTH` K

so that a producer under contract earns K below the strike and p - g (p - K) above it. The kink is rounded: a contract
is settled by months, whose prices lie on both sides of a strike that their mean is near. p is the price of the same
equilibrium, so what is paid is what the market was cleared with.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
from jax import Array

from earthprice.market.places import gather

WIDTH = 5e-3
"""Width of the kink at the strike, in strikes, as of a state's buying price (`world.sinks.STATE_SPREAD`): at the strike
itself the rounding is worth 0.35 % of it."""


class Contracts(NamedTuple):
    """Contracts of C producers; one that is not in force covers nothing.

    Attributes:
        activity: position of the producer [int; C].
        row: row of its good among the nodes of the market [int; C].
        entry: entry of the layout at which the producer makes the good; not read where the market is dense [int; C].
        made: what a unit of level makes of the good [kg/kg; C].
        strike: price that the contract makes up to, at the place where the good is made, above nil [USD/kg; C].
        back: share of the upside given back [C].
        covered: share of what is made that is under contract [C].
    """

    activity: Array
    row: Array
    entry: Array
    made: Array
    strike: Array
    back: Array
    covered: Array


def paid(c: Contracts, price: Array) -> tuple[Array, Array]:
    """What a unit of level is paid, or pays where negative [USD/kg; C], and how that moves with the good's price [C].

    Args:
        c: the contracts.
        price: prices of the market [USD/kg; K].
    """
    width = WIDTH * c.strike
    gap = (c.strike - gather(price, c.row)) / width
    gain = width * (jax.nn.softplus(gap) - c.back * jax.nn.softplus(-gap))
    near = jax.nn.sigmoid(gap)
    size = c.made * c.covered
    return size * gain, -size * (near + c.back * (1.0 - near))
