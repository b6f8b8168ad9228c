"""The base year as a market of one period: the world of static models, where no plant opens and no ore runs out."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.demos.lab import Lab
from earthprice.dynamics.run import initial_state, period
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.errors import NotClearedError
from earthprice.market.audit import ALMOST_AT
from earthprice.market.clear import clear
from earthprice.market.response import respond


def base_year(lab: Lab) -> tuple[Setting, Schedule]:
    """Arrays of the base year under the law in force: those of a run, and the first period of its law."""
    s, schedule, *_ = lab.arrays()
    return s, jax.tree.map(lambda rows: rows[0], schedule)


def one_period(s: Setting, schedule: Schedule, year: float) -> tuple[np.ndarray, np.ndarray]:
    """Prices of goods and permits [USD2020/kg; K] and levels [kt/yr; M] of one period from the base year's state.

    Raises:
        NotClearedError: the market of the period did not clear.
    """
    price, level, residual = _clear(s, schedule, jnp.asarray(year))
    if not float(residual) <= ALMOST_AT:
        raise NotClearedError(f"a market of one period did not clear (residual {float(residual):.1e})")
    return np.asarray(price), np.asarray(level)


@jax.jit
def _clear(s: Setting, schedule: Schedule, year: Array) -> tuple[Array, Array, Array]:
    state = initial_state(s, schedule)
    market = period(s, schedule, year, state).market
    found = clear(market, state.price)
    return found.price, respond(market.b.T @ found.price, market.responses).level, found.residual
