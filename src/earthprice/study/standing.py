"""Standing: whose gains count, at which discount rate, with and without those who dig without a licence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.study.assessment import STANDING_COLUMNS
from earthprice.study.ensemble import Pair, Plan
from earthprice.study.gap import RATES
from earthprice.study.spread import positive, ranged
from earthprice.study.welfare import UNLICENSED, discounted

WORLD = "world"
"""All zones together."""


def standing(plan: Plan, cases: Sequence[Pair], first: int) -> pd.DataFrame:
    """Net gain of the reform by zone and for the world, at each discount rate, with and without the unlicensed.

    Args:
        plan: the plan.
        cases: draws that cleared.
        first: year to which money is discounted, and from which it counts.

    Returns:
        Columns `STANDING_COLUMNS`: present value of the difference against no reform [bn USD2020].
    """
    rows = []
    for zone in (WORLD, *plan.engine.names.zones):
        for counted in (True, False):
            paths = [_change(p, zone, counted) for p in cases]
            for rate in RATES:
                worth = discounted(plan.engine, first, rate)
                gain = np.array([worth(path) for path in paths]) / 1e3
                rows.append((zone, rate, counted, "bn USD2020", *ranged(gain), positive(gain)))
    return pd.DataFrame(rows, columns=list(STANDING_COLUMNS))


def _change(pair: Pair, zone: str, counted: bool) -> np.ndarray:
    """Money more than without reform, of a zone or of the world [MUSD/yr; T]."""
    keys = [k for k in pair.baseline.money
            if zone in (WORLD, k[0]) and (counted or k[1] not in UNLICENSED)]  # fmt: skip
    return np.sum([pair.reform.money[k] - pair.baseline.money[k] for k in keys], axis=0)
