"""What the gap between earth price and rare price rests on: the discount rate and the damage values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pandas as pd

from earthprice.measures.welfare import RATES
from earthprice.runs.crew import each
from earthprice.runs.engine import point, run
from earthprice.runs.rare import UserCost, damage_bill, rare_run, user_cost
from earthprice.runs.runner import Runner
from earthprice.study.assessment import RARE_COLUMNS
from earthprice.study.ensemble import Plan

LEVELS = ("low", "central", "high")
"""Damage values shown side by side: all at the low end of their range, at their value, all at the high end."""


class RareRow(NamedTuple):
    """A row of the table of rare prices, as `RARE_COLUMNS` has it."""

    element: str
    damage: str
    discount: float
    year: int
    unit: str
    earth: float
    rare: float
    ratio: float
    moved: float


def rare_range(
    plan: Plan, long: Plan, user: UserCost, year: int, tell: Callable[[int, int], None], runner: Runner | int
) -> pd.DataFrame:
    """Earth and rare price of the elements that lead the first page, without reform, at the central draw.

    Args:
        plan: periods reported.
        long: the same plan over the years of the user cost.
        user: user cost without reform, to start from.
        year: year of the figures.
        tell: called with (done, total).
        runner: as of `crew.each`.

    Returns:
        Columns `RARE_COLUMNS`: every level of the damage values at the rate of `user`, every rate at the central ones.
    """
    rates = sorted({*RATES, user.discount})
    jobs = [(level, rates if level == "central" else [user.discount]) for level in LEVELS]
    rows = [r for found in each(jobs, partial(_cases, plan, long, user, year), tell, runner) for r in found]
    order = plan.lens.headline
    return pd.DataFrame(sorted(rows, key=lambda r: order.index(r.element)), columns=list(RARE_COLUMNS))


def damaged(plan: Plan, level: str) -> dict[str, float]:
    """The world's central numbers with all damage values at one end of their ranges."""
    values = plan.values({})
    if level == "central":
        return values
    table = plan.engine.world.numbers.table
    ends = table[table.index.str.startswith("damage/") & table[level].notna()][level]
    return values | {str(k): float(v) for k, v in ends.items()}


def _cases(plan: Plan, long: Plan, first: UserCost, year: int, job: tuple[str, list[float]]) -> list[RareRow]:
    """Rows of one level of the damage values and some rates."""
    level, rates = job
    law, far_law = plan.baseline(plan.use()), long.baseline(long.use())
    p = point(long.engine, damaged(plan, level), far_law)
    use = plan.use(bill=damage_bill(long.engine, p))
    billed, far_billed = plan.baseline(use), long.baseline(use)
    earth, rows = plan.engine.of_year(run(plan.engine, p, law).record.price, year), []
    for rate in rates:
        known = level == "central" and rate == first.discount
        user = first if known else user_cost(long.engine, p, far_billed, rate, first)
        near = p.near(user.guide)  # the path that paid it, or almost
        rare = plan.engine.of_year(rare_run(plan.engine, near, billed, user).record.price, year)
        for x, n in ((x, plan.lens.oxides[x]) for x in plan.lens.headline if x in plan.lens.oxides):
            pair = float(earth[n]), float(rare[n])
            rows.append(RareRow(x, level, rate, year, "USD2020/kg", *pair, 100.0 * pair[0] / pair[1], user.moved))
    return rows
