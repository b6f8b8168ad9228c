"""Options other than the text: enforcement, delay, a charge, doing nothing; on the same draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from earthprice.law import Stack
from earthprice.study.engine import Point, arranged, point
from earthprice.study.ensemble import Case, Pair, Plan, solved
from earthprice.study.figures import Figure
from earthprice.study.parallel import each
from earthprice.study.rare import external
from earthprice.study.sample import Sample
from earthprice.world.terms import Terms

DRAWS = 12
"""Draws on which alternatives are compared."""
COLUMNS = ("option", "number", "key", "unit", "p05", "p50", "p95", "better")


@dataclass(frozen=True)
class Alternative:
    """One option: its words, and its terms in a draw."""

    words: str
    side: str
    overrides: dict[str, str]
    charged: bool = False


def alternatives(plan: Plan) -> list[Alternative]:
    """The options that every text is held against."""
    reform, base = _inspections(plan.texts.reform.stack), _inspections(plan.texts.baseline.stack)
    return [
        Alternative("the text, enforced half as much", "reform", dict.fromkeys(reform, "x0.5")),
        Alternative("the text, enforced twice as much", "reform", dict.fromkeys(reform, "x2")),
        Alternative("twice the inspection under the present law", "baseline", dict.fromkeys(base, "x2")),
        Alternative("a charge for damage on licensed firms, present law", "baseline", {}, charged=True),
    ]


def compared(plan: Plan, draws: Sample, done: Sequence[Pair], delayed: Sequence[Pair], figures: Sequence[Figure],
             tell: Any) -> pd.DataFrame:  # fmt: skip
    """Differences from doing nothing, by option (columns `COLUMNS`).

    `better` is the share of draws in which home's net gain is positive.
    """
    found: dict[str, list[tuple[Case, Case]]] = {
        "the text": [(p.baseline, p.reform) for p in done],
        "the text, two years later": [(p.baseline, p.reform) for p in delayed],
    }
    options = alternatives(plan)
    jobs = [(a, i) for a in options for i in range(min(DRAWS, draws.quantiles.shape[0]))]
    base = {p.draw: p.baseline for p in done}
    jobs = [(a, i) for a, i in jobs if i in base]
    for (a, i), case in zip(jobs, each(jobs, partial(_one, plan, draws), partial(tell, "options"), 0), strict=True):
        found.setdefault(a.words, []).append((base[i], case))
    rows = [("do nothing", f.number, f.key, f.unit, 0.0, 0.0, 0.0, float("nan")) for f in figures]
    gain = next(f for f in figures if f.number == 9)
    for words, cases in found.items():
        kept = [(b, r) for b, r in cases if "not_cleared" not in (b.status, r.status)]
        better = float(np.mean([gain.read(r) > gain.read(b) for b, r in kept])) if kept else float("nan")
        for f in figures:
            change = np.array([f.read(r) - f.read(b) for b, r in kept])
            change = change[np.isfinite(change)]
            low, middle, high = np.percentile(change, [5, 50, 95]) if len(change) else (np.nan,) * 3
            rows.append((words, f.number, f.key, f.unit, float(low), float(middle), float(high), better))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _inspections(s: Stack) -> list[str]:
    return [f"{i.id}.caught" for i in s.items if i.measure.instrument == "inspection"]


def _one(plan: Plan, draws: Sample, job: tuple[Alternative, int]) -> Case:
    option, draw = job
    use = plan.use(draws.of_law(draw))
    base = plan.baseline(use)
    p = point(plan.engine, plan.values(draws.of_world(draw)), base)
    side = plan.texts.reform if option.side == "reform" else plan.texts.baseline
    terms = side.terms(plan.engine.years, **use, overrides={**plan.overrides, **option.overrides} or None)
    if option.charged:
        terms = _with_charge(plan, p, terms)
    return solved(plan, p, terms)


def _with_charge(plan: Plan, p: Point, terms: Terms) -> Terms:
    """The same law with a charge equal to external damage on home's licensed activities once the text would bind."""
    s, law, _ = arranged(plan.engine, p, terms)
    lens = plan.lens
    paying = lens.mask(zone=lens.home, status="licensed")
    from_then = plan.engine.years >= plan.texts.book.start - 1e-9
    levy = external(plan.engine, p, law, s) * paying[None, :] * from_then[:, None]
    return replace(terms, specific=terms.specific + levy)
