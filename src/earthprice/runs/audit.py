"""The worst imbalance of a run: how large, of what, where and when; the solver's own word and the audit's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earthprice.dynamics.index import Index
from earthprice.dynamics.laws import NO_CAP
from earthprice.market.audit import ALMOST_AT, flow_gaps, permit_overruns
from earthprice.runs.engine import Outcome
from earthprice.world.network import Network


@dataclass(frozen=True)
class Imbalance:
    """The worst imbalance of a run.

    Attributes:
        size: largest imbalance of any good or permit in any period, as a share; infinite where a number is none.
        what: which good or permit it is of, in words.
        year: first day of its period, as decimal year.
    """

    size: float
    what: str
    year: float

    @property
    def words(self) -> str:
        """`too little of tb_metal in EUR, 2026 (imbalance 4.7e-05)`."""
        return f"{self.what}, {self.year:g} (imbalance {self.size:.1e})"


NIL = 1e-9
"""Below this [kt, kt/yr] a quantity counts as less than nothing."""
BELOW = 0.2, 0.5
"""Share of its base price, and USD/kg, by both of which a price below nil counts as impossible: none costs so much to
throw away."""
SEEN = 1e-4
"""Share of the base year's flow above which a good has a price: what nobody makes or takes any more has none."""


def worst(outcome: Outcome, network: Network) -> Imbalance:
    """The worst imbalance of a run: the worse of the solver's own and the audit's.

    The audit works from the levels alone (`market.audit.flow_gaps`, `permit_overruns`).
    """
    return max((_goods(outcome, network), _permits(outcome), _solver(outcome)), key=lambda found: found.size)


def uncleared(outcome: Outcome, network: Network) -> Imbalance | None:
    """The worst imbalance of a run that did not clear: above `ALMOST_AT`, or with a price that is no finite number."""
    found = worst(outcome, network)
    return found if found.size > ALMOST_AT or not np.isfinite(outcome.record.price).all() else None


def _goods(outcome: Outcome, network: Network) -> Imbalance:
    b, r = outcome.point.bench, outcome.record
    gaps = flow_gaps(network.nonzero, np.maximum(b.flow, 0.01), r.level)
    t, k = _largest(np.abs(gaps))
    good, _, zone = network.ids[0][k].partition("@")
    side = "more than anyone takes" if gaps[t, k] > 0 else "too little"
    return Imbalance(_size(gaps[t, k]), f"{side} of {good} in {zone}", _year(outcome, t))


def _permits(outcome: Outcome) -> Imbalance:
    r, terms = outcome.record, outcome.terms
    amounts = np.where(r.permit_amount > NO_CAP, np.inf, r.permit_amount)
    over = permit_overruns(terms.permit_use, amounts, r.level)
    if not over.size:
        return Imbalance(0.0, "no permit", _year(outcome, 0))
    t, p = _largest(over)
    return Imbalance(_size(over[t, p]), f"more than {terms.permits[p]} permits", _year(outcome, t))


def _solver(outcome: Outcome) -> Imbalance:
    own = np.asarray(outcome.record.residual)
    t = int(np.argmax(own))
    return Imbalance(_size(own[t]), "a market whose prices the solver did not find", _year(outcome, t))


def _largest(table: np.ndarray) -> tuple[int, int]:
    t, k = np.unravel_index(int(np.argmax(table)), table.shape)  # what is no number counts as the largest
    return int(t), int(k)


def _size(gap: float) -> float:
    return float("inf") if np.isnan(gap) else abs(float(gap))


def _year(outcome: Outcome, t: int) -> float:
    return float(outcome.terms.years[t])


def impossible(outcome: Outcome, network: Network, names: Index) -> str:
    """What no market can do and a run does, in words: less than nothing used, held or left, or a price far below nil.

    An oxide, metal or magnet that nobody wants costs what its disposal costs, so that its price may lie a little below
    nil (`BELOW`); ore and swarf without a taker may cost more, and what hardly passes any more (`SEEN`) has no price.
    """
    r, stocks = outcome.record, [f"stock of {n}" for n in names.stocks]
    least = np.maximum(BELOW[0] * outcome.point.bench.price, BELOW[1])
    flow = np.maximum(outcome.point.bench.flow, 0.01)
    price = np.where(network.finished, r.price[:, : outcome.goods], 0.0) / least
    if (price < -1.0).any():
        price = np.where((abs(network.nonzero) @ r.level.T).T > SEEN * flow, price, 0.0)
    activities = network.activities.index
    below = {
        "level of": (r.level, activities, -NIL),
        "capacity of": (r.capacity, activities, -NIL),
        "private": (r.stock, stocks, -NIL),
        "state's": (r.reserve, stocks, -NIL),
        "ore left in": (r.ore, names.bodies, -NIL),
        "price of": (price, network.nodes.index, -1.0),
    }
    for what, (values, of, least) in below.items():
        if values.size and values.min() < least:
            t, j = np.unravel_index(int(values.argmin()), values.shape)
            return f"{what} {of[j]} is below nil in {outcome.terms.years[t]:g}"
    return ""
