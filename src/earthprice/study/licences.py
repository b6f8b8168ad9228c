"""The table of licences to ship: home and abroad as two markets, over the draws, for both laws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.measures.licences import QUANTITIES
from earthprice.measures.spread import ranged
from earthprice.study.assessment import LICENCE_COLUMNS
from earthprice.study.ensemble import Case, Pair, Plan

FAMILY = "licence/"


def licence_table(plan: Plan, cases: Sequence[Pair], years: Sequence[int]) -> pd.DataFrame:
    """What licences to ship make of prices, rents, deliveries and stocks (columns `LICENCE_COLUMNS`).

    Args:
        plan: the plan.
        cases: draws that cleared.
        years: years of the table.
    """
    rows = []
    for scenario, side in (("baseline", [p.baseline for p in cases]), ("reform", [p.reform for p in cases])):
        for name in dict.fromkeys(k for c in side for k in c.series if k.startswith(FAMILY)):
            quantity, item, partner = name.removeprefix(FAMILY).split("/")
            holder = _holder(plan, item) if quantity == "rent" else ""
            for year in years:
                low, middle, high = ranged([_mean(plan, c, name, year) for c in side])
                if np.isfinite(middle):
                    rows.append(
                        (scenario, item, partner, year, quantity, QUANTITIES[quantity], low, middle, high, holder)
                    )
    return pd.DataFrame(rows, columns=list(LICENCE_COLUMNS))


def _mean(plan: Plan, c: Case, name: str, year: int) -> float:
    """Mean of a measure over the periods of a year in which it is known; NaN where it is in none."""
    e = plan.engine
    path = c.series.get(name, np.full(len(e.years), np.nan))
    known = np.isfinite(path)
    if not e.of_year(known.astype(float), year):
        return float("nan")
    return float(e.of_year(np.where(known, path, 0.0), year, known.astype(float)))


def _holder(plan: Plan, item: str) -> str:
    """Whose income the rent of an item's permits is: who ships it from home."""
    act = plan.lens.act
    ships = plan.lens.mask(stage="trade", zone=plan.lens.home, status="licensed")
    return " and ".join(dict.fromkeys(act.loc[ships & ((act["element"] == item) | (act["good"] == item)), "group"]))
