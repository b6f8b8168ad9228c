"""The work that is timed: the 2021 draft under its default reading, central draw, 30 yearly periods, full detail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from earthprice.dynamics.run import bundles, initial_state, period, simulate_jit, step
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.state import Record, State
from earthprice.facts.world import load_world
from earthprice.market import Market
from earthprice.runs.engine import Point, arranged, point
from earthprice.study.assess import Options
from earthprice.study.frame import Frame, frame

RULEBOOK = "china-2021-draft"
PERIODS = 30
"""Yearly periods; the first is the base year."""


@dataclass(frozen=True)
class Workload:
    """One path, ready to run: its fixed arrays, its law, the start of each period, and where they came from."""

    frame: Frame
    point: Point
    setting: Setting
    schedule: Schedule
    years: jax.Array

    @property
    def nodes(self) -> int:
        """Goods and permits of a period's market: the size of its dense system."""
        return self.setting.base.a.shape[0] + self.setting.permits.use.shape[0]

    def run(self) -> Record:
        """The path, waited for."""
        return jax.block_until_ready(simulate_jit(self.setting, self.schedule, self.years))


def workload() -> Workload:
    """The draft's path at the central draw of the shipped world."""
    here = load_world()
    options = Options(years=(here.base_year + 1, here.base_year + PERIODS - 1))
    f = frame(RULEBOOK, options, here)
    use = f.plan.use()
    p = point(f.plan.engine, f.plan.values({}), f.plan.baseline(use))
    s, schedule, *_ = arranged(f.plan.engine, p, f.plan.reform(use))
    return Workload(f, p, s, schedule, jnp.asarray(f.plan.engine.years))


class Cleared(NamedTuple):
    """A period's closed market as it was cleared, with its prices and levels, as NumPy arrays."""

    market: Market
    price: np.ndarray
    level: np.ndarray


@jax.jit
def _markets(setting: Setting, schedule: Schedule, years: jax.Array) -> tuple[Market, jax.Array, jax.Array]:
    def once(state: State, now: tuple[Schedule, jax.Array]) -> tuple[State, tuple[Market, jax.Array, jax.Array]]:
        market = period(setting, now[0], now[1], state).market
        after, record = step(setting, now[0], now[1], state, bundles(setting))
        return after, (market, record.price, record.level)

    return jax.lax.scan(once, initial_state(setting, schedule), (schedule, years))[1]


def markets(w: Workload) -> list[Cleared]:
    """Every period's market of a path with what it cleared at."""
    market, price, level = _markets(w.setting, w.schedule, w.years)
    take = [jax.tree.map(partial(_at, t), (market, price, level)) for t in range(len(w.years))]
    return [Cleared(*t) for t in take]


def _at(t: int, array: jax.Array) -> np.ndarray:
    return np.asarray(array[t])
