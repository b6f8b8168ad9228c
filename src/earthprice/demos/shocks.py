"""Shocks and holds that demonstrations give a run: a boom of use, activities that stand still."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from earthprice.demos.lab import Change, Lab
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting

CLOSED = 1e-9
"""Capacity multiplier of what is switched off: nil would leave no market to clear."""
FLAT = 1e6
"""Spread of costs [USD/kg] beside which no price moves a level."""


def more_use(lab: Lab, times: float, first: float, until: float, **of: str) -> Change:
    """Every final use, or those `of` some kind, wants `times` as much at each price from `first` to before `until`."""
    size = _sizes(lab, lab.lens.mask(doing="use", **of), times, first, until)
    return lambda s, schedule: (s, schedule._replace(growth=schedule.growth * size))


def less_room(lab: Lab, which: np.ndarray, left: float, first: float, until: float) -> Change:
    """The activities `which` [M] keep the share `left` of their capacity from the year `first` to before `until`."""
    size = _sizes(lab, which, left, first, until)
    return lambda s, schedule: (s, schedule._replace(capacity=schedule.capacity * size))


def _sizes(lab: Lab, which: np.ndarray, times: float, first: float, until: float) -> np.ndarray:
    """`times` for some activities [M] in the periods from `first` to before `until`, else one [T, M]."""
    return np.where(((lab.years >= first) & (lab.years < until))[:, None] & which, times, 1.0)


def held_at_base_use(which: np.ndarray) -> Change:
    """The activities `which` [M] work at the base year's share of a capacity that answers to nothing and stays put."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        use = jnp.clip(s.base.level / s.base.capacity, 1e-6, 1.0 - 1e-6)
        cost = s.base.margin - s.base.rent - FLAT * jnp.log(use / (1.0 - use))
        base = s.base._replace(cost=jnp.where(which, cost, s.base.cost), spread=jnp.where(which, FLAT, s.base.spread))
        return together(of_today(which), rooted(which))(s._replace(base=base), schedule)

    return change


def of_today(which: np.ndarray) -> Change:
    """The activities `which` [M] neither open nor close anything."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        still = {k: jnp.where(which, 0.0, getattr(s.plants, k)) for k in ("response", "exit")}
        return s._replace(plants=s.plants._replace(**still)), schedule

    return change


def unstocked(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    """Nobody puts aside or sells out of a private stock."""
    holds = s.storage.store | s.storage.release
    capacity = jnp.where(holds, CLOSED * s.base.capacity, s.base.capacity)
    return s._replace(base=s.base._replace(capacity=capacity)), schedule


def rooted(which: np.ndarray) -> Change:
    """Diggers of the activities `which` [M] stay where they are, whatever other fields pay."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        pit = s.fields.pit
        stay = pit._replace(value=jnp.where(which[pit.column], 0.0, pit.value))
        return s._replace(fields=s.fields._replace(pit=stay)), schedule

    return change


def together(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
        for one in changes:
            s, schedule = one(s, schedule)
        return s, schedule

    return change
