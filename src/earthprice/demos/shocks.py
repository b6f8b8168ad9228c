"""Shocks and holds that demonstrations give a run: a boom of use, activities that stand still."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from earthprice.demos.lab import Change, Lab
from earthprice.dynamics.setting import Schedule, Setting

FLAT = 1e6
"""Spread of costs [USD/kg] beside which no price moves a level."""


def more_use(lab: Lab, times: float, first: float, until: float) -> Change:
    """Every final use wants `times` as much at each price from the year `first` to before `until`."""
    when = (lab.years >= first) & (lab.years < until)
    size = np.where(when, times, 1.0)[:, None]

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        return s, schedule._replace(growth=schedule.growth * jnp.where(s.final, jnp.asarray(size), 1.0))

    return change


def held(which: np.ndarray) -> Change:
    """The activities `which` [M] work at the base year's share of a capacity that answers to nothing and stays put."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        use = jnp.clip(s.level0 / s.capacity0, 1e-6, 1.0 - 1e-6)
        cost = s.margin0 - s.rent - FLAT * jnp.log(use / (1.0 - use))
        return s._replace(
            cost=jnp.where(which, cost, s.cost), spread=jnp.where(which, FLAT, s.spread),
            response=jnp.where(which, 0.0, s.response), exit=jnp.where(which, 0.0, s.exit),
            pit=jnp.where(which, 0.0, s.pit),
        ), schedule  # fmt: skip

    return change


def rooted(which: np.ndarray) -> Change:
    """Diggers of the activities `which` [M] stay where they are, whatever other fields pay."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        return s._replace(pit=jnp.where(which, 0.0, s.pit)), schedule

    return change


def together(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        for one in changes:
            s, schedule = one(s, schedule)
        return s, schedule

    return change
