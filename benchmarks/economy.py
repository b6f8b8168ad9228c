"""A period's market as a symmetric convex programme that any solver can be given.

Maximise what final users would pay less real costs, over levels, with every node balanced:

    max  sum_d U_d(x_d) - sum_a C_a(x_a)   subject to   A x + e = 0        prices = multipliers of the balances

    C(x) = K [c u + s (u ln u + (1 - u) ln(1 - u))],  u = x/K          cost of a logistic supply (its entropy)
    U(q) = Q [S/(1 - h) y^(1 - 1/e)/(1 - 1/e) - a r],  y = h + (1 - h) r,  r = q/Q       isoelastic use
    S = v0 + a,  a = 0.02 v0,  h = ((vc + a)/S)^-e

Ad valorem charges make a market that minimises nothing. The peers are given them as charges per kg at our prices,
`t p*`, under which `p*` still clears: what they would have to find by iterating, they are told. Left out as immaterial:
the backstop, the disposal of goods at a price below nil, and use beyond its level at a price of nil.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.workload import Cleared
from earthprice.market import ISOELASTIC
from earthprice.market.closed import PERMIT_DISPOSAL, PERMIT_SPREAD
from earthprice.market.response import SHIFT

LEAST = 1e-9
"""Least capacity [kt/yr] that a peer is given: with none at all its programme would have no unique answer."""


@dataclass(frozen=True)
class Economy:
    """One period for the peers.

    L logistic suppliers (the activities, then the disposal of each permit), D final uses, N goods, P permits in use.

    Attributes:
        supply, demand: coefficients of both [N + P, L], [N + P, D]; those of a permit not in force are nil.
        capacity, cost, spread: of suppliers, K [kt/yr], c and s [USD/kg; L].
        quantity, wedge: of uses, Q [kt/yr] and charge [USD/kg; D].
        scale, shift, cut, exponent: S, a [USD/kg], h and 1 - 1/e [D].
        endowment: permits issued [kt/yr; N + P].
        reference, flow: scales of price and quantity [N + P].
        price, level: where our run cleared [N + P], [L + D].
        disposal: position of the first disposal among the suppliers.
        withheld: share of the value of each coefficient that is charged: charge per kg = withheld' p [N + P, L + D].
    """

    supply: np.ndarray
    demand: np.ndarray
    capacity: np.ndarray
    cost: np.ndarray
    spread: np.ndarray
    quantity: np.ndarray
    wedge: np.ndarray
    scale: np.ndarray
    shift: np.ndarray
    cut: np.ndarray
    exponent: np.ndarray
    endowment: np.ndarray
    reference: np.ndarray
    flow: np.ndarray
    price: np.ndarray
    level: np.ndarray
    disposal: int
    withheld: np.ndarray

    def charged(self, price: np.ndarray) -> Economy:
        """The same with ad valorem charges as they are at other prices [USD/kg; N + P]."""
        made = len(self.cost)
        more = self.withheld.T @ (price - self.price)
        return replace(self, cost=self.cost + more[:made], wedge=self.wedge + more[made:])


def economies(run: list[Cleared]) -> list[Economy]:
    """Every period of a run for the peers, on the same rows and columns: what is never used in any is left out."""
    final = run[0].market.responses.form == ISOELASTIC
    able = np.max([c.market.responses.capacity for c in run], axis=0) > 0.0
    permit = run[0].market.permit
    scarce = np.max([np.abs(c.market.a).sum(1) for c in run], axis=0) > 0.0
    rows = np.flatnonzero(~permit | scarce)
    return [_economy(c, rows, np.flatnonzero(~final & able), np.flatnonzero(final & able)) for c in run]


def _economy(c: Cleared, rows: np.ndarray, make: np.ndarray, use: np.ndarray) -> Economy:
    m, r = c.market, c.market.responses
    wedge = (m.a - m.b).T @ c.price
    permits = np.flatnonzero(m.permit[rows])
    reference, flow, e = m.reference[rows], m.flow[rows], m.endowment[rows]
    drop = np.zeros((len(rows), len(permits)))
    drop[permits, np.arange(len(permits))] = -1.0
    unused = PERMIT_DISPOSAL * e[permits]
    let_go = np.exp(-np.logaddexp(0.0, c.price[rows][permits] / (PERMIT_SPREAD * reference[permits])))
    a = m.a[rows]
    v0, vc, power = r.cost[use], r.choke[use], r.spread[use]
    shift = SHIFT * v0
    cut = ((vc + shift) / (v0 + shift)) ** -power
    return Economy(
        supply=np.hstack([a[:, make], drop]),
        demand=a[:, use],
        capacity=np.maximum(np.concatenate([r.capacity[make], unused]), LEAST),
        cost=np.concatenate([r.cost[make] + wedge[make], np.zeros(len(permits))]),
        spread=np.concatenate([r.spread[make], PERMIT_SPREAD * reference[permits]]),
        quantity=r.capacity[use],
        wedge=wedge[use],
        scale=v0 + shift,
        shift=shift,
        cut=cut,
        exponent=1.0 - 1.0 / power,
        endowment=e,
        reference=reference,
        flow=flow,
        price=c.price[rows],
        level=np.concatenate([c.level[make], unused * let_go, c.level[use]]),
        disposal=len(make),
        withheld=np.hstack([(m.a - m.b)[np.ix_(rows, make)], 0.0 * drop, (m.a - m.b)[np.ix_(rows, use)]]),
    )


def respond(e: Economy, price: np.ndarray) -> np.ndarray:
    """Levels of suppliers, then uses [kt/yr; L + D], at prices [USD/kg; N + P]: to judge a peer's prices by."""
    share = np.exp(-np.logaddexp(0.0, -(e.supply.T @ price - e.cost) / e.spread))
    paid = np.maximum(-e.demand.T @ price + e.wedge, 0.0)
    y = ((paid + e.shift) / e.scale) ** (1.0 / (e.exponent - 1.0))
    return np.concatenate([e.capacity * share, e.quantity * np.maximum((y - e.cut) / (1.0 - e.cut), 0.0)])


def imbalance(e: Economy, level: np.ndarray) -> float:
    """Largest imbalance of a node at levels [L + D], as a share of what passes through it."""
    a = np.hstack([e.supply, e.demand])
    through = np.abs(a) @ np.maximum(level, 0.0) + e.endowment + 1e-3 * e.flow
    return float(np.abs((a @ level + e.endowment) / through).max())


@dataclass(frozen=True)
class Gap:
    """How far a peer's answer is from ours.

    Attributes:
        price: largest difference of a price, in reference prices; price_median: the median one.
        level: largest difference of a level, as a share of the flow scale of the largest node it touches.
        residual: largest imbalance of the peer's own levels, as a share of what passes its node.
    """

    price: float
    price_median: float
    level: float
    residual: float


def gap(e: Economy, price: np.ndarray, level: np.ndarray) -> Gap:
    """Differences of a peer's prices and levels from ours, and its own residual."""
    off = np.abs(price - e.price) / np.maximum(e.reference, np.abs(e.price))
    a = np.abs(np.hstack([e.supply, e.demand]))
    size = np.max(np.where(a > 0, e.flow[:, None], 0.0), axis=0)
    return Gap(
        float(off.max()), float(np.median(off)), float((np.abs(level - e.level) / size).max()), imbalance(e, level)
    )
