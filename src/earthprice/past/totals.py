"""What the hindcast comes to, in a few numbers a past: the hard ones first.

Prices of the value elements, a typical series, and all series without traded ore stand beside the pooled ratio, which
two series with huge errors would carry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from earthprice.past.matching import ORE_TRADE, VALUE
from earthprice.past.scores import pooled

BOTH = "both"
"""All pasts together."""


def totals(scores: pd.DataFrame, ranges: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By past, and of all: `n`, ratios to no change, coverage of printed ranges, CRPS, moments of prices.

    `ratio_no_change`: pooled over all series; `ratio_without_ore_trade`: without the series of traded ore;
    `value_elements`: over the prices of the value elements alone; `typical`: geometric mean over all series.
    `coverage_printed`: share of recorded values after each cut-off in the ranges that are printed, by past.
    `crps`: mean over the years scored [log points]. `autocorrelation`, `skewness`: means over the prices of value
    elements that are recorded long enough, each of the median draw and of the record; NaN where there is none.

    Args:
        scores: as of `Hindcast.scores`.
        ranges: as of `rolling.coverage_by_distance`.
    """
    parts = {BOTH: scores, **{str(p): rows for p, rows in scores.groupby("past", sort=False)}}
    return {p: _of(rows, ranges.loc["all" if p == BOTH else f"all, {p}"]) for p, rows in parts.items()}


def _of(rows: pd.DataFrame, ranges: pd.Series) -> dict[str, Any]:
    every, value = pooled(rows), rows[rows["group"] == VALUE]
    return {
        "n": int(every["n"]),
        "ratio_no_change": every["ratio_no_change"],
        "ratio_without_ore_trade": pooled(rows[rows["group"] != ORE_TRADE])["ratio_no_change"],
        "value_elements": pooled(value)["ratio_no_change"],
        "typical": every["typical_no_change"],
        "coverage_printed": float(ranges["coverage"]),
        "crps": float(np.average(rows["crps"], weights=rows["n"])),
        **{
            moment: {of: float(value[f"{moment}_{of}"].mean()) for of in ("model", "record")}
            for moment in ("autocorrelation", "skewness")
        },
    }
