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
from scipy.special import ndtr, ndtri

from earthprice.dynamics.state import Record
from earthprice.law import central_quantile
from earthprice.runs.crew import each
from earthprice.runs.engine import Outcome, arranged, point, run
from earthprice.runs.runner import Runner, Tell
from earthprice.runs.tangents import BATCH, STEP, tangents
from earthprice.study.ensemble import Plan, Summary, unaudited
from earthprice.study.figures import Figure
from earthprice.world.terms import Terms

BothSides = tuple[tuple[Summary, Summary], tuple[Summary, Summary]]
"""Baseline and reform with a factor moved by -`STEP`, then by +`STEP`."""
Slopes = dict[str, dict[str, tuple[float, float]]]
"""By figure and factor: derivative by the factor's score under the baseline and under the reform."""


def slopes(plan: Plan, names: Sequence[str], figures: Sequence[Figure], tell: Tell, runner: Runner | int) -> Slopes:
    """Slopes of the figures by every factor; none of a rare price, and of a factor whose centre is an end of its range.

    Args:
        plan: the plan.
        names: factors, own parts and numbers of the law.
        figures: the figures.
        tell: called with (done, total).
        runner: as of `crew.each`.
    """
    known = [n for n in names if np.isfinite(central_score(plan, n))]
    batches = [known[k : k + BATCH] for k in range(0, len(known), BATCH)]
    out: Slopes = {f.key: {} for f in figures if not f.rare}
    found = each(batches, partial(moved, plan), tell, runner)
    for name, sides in zip(known, (s for batch in found for s in batch), strict=True):
        for f in figures:
            if not f.rare:
                out[f.key][name] = of_laws(f, sides)
    return out


def of_laws(figure: Figure, sides: BothSides) -> tuple[float, float]:
    """Derivative of a figure under the baseline and under the reform [unit of the figure per score]."""
    low, high = ([figure.read(case) for case in side] for side in sides)
    return (high[0] - low[0]) / (2.0 * STEP), (high[1] - low[1]) / (2.0 * STEP)


def moved(plan: Plan, names: Sequence[str]) -> list[BothSides]:
    """Both laws at the central draw moved along the tangents of some factors; at most `BATCH` of them."""
    e = plan.whole.engine
    laws = plan.whole.baseline(plan.use({})), plan.whole.reform(plan.use({}))
    ends = [[_arranged(plan.whole, name, step, laws) for step in (-STEP, STEP)] for name in names]
    middle = _arranged(plan.whole, "", 0.0, laws)
    out: list[list[list[Summary]]] = [[[], []] for _ in names]
    for law in (0, 1):
        record = run(e, middle[law].point, middle[law].terms).record
        pushed = tangents(middle[law], [(e[0][law], e[1][law]) for e in ends], e.years)
        for k, pair in enumerate(ends):
            for side, sign in ((0, -STEP), (1, STEP)):
                at = Record(*(r + sign * t[k] for r, t in zip(record, pushed, strict=True)))
                out[k][side].append(unaudited(plan.lens, replace(pair[side][law], record=at), plan.rates))
    return [((low[0], low[1]), (high[0], high[1])) for low, high in out]


def central_score(plan: Plan, name: str) -> float:
    """Score at which a factor stands in the central draw; infinite where its value is an end of its range."""
    if name in plan.engine.world.numbers.members:
        return float(ndtri(plan.central_quantiles.get(name, 0.5)))
    return float(ndtri(central_quantile(plan.texts.reform.stack, name, plan.texts.as_of)))


def _arranged(plan: Plan, name: str, step: float, laws: tuple[Terms, Terms] | None = None) -> tuple[Outcome, Outcome]:
    """Baseline and reform laid out with one factor moved from the central draw, not yet run; `laws`: of that draw."""
    world = name in plan.engine.world.numbers.members
    quantile = {name: float(ndtr(central_score(plan, name) + step))} if name else {}
    if laws is None or not (world or not name):
        use = plan.use({} if world or not name else quantile)
        laws = plan.baseline(use), plan.reform(use)
    p = point(plan.engine, plan.values(quantile if world else {}), laws[0])
    blank = Record(*(np.zeros(0) for _ in Record._fields))
    laid = [arranged(plan.engine, p, terms) for terms in laws]
    return tuple(Outcome(blank, full, p, s, schedule, free) for s, schedule, full, free in laid)  # type: ignore[return-value]
