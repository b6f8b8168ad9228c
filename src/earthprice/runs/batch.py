"""Runs side by side in one compiled program: what an accelerator wants, and the same answers.

Every path of a batch goes through the same operations at the same time (`jax.vmap`), so a batch takes as many Newton
steps a period as its slowest path. On a CPU one path at a time on every core is faster; on an accelerator, whose
arithmetic is idle on a single path, a batch is.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import numpy as np
from jax import Array

from earthprice.dynamics.schedule import Schedule, with_permit_room
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.spell import roomy, simulate_first
from earthprice.dynamics.state import Record
from earthprice.keep.traced import Traced
from earthprice.runs.engine import Engine, Outcome, Point, arranged
from earthprice.world.terms import Terms


def run_batch(e: Engine, asked: Sequence[tuple[Point, Terms]]) -> list[Outcome]:
    """As `engine.run`, for several points and laws at once."""
    most = max(len(terms.permits) for _, terms in asked)
    laid = [arranged(e, p, with_permit_room(terms, most)) for p, terms in asked]
    periods = len(e.years)
    given = [(parts.setting, roomy(periods, parts.schedule)[0]) for parts in laid]
    settings, schedules = jax.tree.map(lambda *x: np.stack(x), *given)
    records = [np.asarray(x)[:, :periods] for x in _simulate_batch(settings, schedules, *roomy(periods, e.years))]
    return [
        Outcome(Record(*(x[i] for x in records)), full, asked[i][0], s, schedule, free)
        for i, (s, schedule, full, free) in enumerate(laid)
    ]


def _side_by_side(settings: Setting, schedules: Schedule, years: Array, periods: Array) -> Record:
    return jax.vmap(simulate_first, in_axes=(0, 0, None, None))(settings, schedules, years, periods)


_simulate_batch = Traced(_side_by_side)
