"""What the gap between earth price and rare price rests on: the discount rate and the damage values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from earthprice.study.assessment import RARE_COLUMNS
from earthprice.study.engine import point, run
from earthprice.study.ensemble import Plan
from earthprice.study.parallel import each
from earthprice.study.rare import UserCost, charge, user_cost

RATES = (0.0, 0.03, 0.07)
"""Social discount rates shown side by side [share/yr]."""
LEVELS = ("low", "central", "high")
"""Damage values shown side by side: all at the low end of their range, at their value, all at the high end."""

ROUNDS = 5
"""Rounds of each user cost: all start from one that agrees with itself, and its part in the price is small."""

Row = tuple[str, str, float, int, str, float, float, float, float]


def rare_range(
    plan: Plan, long: Plan, user: UserCost, year: int, tell: Callable[[int, int], None], workers: int
) -> pd.DataFrame:
    """Earth and rare price of the elements that lead the first page, without reform, at the central draw.

    Args:
        plan: periods reported.
        long: the same plan over the years of the user cost.
        user: user cost without reform, to start from.
        year: year of the figures.
        tell: called with (done, total).
        workers: threads, 0 for one a core.

    Returns:
        Columns `RARE_COLUMNS`, for every level of the damage values and every discount rate.
    """
    rows = each(LEVELS, partial(_level, plan, long, user, year), tell, workers)
    return pd.DataFrame([r for found in rows for r in found], columns=list(RARE_COLUMNS))


def damaged(plan: Plan, level: str) -> dict[str, float]:
    """The world's central numbers with all damage values at one end of their ranges."""
    values = plan.values({})
    if level == "central":
        return values
    table = plan.engine.world.numbers.table
    ends = table[table.index.str.startswith("damage/") & table[level].notna()][level]
    return values | {str(k): float(v) for k, v in ends.items()}


def _level(plan: Plan, long: Plan, first: UserCost, year: int, level: str) -> list[Row]:
    """Rows of one level of the damage values."""
    law, far_law = plan.baseline(plan.use()), long.baseline(long.use())
    far = point(long.engine, damaged(plan, level), far_law)
    p = replace(far, growth=far.growth[: len(plan.engine.years)])
    t = int(np.argmin(np.abs(plan.engine.years - year)))
    earth = run(plan.engine, p, law).record.price[t]
    rows = []
    start = user_cost(long.engine, far, far_law, first.discount, first, rounds=ROUNDS)
    for rate in RATES:
        user = start if rate == start.discount else user_cost(long.engine, far, far_law, rate, start, rounds=ROUNDS)
        rare = run(plan.engine, p, law, pigou=charge(plan.engine, p, law, user)).record.price[t]
        for x in plan.lens.headline:
            n = plan.engine.world.network.node(f"{x}_oxide@{plan.lens.home}")
            rows.append((x, level, rate, year, "USD2020/kg", float(earth[n]), float(rare[n]),
                         100.0 * float(earth[n] / rare[n]), user.moved))  # fmt: skip
    return sorted(rows, key=lambda r: plan.lens.headline.index(r[0]))
