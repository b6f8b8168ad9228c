"""What the demonstrations on exports share: orders on the law in force, flows, the gap, no smuggling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd

from earthprice.demos.demonstration import curves
from earthprice.demos.lab import Lab
from earthprice.demos.shocks import CLOSED
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.law import prepare, stack
from earthprice.law.experiment import measure_line, order, values
from earthprice.runs.engine import Outcome
from earthprice.world.terms import Terms


def under(lab: Lab, *measures: str, begin: str = "2022-01-01", announced: str = "", **use: Any) -> Terms:
    """The law in force with an order upon it; `use` as `law.Use`."""
    book = order("experiment", "An experiment", begin, measures, announced=announced, builds_on=lab.base)
    return prepare(stack(book), lab.world.network).terms(lab.years, **use)


def out_of(lab: Lab, *goods: str) -> dict[str, str | list[str]]:
    """The set of licensed shipments of some goods out of home."""
    return {"doing": "ship", "zone": lab.home, "status": "licensed", "good": list(goods)}


def capped_shipments(name: str, goods: Mapping[str, str | list[str]], amount: str, counts: str = "t REO") -> str:
    """A cap on shipments by permits that can be traded."""
    return measure_line(name, "cap", goods, counts=counts, shared_out="{tradable: true}", amount=amount)


def forms(lab: Lab, element: str) -> tuple[str, ...]:
    """Oxide and, where it is made, metal of an element."""
    known = set(lab.world.network.nodes["good"])
    return tuple(g for g in (f"{element}_oxide", f"{element}_metal") if g in known)


def leaving(lab: Lab, run: Outcome, element: str, status: str = "licensed") -> np.ndarray:
    """Oxide and metal of an element that leave home [t REO/yr; T]."""
    reo = lab.world.network.reo.to_numpy()
    which = lab.lens.mask(doing="ship", zone=lab.home, status=status, good=forms(lab, element))
    return 1e3 * run.record.level[:, which] @ reo[which]


def gap(lab: Lab, run: Outcome, element: str, zone: str = "JPN") -> np.ndarray:
    """Price of an oxide abroad less that at home [USD2020/kg; T]."""
    return lab.price(run, f"{element}_oxide@{zone}") - lab.price(run, f"{element}_oxide@{lab.home}")


def unsmuggled(lab: Lab, first: float, s: Setting, schedule: Schedule) -> tuple[Setting, Schedule]:
    """Smuggling switched off from a year on."""
    return s, nearly_closed(lab, schedule, lab.lens.mask(stage="trade", status="unlicensed"), first)


def nearly_closed(lab: Lab, schedule: Schedule, mask: np.ndarray, first: float) -> Schedule:
    """A law under which some activities have next to no capacity from a year on."""
    factor = np.where(mask, CLOSED, 1.0) * np.ones(schedule.capacity.shape)
    factor[: lab.at(first)] = 1.0
    return schedule._replace(capacity=schedule.capacity * jnp.asarray(factor))


def by_period(lab: Lab, amounts: np.ndarray, unit: str, first: float) -> str:
    """A parameter with a value for each period from a date on."""
    return values(unit, {float(y): float(a) for y, a in zip(lab.years, amounts, strict=True) if y >= first - 1e-9})


def rows(lab: Lab, paths: Mapping[str, np.ndarray], first: float, last: float) -> pd.DataFrame:
    """Paths as rows of a panel, for the years from first to last."""
    there = (lab.years >= first) & (lab.years <= last)
    return curves({k: (lab.years[there], v[there]) for k, v in paths.items()})
