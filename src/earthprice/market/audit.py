"""The audit: residuals of every balance, computed in NumPy by code other than the solver, and the status they earn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from earthprice.market.closed import (
    BACKSTOP_PRICE,
    BACKSTOP_SIZE,
    DUMP_PRICE,
    PERMIT_BACKSTOP,
    PERMIT_DISPOSAL,
    PERMIT_SPREAD,
    Market,
)
from earthprice.market.contracts import WIDTH, Contracts
from earthprice.market.response import ISOELASTIC, SHIFT, UNIFORM

CLEARED_AT = 1e-8
"""Largest audited residual of a cleared market."""
ALMOST_AT = 1e-6
SHORTAGE_AT = 1e-4
"""Backstop supply, as a share of a node's flow, from which a shortage is reported."""


class Status(Enum):
    """What became of a market; each value is a sentence with its remedy."""

    CLEARED = "Every balance, cap and permit closes within the tolerance."
    ALMOST = "Balances close to 1e-6 only: spreads are so small that rounding sets the floor; widen the spreads."
    SHORTAGE = "The market closes only with the backstop at a node: a good has no supply at any plausible price."
    NOT_CLEARED = "The market did not clear: look at the node with the largest residual; its cap or cost is extreme."


@dataclass(frozen=True)
class Audit:
    """Residuals of one market.

    Attributes:
        residual: |excess| / (gross flow + 1e-3 x flow scale) per node [K].
        shortage: backstop supply as a share of the node's flow scale [K].
        unused: permits disposed of [kt/yr; K].
        complementarity: price x unused permits, in reference price x endowment [K].
        status: the sentence.
    """

    residual: np.ndarray
    shortage: np.ndarray
    unused: np.ndarray
    complementarity: np.ndarray
    status: Status


def audit(market: Market, price: np.ndarray) -> Audit:
    """Balance every node of a market at given prices, without the solver's code.

    Args:
        market: the closed market; arrays are read as NumPy.
        price: prices [USD/kg; K].
    """
    m = Market(*(f if f is None or isinstance(f, tuple) else np.asarray(f) for f in market))
    p = np.asarray(price, float)
    x = levels(m, p)
    made, used = np.where(m.a > 0, m.a, 0.0) @ x, np.where(m.a < 0, -m.a, 0.0) @ x
    highest = np.where(m.permit, PERMIT_BACKSTOP, BACKSTOP_PRICE)
    back = BACKSTOP_SIZE * m.flow * expit((p / m.reference - highest) / 12.0)
    unused = np.maximum(np.maximum(PERMIT_DISPOSAL * m.endowment, 1e-9 * m.flow), 0.0 if m.outlet is None else m.outlet)
    free = unused * expit(-p / (PERMIT_SPREAD * m.reference))
    dump = np.where(m.permit, free, 10.0 * m.flow * expit((DUMP_PRICE - p / m.reference) / 0.06))
    gap = made + m.endowment + back - used - dump
    residual = np.abs(gap) / (made + used + m.endowment + 1e-3 * m.flow)
    short = np.where(m.permit, 0.0, back / m.flow)
    slack = np.where(m.permit, dump, 0.0)
    tight = slack * np.abs(p) / (m.reference * np.maximum(m.endowment, 1e-9))
    return Audit(residual, short, slack, np.where(m.permit, tight, 0.0), judge(residual.max(), short.max()))


def judge(residual: float, shortage: float) -> Status:
    """The status that a largest residual and a largest shortage earn."""
    if not residual <= ALMOST_AT:
        return Status.NOT_CLEARED
    if shortage > SHORTAGE_AT:
        return Status.SHORTAGE
    return Status.CLEARED if residual <= CLEARED_AT else Status.ALMOST


def levels(market: Market, price: np.ndarray) -> np.ndarray:
    """Activity levels [kt/yr; M] at given prices, one activity at a time."""
    r = market.responses
    margin = np.asarray(market.b).T @ price
    if isinstance(market.contracts, Contracts):
        np.add.at(margin, np.asarray(market.contracts.activity), _insured(market.contracts, price))
    out = np.empty(margin.size)
    for i, m in enumerate(margin):
        k, c, s, form = float(r.capacity[i]), float(r.cost[i]), float(r.spread[i]), int(r.form[i])
        if form == ISOELASTIC:
            out[i] = _demand(-m, k, c, s, float(r.choke[i]))
        elif form == UNIFORM:
            out[i] = k * min(max((m - c) / s, 0.0), 1.0)
        else:
            out[i] = k * expit((m - c) / s)
    return out


def _insured(contracts: Contracts, price: np.ndarray) -> np.ndarray:
    """What a unit of level is paid under each contract for difference [C], by another form than the solver's."""
    c = Contracts(*(np.asarray(x) for x in contracts))
    gap, width = c.strike - price[c.row], WIDTH * c.strike
    below, above = (width * np.logaddexp(0.0, sign * gap / width) for sign in (1.0, -1.0))
    return c.made * c.covered * (below - c.back * above)


def _demand(cost: float, quantity: float, base: float, elasticity: float, choke: float) -> float:
    """Isoelastic demand with a choke, straight below zero cost."""
    if cost >= choke:
        return 0.0
    a = SHIFT * base
    cut = ((choke + a) / (base + a)) ** -elasticity
    height = ((max(cost, 0.0) + a) / (base + a)) ** -elasticity
    line = elasticity * height / a * min(cost, 0.0) if cost < 0 else 0.0
    return quantity * (height - cut - line) / (1.0 - cut)


def flow_gaps(a: np.ndarray | csr_array, scale: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Imbalance of each good by period [T, N], from levels alone: no price, no response, none of the solver's code.

        sum_a A[k, a] x[a] / (sum_a |A[k, a]| x[a] + 1e-3 scale[k]),   positive where more is made than used

    What a backstop delivers, or a dump takes, shows as an imbalance here.

    Args:
        a: coefficients of the goods, as a matrix or by its entries that are not nil [N, M].
        scale: flow scale of the goods [kt/yr; N].
        level: levels [kt/yr; T, M].
    """
    by_activity = np.ascontiguousarray(level.T)
    net, gross = a @ by_activity, abs(a) @ by_activity
    return net.T / (gross.T + 1e-3 * scale)


def permit_overruns(use: np.ndarray, amount: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Overrun of each permit by period, as a share of what is issued [T, P], from levels alone.

    Args:
        use: permit needed per unit of level [P, M].
        amount: permits issued [kt/yr; T, P]; infinite where no cap is in force.
        level: levels [kt/yr; T, M].
    """
    issued = np.where(np.isfinite(amount), amount, 0.0)
    over = np.where(np.isfinite(amount), level @ use.T - issued, 0.0)
    return np.maximum(over / np.maximum(issued, 1e-3), 0.0)
