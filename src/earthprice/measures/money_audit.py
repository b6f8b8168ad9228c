"""A gate for money, as there is one for markets: the ledger held to a second reckoning that shares no code with it.

Four things must hold in every run, each to `BOOKED_AT` of the year's turnover:

- **Users.** What a final user gains is the area under his own demand curve above what a unit costs him, less what his
  thrift cost him. Both are found by quadrature from the curve alone: with k = e_long - e_short, h his thrift and
  v_h = v0 exp(-h/k) the price that makes him hold it,

      F(h) = exp(h) CS(v_h) - CS(v0) + int_{v0}^{v_h} q(v) (v/v0)^-k dv,

  the long-run area (integration by parts of the F in `dynamics.laws.thrift_cost`). F is nil where k is.
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

from collections.abc import Mapping
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
        paid = self.run.inputs * (1.0 + self.run.terms.advalorem + self.run.terms.markup)
        return (paid + self.run.permits)[:, self.at]

    @cached_property
    def h(self) -> np.ndarray:
        """Thrift [T, U]."""
        return self.run.record.thrift[:, self.at]

    @cached_property
    def q(self) -> np.ndarray:
        """Use [kt/yr; T, U]."""
        return self.run.record.level[:, self.at]

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
        return self.run.record.capacity[:, self.at] * np.exp(-self.h)

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
        return 0.02 * self.v0

    @cached_property
    def cut(self) -> np.ndarray:
        """What the curve is lowered by, so that it ends at the choke [U]."""
        return ((self.choke + self.shift) / (self.v0 + self.shift)) ** -self.bend

    def curve(self, place: np.ndarray) -> np.ndarray:
        """Use per unit of `scale`, thrift apart, at ln(cost + shift) from a cost of nil to the choke [., T, U]."""
        height = place - np.log(self.v0 + self.shift)
        height *= -self.bend
        np.exp(height, out=height)
        height -= self.cut
        height /= 1.0 - self.cut
        return height

    def area(self, low: np.ndarray, high: np.ndarray, power: np.ndarray | None = None) -> np.ndarray:
        """int_low^high q(v) (v/v0)^-power dv up to the choke, on a logarithmic scale of cost, shifted as the curve is.

        Below a cost of nil the curve goes on in a straight line.
        """
        start, end = np.log(np.maximum(low, 0.0) + self.shift), np.log(np.maximum(high, 0.0) + self.shift)
        middle, half = 0.5 * (start + end), 0.5 * (end - start)
        place = np.multiply.outer(NODES, half)
        place += middle
        density = self.curve(place)
        shifted = np.exp(place, out=place)
        density *= shifted
        if power is not None:
            shifted -= self.shift
            np.maximum(shifted, 1e-12, out=shifted)
            shifted /= self.v0
            np.log(shifted, out=shifted)
            shifted *= -power
            density *= np.exp(shifted, out=shifted)
        whole = half * np.tensordot(WEIGHTS, density, axes=1)
        if not (low < 0).any():
            return whole
        below, nil = np.minimum(low, 0.0), np.log(self.shift)
        slope = -self.bend * np.exp(-self.bend * (nil - np.log(self.v0 + self.shift))) / self.shift / (1.0 - self.cut)
        return whole - (self.curve(nil) + 0.5 * slope * below) * below

    @cached_property
    def choke(self) -> np.ndarray:
        """Cost at which use ends [USD/kg; U]."""
        return np.asarray(self.run.setting.demand.choke)[self.at]

    @cached_property
    def thrift_cost(self) -> np.ndarray:
        """What thrift costs its user, by the long-run area [MUSD/yr; T, U]."""
        k = np.where(self.k > 0, self.k, 1.0)
        told = np.minimum(self.v0 * np.exp(-self.h / k), self.choke)
        grown = np.exp(-self.k * np.log(told / self.v0))
        cost = grown * self.area(told, self.choke) - self.area(self.v0, self.choke) + self.area(self.v0, told, self.k)
        return np.where(self.k > 0, cost * self.scale, 0.0)

    @cached_property
    def surplus(self) -> np.ndarray:
        """Area under the curve at the thrift that users have, less what that thrift cost [MUSD/yr; T, U]."""
        gross = np.exp(self.h) * self.area(np.minimum(self.v, self.choke), self.choke) * self.scale
        return gross - self.thrift_cost


def missed(lens: Lens, users: Users, money: Mapping[tuple[str, str], np.ndarray], apart: str) -> Miss:
    """Largest miss of a run's accounts.

    Args:
        lens: names behind the positions.
        users: the final users of the run.
        money: income by (zone, group) [MUSD/yr; T].
        apart: the group that bears damage, no part of the market's money.
    """
    run, r = users.run, users.run.record
    turnover = np.maximum((run.sales * r.level).sum(1), 1e-9)
    of_users = np.abs(r.surplus[:, users.at] - users.surplus) / turnover[:, None]
    worst = _largest(lens, run, of_users, users.at, "users' gain")
    cost, charged = _acting(run)
    of_charges = np.abs(charged) * r.level / turnover[:, None]
    worst = worst.worse(_largest(lens, run, of_charges, np.arange(len(lens.act)), "charges"))
    users_gain = np.zeros_like(cost)
    users_gain[:, users.at] = users.surplus + users.v * users.q
    each = (run.sales - run.inputs) * r.level + users_gain - cost - r.invested + _handed_on(lens, run)
    harm, tariff = run.harm * r.level, run.terms.tariff * run.sales * r.level
    for z, zone in enumerate(lens.engine.names.zones):
        here = lens.mask(zone=zone)
        mine = [v for (where, who), v in money.items() if where == zone and who != apart]
        booked = np.sum(mine, axis=0)
        real = each[:, here].sum(1) + _between_states(lens, run, z, tariff)
        worst = worst.worse(_largest(lens, run, (np.abs(booked - real) / turnover)[:, None], None, f"money of {zone}"))
        hurt = np.abs(money[zone, apart] + harm[:, here].sum(1)) / turnover
        worst = worst.worse(_largest(lens, run, hurt[:, None], None, f"damage in {zone}"))
    return worst


def _handed_on(lens: Lens, run: Outcome) -> np.ndarray:
    """What an activity's own zone gets beside its trade, less what it does not keep [T, M].

    Tariffs go to the zone of arrival, levies to other states, credits to who has them; a contract for difference may
    be another state's.
    """
    tariff, permits = run.terms.tariff * run.sales * run.record.level, run.setting.permits
    paid = run.record.price[:, run.goods :] @ (np.asarray(permits.use) - np.asarray(permits.held))
    kept = -tariff - paid * run.record.level
    kept = kept - sum((_levied(run, levy) for levy in run.terms.foreign), np.zeros_like(tariff))
    for k, c in enumerate(run.terms.contracts):
        if lens.zone_of[c.activity] != lens.engine.names.zones[c.payer]:
            kept[:, c.activity] += _insured(run, k)
    return kept


def _insured(run: Outcome, k: int) -> np.ndarray:
    """What a contract for difference pays its plant [MUSD/yr; T]."""
    return run.insured[:, k] * run.record.level[:, run.terms.contracts[k].activity]


def _levied(run: Outcome, levy: Levy) -> np.ndarray:
    return (levy.advalorem * run.base + levy.specific) * run.record.level - levy.entry_support


def _between_states(lens: Lens, run: Outcome, zone: int, tariff: np.ndarray) -> np.ndarray:
    """What a state gets from other zones' trade, and what it spends [MUSD/yr; T]."""
    name = lens.engine.names.zones[zone]
    spent = run.terms.state_cost + run.terms.knowledge_support
    out = tariff[:, lens.mask(partner=name)].sum(1) - spent[:, zone]
    for levy in run.terms.foreign:
        out = out + levy.knowledge_support[:, zone]
        if levy.zone == zone:
            out = out + _levied(run, levy).sum(1) - levy.knowledge_support.sum(1)
    for k, c in enumerate(run.terms.contracts):
        if c.payer == zone and lens.zone_of[c.activity] != name:
            out = out - _insured(run, k)
    return out


def missed_between(lens: Lens, was: Users, now: Users) -> Miss:
    """How far any user's loss lies outside its bounds between two laws of one draw."""
    base, reform = was.run, now.run
    turnover = np.maximum((base.sales * base.record.level).sum(1), 1e-9)[:, None]
    gross0, gross1 = (u.run.record.surplus[:, u.at] + u.thrift_cost for u in (was, now))
    moved = np.exp(now.h - was.h)
    dv = now.v - was.v
    given = _outside(moved * gross0 - gross1, now.q * dv, moved * was.q * dv)
    whole = base.record.surplus[:, was.at] - reform.record.surplus[:, now.at]
    long = np.where(was.settled & now.settled, _outside(whole, now.q * dv, was.q * dv), 0.0)
    loose = 4.0 * SETTLED * np.abs(was.q * dv)
    return _largest(lens, reform, np.maximum(given, long - loose) / turnover, was.at, "bounds of users' loss")


def _outside(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.maximum(np.maximum(low - x, x - high), 0.0)


def _acting(run: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Real cost of all but users and holders of stocks [MUSD/yr; T, M], and margin booked less that acted on [T, M]."""
    s, r, schedule = run.setting, run.record, run.schedule
    final, holder = np.asarray(s.demand.final), np.asarray(s.storage.holder)
    runs = ~final & ~holder
    u = np.clip(r.level / np.maximum(r.capacity, 1e-300), 1e-300, 1.0)
    earned = run.sales * (1.0 - run.terms.advalorem - run.terms.markup) - run.inputs - run.permits + run.paid
    inside = (u > SEEN_USE[0]) & (u < SEEN_USE[1])
    used, idle = np.log(u), np.log1p(-np.minimum(u, 1.0 - 1e-16))
    marginal = np.asarray(s.base.spread) * (used - idle)
    known, saves = s.knowledge, np.asarray(s.knowledge.saves)
    learned = (np.asarray(known.known) - r.knowledge) @ np.asarray(known.made) * saves
    dearer = (_expected(run) - np.asarray(s.base.price)) @ run.point.bench.takes * np.asarray(s.base.risk)
    real = np.asarray(s.base.cost) + np.asarray(schedule.resource_cost)
    real = real + run.recovery_cost + learned + dearer
    transfer = np.asarray(s.base.rent) + run.terms.specific + np.asarray(schedule.pigou)
    wrong = np.where(runs & inside, earned - real - transfer - marginal, 0.0)
    mixing = u * used + (1.0 - u) * idle
    before = np.asarray(s.base.cost) + np.asarray(s.base.rent)
    start = np.where(np.asarray(s.base.buyer), 0.0, np.logaddexp(0.0, -before / s.base.spread))
    cost = real * r.level + np.asarray(s.base.spread) * r.capacity * (mixing + start)
    return np.where(runs, cost, 0.0), wrong


def _expected(run: Outcome) -> np.ndarray:
    """Prices expected at the start of each period [USD/kg; T, N], which make a hidden cargo dear to lose.

    E' = E + theta (p - E) + g (p - p before), at least a tenth of p; theta = 1 - (1 - adaptive)^dt, dt of the period.
    """
    s, price = run.setting, run.record.price[:, : run.goods]
    theta = 1.0 - (1.0 - float(np.asarray(s.beliefs.adaptive))) ** np.asarray(run.schedule.clock.dt)
    now = before = np.asarray(s.base.price)
    out = []
    for p, taken in zip(price, theta, strict=True):
        out.append(now)
        now = np.maximum(now + taken * (p - now) + float(np.asarray(s.beliefs.extrapolate)) * (p - before), 0.1 * p)
        before = p
    return np.array(out)


def _largest(lens: Lens, run: Outcome, miss: np.ndarray, at: np.ndarray | None, what: str) -> Miss:
    if not miss.size:
        return Miss(0.0, "")
    worst = np.where(np.isfinite(miss), miss, np.inf)
    t, j = np.unravel_index(int(worst.argmax()), worst.shape)
    who = "" if at is None else f" of {lens.act.index[at[j]]}"
    return Miss(float(worst[t, j]), f"{what}{who} in {run.terms.years[t]:g}")
