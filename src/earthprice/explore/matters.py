"""What matters: the article behind each figure, and the uncertain numbers that move it most."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from earthprice.explore.answers import Reader, rounded_number
from earthprice.explore.session import FACTORS, Session
from earthprice.explore.state import LeverState
from earthprice.measures.spread import least
from earthprice.runs.engine import point
from earthprice.runs.rare import damage_bill
from earthprice.study.draws import central_point, user_costs
from earthprice.study.ensemble import Pair, Summary, rare_prices, solved, with_rare
from earthprice.study.figures import Figure
from earthprice.study.frame import Frame

MOST_NUMBERS = 40
"""Numbers of the world that a lever moves at most: more would be no command that anybody reads."""
SHARES = 5
"""Uncertain numbers named behind a figure."""


def acting(f: Frame) -> list[str]:
    """Articles of the text that may act."""
    return [a.number for a in f.plan.texts.reform.stack.top_book.acting(f.plan.changes.law)]


def without(s: Session, state: LeverState, article: str) -> Summary:
    """The text without an article, at the central draw; the text itself where the article is nameless."""
    f = s.frame(state)
    off = [article] if article else []
    return solved(f.plan, s.place(state, None), f.plan.whole.reform(f.plan.use(without=off)))


def delayed(s: Session, state: LeverState, draw: int) -> Summary:
    """The text two years later than it stands, in a draw; at the central one where the number is below nil."""
    f, at = s.frame(state), draw if draw >= 0 else None
    later = replace(f.plan, texts=s.late(state).alone())
    use = later.use(None if at is None else s.sample(f).of_law(at))
    return solved(later, s.place(state, at), later.whole.reform(use))


def with_rare_prices(s: Session, state: LeverState, _job: int) -> Pair:
    """Both laws at the central draw with their rare prices, found as `assess` finds them."""
    f, pair = s.frame(state), s.run(state).pair
    plan, users = f.plan, user_costs(f, central_point(f))
    p = point(plan.engine, plan.values({}), plan.baseline(plan.use()))
    use = plan.use(bill=damage_bill(plan.engine, p))
    was, now = (rare_prices(plan, p, x, u) for x, u in zip((plan.baseline(use), plan.reform(use)), users, strict=True))
    return Pair(pair.draw, with_rare(pair.baseline, was), with_rare(pair.reform, now))


def articles_that_matter(pair: Pair, cases: Mapping[str, Summary], figures: Sequence[Figure]) -> dict[str, Any]:
    """What each figure would change by, were an article left out, central draw; and the article that moves most.

    Args:
        pair: both laws at the central draw.
        cases: the text without each article (`without`).
        figures: the figures.

    Returns:
        `without`: by figure, rows of article and change; `most`: the article with the largest share of what all
        articles do, as a mean over the figures; empty where none does anything.
    """
    out: dict[str, list[dict[str, Any]]] = {}
    shares = dict.fromkeys(cases, 0.0)
    for g in figures:
        now, quiet = g.read(pair.reform), least(max(abs(g.read(pair.baseline)), 1e-6))
        moved = {a: now - g.read(c) for a, c in cases.items() if c.good}
        moved = {a: x for a, x in moved.items() if np.isfinite(x) and abs(x) > quiet}
        total = sum(map(abs, moved.values()))
        for a, x in moved.items():
            shares[a] += abs(x) / total
        rows = sorted(moved.items(), key=lambda r: -abs(r[1]))
        out[g.key] = [{"article": a, "change": rounded_number(x)} for a, x in rows]
    most = max(shares, key=lambda a: shares[a], default="")
    return {"without": out, "most": most if most and shares[most] > 0 else ""}


def numbers_that_matter(
    s: Session, f: Frame, kept: Sequence[Pair], reader: Reader, moved: Collection[str] = ()
) -> dict[str, Any]:
    """The uncertain factors whose draws go most along with the changes on screen.

    By figure the squared rank correlation of the change with every factor: a share of its spread. Over n draws that of
    two numbers that have nothing to do with each other is 1 / (n - 1) in the mean, and no factor with less is named.

    Args:
        s: the session.
        f: the frame.
        kept: draws that cleared.
        reader: which figures are read.
        moved: factors that have been moved: they stay levers, whatever their shares.

    Returns:
        `levers`: those moved, then the factors with the largest mean share; `shares`: by figure, the largest shares of
        all factors.
    """
    sample, numbers = s.sample(f), s.opened.world.numbers
    names = list(sample.factors)
    scores = _ranks(sample.quantiles[[p.draw for p in kept]])
    shares: dict[str, np.ndarray] = {}
    for g in reader.figures:
        known, change = g.change_where_known(kept)
        if known.all() and np.ptp(change) > 0:
            shares[g.key] = (scores.T @ _ranks(change[:, None]))[:, 0] ** 2
    chance = 1.0 / max(len(kept) - 1, 1)
    mean = np.mean(list(shares.values()), axis=0) if shares else np.zeros(len(names))
    small = [i for i in range(sample.world) if len(numbers.members[names[i]]) <= MOST_NUMBERS and mean[i] > chance]
    first = [names[i] for i in sorted(small, key=lambda i: -mean[i]) if names[i] not in moved]
    return {
        "levers": [
            {"name": n, "at": float(f.plan.central_quantiles.get(n, 0.5))}
            for n in [*moved, *first][: max(FACTORS, len(moved))]
        ],
        "shares": {
            k: [{"name": names[i], "share": rounded_number(x[i])} for i in np.argsort(-x)[:SHARES] if x[i] > chance]
            for k, x in shares.items()
        },
    }


def _ranks(x: np.ndarray) -> np.ndarray:
    """Ranks down each column, centred and of unit length."""
    r = x.argsort(0).argsort(0).astype(float)
    r -= r.mean(0)
    return r / np.maximum(np.sqrt((r**2).sum(0)), 1e-12)
