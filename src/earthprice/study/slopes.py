"""Slopes: the derivative of every figure by a factor's score at the central draw, forward through every market.

A factor moves the benchmark and the law's terms, which are made once before a run and not in JAX: their derivative is a
central difference over a step so small that only rounding stands against it. From there the derivative of the path is
exact (a tangent pushed through the scan; each market's by the implicit function theorem), for several factors in one
pass. A figure is read off the path moved along its tangent by the same step.

At its median a number's range may have another slope to either side; the mean of both is given then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from earthprice.dynamics.state import Record
from earthprice.law import central_quantile
from earthprice.runs.crew import each
from earthprice.runs.engine import Outcome, arranged, point, run
from earthprice.runs.runner import Runner, Tell
from earthprice.runs.tangents import BATCH, STEP, tangents
from earthprice.study.ensemble import Plan, Summary, case
from earthprice.study.figures import Figure

HALF = BATCH // 2
"""Factors of one pass here."""
Sides = tuple[tuple[Summary, Summary], tuple[Summary, Summary]]
"""Baseline and reform with a factor moved by -`STEP`, then by +`STEP`."""


def with_slopes(
    plan: Plan,
    drivers: pd.DataFrame,
    spread: dict[str, float],
    figures: Sequence[Figure],
    tell: Tell,
    runner: Runner | int,
) -> pd.DataFrame:
    """The table of drivers with the slopes of the `BATCH` strongest factors, per standard deviation as drawn.

    Args:
        plan: the plan.
        drivers: columns `DRIVER_COLUMNS`.
        spread: standard deviation of the scores of factors that are fitted; one for all others.
        figures: the figures.
        tell: called with (done, total).
        runner: as of `crew.each`.
    """
    if drivers.empty:
        return drivers
    shares = drivers.groupby("parameter", sort=False)["share"].sum()
    names = shares[[np.isfinite(start(plan, str(n))) for n in shares.index]].nlargest(BATCH).index.tolist()
    batches = [part for part in (names[:HALF], names[HALF:]) if part]  # one for each of two cores
    found = each(batches, partial(moved, plan), tell, runner)
    sides = dict(zip(names, (s for batch in found for s in batch), strict=True))
    read = {f.key: f for f in figures}
    out = drivers.copy()
    for i, row in drivers[drivers["parameter"].isin(names)].iterrows():
        name = str(row["parameter"])
        out.loc[i, "slope"] = slope(read[str(row["figure"])], sides[name]) * spread.get(name, 1.0)
    return out


def slope(figure: Figure, sides: Sides) -> float:
    """Derivative of a figure's difference between the laws [unit of the figure per score]."""
    low, high = (figure.read(reform) - figure.read(base) for base, reform in sides)
    return (high - low) / (2.0 * STEP)


def moved(plan: Plan, names: Sequence[str]) -> list[Sides]:
    """Both laws at the central draw moved along the tangents of some factors; at most `HALF` of them."""
    e = plan.whole.engine
    ends = [[_arranged(plan.whole, name, step) for step in (-STEP, STEP)] for name in names]
    middle = _arranged(plan.whole, "", 0.0)
    out: list[list[list[Summary]]] = [[[], []] for _ in names]
    for law in (0, 1):
        record = run(e, middle[law].point, middle[law].terms).record
        pushed = tangents(middle[law], [(e[0][law], e[1][law]) for e in ends], e.years, HALF)
        for k, pair in enumerate(ends):
            for side, sign in ((0, -STEP), (1, STEP)):
                at = Record(*(r + sign * t[k] for r, t in zip(record, pushed, strict=True)))
                out[k][side].append(case(plan.lens, replace(pair[side][law], record=at)))
    return [((low[0], low[1]), (high[0], high[1])) for low, high in out]


def start(plan: Plan, name: str) -> float:
    """Score at which a factor stands in the central draw; infinite where its value is an end of its range."""
    if name in plan.engine.world.numbers.members:
        return float(ndtri(plan.centre.get(name, 0.5)))
    return float(ndtri(central_quantile(plan.texts.reform.stack, name, plan.texts.as_of)))


def _arranged(plan: Plan, name: str, step: float) -> tuple[Outcome, Outcome]:
    """Baseline and reform laid out with one factor moved from the central draw, not yet run."""
    world = name in plan.engine.world.numbers.members
    quantile = {name: float(ndtr(start(plan, name) + step))} if name else {}
    use = plan.use({} if world or not name else quantile)
    base = plan.baseline(use)
    p = point(plan.engine, plan.values(quantile if world else {}), base)
    blank = Record(*(np.zeros(0) for _ in Record._fields))
    laid = [arranged(plan.engine, p, terms) for terms in (base, plan.reform(use))]
    return tuple(Outcome(blank, full, p, s, schedule, free) for s, schedule, full, free in laid)  # type: ignore[return-value]
