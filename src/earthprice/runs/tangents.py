"""Tangents of a run: derivatives of its records along several directions in one pass, exact through every market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.spell import roomy, simulate_first
from earthprice.dynamics.state import Record
from earthprice.keep.traced import Traced
from earthprice.runs.engine import Outcome

STEP = 1e-3
"""Half the central difference, in standard deviations of a factor."""
BATCH = 8
"""Factors pushed through a run in one pass: those whose shares, summed over the figures, are largest."""


def tangents(middle: Outcome, ends: Sequence[tuple[Outcome, Outcome]], years: np.ndarray, room: int = BATCH) -> Record:
    """Derivatives of a run's records by the score of each factor [factors, ...].

    Args:
        middle: the central draw laid out.
        ends: the same with each factor at -`STEP` and +`STEP`.
        years: start of each period.
        room: factors that the compiled program has room for; it takes as long with fewer.
    """
    starts, periods = roomy(len(years), years)

    def laid(o: Outcome) -> tuple[Setting, Schedule]:
        return o.setting, roomy(len(years), o.schedule)[0]

    at, tree = jax.tree.flatten(laid(middle))
    moves = [i for i, leaf in enumerate(at) if np.issubdtype(np.asarray(leaf).dtype, np.floating)]
    sides = [[jax.tree.leaves(laid(o)) for o in pair] for pair in ends]
    sides += [sides[0]] * (room - len(sides))  # one shape, so that nothing compiles twice
    along = [
        np.nan_to_num(
            np.stack([(np.asarray(high[i]) - np.asarray(low[i])) / (2.0 * STEP) for low, high in sides]),
            posinf=0.0,
            neginf=0.0,
        )
        for i in moves
    ]
    pushed = _pushed(*jax.tree.unflatten(tree, at), along, starts, periods)
    return Record(*(np.asarray(f)[: len(ends), : len(years)] for f in pushed))


def _push(s: Setting, schedule: Schedule, along: list[Array], years: Array, periods: Array) -> Record:
    """Tangents of the records along tangents of everything that is a real number in the setting and the schedule."""
    at, tree = jax.tree.flatten((s, schedule))
    moves = [i for i, leaf in enumerate(at) if jnp.issubdtype(leaf.dtype, jnp.floating)]

    def runs(real: list[Array]) -> list[Array]:
        leaves: list[Any] = list(at)
        for i, leaf in zip(moves, real, strict=True):
            leaves[i] = leaf
        return [jnp.asarray(f, float) for f in simulate_first(*jax.tree.unflatten(tree, leaves), years, periods)]

    def one(t: list[Array]) -> list[Array]:
        return jax.jvp(runs, ([at[i] for i in moves],), (t,))[1]

    return Record(*jax.vmap(one)(along))


_pushed = Traced(_push)
