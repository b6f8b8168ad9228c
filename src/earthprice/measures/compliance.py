"""Cost of compliance by stage, and what of it falls on large and on small firms.

The law costs a stage C a year more than without the reform, what a higher recovery costs among it. A share f of it is
needed in every firm whatever its tonnes (entries, invoices, a clerk), the rest goes with the tonnes. Of N firms that
make Q, a share n is small and makes a share q; a kilogram then costs

    small:  (C/Q) [f n/q + 1 - f]          large:  (C/Q) [f (1 - n)/(1 - q) + 1 - f]

which add up to C. Numbers of firms, shares and f are the world's `firms/ZONE/STAGE/*`, mostly assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from earthprice.measures.lens import Lens
from earthprice.runs.engine import Outcome

COMPLIANCE_COLUMNS = (
    "stage",
    "size",
    "year",
    "firms",
    "output",
    "cost",
    "per_kg",
    "low",
    "high",
    "share",
    "per_firm",
)
"""What the reform costs firms more than no reform at the central draw: number of firms, output [kt/yr], cost [MUSD/yr],
cost per kilogram of output with its range over the assumptions on firms [USD/kg], share of the output's value [%], cost
per firm [kUSD/yr]."""

SMALLEST = 1e-3
"""Cost of a stage [MUSD/yr] below which it is left out."""


def compliance(lens: Lens, base: Outcome, reform: Outcome, year: int) -> pd.DataFrame:
    """Cost of compliance of the reform by stage and size of firm in a year (columns `COMPLIANCE_COLUMNS`).

    Args:
        lens: for the home zone.
        base: run of the baseline.
        reform: run of the reform, from the same point.
        year: the year.

    Returns:
        Rows all, large and small for each stage whose firms are in the tables. `low` and `high` are the cost per
        kilogram at the ends of the ranges of the shares, other numbers at their values.
    """
    values, ranges = reform.point.values, lens.engine.world.numbers.table
    rows: list[tuple[object, ...]] = []
    for stage in dict.fromkeys(lens.act["stage"]):
        key = f"firms/{lens.home}/{stage}"
        if f"{key}/count" not in values:
            continue
        cost, output, worth = _stage(lens, base, reform, stage, year)
        if cost < SMALLEST or output <= 0:
            continue
        rows.append(
            (
                stage,
                "all",
                year,
                values[f"{key}/count"],
                output,
                cost,
                cost / output,
                np.nan,
                np.nan,
                100.0 * cost / worth,
                1e3 * cost / values[f"{key}/count"],
            )
        )
        for size in ("large", "small"):
            rows.append((stage, size, year, *_size(size, key, values, ranges, (cost, output, worth))))
    return pd.DataFrame(rows, columns=list(COMPLIANCE_COLUMNS))


def _stage(lens: Lens, base: Outcome, reform: Outcome, stage: str, year: int) -> tuple[float, float, float]:
    """Added cost [MUSD/yr], output [kt/yr] and its value [MUSD/yr] of a stage's licensed firms."""
    here = lens.mask(zone=lens.home, stage=stage, status="licensed")
    level = reform.record.level[:, here]
    costs, before = (x.terms.resource_cost + x.recovery_cost for x in (reform, base))
    added = (costs - before)[:, here]
    paths = ((added * level).sum(1), level.sum(1), (reform.sales[:, here] * level).sum(1))
    cost, output, worth = (float(lens.engine.of_year(path, year)) for path in paths)
    return cost, output, max(worth, 1e-9)


def _size(
    size: str, key: str, values: Mapping[str, float], ranges: pd.DataFrame, total: tuple[float, float, float]
) -> tuple[float, ...]:
    """Firms, output, cost, cost per kilogram with its range, share of value [%] and cost per firm [kUSD/yr]."""
    cost, output, worth = total
    few, made, fixed = (values[f"{key}/{name}"] for name in ("small_firms", "small_output", "fixed"))
    low, high = (
        {n: float(ranges.at[f"{key}/{n}", end]) for n in ("small_firms", "small_output", "fixed")}
        for end in ("low", "high")
    )
    if size == "large":
        few, made = 1.0 - few, 1.0 - made
        low, high = (
            {"small_firms": 1.0 - b["small_firms"], "small_output": 1.0 - b["small_output"], "fixed": a["fixed"]}
            for a, b in ((low, high), (high, low))
        )
    mean = cost / output
    ends = [
        mean * times(few_, made_, fixed_)
        for few_ in (low["small_firms"], high["small_firms"])
        for made_ in (low["small_output"], high["small_output"])
        for fixed_ in (low["fixed"], high["fixed"])
    ]
    share, firms = times(few, made, fixed), values[f"{key}/count"] * few
    paid = cost * made * share
    return (
        firms,
        output * made,
        paid,
        mean * share,
        min(ends),
        max(ends),
        100.0 * paid / (worth * made),
        1e3 * paid / firms,
    )


def times(firms: float, output: float, fixed: float) -> float:
    """Cost per kilogram of firms with a share of all firms and of all output, over that of the stage: f n/q + 1 - f."""
    return fixed * firms / output + 1.0 - fixed
