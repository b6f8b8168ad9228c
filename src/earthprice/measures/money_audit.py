"""A gate for money, as there is one for markets: the ledger held to a second reckoning that shares no code with it.

Four things must hold in every run, each to `BOOKED_AT` of the year's turnover:

- **Users.** What a final user gains is the area under his own demand curve above what a unit costs him, less what his
  thrift cost him. Both are found by quadrature from the curve alone: with k = e_long - e_short, h his thrift and
  v_h = v0 exp(-h/k) the price that makes him hold it,

      F(h) = exp(h) CS(v_h) - CS(v0) + int_{v0}^{v_h} q(v) (v/v0)^-k dv,

  the long-run area (integration by parts of the F in `dynamics.laws.thrift_cost`). F is nil where k is, and so is h.
- **Charges.** The margin that a level answers to, cost + spread logit(x/K), is the price less the charges that are
  booked: nothing is booked that did not act.
- **Money in is money out.** In every zone all incomes of owners and the state are what its users would pay less what
  things really cost, investment and what the state spends, with what the zone sells to others less what it buys:

      users' benefit - sum over the others of [c x + s K (u ln u + (1-u) ln(1-u))] + sum of price x made,   u = x/K,

  in which no charge, rent or permit appears but those that cross a border. Over all zones the last sum is nil.
- **Damage** of a zone is what its activities' burdens do there.

Between two laws in one draw there are bounds (`missed_between`): at the thrift that he has, a user's loss lies between
q1 dv and q0 dv (Paasche and Laspeyres); so does the whole loss once thrift has settled. While thrift still moves, the
first point above is the test: who is caught with thrift after a price has fallen loses more, and that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Levy

BOOKED_AT = 1e-6
"""Largest miss, as a share of a year's turnover, at which money counts as booked right."""
SETTLED = 1e-4
"""Distance of thrift from where it tends at which it counts as settled."""
SEEN_USE = (1e-9, 1.0 - 1e-9)
"""Shares of capacity between which a level tells the margin."""
SHIFTED = 0.02
"""Share of the base year's cost that is added to a cost before its logarithm is taken."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)


@dataclass(frozen=True)
class Miss:
    """How far money is from the second reckoning: largest miss as a share of turnover, and where it lies."""

    size: float
    where: str

    def worse(self, other: Miss) -> Miss:
        """The larger of two."""
        return other if not other.size <= self.size else self


@dataclass(frozen=True)
class Users:
    """Final users of a run in their own terms [T, U]: unit cost v, use q, thrift h, their curve's numbers."""

    run: Outcome

    @cached_property
    def at(self) -> np.ndarray:
        """Positions of the users."""
        return np.flatnonzero(np.asarray(self.run.setting.demand.final))

    @cached_property
    def v(self) -> np.ndarray:
        """What a unit costs its user [USD/kg; T, U]."""
        at, terms = self.at, self.run.terms
        withheld = terms.advalorem.take(at, 1) + terms.markup.take(at, 1)
        return self.run.inputs.take(at, 1) * (1.0 + withheld) + self.run.permits.take(at, 1)

    @cached_property
    def h(self) -> np.ndarray:
        """Thrift [T, U]."""
        return self.run.record.thrift.take(self.at, 1)

    @cached_property
    def q(self) -> np.ndarray:
        """Use [kt/yr; T, U]."""
        return self.run.record.level.take(self.at, 1)

    @cached_property
    def k(self) -> np.ndarray:
        """Long-run less short-run elasticity [U]."""
        return np.asarray(self.run.setting.demand.thrift)[self.at]

    @cached_property
    def v0(self) -> np.ndarray:
        """Unit cost in the base year [USD/kg; U]."""
        return np.asarray(self.run.setting.base.cost)[self.at]

    @cached_property
    def scale(self) -> np.ndarray:
        """Use at the base cost, thrift apart [kt/yr; T, U]."""
        return self.run.record.capacity.take(self.at, 1) * np.exp(-self.h)

    @cached_property
    def settled(self) -> np.ndarray:
        """Whether thrift is where it tends at the period's cost [T, U]."""
        ratio = np.clip(self.v / self.v0, 0.05, 50.0)
        return np.abs(self.h + self.k * np.log(ratio)) < SETTLED

    @cached_property
    def bend(self) -> np.ndarray:
        """Elasticity of the curve [U]."""
        return np.asarray(self.run.setting.base.spread)[self.at]

    @cached_property
    def shift(self) -> np.ndarray:
        """What costs are shifted by before their logarithm is taken [USD/kg; U]."""
        return SHIFTED * self.v0

    @cached_property
    def cut(self) -> np.ndarray:
        """What the curve is lowered by, so that it ends at the choke [U]."""
        return ((self.choke + self.shift) / (self.v0 + self.shift)) ** -self.bend

    def place(self, cost: np.ndarray) -> np.ndarray:
        """Where a cost lies on the curve, y = ln[(cost + shift) / (v0 + shift)], from a cost of nil on [., U]."""
        return np.log((np.maximum(cost, 0.0) + self.shift) / (self.v0 + self.shift))

    def curve(self, y: np.ndarray) -> np.ndarray:
        """Use per unit of `scale`, thrift apart, at a place from a cost of nil to the choke [., U]."""
        return (np.exp(-self.bend * y) - self.cut) / (1.0 - self.cut)

    def area(self, low: np.ndarray, high: np.ndarray, power: np.ndarray | None = None) -> np.ndarray:
        """int_low^high q(v) (v/v0)^-power dv up to the choke, over places on the curve: dv = (v0 + shift) exp(y) dy.

        Below a cost of nil the curve goes on in a straight line.
        """
        start, end = self.place(low), self.place(high)
        middle, half = 0.5 * (start + end), 0.5 * (end - start)
        whole = np.zeros_like(half)
        for node, weight in zip(NODES, WEIGHTS, strict=True):
            y = middle + node * half
            grown = np.exp(y)
            density = (np.exp(-self.bend * y) - self.cut) * grown  # the curve times 1 - cut
            if power is not None:
                times = (1.0 + SHIFTED) * grown - SHIFTED  # v / v0
                density *= np.maximum(times, 1e-12) ** -power
            whole += weight * density
        whole *= half * (self.v0 + self.shift) / (1.0 - self.cut)
        if not (low < 0).any():
            return whole
        below, nil = np.minimum(low, 0.0), self.place(0.0 * self.v0)
        slope = -self.bend * np.exp(-self.bend * nil) / self.shift / (1.0 - self.cut)
        return whole - (self.curve(nil) + 0.5 * slope * below) * below

    @cached_property
    def choke(self) -> np.ndarray:
        """Cost at which use ends [USD/kg; U]."""
        return np.asarray(self.run.setting.demand.choke)[self.at]

    @cached_property
    def told(self) -> np.ndarray:
        """Cost that makes users hold the thrift that they have, v_h, up to the choke [USD/kg; T, U]."""
        k = np.where(self.k > 0, self.k, 1.0)
        return np.minimum(self.v0 * np.exp(-self.h / k), self.choke)

    @cached_property
    def on_the_way(self) -> np.ndarray:
        """F without its first part, per unit of `scale`: int_{v0}^{v_h} q(v) (v/v0)^-k dv - CS(v0) [T, U]."""
        return self.area(self.v0, self.told, self.k) - self.area(self.v0, self.choke)

    @cached_property
    def thrift_cost(self) -> np.ndarray:
        """What thrift costs its user, F, by the long-run area [MUSD/yr; T, U]."""
        cost = np.exp(self.h) * self.area(self.told, self.choke) + self.on_the_way
        return np.where(self.k > 0, cost * self.scale, 0.0)

    @cached_property
    def surplus(self) -> np.ndarray:
        """Area under the curve at the thrift that users have, less what that thrift cost [MUSD/yr; T, U].

        exp(h) CS(v) - F, of which exp(h) [CS(v) - CS(v_h)] is one area.
        """
        return (np.exp(self.h) * self.area(np.minimum(self.v, self.choke), self.told) - self.on_the_way) * self.scale


def missed(lens: Lens, users: Users, money: Mapping[tuple[str, str], np.ndarray], apart: str) -> Miss:
    """Largest miss of a run's accounts.

    Args:
        lens: names behind the positions.
        users: the final users of the run.
        money: income by (zone, group) [MUSD/yr; T].
        apart: the group that bears damage, no part of the market's money.
    """
    run, r, act = users.run, users.run.record, lens.engine.world.network.ids[1]
    sold, tariff = run.sales * r.level, run.terms.tariff * run.sales * r.level
    turnover = np.maximum(sold.sum(1), 1e-9)[:, None]
    of_users = np.abs(r.surplus.take(users.at, 1) - users.surplus) / turnover
    worst = _largest(run, of_users, lambda j: f"users' gain of {act[users.at[j]]}")
    at, cost, charged = _acting(run)
    of_charges = np.abs(charged) * r.level.take(at, 1) / turnover
    worst = worst.worse(_largest(run, of_charges, lambda j: f"charges of {act[at[j]]}"))
    each = sold - run.inputs * r.level - r.invested + _handed_on(lens, run, tariff)
    each[:, at] -= cost
    each[:, users.at] += users.surplus + users.v * users.q
    zones = lens.engine.names.zones
    booked = {zone: np.zeros(len(turnover)) for zone in zones}
    for (zone, who), path in money.items():
        if who != apart:
            booked[zone] += path
    real = lens.in_zone @ each.T + _between_states(lens, run, tariff)
    of_money = np.abs(np.array([*booked.values()]) - real).T / turnover
    worst = worst.worse(_largest(run, of_money, lambda z: f"money of {zones[z]}"))
    hurt = np.array([money[zone, apart] for zone in zones]) + lens.in_zone @ (run.harm * r.level).T
    return worst.worse(_largest(run, np.abs(hurt).T / turnover, lambda z: f"damage in {zones[z]}"))


def _handed_on(lens: Lens, run: Outcome, tariff: np.ndarray) -> np.ndarray:
    """What an activity's own zone gets beside its trade, less what it does not keep [T, M].

    Tariffs go to the zone of arrival, levies to other states, credits to who has them; a contract for difference may
    be another state's.
    """
    use = np.asarray(run.setting.permits.use)
    credits, kept = np.flatnonzero((use < 0).any(1)), -tariff
    if len(credits):
        kept -= run.record.price[:, run.goods + credits] @ use[credits] * run.record.level
    for levy in run.terms.foreign:
        kept -= _levied(run, levy)
    for k, c in enumerate(run.terms.contracts):
        if lens.zone_of[c.activity] != lens.engine.names.zones[c.payer]:
            kept[:, c.activity] += _insured(run, k)
    return kept


def _insured(run: Outcome, k: int) -> np.ndarray:
    """What a contract for difference pays its plant [MUSD/yr; T]."""
    return run.insured[:, k] * run.record.level[:, run.terms.contracts[k].activity]


def _levied(run: Outcome, levy: Levy) -> np.ndarray:
    return (levy.advalorem * run.base + levy.specific) * run.record.level - levy.entry_support


def _between_states(lens: Lens, run: Outcome, tariff: np.ndarray) -> np.ndarray:
    """What each state gets from other zones' trade, less what it spends [MUSD/yr; Z, T]."""
    out = lens.into_zone @ tariff.T - (run.terms.state_cost + run.terms.knowledge_support).T
    for levy in run.terms.foreign:
        out += levy.knowledge_support.T
        out[levy.zone] += _levied(run, levy).sum(1) - levy.knowledge_support.sum(1)
    for k, c in enumerate(run.terms.contracts):
        if lens.zone_of[c.activity] != lens.engine.names.zones[c.payer]:
            out[c.payer] -= _insured(run, k)
    return out


def missed_between(lens: Lens, was: Users, now: Users) -> Miss:
    """How far any user's loss lies outside its bounds between two laws of one draw."""
    base, reform = was.run, now.run
    turnover = np.maximum((base.sales * base.record.level).sum(1), 1e-9)[:, None]
    gross0, gross1 = (u.run.record.surplus.take(u.at, 1) + u.thrift_cost for u in (was, now))
    moved = np.exp(now.h - was.h)
    dv = now.v - was.v
    given = _outside(moved * gross0 - gross1, now.q * dv, moved * was.q * dv)
    whole = base.record.surplus.take(was.at, 1) - reform.record.surplus.take(now.at, 1)
    long = np.where(was.settled & now.settled, _outside(whole, now.q * dv, was.q * dv), 0.0)
    loose = 4.0 * SETTLED * np.abs(was.q * dv)
    miss = np.maximum(given, long - loose) / turnover
    act = lens.engine.world.network.ids[1]
    return _largest(reform, miss, lambda j: f"bounds of users' loss of {act[was.at[j]]}")


def _outside(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.maximum(np.maximum(low - x, x - high), 0.0)


def _acting(run: Outcome) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All but users and holders of stocks: positions [A], real cost [MUSD/yr], margin booked less acted on [T, A]."""
    s, terms, real = run.setting, run.terms, _real(run)
    at = np.flatnonzero(~(np.asarray(s.demand.final) | np.asarray(s.storage.holder)))
    earned = run.sales * (1.0 - terms.advalorem - terms.markup) - run.inputs - run.permits
    margin = earned + run.paid - real - (np.asarray(s.base.rent) + terms.specific + np.asarray(run.schedule.pigou))
    level, capacity, margin, real = (x.take(at, 1) for x in (run.record.level, run.record.capacity, margin, real))
    spread, offset, buyer = (np.asarray(x)[at] for x in (s.base.spread, s.base.cost + s.base.rent, s.base.buyer))
    u = np.clip(level / np.maximum(capacity, 1e-300), 1e-300, 1.0)
    used, idle = np.log(u), np.log1p(-np.minimum(u, 1.0 - 1e-16))
    inside = (u > SEEN_USE[0]) & (u < SEEN_USE[1])
    wrong = np.where(inside, margin - spread * (used - idle), 0.0)
    start = np.where(buyer, 0.0, np.logaddexp(0.0, -offset / spread))
    return at, real * level + spread * capacity * (u * used + (1.0 - u) * idle + start), wrong


def _real(run: Outcome) -> np.ndarray:
    """Cost of a unit of level, with what knowledge and the prices expected add to it [USD/kg; T, M]."""
    known, base = run.setting.knowledge, run.setting.base
    saves, risk = np.asarray(known.saves), np.asarray(base.risk)
    learns, hides = np.flatnonzero(saves), np.flatnonzero(risk)
    out = np.asarray(base.cost) + np.asarray(run.schedule.resource_cost)
    out[:, run.mines] += run.recovery_cost[:, run.mines]
    less = np.asarray(known.known) - run.record.knowledge
    out[:, learns] += less @ np.asarray(known.made)[:, learns] * saves[learns]
    cargo = run.point.bench.takes[:, hides]
    goods = np.flatnonzero(cargo.any(1))
    out[:, hides] += (_expected(run, goods) - np.asarray(base.price)[goods]) @ cargo[goods] * risk[hides]
    return out


def _expected(run: Outcome, goods: np.ndarray) -> np.ndarray:
    """Prices of some goods expected at the start of each period [USD/kg; T, G], which make a cargo dear to lose.

    E' = E + theta (p - E) + g (p - p before), at least a tenth of p; theta = 1 - (1 - adaptive)^dt, dt of the period.
    """
    s, price = run.setting, run.record.price[:, goods]
    theta = 1.0 - (1.0 - float(np.asarray(s.beliefs.adaptive))) ** np.asarray(run.schedule.clock.dt)
    now = np.asarray(s.base.price)[goods]
    drift = float(np.asarray(s.beliefs.extrapolate)) * (price - np.vstack([now, price[:-1]]))
    out = []
    for p, taken, more, least in zip(price, theta, drift, 0.1 * price, strict=True):
        out.append(now)
        now = np.maximum(now + taken * (p - now) + more, least)
    return np.array(out)


def _largest(run: Outcome, miss: np.ndarray, named: Callable[[int], str]) -> Miss:
    """The largest of some misses [T, .], said with the name of its position."""
    if not miss.size:
        return Miss(0.0, "")
    t, j = np.unravel_index(int(miss.argmax()), miss.shape)  # what is no number counts as the largest
    size = float(miss[t, j]) if np.isfinite(miss[t, j]) else np.inf
    return Miss(size, f"{named(int(j))} in {run.terms.years[t]:g}")
