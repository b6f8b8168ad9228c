"""Opening: why a planned mine opens or does not: its permit, its lead, its break-even, or the price.

The law is run once at the central draw. A project is begun as far as its sites pay (`dynamics.building.sites_opened`):

    E[earned - charges] - cost - cost of capital > 0   at its median site,

as far as the law lets it (`entry`), from its first year on, and stands a lead later. Four things can hold it back:

    lead        nothing that is begun from its first year on is ready by the last year, or not yet half of the plan
    permit      the law grants less than half of what is asked for, or permits cost what it would earn
    break-even  it pays only above what the oxides in its concentrate are worth where they are dearest
    price       it pays below that, and less is paid for its concentrate
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import expit

from earthprice.arithmetic import settled
from earthprice.dynamics.building import WIDTH
from earthprice.dynamics.laws import recovery_cost
from earthprice.errors import NotClearedError, OptionError
from earthprice.law import Stack, prepare
from earthprice.measures.lens import Lens
from earthprice.past.posterior import central_values
from earthprice.runs.audit import uncleared
from earthprice.runs.engine import Outcome, engine, point, run
from earthprice.world.assembly import assemble
from earthprice.world.world import World

HALF = 0.5
"""Share of the plan that must stand for a mine to be open; and least share of what is asked for that law must grant."""


@dataclass(frozen=True)
class MineOpening:
    """Why a planned mine opens or does not.

    Attributes:
        mine: id of the deposit.
        opens: first year in which half of the plan stands; none if never.
        held_by: what holds it back, most binding first, of `lead`, `permit`, `break-even`, `price`; empty if it opens.
        words: the answer.
        year: year of the numbers below: the one asked for in which it pays best, of those in which it may be begun.
        built: capacity that stands in the last year, in units of that of the plan, which makes `plan` at its usual use.
        ready: first year in which what is begun at once can stand, none if it may not be begun.
        last: last year of the run.
        granted: largest share of what is asked for that the law grants.
        permits: what permits cost it [USD2020/kg REO].
        break_even: price of its concentrate at which its median site pays [USD2020/kg REO].
        price: what is paid for its concentrate [USD2020/kg REO].
        worth: of the oxides in a kilogram of it, where they are dearest [USD2020/kg REO].
        pays: share of its sites that pay at the margin expected.
        plan: its `planned_capacity`: what it usually makes in a year when it opens [kt REO/yr].
        makes: what it makes in the last year [kt REO/yr].
        growth: of a plan that pays, in units of it a year, from its first year on (`model/project/phases`).
    """

    mine: str
    opens: int | None
    held_by: tuple[str, ...]
    words: str
    year: int
    built: float
    ready: int | None
    last: int
    granted: float
    permits: float
    break_even: float
    price: float
    worth: float
    pays: float
    plan: float = 0.0
    makes: float = 0.0
    growth: float = 0.0


@settled()
def why_it_opens(world: World, mine: str, law: Stack, years: tuple[int, int], as_of: str) -> MineOpening:
    """Run a law at the central draw and say why a planned mine opens or does not.

    Args:
        world: the world.
        mine: id of a deposit with a `planned_capacity`.
        law: the law, with all that it stands on.
        years: the first that is asked for, and the last, with which the run ends.
        as_of: nothing published later is seen (YYYY-MM-DD).

    Raises:
        OptionError: no such deposit, one that is dug already, or no year to run.
        NotClearedError: no price clears the market.
    """
    drafts = assemble(world.numbers.central, world.outline)
    planned = [d.id.split("/")[1] for d in drafts if d.motion == "project" and d.id.endswith("/rich/licensed")]
    if mine not in planned:
        what = f"'{mine}' is dug already" if mine in set(world.structure["deposits"]["id"]) else f"no deposit '{mine}'"
        raise OptionError(what, where="MINE", given=mine, accepted=planned)
    e = engine(world.seen(as_of), years[1], drivers=True)
    terms = prepare(law, world.network).terms(e.years, as_of=as_of)
    p = point(e, central_values(world, as_of), terms)
    done = run(e, p, terms)
    if found := uncleared(done, world.network):
        raise NotClearedError(f"no price clears the market under {law.name}: {found.words}")
    at = int(world.network.activities.index.get_loc(f"dig/{mine}/rich/licensed"))
    return mine_opening(Pit(Lens(e, law.top_book.jurisdiction), done, mine, at), years[0])


@dataclass(frozen=True)
class Pit:
    """The rich pit of a project in a run; its other pits and its mill are begun with it.

    Attributes:
        lens: how the run is read.
        run: the run.
        mine: id of the deposit.
        at: position of the pit.
    """

    lens: Lens
    run: Outcome
    mine: str
    at: int

    @cached_property
    def permits(self) -> np.ndarray:
        """What the permits that it needs cost [USD/kg; T]."""
        return self.run.record.price[:, self.run.goods :] @ np.asarray(self.run.setting.permits.use)[:, self.at]

    @cached_property
    def kept(self) -> np.ndarray:
        """Share of its revenue that it keeps [T]."""
        return 1.0 - (self.run.terms.advalorem + self.run.terms.markup)[:, self.at]

    @cached_property
    def own(self) -> float:
        """Digging, and the yearly cost of its capital [USD/kg]."""
        base, plants = self.run.setting.base, self.run.setting.plants
        return float(np.asarray(base.cost)[self.at] + plants.annuity * np.asarray(plants.capex)[self.at])

    @cached_property
    def spent(self) -> np.ndarray:
        """What it spends beside permits: digging, capital, the mill, charges, less what contracts pay [USD/kg; T]."""
        schedule, j = self.run.schedule, self.at
        charged = schedule.specific + schedule.resource_cost + recovery_cost(self.run.setting.ore, schedule)
        return self.own + self.run.inputs[:, j] + np.asarray(charged)[:, j] - self.run.paid[:, j]

    @cached_property
    def gain(self) -> np.ndarray:
        """What its median site is expected to gain when a period begins [USD/kg; T] (`building.sites_opened`)."""
        s, dt = self.run.setting, self.lens.engine.dt
        found = self.run.sales[:, self.at] * self.kept - self.permits - self.spent
        taken = 1.0 - (1.0 - float(s.beliefs.adaptive)) ** dt
        expected = [float(np.asarray(s.base.margin)[self.at]) - self.own]
        for now, theta in zip(found[:-1], taken[:-1], strict=True):
            expected.append(expected[-1] + theta * (float(now) - expected[-1]))
        return np.array(expected)

    @cached_property
    def worth(self) -> np.ndarray:
        """Worth of the oxides in a kilogram of its concentrate, where some plant makes them dearest [USD/kg; T]."""
        lens, bench = self.lens, self.run.point.bench
        same = lens.mask(stage="separation", concentrate=str(lens.act["concentrate"].iloc[self.at]))
        taken = np.maximum(-bench.a[:, same], 0.0).max(0)
        price = self.run.record.price[:, : self.run.goods]
        return (price @ np.maximum(bench.a[:, same], 0.0) / taken).max(1) if same.any() else np.zeros(len(price))

    @cached_property
    def may(self) -> np.ndarray:
        """Periods in which it may be begun: from its first year on [T]."""
        return np.asarray(self.run.schedule.open)[:, self.at] > 0

    @cached_property
    def arrives(self) -> np.ndarray:
        """When what is begun in a period stands, as decimal year [T]."""
        e = self.lens.engine
        wait = np.asarray(self.run.schedule.delay)[:, self.at]
        return e.years + np.maximum(np.asarray(self.run.setting.plants.lead)[self.at] + wait, e.dt)


def mine_opening(pit: Pit, first: int) -> MineOpening:
    """What a run answers: when the mine opens, or what holds it back; of the years from `first` on the best is told."""
    e, run, j = pit.lens.engine, pit.run, pit.at
    last = int(e.years[-1])
    stands = run.record.capacity[:, j] / np.asarray(run.setting.plants.planned)[j]
    open_in = np.flatnonzero(stands >= HALF)
    in_time = pit.may & (pit.arrives <= last + 1e-9)
    able = in_time if in_time.any() else np.ones(len(e.years), bool)
    told = able & (e.years >= first) if (able & (e.years >= first)).any() else e.years >= min(first, last)
    t = int(np.argmax(np.where(told, pit.gain, -np.inf)))
    granted = float((np.asarray(run.schedule.entry) * np.asarray(run.schedule.capacity))[able, j].max())
    gain, permits = float(pit.gain[t]), float(pit.permits[t])
    price, need = float(run.sales[t, j]), float(pit.spent[t] / pit.kept[t])
    worth, ready = float(pit.worth[t]), int(pit.arrives[pit.may].min()) if pit.may.any() else None
    holds = {
        "lead": not in_time.any(),
        "permit": granted < HALF or gain < 0.0 <= gain + permits,
        "break-even": gain + permits < 0.0 and need > worth,
        "price": gain + permits < 0.0 and need <= worth,
    }
    opens = int(e.years[open_in[0]]) if len(open_in) else None
    held_by = () if opens else tuple(k for k, v in holds.items() if v) or ("lead",)
    found = MineOpening(
        pit.mine, opens, held_by, "", int(e.years[t]), float(stands[-1]), ready, last, granted,
        permits, need, price, worth, float(expit(gain / (WIDTH * np.asarray(run.setting.base.value)[j]))),
        run.point.values[f"deposit/{pit.mine}/planned_capacity"], _makes(pit), run.point.values["model/project/phases"],
    )  # fmt: skip
    return replace(found, words=_words(found))


def _makes(pit: Pit) -> float:
    """What all licensed pits of the mine make in the last year [kt REO/yr]."""
    e, its = pit.lens.engine, pit.lens.mask(stage="mining", deposit=pit.mine, status="licensed")
    return float(e.of_year(pit.run.record.level, e.last)[its].sum())


def plan_words(made: float, plan: float, growth: float, of: str = "") -> str:
    """What a plan makes in a year, as `mine` and `world add` say it.

    Args:
        made: what is made [kt REO/yr].
        plan: the plan [kt REO/yr].
        growth: in units of the plan a year.
        of: what the plan counts, where it is not what is made.
    """
    grows = f"; a plan that pays grows by {100 * growth:.0f} % of itself a year" if growth > 0 else ""
    return f"{made:.2g} kt REO, {100 * made / plan:.0f} % of its plan of {plan:.3g} kt REO/yr{of}{grows}"


def _words(o: MineOpening) -> str:
    """The answer in sentences."""
    if o.opens:
        stands = f"{o.mine} opens: half of its plan stands in {o.opens}, {100 * o.built:.0f} % by {o.last}."
        return f"{stands} In {o.last} it makes {plan_words(o.makes, o.plan, o.growth)}."
    begun = f"what is begun at once stands in {o.ready}" if o.ready else f"it may not be begun by {o.last}"
    hoped = ", which that price passes and the prices of the years before, that are expected, do not" * (
        o.price > o.break_even
    )
    why = {
        "lead": f"the lead: {begun}; by {o.last}, {100 * o.built:.0f} % of its plan",
        "permit": f"its permit: the law grants {100 * o.granted:.0f} % of what is asked for, and permits cost "
        f"{o.permits:.3g} USD/kg",
        "break-even": f"its break-even: {o.break_even:.3g} USD/kg of concentrate (REO), more than the {o.worth:.3g} "
        "that the oxides in it are worth where they are dearest",
        "price": f"the price: {o.price:.3g} USD/kg of concentrate (REO) in {o.year}, its best year; its break-even is "
        f"{o.break_even:.3g}{hoped}, and {100 * o.pays:.0f} % of its sites pay",
    }
    first, *rest = (why[k] for k in o.held_by)
    return f"{o.mine} does not open. What holds it back is {first}.{''.join(f' So does {r}.' for r in rest)}"
