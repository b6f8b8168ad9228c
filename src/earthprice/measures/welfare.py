"""Welfare: who earns what in a run, by zone and group. Every dollar that one pays, another receives.

Income of an activity's owner = surplus + rent + price of the permits it holds + mark-up kept + support - investment.
Who holds a stock, private or the state's, pays for what he puts aside and is paid for what he sells. The state of the
activity's zone receives charges (with expected fines and seized goods; tariffs go to the zone of arrival) and pays for
inspection and support. Neighbours bear the damage in their zone. Unlicensed diggers, separators and smugglers are
groups of their own: welfare can be read with and without them.

The years reported end, the world does not. A run goes on beyond them, and what each account earns then is part of what
is left (`RunAccounts.until`). A run ends too; what is left then has a value (`RunAccounts.left`), by zone and group:

- of a stock: what it would sell for, p S;
- of an ore body: what its mines earn, what the state takes from them and the harm that they do go on until the ore is
  gone at the last pace d, which takes R/d years: x (1 - exp(-rho R/d)) / rho for a yearly x, as user cost values ore
  (`rare`), rho = ln(1 + r);
- of plants, and of what users have got used to: their last incomes fade as plants and users adapt, x / (rho + z), with
  z the speed of thrift;
- what the state spends on inspection and research goes on as long as the mines of its zone, by the ore they dig.

x is the mean of the last `SEEN` years, without what was built in them and what states paid for it: what goes on is what
stands, and it is built no further. Nothing is counted beyond `LONGEST` years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.runs.engine import Engine, Outcome

STATE, NEIGHBOURS = "state", "neighbours (damage)"
UNLICENSED = ("unlicensed digger", "unlicensed separator", "smuggler")
RATES = (0.0, 0.03, 0.07)
"""Social discount rates shown side by side [share/yr]."""
SEEN = 5.0
"""Years at the end whose mean income goes on: one year alone may be the peak or the trough of a cycle."""
LONGEST = 60.0
"""Years after the end beyond which nothing is counted: as long as user cost is checked to agree with itself."""

NOTHING = 1e-9
"""Ore dug [kt/yr], or a rate, that counts as none."""

Key = tuple[str, str]
Ledger = dict[Key, np.ndarray]


@dataclass(frozen=True)
class RunAccounts:
    """The accounts of one run.

    Attributes:
        money: income by (zone, group) [MUSD/yr; T].
        left: value of what is left after these periods, as of the module's head [MUSD of their end; R, one a rate].
        dt: length of each period [years; T].
    """

    money: Ledger
    left: Ledger
    dt: np.ndarray

    @classmethod
    def of(cls, lens: Lens, run: Outcome, rates: Sequence[float] = RATES, *, goes_on: bool = True) -> RunAccounts:
        """The accounts of a run.

        Args:
            lens: whose is what.
            run: the run.
            rates: social discount rates.
            goes_on: whether the last incomes go on; after a shock that is over they do not, and stocks alone have a
                value.
        """
        flows = Bookings.of(run)
        return cls(
            _booked(lens, run, flows), _left(lens, run, flows, rates, goes_on), np.asarray(run.schedule.clock.dt)
        )

    def until(self, t: int, rates: Sequence[float]) -> RunAccounts:
        """The accounts of the first t periods; what is earned after them is part of what is left at their end.

        left'[r] = sum_k dt_k money[k] (1 + r)^-(e_k - dt_k / 2) + left[r] (1 + r)^-e_N,   e_k from their end to k's end

        Args:
            t: how many.
            rates: social discount rates at which what is left has been valued.
        """
        dt, growth = self.dt[t:], 1.0 + np.array(rates)[:, None]
        ends = np.cumsum(dt)
        weight = dt * growth ** -(ends - 0.5 * dt)
        end = growth[:, 0] ** -dt.sum()
        after = np.array([x[t:] for x in self.money.values()]) @ weight.T
        left = after + end * np.array([self.left[k] for k in self.money])
        money = {k: x[:t] for k, x in self.money.items()}
        return RunAccounts(money, dict(zip(money, left, strict=True)), self.dt[:t])


@dataclass(frozen=True)
class Receipts:
    """What states take from each activity [MUSD/yr; ., M].

    Attributes:
        here: the state of the activity's own zone.
        arrival: that of the zone of arrival.
        others: another state, by its position.
    """

    here: np.ndarray
    arrival: np.ndarray
    others: Mapping[int, np.ndarray]

    def turned(self, how: Callable[[np.ndarray], np.ndarray]) -> Receipts:
        """Something else that is a sum of them, such as their mean over some periods."""
        return Receipts(how(self.here), how(self.arrival), {z: how(x) for z, x in self.others.items()})

    def by_state(self, lens: Lens) -> np.ndarray:
        """What each state takes [MUSD/yr; Z, .]."""
        out = lens.in_zone @ self.here.T + lens.into_zone @ self.arrival.T
        for z, x in self.others.items():
            out[z] += x.sum(1)
        return out


@dataclass(frozen=True)
class Bookings:
    """What a run's accounts are made of: incomes [T, M], receipts [T, M], what states spend [T, Z] [MUSD/yr]."""

    own: np.ndarray
    taken: Receipts
    spend: np.ndarray

    @classmethod
    def of(cls, run: Outcome) -> Bookings:
        """Those of a run."""
        due = charges(run)
        return cls(incomes(run, due), receipts(run, due), spent(run))


class Booked(Protocol):
    """What has been booked of a run: income by (zone, group) [MUSD/yr; T], what is left at the end [MUSD; R]."""

    @property
    def money(self) -> Mapping[Key, np.ndarray]:
        """Income by period."""
        ...

    @property
    def left(self) -> Mapping[Key, np.ndarray]:
        """What is left at the end of the last period, in its money, by discount rate."""
        ...


def ledger(lens: Lens, run: Outcome) -> Ledger:
    """Income by (zone, group) and period [MUSD/yr; T]."""
    return _booked(lens, run, Bookings.of(run))


def _booked(lens: Lens, run: Outcome, flows: Bookings) -> Ledger:
    return _by_group(lens, flows.own, flows.taken.by_state(lens).T - flows.spend, -run.record.damage)


def _left(lens: Lens, run: Outcome, flows: Bookings, rates: Sequence[float], goes_on: bool) -> Ledger:
    seen = _seen(run)
    last, seen = np.flatnonzero(seen), seen[seen > 0]
    if run.terms.entry_support.any():
        run = _unsupported(run)
        flows = Bookings.of(run)
    earned = flows.own[last] + run.record.invested[last]
    own, spend = np.where(_holds(run), 0.0, seen @ earned), seen @ flows.spend[last]
    hurt = seen @ (run.harm[last] * run.record.level[last])
    years, state = (float(goes_on) * x for x in _lasting(lens, run, rates))
    taken = flows.taken.turned(lambda x: (seen @ x[last]) * years).by_state(lens)
    places = np.asarray(lens.engine.names.fixed.site)
    return _by_group(lens, own * years + _held(lens, run), taken.T - spend * state, -(hurt * years) @ places.T)


def _unsupported(run: Outcome) -> Outcome:
    """The run without money for new capacity: what goes on after the end builds nothing."""
    t = run.terms
    nil = np.zeros_like(t.entry_support)
    without = replace(t, entry_support=nil, foreign=tuple(replace(levy, entry_support=nil) for levy in t.foreign))
    return replace(run, terms=without)


def _by_group(lens: Lens, own: np.ndarray, states: np.ndarray, harm: np.ndarray) -> Ledger:
    """Sums by zone and group.

    Args:
        lens: whose activities are whose.
        own: of the owners of the activities [., M].
        states: of the states [., Z].
        harm: of the neighbours by place [., D].
    """
    earned, out = iter(lens.owned @ own.T), {}
    for z, (zone, owners) in enumerate(lens.owners.items()):
        out |= {owner: next(earned) for owner in owners}
        out[zone, STATE] = states[:, z]
    for p, zone in enumerate(lens.engine.place_zones):
        out[zone, NEIGHBOURS] = out.get((zone, NEIGHBOURS), 0.0) + harm[:, p]
    return out


def incomes(run: Outcome, due: np.ndarray | None = None) -> np.ndarray:
    """Income of the owners, with the charges `due` where they are at hand [MUSD/yr; T, M]."""
    r, kept, at = run.record, run.terms.markup * run.base, np.flatnonzero(_holds(run))
    own = r.surplus + (run.point.bench.rent + run.held + kept) * r.level - r.invested + run.terms.entry_support
    sold = (run.sales[:, at] - run.inputs[:, at]) * r.level[:, at]
    own[:, at] = sold - (charges(run) if due is None else due)[:, at]
    return own


def charges(run: Outcome) -> np.ndarray:
    """Charges paid, less support for new capacity and what contracts for difference pay [MUSD/yr; T, M]."""
    due = run.terms.advalorem * run.base + run.terms.specific - run.paid
    return due * run.record.level - run.terms.entry_support


def tariffs(run: Outcome) -> np.ndarray:
    """The part of the charges on shipments that the state of the zone of arrival collects [MUSD/yr; T, M]."""
    return run.terms.tariff * run.sales * run.record.level


def receipts(run: Outcome, due: np.ndarray | None = None) -> Receipts:
    """What states take from each activity, with the charges `due` where they are at hand [MUSD/yr; T, M].

    Charges go to the state of the activity's zone, tariffs to that of the zone of arrival, and what a book levies
    outside its own zone to the state that levies it. A contract for difference is paid by the state that signed it.
    """
    arrival = tariffs(run)
    here, others = (charges(run) if due is None else due) - arrival, {}
    for levy in run.terms.foreign:
        taken = (levy.advalorem * run.base + levy.specific) * run.record.level - levy.entry_support
        here -= taken
        others[levy.zone] = others.get(levy.zone, 0.0) + taken
    for k, c in enumerate(run.terms.contracts):
        paid = run.insured[:, k] * run.record.level[:, c.activity]
        here[:, c.activity] += paid
        others.setdefault(c.payer, np.zeros_like(here))[:, c.activity] -= paid
    return Receipts(here, arrival, others)


def spent(run: Outcome) -> np.ndarray:
    """What states spend on inspection and research, also on that of other zones [MUSD/yr; T, Z]."""
    out = run.terms.state_cost + run.terms.knowledge_support
    for levy in run.terms.foreign:
        out = out - levy.knowledge_support
        out[:, levy.zone] += levy.knowledge_support.sum(1)
    return out


def _holds(run: Outcome) -> np.ndarray:
    """Activities that put a good aside or sell it from a stock [M]."""
    s = run.setting
    return np.asarray(s.storage.holder)


def _seen(run: Outcome) -> np.ndarray:
    """What each period counts in the mean income that goes on after the end [T]: its part in the last `SEEN` years.

    The base year never counts.
    """
    dt = np.asarray(run.schedule.clock.dt)
    after = np.append(np.cumsum(dt[:0:-1])[::-1], 0.0)  # from the end of each period to the end
    counts = np.clip(SEEN - after, 0.0, dt) * (np.arange(len(dt)) > 0)
    return counts / counts.sum()


def _held(lens: Lens, run: Outcome) -> np.ndarray:
    """What stocks would sell for at the end, booked with the first activity that fills each [MUSD; M]."""
    r, out = run.record, np.zeros(run.record.level.shape[1])
    dt, level, worth = float(run.schedule.clock.dt[-1]), r.level[-1], run.inputs[-1]
    for (at, filled), stock in zip(lens.stocks, (r.stock[-1], r.reserve[-1]), strict=True):
        np.add.at(out, at, worth[at] * (stock + dt * (filled @ level)))
    return out


def _lasting(lens: Lens, run: Outcome, rates: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Years' worth of a yearly income that goes on after the end: by activity [R, M], of what states spend [R, Z]."""
    on, dug = run.dig > 0, run.record.dug[-1]
    left = np.maximum(run.record.ore[-1] - float(run.schedule.clock.dt[-1]) * dug, 0.0)
    of_body = np.array([annuity(rate, left / np.maximum(dug, NOTHING)) for rate in rates])
    fading = 1.0 / (np.log1p(rates) + run.point.values["model/demand/thrift_speed"])[:, None]
    years = np.repeat(fading, run.record.level.shape[1], axis=1)
    years[:, run.mines] = of_body @ on
    zones = np.arange(len(lens.engine.names.zones))[:, None]
    pace = np.where(lens.zone_at[run.mines[on.argmax(1)]] == zones, dug, 0.0)
    total = pace.sum(1)
    state = np.where(total > NOTHING, of_body @ pace.T / np.maximum(total, NOTHING), fading)
    return years, state


def annuity(rate: float, years: np.ndarray) -> np.ndarray:
    """Present value of one a year for some years, at most `LONGEST`: (1 - exp(-rho y)) / rho, rho = ln(1 + rate)."""
    rho, span = float(np.log1p(rate)), np.minimum(years, LONGEST)
    return span if rho < NOTHING else -np.expm1(-rho * span) / rho


@dataclass(frozen=True)
class Discounting:
    """What turns accounts into a present value.

    Attributes:
        weight: years' worth of each period, discounted from its middle to the start of the first year counted; nil
            before it [T].
        end: discount factor of the end of the last period.
        rate: position of the discount rate among those of what is left.
    """

    weight: np.ndarray
    end: float
    rate: int

    def __call__(self, booked: Booked, keys: Iterable[Key]) -> float:
        """Present value of some accounts, with what is left at the end [MUSD]."""
        return float(self.together([booked], list(keys))[0])

    def each(self, cases: Sequence[Booked], keys: Sequence[Key]) -> dict[Key, np.ndarray]:
        """Present value of some accounts one by one, over cases: the same as a call on each alone [MUSD]."""
        if not (keys and cases):
            return {k: np.zeros(0) for k in keys}
        money = np.array([c.money[k] for k in keys for c in cases])
        left = np.array([c.left[k][self.rate] for k in keys for c in cases])
        value = (np.vecdot(money, self.weight) + self.end * left).reshape(len(keys), len(cases))
        return dict(zip(keys, value, strict=True))

    def together(self, cases: Sequence[Booked], keys: Sequence[Key]) -> np.ndarray:
        """Present value of some accounts together, over cases: the same as a call on each case [MUSD]."""
        return sum(self.each(cases, keys).values(), np.zeros(len(cases)))


def worth(e: Engine, first: float, discount: float, rates: Sequence[float] = RATES) -> Discounting:
    """Present value at the start of a year of what is due from then on, and of what is left at the end.

    Args:
        e: periods.
        first: the year.
        discount: social discount rate, one of the rates [share/yr].
        rates: rates at which what is left has been valued.
    """
    passed = e.years - first
    weight = np.where(passed > -1e-9, (1.0 + discount) ** -(passed + 0.5 * e.dt) * e.dt, 0.0)
    return Discounting(weight, float((1.0 + discount) ** -(passed[-1] + e.dt[-1])), list(rates).index(discount))
