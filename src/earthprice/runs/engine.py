"""The engine of a study: from a draw and a law to a run; everything has one shape, so that nothing compiles twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from earthprice import caps
from earthprice.dynamics.benchmark import Benchmark, benchmark, node_prices
from earthprice.dynamics.run import simulate_jit
from earthprice.dynamics.setting import Index, Schedule, Setting, index, relaid, setting
from earthprice.dynamics.state import Record
from earthprice.errors import OptionError
from earthprice.world.assembly import assemble
from earthprice.world.balance import balance, closed
from earthprice.world.draft import Draft
from earthprice.world.terms import Review, Terms
from earthprice.world.world import World

PERMITS, REVIEWS, ROWS = caps.PERMITS, caps.REVIEWS, caps.REVIEW_ROWS
"""Permits, reviewed permits and rows of each that a run has room for; unused permits are never scarce."""
PACE, TURNS = "storage/world/pace", 0.95
"""Most times that stocks turn over in a period: no holder sells in one period more than he holds at its start."""
TURN, END = 2025, 2035
"""Years in which the first growth rate of a use gives way to the second, and in which forecasts end."""


@dataclass(frozen=True)
class Engine:
    """A world with periods.

    Attributes:
        world: the world.
        names: positions.
        years: start of each period; the first is the base year.
        dt: length of a period [years].
        drivers: whether use follows its recorded driver as long as that lasts; for runs of the past only.
    """

    world: World
    names: Index
    years: np.ndarray
    dt: float
    drivers: bool = False

    @property
    def middles(self) -> np.ndarray:
        """Middle of each period, counted from the middle of its year: of yearly periods the year itself [T].

        What grows or is discounted by it has in a year the mean that it has with yearly periods, to second order.
        """
        return self.years + 0.5 * (self.dt - 1.0)

    def of_year(self, path: np.ndarray, year: int, weight: np.ndarray | None = None) -> np.ndarray:
        """Mean of a path over the periods of a year, or of the nearest year that there is [T, ...] -> [...].

        Args:
            path: leading axis the periods.
            year: the year.
            weight: what each period counts [T], such as the flow that a price is of; alike if None, or if all are nil.
        """
        whole = np.floor(self.years + 1e-9)
        mine = whole == whole[np.abs(whole - year).argmin()]
        counted = mine & (weight > 0) if weight is not None else mine
        if weight is None or counted.sum() < 2:
            return path[counted if counted.any() else mine].mean(0)
        return np.average(path[counted], axis=0, weights=weight[counted])

    @cached_property
    def multipliers(self) -> np.ndarray:
        """Multipliers that balance the base year at the world's own numbers; draws lie near them [N]."""
        drafts, network = assemble(self.world.numbers.central, self.world.outline), self.world.network
        return closed(network.matrix, *_recorded(drafts), list(network.nodes.index))[1]

    @cached_property
    def place_zones(self) -> tuple[str, ...]:
        """Zone of every place: a district's own zone, a zone itself."""
        table = self.world.structure["districts"]
        of = dict(zip(table["id"], table["zone"], strict=True))
        return tuple(of.get(p, p) for p in self.names.places)


@dataclass(frozen=True)
class Point:
    """One draw of the world's numbers, balanced and benchmarked under the law in force in the base year."""

    values: Mapping[str, float]
    drafts: list[Draft]
    bench: Benchmark
    base: Terms
    growth: np.ndarray
    _laid: dict[float, Setting] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True)
class Outcome:
    """A run: its records as NumPy, the terms it ran under, and the point it started from."""

    record: Record
    terms: Terms
    point: Point
    setting: Setting
    schedule: Schedule

    @property
    def goods(self) -> int:
        """Number of goods; prices of permits come after theirs."""
        return self.point.bench.a.shape[0]

    @cached_property
    def sales(self) -> np.ndarray:
        """What a unit of level of each activity brings at the run's prices [USD/kg; T, M]."""
        return self.record.price[:, : self.goods] @ self.point.bench.gives

    @cached_property
    def inputs(self) -> np.ndarray:
        """What a unit of level of each activity uses up at the run's prices [USD/kg; T, M]."""
        return self.record.price[:, : self.goods] @ self.point.bench.takes


def engine(world: World, last: int, dt: float = 1.0, *, drivers: bool = False) -> Engine:
    """Periods from the base year to `last` for a world; `drivers` as of the engine.

    Raises:
        OptionError: the last year is not after the base year.
    """
    if last <= world.base_year:
        raise OptionError(f"the last year {last} is not after the base year", where="--years",
                          accepted=f"years after {world.base_year}")  # fmt: skip
    drafts = assemble(world.numbers.central, world.outline)
    names = index(world.network, drafts, world.structure)
    years = np.arange(world.base_year, last + 1 - 1e-9, dt)
    return Engine(world, names, years, dt, drivers)


def point(e: Engine, values: Mapping[str, float], base: Terms) -> Point:
    """Balance and benchmark the base year at some numbers under the law in force then.

    Args:
        e: the engine.
        values: the world's numbers, from `Numbers.draw`.
        base: terms of the law in force; its first period is the base year.
    """
    values = {**values, PACE: min(values[PACE], TURNS / e.dt)}
    drafts = assemble(values, e.world.outline)
    nodes = list(e.world.network.nodes.index)
    a = e.world.network.matrix
    level = balance(a, *_recorded(drafts), nodes, e.multipliers)
    base = filled(padded(base), level)
    bench = benchmark(values, drafts, level, a, node_prices(values, nodes, drafts), base)
    return Point(values, drafts, bench, base, growth(e, values, drafts))


def _recorded(drafts: list[Draft]) -> tuple[np.ndarray, np.ndarray]:
    """Recorded flows, and how far they are trusted."""
    return np.array([d.level for d in drafts]), np.array([d.trust for d in drafts])


def growth(e: Engine, values: Mapping[str, float], drafts: list[Draft]) -> np.ndarray:
    """Index of final use without price changes [T, M], at the middle of each period; 1 until the base year's middle.

    Rates are `use/<use>/growth_1` to 2025, then `growth_2`, and after 2035 a share of it that fades: a use that
    spreads through a stock that lasts `fade` years stops growing when the stock has turned over,
    share x fade (1 - exp(-(t - 2035)/fade)) years of growth after t.
    """
    out = np.ones((len(e.years), len(drafts)))
    now = np.maximum(e.middles, e.years[0])
    early = np.clip(now, None, TURN) - e.years[0]
    late = np.clip(now, TURN, END) - TURN
    fade = values["model/demand/fade"]
    late = late - values["model/demand/after_2035"] * fade * np.expm1(-np.clip(now - END, 0.0, None) / fade)
    used: dict[str, list[int]] = {}
    for j, d in enumerate(drafts):
        if d.growth:
            used.setdefault(d.growth, []).append(j)
    for use, at in used.items():
        first, second = values[f"use/{use}/growth_1"], values[f"use/{use}/growth_2"]
        path = (1.0 + first) ** early * (1.0 + second) ** late
        out[:, at] = (path * driven(e, use, first) if e.drivers else path)[:, None]
    return out


def driven(e: Engine, use: str, first: float) -> np.ndarray:
    """What turns a use's own growth into that of its driver as long as the driver is recorded, and keeps it after [T].

    index(t)/index(t0) exp(z error (t - t0)) / (1 + g)^(t - t0) at the middle of each period, from the middle t0 of the
    base year on, yearly means standing in the middle of their years and their logarithms on straight lines between
    them. z is where the draw's rate g lies in its own range, -1 and 1 its ends, so that one factor moves both.
    """
    recorded = e.world.drivers.loc[use]
    middle = np.clip(e.middles, e.years[0], recorded.index[-1]) + 0.5
    passed = middle - e.years[0] - 0.5
    path = np.interp(middle, recorded.index.to_numpy(float) + 0.5, np.log(recorded["index"].to_numpy(float)))
    given = e.world.numbers.table.loc[f"use/{use}/growth_1"]
    value, low, high = (float(given[c]) for c in ("value", "low", "high"))
    end = high - value if first > value else value - low
    z = (first - value) / end if end > 0 else 0.0
    error = 0.01 * float(recorded["error"].iloc[0])
    return np.exp(path - path[0] + z * error * passed) / (1.0 + first) ** passed


def phases(e: Engine, p: Point) -> np.ndarray:
    """Size to which a project can have grown, in units of its plan [T, M]: nil before the year it can open.

    1 + g (t - start) while lists of projects are known, and by the share g a year after 2035, from when on no list
    says what is planned: in the long run ore limits supply, not a list.
    """
    g, start = p.values["model/project/phases"], np.array([d.start for d in p.drafts])[None, :]
    years = e.years[:, None]
    now = e.middles[:, None]
    listed = 1.0 + g * np.maximum(np.minimum(now, END) - start, 0.0)
    return np.where(years < start, 0.0, listed * (1.0 + g) ** np.maximum(now - np.maximum(start, END), 0.0))


def padded(terms: Terms) -> Terms:
    """The same terms with room for `PERMITS` permits, so that another law changes no shape."""
    spare = PERMITS - len(terms.permits)
    if spare < 0:
        raise OptionError(f"the laws together issue {len(terms.permits)} permits", accepted=f"at most {PERMITS}")
    t, m = terms.specific.shape
    return replace(
        terms, permits=(*terms.permits, *(f"spare {i}" for i in range(spare))),
        permit_zone=(*terms.permit_zone, *[""] * spare),
        permit_use=np.vstack([terms.permit_use.reshape(-1, m), np.zeros((spare, m))]),
        permit_amount=np.hstack([terms.permit_amount.reshape(t, -1), np.full((t, spare), np.inf)]),
        permit_held=np.hstack([terms.permit_held.reshape(t, -1), np.ones((t, spare))]),
        permit_granted=np.hstack([terms.permit_granted.reshape(t, -1), np.ones((t, spare))]),
    )  # fmt: skip


def run(e: Engine, p: Point, terms: Terms, *, pigou: np.ndarray | None = None) -> Outcome:
    """Run one law from one point.

    Args:
        e: the engine.
        p: the point.
        terms: the law by period.
        pigou: charges on top of the law [USD/kg; T, M], for the rare price.
    """
    s, schedule, full = arranged(e, p, terms, pigou)
    record = simulate_jit(s, schedule, e.years)
    return Outcome(Record(*(np.asarray(f) for f in record)), full, p, s, schedule)


def arranged(e: Engine, p: Point, terms: Terms, pigou: np.ndarray | None = None) -> tuple[Setting, Schedule, Terms]:
    """Setting and schedule of a run as arrays; the law's multipliers count from the base year's."""
    full = _fitted(padded(_issued(e, p, terms, pigou)))
    at = {name: i for i, name in enumerate(p.base.permits)}
    match = [at.get(name, -1) for name in full.permits]
    known = np.array([i >= 0 and not n.startswith("spare") for i, n in zip(match, full.permits, strict=True)])
    scale = np.where(known, p.bench.permit_scale[match], 1.0)
    rents = np.where(known, p.bench.permit[match], 0.0)
    bench = replace(p.bench, permit=rents, permit_scale=scale)
    network = e.world.network
    if (laid := p._laid.get(e.dt)) is not None:
        s = relaid(laid, network, e.names, bench, full, e.dt)
    else:
        s = p._laid[e.dt] = setting(network, p.drafts, e.names, bench, p.values, full, e.dt)
    return s, _schedule(e, p, full, pigou), full


def filled(base: Terms, level: np.ndarray) -> Terms:
    """The law of the base year, a cap on some of its days made up by what was used on the others.

    amount = held x cap + (1 - held) x use of the base year
    """
    part = _partly(base)[0]
    held = base.permit_held[0]
    amount = base.permit_amount.copy()
    amount[0, part] = (held * base.permit_amount[0] + (1.0 - held) * (base.permit_use @ level))[part]
    return replace(base, permit_amount=amount)


def _partly(terms: Terms) -> np.ndarray:
    """Where a cap is in force on some days of a period and not on others [T, P]."""
    return (terms.permit_held < 1.0) & np.isfinite(terms.permit_amount)


def _issued(e: Engine, p: Point, terms: Terms, pigou: np.ndarray | None) -> Terms:
    """Permits that hang on what would be used without them: of licences to ship, and of caps in force on some days.

    One run of its own tells that, in which every licence is granted and these caps are lifted in these periods:

        licence: amount[t, P] = granted[t, P] x use[t, P],   use = sum_a permit_use[P, a] level[t, a]
        cap:     amount[t, P] = held[t, P] x cap[t, P] + (1 - held[t, P]) x use[t, P]

    granted counts from the base year's, whose levels hold what was refused then. In the base year use is the record's.
    """
    before = dict(zip(p.base.permits, p.base.permit_granted[0], strict=True))
    granted = terms.permit_granted / np.array([max(before.get(n, 1.0), 1e-3) for n in terms.permits])
    cut, part = granted < 1.0, _partly(terms)
    terms = filled(terms, p.bench.level)
    part[0] = False
    if not (cut.any() or part.any()):
        return replace(terms, permit_held=np.ones_like(granted))
    lifted = np.where(part, np.inf, terms.permit_amount)
    ones = np.ones_like(granted)
    free = run(e, p, replace(terms, permit_granted=ones, permit_held=ones, permit_amount=lifted), pigou=pigou)
    used = free.record.level @ terms.permit_use.T
    rest = (1.0 - terms.permit_held) * used / _moved(free, len(terms.permits))
    capped = terms.permit_held * terms.permit_amount + rest
    amount = np.where(part, capped, np.where(cut, granted * used, terms.permit_amount))
    return replace(terms, permit_amount=amount, permit_held=ones)


def _moved(free: Outcome, permits: int) -> np.ndarray:
    """What a run multiplies the amounts of its first permits with: the fit to the base year, and reviews [T, P]."""
    issued = np.minimum(free.terms.permit_amount, 1e12)
    some = (issued > 0) & (free.record.permit_amount > 0)
    return np.where(some, free.record.permit_amount / np.where(some, issued, 1.0), 1.0)[:, :permits]


def _fitted(terms: Terms) -> Terms:
    """Reviews padded to one shape."""
    blank = Review(terms.permits[0], 10**9, 1, (), (), (), (), (), (), (), 0.0, 0.0, 1e12)
    if len(terms.reviews) > REVIEWS or any(len(r.indicators) > ROWS for r in terms.reviews):
        raise OptionError("too many reviews", accepted=f"at most {REVIEWS} reviewed permits with at most {ROWS} rows")
    rows = [_wide(r) for r in (*terms.reviews, *[blank] * (REVIEWS - len(terms.reviews)))]
    return replace(terms, reviews=tuple(rows))


def _wide(r: Review) -> Review:
    gap = ROWS - len(r.indicators)
    first = r.indicators[0] if r.indicators else ""
    zero = (0.0,) * gap
    return replace(r, indicators=(*r.indicators, *[first] * gap), low=(*r.low, *zero), high=(*r.high, *zero),
                   above=(*r.above, *zero), below=(*r.below, *zero), lag=(*r.lag, *(0,) * gap))  # fmt: skip


def _schedule(e: Engine, p: Point, terms: Terms, pigou: np.ndarray | None) -> Schedule:
    t, m = terms.specific.shape
    base = p.base
    arrays = dict(
        specific=terms.specific, advalorem=terms.advalorem, markup=terms.markup, resource_cost=terms.resource_cost,
        capacity=terms.capacity / base.capacity[0], reservation=terms.reservation, holding=terms.holding,
        recovery=terms.recovery / base.recovery[0], burden=terms.burden / base.burden[0],
        entry=terms.entry / np.maximum(base.entry[0], 1e-3),
        delay=np.maximum(terms.entry_delay - base.entry_delay[0], 0.0), support=terms.entry_support,
        research=terms.knowledge_support, permit_amount=np.minimum(terms.permit_amount, 1e12),
        growth=p.growth[:t], hoard=terms.awaited * p.values["model/storage/hoard"],
        open=phases(e, p),
        pigou=np.zeros((t, m)) if pigou is None else pigou,
        gift=np.zeros((t, len(e.names.bodies))),
    )  # fmt: skip
    return Schedule(**{k: np.asarray(v, np.float64) for k, v in arrays.items()})
