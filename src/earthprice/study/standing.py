"""Standing: whose gains count, at which discount rate, with and without those who dig without a licence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.measures.spread import gained, ranged, share_above_nil
from earthprice.measures.welfare import UNLICENSED, Key, worth
from earthprice.study.assessment import STANDING_COLUMNS
from earthprice.study.ensemble import Pair, Plan, by_law

WORLD = "world"
"""All zones together."""


def standing(plan: Plan, cases: Sequence[Pair], first: int) -> pd.DataFrame:
    """Net gain of the reform by zone and for the world, at each discount rate, with and without the unlicensed.

    Args:
        plan: the plan.
        cases: draws that cleared.
        first: year to which money is discounted, and from which it counts.

    Returns:
        Columns `STANDING_COLUMNS`: present value of the difference against no reform [bn USD2020], at `Plan.rates`.
    """
    rows, sides = [], {rate: _accounts(plan, cases, first, rate) for rate in plan.rates}
    for zone in (WORLD, *plan.engine.names.zones):
        for counted in (True, False):
            keys = _counted(cases[0], zone, counted)
            for rate in plan.rates:
                base, reform = (sum((side[k] for k in keys), np.zeros(len(cases))) for side in sides[rate])
                gain = gained((reform - base) / 1e3)
                rows.append((zone, rate, counted, "bn USD2020", *ranged(gain), share_above_nil(gain)))
    return pd.DataFrame(rows, columns=list(STANDING_COLUMNS))


def _accounts(plan: Plan, cases: Sequence[Pair], first: int, rate: float) -> list[dict[Key, np.ndarray]]:
    """Present value of each account by draw without and with the reform [MUSD]."""
    value, keys = worth(plan.engine, first, rate, plan.rates), list(cases[0].baseline.money)
    return [value.each(side, keys) for side in by_law(cases)]


def _counted(pair: Pair, zone: str, counted: bool) -> list[Key]:
    """Accounts of a zone or of the world, with or without the unlicensed."""
    return [k for k in pair.baseline.money if zone in (WORLD, k[0]) and (counted or k[1] not in UNLICENSED)]
