"""The table of licences to ship: home and abroad as two markets, over the draws, for both laws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.measures.licences import QUANTITIES
from earthprice.measures.spread import ranged
from earthprice.study.assessment import LICENCE_COLUMNS
from earthprice.study.bands import Bands, series_behind
from earthprice.study.ensemble import Pair, Plan, Summary, by_law

FAMILY = "licence/"


def licence_table(plan: Plan, cases: Sequence[Pair], years: Sequence[int], bands: Bands | None = None) -> pd.DataFrame:
    """What licences to ship make of prices, rents, deliveries and stocks (columns `LICENCE_COLUMNS`).

    Args:
        plan: the plan.
        cases: draws that cleared.
        years: years of the table.
        bands: what is left out of prices, and so of the gap; None: nothing.
    """
    rows, draws = [], [p.draw for p in cases]
    for scenario, side in zip(("baseline", "reform"), by_law(cases), strict=True):
        alike = dict.fromkeys(tuple(c.series) for c in side)  # nearly all cases have the same measures
        for name in dict.fromkeys(k for names in alike for k in names if k.startswith(FAMILY)):
            quantity, item, partner = name.removeprefix(FAMILY).split("/")
            holder = _holder(plan, item) if quantity == "rent" else ""
            head, unit = (scenario, item, partner), QUANTITIES[quantity]
            for year in years:
                ends = ranged(_over_draws(plan, side, name, year, draws, bands))
                if np.isfinite(ends).all():
                    rows.append((*head, year, quantity, unit, *ends, holder))
    return pd.DataFrame(rows, columns=list(LICENCE_COLUMNS))


def _over_draws(
    plan: Plan, side: Sequence[Summary], name: str, year: int, draws: Sequence[int], bands: Bands | None
) -> np.ndarray:
    """A measure in a year over the draws, prices with what is left out of them, and the gap as their difference."""
    quantity, item, partner = name.removeprefix(FAMILY).split("/")
    if quantity == "gap":
        both = (f"{FAMILY}{q}/{item}/{partner}" for q in ("abroad", "home"))
        abroad, home = (_over_draws(plan, side, n, year, draws, bands) for n in both)
        return abroad - home
    values = _means(plan, side, name, year)
    if bands is None or quantity not in ("home", "abroad"):
        return values
    zone = plan.lens.home if quantity == "home" else quantity
    return bands.year(series_behind(plan.lens, f"price/{item}_oxide@{zone}"), values, draws, year)


def _means(plan: Plan, side: Sequence[Summary], name: str, year: int) -> np.ndarray:
    """Mean of a measure over the periods of a year in which it is known, of a rent over all; NaN where in none [n]."""
    e = plan.engine
    nowhere = np.full(len(e.years), np.nan)
    paths = np.array([c.series.get(name, nowhere) for c in side]).T
    known = np.isfinite(paths)
    mean, share = (e.of_year(x, year) for x in (np.where(known, paths, 0.0), known.astype(float)))
    counted = np.ones_like(share) if name.startswith(f"{FAMILY}rent/") else share
    return np.where(share > 0, mean / np.where(share > 0, counted, 1.0), np.nan)


def _holder(plan: Plan, item: str) -> str:
    """Whose income the rent of an item's permits is: who ships it from home."""
    act = plan.lens.act
    ships = plan.lens.mask(stage="trade", zone=plan.lens.home, status="licensed")
    return " and ".join(dict.fromkeys(act.loc[ships & ((act["element"] == item) | (act["good"] == item)), "group"]))
