"""The closed market: a network in which every node has a determined price.

`D(p)`, the sum of surpluses, need not have a minimum: a permit without endowment or an isolated node has no price.
Closing gives every node a backstop supply far above its price and a disposal below it; permits get their endowment and
a disposal at price zero. Clearing accepts only a closed market. What the backstop delivers is reported as a shortage.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from earthprice.market.bundles import Layout, dense, entries, margins, slope_matrix, sums
from earthprice.market.contracts import Contracts, paid
from earthprice.market.places import gather, scatter, scatter_add
from earthprice.market.response import LOGISTIC, Response, Responses, logistic, respond

BACKSTOP_PRICE = 1200.0
"""Price of the backstop supply, in reference prices of the node: it delivers the node's flow at about 1,100
and nothing to speak of (8e-16) at 700, since what is forbidden altogether costs more than 400 in some draws."""
BACKSTOP_SIZE = 1000.0
"""Capacity of the backstop, in flows of the node: large, so that even a scattered market closes."""
PERMIT_BACKSTOP = 4550.0
"""The same for a permit, whose reference is a tenth of what its users are worth: a ban's rent has as much room."""
DUMP_PRICE = -4.0
"""Price at which anything can be dumped, in reference prices of the node."""
PERMIT_SPREAD = 2e-3
"""Spread of the disposal of unused permits, in reference prices of the permit: bounds the error of a rent."""
PERMIT_DISPOSAL = 2.0
"""Capacity of that disposal, in endowments: with 2 a permit that nobody uses is worth exactly nil, never less."""


class Market(NamedTuple):
    """One period's market in arrays. K nodes (goods, then permits), M activities.

    Attributes:
        a: coefficients [K, M], positive produces.
        b: price coefficients [K, M]: `a` after ad valorem charges; margin = b' p.
        responses: parameters of the activities [M].
        endowment: supply from outside the activities: permits, state sales [kt/yr; K].
        reference: price scale of each node [USD/kg; K].
        flow: quantity scale of each node [kt/yr; K].
        permit: True where the node is a permit [K].
        layout: where `a` and `b` are not nil, for the solver's sparse storage; None keeps them dense.
        outlet: disposal of permits that activities bring, beside that of the endowment [kt/yr; K]; None: none do.
        contracts: contracts for difference, which add to their producers' margins; None if there are none.
    """

    a: Array
    b: Array
    responses: Responses
    endowment: Array
    reference: Array
    flow: Array
    permit: Array
    layout: Layout | None = None
    outlet: Array | None = None
    contracts: Contracts | None = None


def by_node(market: Market) -> tuple[str, ...]:
    """Names of the arrays with an element for every node."""
    return ("endowment", "reference", "flow", "permit", *(("outlet",) if market.outlet is not None else ()))


def packed(market: Market) -> Market:
    """The same market in the storage of its layout: `a` and `b` as entries [E], nodes in the order of elimination.

    A market without a layout, or packed already, is returned as it is.
    """
    where = market.layout
    if where is None or market.a.ndim == 1:
        return market
    of_nodes = {k: gather(getattr(market, k), where.order) for k in by_node(market)}
    c = market.contracts
    moved = c and c._replace(row=gather(where.row, c.entry))
    return market._replace(a=entries(market.a, where), b=entries(market.b, where), contracts=moved, **of_nodes)


def reordered(market: Market, by_node: Array) -> Array:
    """Values of the nodes [K] in the order of a packed market."""
    return by_node if market.layout is None else gather(by_node, market.layout.order)


def restored(market: Market, packed_values: Array) -> Array:
    """Values [K] of a packed market in the order of its nodes: the inverse of `reordered`."""
    if market.layout is None:
        return packed_values
    return scatter(jnp.zeros_like(packed_values), market.layout.order, packed_values)


def unpacked(market: Market) -> Market:
    """A packed market in dense storage, its nodes in their own order: the inverse of `packed`."""
    where = market.layout
    if where is None or market.a.ndim == 2:
        return market
    of_nodes = {k: restored(market, getattr(market, k)) for k in by_node(market)}
    shape = len(market.reference), market.responses.cost.shape[0]
    c = market.contracts
    moved = c and c._replace(row=gather(where.order, c.row))
    dense_a, dense_b = dense(market.a, where, shape), dense(market.b, where, shape)
    return market._replace(a=dense_a, b=dense_b, contracts=moved, **of_nodes)


def price_matrix(a: Array, advalorem: Array, final: Array) -> Array:
    """Coefficients that turn prices into margins under ad valorem charges.

    A producer keeps `(1 - t)` of the value of its outputs; a final user pays `(1 + t)` on its inputs.

    Args:
        a: coefficients [K, M], or entries of them [E].
        advalorem: charges as a share of gross value [M], or of the activities of the entries [E].
        final: True for final users [M] or [E].
    """
    keep = jnp.where(a > 0, 1.0 - advalorem, jnp.where(final, 1.0 + advalorem, 1.0))
    return a * keep


def closure(market: Market, price: Array) -> tuple[Response, Response]:
    """Backstop supply and disposal of every node at the prices [K]; disposal's margin is minus the price."""
    ref = market.reference
    highest = jnp.where(market.permit, PERMIT_BACKSTOP, BACKSTOP_PRICE)
    back = logistic(price, BACKSTOP_SIZE * market.flow, highest * ref, 12.0 * ref)
    dump_spread = jnp.where(market.permit, PERMIT_SPREAD * ref, 0.06 * ref)
    dump_price = jnp.where(market.permit, 0.0, -DUMP_PRICE * ref)
    unused = jnp.maximum(PERMIT_DISPOSAL * market.endowment, 1e-9 * market.flow)
    unused = unused if market.outlet is None else jnp.maximum(unused, market.outlet)
    size = jnp.where(market.permit, unused, 10.0 * market.flow)
    return back, logistic(-price, size, dump_price, dump_spread)


class Weighed(NamedTuple):
    """A market at given prices.

    Attributes:
        excess: excess supply of every node [kt/yr; K].
        imbalance: largest of it as a share of what passes its node: made + used + endowment + 1e-3 of the flow scale.
        slope: slope of every activity's response [kt/yr per USD/kg; M].
        own: slope of every node's backstop and disposal [kt/yr per USD/kg; K].
        paid: how what a unit of level is paid under each contract moves with its good's price [C]; None without any.
    """

    excess: Array
    imbalance: Array
    slope: Array
    own: Array
    paid: Array | None = None


def earned(market: Market, price: Array) -> Array:
    """Margin of every activity at prices [USD/kg; K]: `b' p`, and what contracts for difference add [USD/kg; M]."""
    return _earned(market, price)[0]


def _earned(market: Market, price: Array) -> tuple[Array, Array | None]:
    where = market.layout if market.b.ndim == 1 else None
    margin = margins(market.b, where, price, market.responses.cost.shape[0])
    if market.contracts is None:
        return margin, None
    more, slope = paid(market.contracts, price)
    return scatter_add(margin, market.contracts.activity, more), slope


def weigh(market: Market, price: Array) -> Weighed:
    """Excess supply at prices [USD/kg; K] and what its Jacobian is made of."""
    k = market.reference.shape[0]
    margin, moves = _earned(market, price)
    found = respond(margin, market.responses)
    back, dump = closure(market, price)
    net, gross = (sums(a, market.layout, found.level, k) for a in (market.a, jnp.abs(market.a)))
    excess = net + market.endowment + back.level - dump.level
    through = gross + market.endowment + 1e-3 * market.flow
    return Weighed(excess, jnp.max(jnp.abs(excess) / through), found.slope, back.slope + dump.slope, moves)


def excess(market: Market, price: Array) -> Array:
    """Excess supply of every node [kt/yr; K] at prices [USD/kg; K]: what clearing drives to zero."""
    return weigh(market, price).excess


def jacobian(market: Market, at: Weighed) -> Array:
    """Derivative of excess supply with respect to prices: `a diag(x') b'` plus the closure's diagonal.

    Dense [K, K], of a packed market in the places of its layout's plan [N].
    """
    return slope_matrix(market.a, _valued(market, at), market.layout, at.slope, at.own)


def turned(market: Market, at: Weighed, move: Array) -> Array:
    """What a move of the prices does to excess supply, the Jacobian times it [kt/yr; K], without the Jacobian."""
    k, b, where = market.reference.shape[0], _valued(market, at), market.layout
    margin = margins(b, where if b.ndim == 1 else None, move, len(at.slope))
    return sums(market.a, where if b.ndim == 1 else None, at.slope * margin, k) + at.own * move


def _valued(market: Market, at: Weighed) -> Array:
    """Price coefficients; a contract for difference adds to them where its producer makes the good."""
    b, c = market.b, market.contracts
    return b if c is None else scatter_add(b, (c.row, c.activity) if b.ndim == 2 else c.entry, at.paid)


def soften(market: Market, width: Array, charged: Array) -> Market:
    """An easier market to start from, for continuation.

    Args:
        market: the closed market.
        width: added to every logistic spread, as a share of the value of the activity's bundle at reference prices.
        charged: share of the ad valorem charges and of contracts in force, 0 (the symmetric market) to 1.
    """
    r = market.responses
    value = margins(jnp.abs(market.a), market.layout, market.reference, r.cost.shape[0])
    spread = jnp.where(r.form == LOGISTIC, r.spread + width * value, r.spread)
    b = jnp.where(charged < 1.0, market.a + charged * (market.b - market.a), market.b)
    c = market.contracts
    eased = c and c._replace(covered=jnp.clip(charged, 0.0, 1.0) * c.covered)
    return market._replace(b=b, responses=r._replace(spread=spread), contracts=eased)
