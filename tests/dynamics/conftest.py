"""The shipped world with two permits, assembled once; its runs take the program of a study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_type_hints

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.benchmark import Benchmark, benchmark, node_prices
from earthprice.dynamics.clock import Clock, clock
from earthprice.dynamics.index import Index, index
from earthprice.dynamics.schedule import Drivers, Schedule, fitted, phases, schedule, with_permit_room
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.setup import setting
from earthprice.dynamics.sparse import Sparse, sparse
from earthprice.dynamics.state import Record, State
from earthprice.facts.world import load_world
from earthprice.runs.engine import simulated
from earthprice.world.assembly import assemble
from earthprice.world.burdens import burden_sizes
from earthprice.world.draft import Drafts
from earthprice.world.terms import Terms, no_law
from earthprice.world.world import World

YEARS = 11


@dataclass(frozen=True)
class Case:
    """A world under some terms, ready to run."""

    world: World
    drafts: Drafts
    names: Index
    terms: Terms
    bench: Benchmark
    setting: Setting
    schedule: Schedule
    dt: np.ndarray

    @property
    def first(self) -> Schedule:
        """The schedule of the first period."""
        return jax.tree.map(lambda f: f[0], self.schedule)

    @property
    def full(self) -> Terms:
        """The terms with room for as many permits and reviews as a study has."""
        return fitted(with_permit_room(self.terms))

    @property
    def burdens(self) -> np.ndarray:
        """Burdens of a unit of level at the central numbers [M, B]."""
        return burden_sizes(self.world.network.places, self.names.burdens, self.world.numbers.central)

    @property
    def ids(self) -> Any:
        return self.world.network.activities.index

    def mask(self, **columns: str) -> np.ndarray:
        act = self.world.network.activities
        return np.all([act[k].eq(v).to_numpy() for k, v in columns.items()], axis=0)

    def at(self, activity: str) -> int:
        return int(self.ids.get_loc(activity))

    def under(self, **changes: Any) -> Case:
        """The same world calibrated under other terms."""
        return case(self.world, replace(self.terms, **changes), self.dt)

    def run(self, setting: Setting | None = None, **changes: Any) -> Record:
        """A run with some of the law's fields changed."""
        said = self.schedule._replace(**{k: jnp.asarray(v, float) for k, v in changes.items()})
        record = simulated(setting or self.setting, said, np.asarray(self.terms.years))
        assert record.residual.max() < 1e-8, "every period must clear"
        return record


def case(world: World, terms: Terms, dt: float | np.ndarray = 1.0) -> Case:
    """The world at its central numbers, without growth, projects staying at their plan; shaped as a study's."""
    values, n = {**world.numbers.central, "model/project/phases": 0.0}, world.network
    drafts = assemble(values, world.outline)
    names = index(n, drafts, world.structure)
    level = n.activities["level"].to_numpy(float)
    prices = node_prices(values, [str(i) for i in n.nodes.index], drafts)
    full, dt = fitted(with_permit_room(terms)), np.broadcast_to(dt, len(terms.years))
    bench = benchmark(drafts, level, n, prices, full)
    made = setting(n, drafts, names, bench, values, burden_sizes(n.places, names.burdens, values), full)
    drivers = Drivers(np.ones(terms.specific.shape), phases(terms.years, dt, drafts, values), 0.0, clock(dt))
    nil = np.zeros((len(dt), 2, len(prices) + len(full.permits)))
    said = schedule(full, blank(world, terms.years), drivers, len(names.bodies), guide=nil)
    return Case(world, drafts, names, terms, bench, *jax.tree.map(jnp.asarray, (made, said)), dt)


def blank(world: World, years: np.ndarray) -> Terms:
    """No law, but two permits that could be issued: on licensed digging and on licensed shipping, by kg."""
    act = world.network.activities
    none = no_law(years, len(act), len(world.structure["zones"]), world.network.burdens.shape[1])
    licensed = act["status"].eq("licensed") & act["zone"].eq("CHN")
    ships = licensed & act["good"].eq("dy_oxide") & act["doing"].eq("ship")
    use = np.array([licensed & act["stage"].eq("mining"), ships])
    return replace(
        none,
        permits=("dig", "ship"),
        permit_use=use.astype(float),
        permit_amount=np.full((len(years), 2), np.inf),
    )


@pytest.fixture(scope="session")
def world() -> World:
    return load_world()


@pytest.fixture(scope="session")
def base(world: World) -> Case:
    """Eleven years without law and without growth."""
    return case(world, blank(world, np.arange(world.base_year, world.base_year + YEARS, 1.0)))


@pytest.fixture(scope="session")
def still(base: Case) -> Record:
    """The run of `base`."""
    return base.run()


@pytest.fixture(scope="session")
def grown(base: Case) -> Record:
    """Final use half as large again from the second year on."""
    return base.run(growth=boom(base))


def boom(c: Case, times: float = 1.5) -> np.ndarray:
    out = np.ones(c.schedule.growth.shape)
    out[1:] = times
    return out


def only(base: Case, **kept: float) -> Setting:
    """The setting with the channels of knowledge off, save those kept."""
    channels = dict.fromkeys(("learning", "spillover", "depreciation", "research"), 0.0) | kept
    known = base.setting.knowledge._replace(**{k: jnp.asarray(v) for k, v in channels.items()})
    return base.setting._replace(knowledge=known)


def alone(kind: type, **fields: Any) -> Any:
    """A noun with a few fields alone, for a law that reads no other: to read one is an error."""
    of = get_type_hints(kind)

    def field(name: str, given: Any) -> Any:
        return sparse(np.asarray(given, float)) if of[name] is Sparse else jnp.asarray(given, float)

    return kind(**dict.fromkeys(kind._fields) | {k: field(k, v) for k, v in fields.items()})


def now(**fields: Any) -> State:
    """A state with a few fields alone."""
    return alone(State, **fields)


def ticks(dt: float, places: int = 16) -> Clock:
    """The clock of a period among others as long as it."""
    return Clock(jnp.asarray(dt), dt * jnp.arange(1.0, places + 1.0), dt * jnp.arange(1.0, 9.0))
