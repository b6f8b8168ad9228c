"""A spell: the first periods of a schedule that has room for more, so that one program serves runs of any length.

To compile a run takes seconds and a period a millisecond.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from earthprice import caps
from earthprice.dynamics.run import bundles, initial_state, step
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.state import Record, State

_step = jax.jit(step)
"""Traced once, though its shapes are asked for before it runs."""


def simulate_first(setting: Setting, schedule: Schedule, years: Array, periods: Array) -> Record:
    """The run of the first periods, as `run.simulate`; nil in those after them.

    Args:
        setting: fixed arrays.
        schedule: terms and drivers, leading axis T.
        years: start of each period [T].
        periods: how many are run [int].
    """
    held, state = bundles(setting), initial_state(setting, schedule)

    def one(t: Array | int, state: State) -> tuple[State, Record]:
        said, year = jax.tree.map(lambda x: x[t], (schedule, years))
        return _step(setting, said, year, state, held)

    def once(t: Array, so_far: tuple[State, Record]) -> tuple[State, Record]:
        state, record = one(t, so_far[0])
        return state, jax.tree.map(lambda x, now: x.at[t].set(now), so_far[1], record)

    shapes = jax.eval_shape(one, 0, state)[1]
    nil = jax.tree.map(lambda x: jnp.zeros((len(years), *x.shape), x.dtype), shapes)
    return lax.fori_loop(0, periods, once, (state, nil))[1]


def roomy(periods: int, *trees: Any) -> tuple[Any, ...]:
    """Trees of arrays with room for the next multiple of `caps.PERIOD_STEP` periods, and how many of these are run.

    Args:
        periods: how many are run T.
        *trees: leading axis T; the last row fills what is not run.
    """
    room = caps.PERIOD_STEP * -(-periods // caps.PERIOD_STEP)

    def longer(x: Any) -> np.ndarray:
        x = np.asarray(x)
        out = np.empty((room, *x.shape[1:]), x.dtype)
        out[:periods], out[periods:] = x, x[-1]
        return out

    return (*(jax.tree.map(longer, tree) for tree in trees), np.asarray(periods))
