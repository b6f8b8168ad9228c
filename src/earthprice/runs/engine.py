"""The engine of a study: from a draw and a law to a run; everything has one shape, so that nothing compiles twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from earthprice.dynamics.benchmark import Benchmark, benchmark, by_plant, insured, node_prices
from earthprice.dynamics.clock import Clock, clock
from earthprice.dynamics.index import Index, index
from earthprice.dynamics.laws import recovery_cost
from earthprice.dynamics.schedule import Drivers, Schedule, fitted, growth, middles, phases, schedule, with_permit_room
from earthprice.dynamics.setting import Ore, Setting
from earthprice.dynamics.setup import relaid, setting
from earthprice.dynamics.spell import roomy, simulate_first
from earthprice.dynamics.state import Record
from earthprice.errors import OptionError
from earthprice.keep.traced import Traced
from earthprice.runs.guide import Guide
from earthprice.runs.issued import base_law, granted_before, partly, same
from earthprice.world.assembly import assemble
from earthprice.world.balance import balance, closed
from earthprice.world.burdens import burden_sizes
from earthprice.world.draft import Drafts
from earthprice.world.terms import Terms
from earthprice.world.world import World

PACE, TURNS = "storage/world/pace", 0.95
"""Most times that stocks turn over in the first period: no holder sells in one period more than he holds at its start,
and in longer ones the run sees to that."""


@dataclass(frozen=True)
class Engine:
    """A world with periods.

    Attributes:
        world: the world.
        names: positions.
        years: start of each period; the first is the base year.
        dt: length of each period [years].
        drivers: whether use follows its recorded driver as long as the world holds one.
    """

    world: World
    names: Index
    years: np.ndarray
    dt: np.ndarray
    drivers: bool = False
    _of: dict[int, np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def middles(self) -> np.ndarray:
        """Middle of each period, as `schedule.middles` [T]."""
        return middles(self.years, self.dt)

    def of_year(self, path: np.ndarray, year: int, weight: np.ndarray | None = None) -> np.ndarray:
        """Mean of a path over the periods of a year, or of the nearest year that there is [T, ...] -> [...].

        Args:
            path: leading axis the periods.
            year: the year.
            weight: what a unit of time of each period counts [T], such as the flow that a price is of; alike if
                None, or if all are nil.
        """
        mine = self._within(year)
        counted = mine if weight is None else mine[weight[mine] > 0]
        if not len(counted):
            counted, weight = mine, None
        long = self.dt[counted] if weight is None else self.dt[counted] * weight[counted]
        return (path[counted].T * long).T.sum(0) / long.sum()

    def _within(self, year: int) -> np.ndarray:
        """Positions of the periods of a year, or of the nearest year that there is; found once."""
        if year not in self._of:
            whole = np.floor(self.years + 1e-9)
            self._of[year] = np.flatnonzero(whole == whole[np.abs(whole - year).argmin()])
        return self._of[year]

    @property
    def last(self) -> int:
        """The year in which the last period ends."""
        return round(float(self.years[-1] + self.dt[-1])) - 1

    def head(self, periods: int) -> Engine:
        """The first periods alone."""
        return replace(self, years=self.years[:periods], dt=self.dt[:periods])

    def longer(self, lengths: Iterable[float]) -> Engine:
        """The same periods and more of some lengths after them."""
        dt = np.append(self.dt, list(lengths))
        return replace(self, years=self.years[0] + np.append(0.0, np.cumsum(dt[:-1])), dt=dt)

    def until(self, last: int) -> Engine:
        """The same periods and more of the first one's length after them, to the end of a year."""
        dt = self.dt[0]
        return self.longer(np.full(max(0, round((last - self.last) / dt)), dt))

    @cached_property
    def clock(self) -> Clock:
        """The clock of the periods."""
        return clock(self.dt)

    @cached_property
    def multipliers(self) -> np.ndarray:
        """Multipliers that balance the base year at the world's own numbers; draws lie near them [N]."""
        said, network = assemble(self.world.numbers.central, self.world.outline).said, self.world.network
        return closed(network.matrix, said["level"], said["trust"], list(network.nodes.index))[1]

    @cached_property
    def place_zones(self) -> tuple[str, ...]:
        """Zone of every place: a district's own zone, a zone itself."""
        table = self.world.structure["districts"]
        of = dict(zip(table["id"], table["zone"], strict=True))
        return tuple(of.get(p, p) for p in self.names.places)


@dataclass(frozen=True)
class Point:
    """One draw of the world's numbers, balanced and benchmarked under the law in force in the base year.

    `growth` and `open` are as in a `Schedule`; `burdens` are those of a unit of level [M, B]; `setting` is that of a
    run under the law in force, which any other law is laid on; `guide` a run near which others from here are looked
    for, if one is known.
    """

    values: Mapping[str, float]
    drafts: Drafts
    bench: Benchmark
    base: Terms
    growth: np.ndarray
    open: np.ndarray
    burdens: np.ndarray
    setting: Setting
    guide: Guide | None = None
    _lifted: dict[tuple[int, bool], tuple[Terms, Outcome]] = field(default_factory=dict, repr=False, compare=False)

    def lifted(self, e: Engine, terms: Terms, refusing: bool = False) -> Outcome:
        """A run that `_issued` asks for; the last with licences `refusing` and the last without are kept by terms."""
        key = len(e.years), refusing
        known = self._lifted.get(key)
        if known is None or not same(known[0], terms):
            alone = self.near(None)  # runs in which caps bind are no guide to one in which none does
            known = terms, run(e, alone, terms)
        self._lifted[key] = terms, known[1]  # the arrays that the next terms may share are the same at a glance
        return known[1]

    def near(self, guide: Guide | None) -> Point:
        """The same point, from which runs are looked for near the prices of one that was found."""
        return replace(self, guide=guide)


class LaidOut(NamedTuple):
    """A run before it is run: what is fixed, what the law says by period, the terms of both, and `Outcome.free`."""

    setting: Setting
    schedule: Schedule
    terms: Terms
    free: np.ndarray | None


@dataclass(frozen=True)
class Outcome:
    """A run: its records as NumPy, the terms it ran under, and the point it started from.

    `free` are the levels if every licence to ship were granted [kt/yr; T, M]; None where none refuses anything.
    """

    record: Record
    terms: Terms
    point: Point
    setting: Setting
    schedule: Schedule
    free: np.ndarray | None

    @property
    def guide(self) -> Guide:
        """Its prices, near which others from the same point are looked for."""
        return Guide(self.terms.years, self.terms.permits, self.record.price)

    @property
    def goods(self) -> int:
        """Number of goods; prices of permits come after theirs."""
        return self.point.bench.a.shape[0]

    @cached_property
    def sales(self) -> np.ndarray:
        """What a unit of level of each activity brings at the run's prices [USD/kg; T, M]."""
        return np.ascontiguousarray((self.point.bench.network.outputs @ self.record.price[:, : self.goods].T).T)

    @cached_property
    def insured(self) -> np.ndarray:
        """What each contract for difference pays a unit of level at the run's prices [USD/kg; T, C]."""
        return insured(self.point.bench.a, self.record.price[:, : self.goods], self.terms)

    @cached_property
    def paid(self) -> np.ndarray:
        """What contracts for difference pay a unit of level of each activity [USD/kg; T, M]."""
        return by_plant(self.insured, self.terms, self.record.level.shape[1])

    @cached_property
    def inputs(self) -> np.ndarray:
        """What a unit of level of each activity uses up at the run's prices [USD/kg; T, M]."""
        return np.ascontiguousarray((self.point.bench.network.inputs @ self.record.price[:, : self.goods].T).T)

    @cached_property
    def permits(self) -> np.ndarray:
        """What the permits that a unit of level of each activity needs cost at the run's prices [USD/kg; T, M]."""
        use, out = np.asarray(self.setting.permits.use), np.zeros(self.record.level.shape)
        at = np.flatnonzero((use != 0.0).any(0))
        out[:, at] = self.record.price[:, self.goods :] @ use[:, at]
        return out

    @cached_property
    def held(self) -> np.ndarray:
        """`permits` without what passes from who needs a credit to who brings one [USD/kg; T, M]."""
        use = np.asarray(self.setting.permits.use)
        passed = np.flatnonzero((use < 0).any(1))
        return self.permits - self.record.price[:, self.goods + passed] @ use[passed] if len(passed) else self.permits

    @cached_property
    def harm(self) -> np.ndarray:
        """Damage that a unit of level of each activity does [USD/kg; T, M]."""
        damage, burden = np.asarray(self.setting.places.damage), np.asarray(self.schedule.burden)
        at, out = np.flatnonzero(damage.any(1)), np.zeros(burden.shape[:2])
        out[:, at] = np.einsum("mb,tmb->tm", damage[at], burden.take(at, 1))
        return out

    @cached_property
    def recovery_cost(self) -> np.ndarray:
        """What a higher recovery costs a unit of level of each activity (`laws.recovery_cost`) [USD/kg; T, M]."""
        out, (ore, said) = np.zeros(np.shape(self.schedule.recovery)), self.mining
        if (said.recovery > 1.0).any():
            out[:, self.mines] = recovery_cost(ore, said)
        return out

    @cached_property
    def mines(self) -> np.ndarray:
        """Positions of the activities that dig ore [D]."""
        return np.flatnonzero(np.asarray(self.setting.ore.recovery) > 0)

    @cached_property
    def dig(self) -> np.ndarray:
        """Ore that a unit of level of each of the `mines` digs in each body [kt/kt; O, D]."""
        dig, at = self.setting.ore.dig, self.mines
        out = np.zeros((len(dig.rows), len(at)))
        out[dig.row, np.searchsorted(at, dig.column)] = dig.value
        return out

    @cached_property
    def mining(self) -> tuple[Ore, Schedule]:
        """Ore, and what the law says by period, of the `mines` alone: [D] and [T, D] in place of [M] and [T, M]."""
        ore, at = self.setting.ore, self.mines
        theirs = {name: np.asarray(getattr(ore, name))[at] for name in ("recovery", "most", "cost")}
        return ore._replace(**theirs), self.schedule._replace(recovery=np.asarray(self.schedule.recovery)[:, at])

    @cached_property
    def base(self) -> np.ndarray:
        """What charges on value count from: what a user spends on inputs, what others sell for [USD/kg; T, M]."""
        return np.where(self.point.bench.final[None], self.inputs, self.sales)


def engine(world: World, last: int, dt: float = 1.0, *, drivers: bool = False) -> Engine:
    """Periods from the base year to `last` for a world; `drivers` as of the engine.

    Raises:
        OptionError: the last year is not after the base year.
    """
    if last <= world.base_year:
        raise OptionError(
            f"the last year {last} is not after the base year",
            where="--years",
            accepted=f"years after {world.base_year}",
        )
    drafts = assemble(world.numbers.central, world.outline)
    names = index(world.network, drafts, world.structure)
    years = np.arange(world.base_year, last + 1 - 1e-9, dt)
    return Engine(world, names, years, np.full(len(years), dt), drivers)


def point(e: Engine, values: Mapping[str, float], base: Terms) -> Point:
    """Balance and benchmark the base year at some numbers under the law in force then.

    Args:
        e: the engine.
        values: the world's numbers, from `Numbers.draw`.
        base: terms of the law in force; its first period is the base year.
    """
    values = {**values, PACE: min(values[PACE], TURNS / float(e.dt[0]))}
    drafts = assemble(values, e.world.outline)
    network, said = e.world.network, drafts.said
    nodes = list(network.nodes.index)
    level = balance(network.matrix, said["level"], said["trust"], nodes, e.multipliers, network.joints)
    base = base_law(with_permit_room(base), level)
    bench = benchmark(drafts, level, network, node_prices(values, nodes, drafts), base)
    sizes = burden_sizes(network.places, e.names.burdens, values)
    fixed = setting(network, drafts, e.names, bench, values, sizes, fitted(base))
    grown = growth(e.years, e.dt, drafts, values, e.world if e.drivers and len(e.world.drivers) else None)
    return Point(values, drafts, bench, base, grown, phases(e.years, e.dt, drafts, values), sizes, fixed)


def run(e: Engine, p: Point, terms: Terms, *, pigou: np.ndarray | None = None) -> Outcome:
    """Run one law from one point.

    Args:
        e: the engine.
        p: the point.
        terms: the law by period.
        pigou: charges on top of the law [USD/kg; T, M], for the rare price.
    """
    s, said, full, free = arranged(e, p, terms, pigou)
    return Outcome(simulated(s, said, e.years), full, p, s, said, free)


def simulated(s: Setting, said: Schedule, years: np.ndarray) -> Record:
    """The records of a run that is laid out, as NumPy; its program is kept, and serves other spans of years too.

    Args:
        s: what is fixed.
        said: what the law says by period.
        years: start of each period [T].
    """
    return Record(*(np.asarray(x)[: len(years)] for x in _simulate(s, *roomy(len(years), said, years))))


def arranged(e: Engine, p: Point, terms: Terms, pigou: np.ndarray | None = None) -> LaidOut:
    """Setting and schedule of a run as arrays; the law's multipliers count from the base year's."""
    issued, free = _issued(e, p, terms, pigou)
    full = fitted(with_permit_room(issued))
    at = {name: i for i, name in enumerate(p.base.permits)}
    match = [at.get(name, -1) for name in full.permits]
    known = np.array([i >= 0 and not n.startswith("spare") for i, n in zip(match, full.permits, strict=True)])
    scale = np.where(known, p.bench.permit_scale[match], 1.0)
    rents = np.where(known, p.bench.permit[match], 0.0)
    bench = replace(p.bench, permit=rents, permit_scale=scale)
    s = relaid(p.setting, e.world.network, e.names, bench, full)
    t = len(e.years)
    drivers = Drivers(p.growth[:t], p.open[:t], p.values["model/storage/hoard"], e.clock)
    nil = np.zeros((t, 2, len(s.base.price) + len(full.permits)))
    guide = p.guide.moves(e.years, full.permits, np.concatenate([s.base.price, s.permits.price])) if p.guide else nil
    return LaidOut(s, schedule(full, p.base, drivers, len(e.names.bodies), pigou, guide), full, free)


def _issued(e: Engine, p: Point, terms: Terms, pigou: np.ndarray | None) -> tuple[Terms, np.ndarray | None]:
    """Permits that hang on what would be used without them: of licences to ship, and of caps in force on some days.

    A run of its own tells what licences issue, in which every licence is granted and these caps are lifted in these
    periods. What caps leave free is told by a second, in which licences issue that and these caps alone are lifted; by
    the first where no licence refuses anything until the last of these periods, since what comes later moves nothing.

        licence: amount[t, P] = granted[t, P] x use[t, P],   use = sum_a permit_use[P, a] level[t, a]
        cap:     amount[t, P] = held[t, P] x cap[t, P] + (1 - held[t, P]) x use[t, P]

    granted counts from the base year's, whose levels hold what was refused then; of a permit for some of the shipments
    of another, from that one's too. In the base year use is the record's. The levels of the first run come with the
    terms where a licence refuses.
    """
    granted = terms.permit_granted / np.maximum(granted_before(p.base, terms), 1e-3)
    cut, part = granted < 1.0, partly(terms)
    terms = base_law(terms, p.bench.level)
    part[0] = False
    if not (cut.any() or part.any()):
        return replace(terms, permit_held=np.ones_like(granted)), None

    def freed(amount: np.ndarray, refusing: bool) -> Outcome:
        lifted = np.where(part, np.inf, amount)
        asked = replace(terms, permit_granted=ones, permit_held=ones, permit_amount=lifted)
        return p.lifted(e, asked, refusing) if pigou is None else run(e, p.near(None), asked, pigou=pigou)

    ones = np.ones_like(granted)
    first = freed(terms.permit_amount, False)
    amount = np.where(cut, granted * (first.record.level @ terms.permit_use.T), terms.permit_amount)
    last = int(np.flatnonzero(part.any(1)).max(initial=-1))
    free = freed(amount, True) if cut[: last + 1].any() else first
    used = np.maximum(free.record.level @ terms.permit_use.T, 0.0)
    rest = (1.0 - terms.permit_held) * used / _moved(free, len(terms.permits))
    amount = np.where(part, terms.permit_held * terms.permit_amount + rest, amount)
    return replace(terms, permit_amount=amount, permit_held=ones), first.record.level if cut.any() else None


def _moved(free: Outcome, permits: int) -> np.ndarray:
    """What a run multiplies the amounts of its first permits with: the fit to the base year, and reviews [T, P]."""
    issued = np.minimum(free.terms.permit_amount, 1e12)
    some = (issued > 0) & (free.record.permit_amount > 0)
    return np.where(some, free.record.permit_amount / np.where(some, issued, 1.0), 1.0)[:, :permits]


_simulate = Traced(simulate_first)
