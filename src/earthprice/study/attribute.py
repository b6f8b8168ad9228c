"""Article by article: what each article of the text changes, without it, alone, and by its Shapley value.

The Shapley value of an article is its mean contribution over orders in which the articles could be added; orders are
drawn at random and each is used forwards and backwards (Castro, Gomez & Tejada 2009, Computers & OR 36).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from earthprice.law import Article
from earthprice.measures.spread import least
from earthprice.runs.crew import hired
from earthprice.runs.engine import Point, run
from earthprice.runs.runner import Begun, Runner, begin
from earthprice.study.assessment import ARTICLE_COLUMNS
from earthprice.study.ensemble import Plan, Summary, solved
from earthprice.study.figures import Figure

ORDERS = 2
"""Random orders drawn; each counts forwards and backwards."""
TRACE = 0.01
"""Part of what moves a figure most below which an article's part is none, so that the parts still add up."""


def articles(
    plan: Plan, p: Point, base: Summary, figures: Sequence[Figure], tell: Any, seed: int, runner: Runner | int
) -> pd.DataFrame:
    """What each article does at one point; as of `begin_articles` and `shared_out`."""
    with hired(runner) as crew:
        return shared_out(plan, base, figures, seed, begin_articles(plan, p, seed, crew), tell)


def begin_articles(plan: Plan, p: Point, seed: int, crew: Runner) -> Begun:
    """Start the text with some of its articles, all whose difference says what one of them does.

    Args:
        plan: the plan.
        p: the central point.
        seed: seed of the orders.
        crew: who does it.
    """
    near = p.near(run(plan.whole.engine, p, plan.whole.reform(plan.use())).guide)
    names = [a.number for a in plan.texts.book.switchable]
    return begin(_sets(names, _orders(names, seed)), partial(_with, plan, near, names), crew)


def shared_out(
    plan: Plan, base: Summary, figures: Sequence[Figure], seed: int, begun: Begun, tell: Any
) -> pd.DataFrame:
    """What each article does at one point (columns `ARTICLE_COLUMNS`).

    Args:
        plan: the plan.
        base: the baseline there.
        figures: figures to attribute.
        seed: seed of the orders.
        begun: the text with some of its articles, under way.
        tell: progress.
    """
    book = plan.texts.book
    names, unused = [a.number for a in book.switchable], [a for a in book.switchable if a not in book.acting()]
    whole, orders = frozenset(names), _orders(names, seed)
    cases = dict(zip(_sets(names, orders), begun.done(partial(tell, "articles")), strict=True))
    value = {s: np.array([f.read(c) - f.read(base) for f in figures]) for s, c in cases.items()}
    sizes = [max(abs(f.read(base)), 1e-6) for f in figures]
    nil = np.array([least(x, f.gain) for x, f in zip(sizes, figures, strict=True)])
    quiet = np.maximum(nil, [least(x) for x in sizes])
    parts = {
        n: np.array(
            [value[whole] - value[whole - {n}], value[frozenset({n})] - value[frozenset()], _shapley(n, orders, value)]
        )
        for n in names
    }
    most = np.abs([value[whole], *(x for three in parts.values() for x in three)]).max(0)
    floor = np.where(most < nil, np.inf, np.minimum(nil, TRACE * most))
    total = np.where(np.abs(value[whole]) < floor, 0.0, value[whole])
    rows = []
    for a in book.articles:
        if a.number not in names:
            rows += [_row(a, f, total[i], (0.0, 0.0, 0.0), silent(a)) for i, f in enumerate(figures)]
            continue
        why = _binds_not(a, a in unused) if np.all(np.abs(parts[a.number][:2]) < quiet) else ""
        mine = np.where(np.abs(parts[a.number]) < floor, 0.0, parts[a.number])
        rows += [_row(a, f, total[i], (mine[0, i], mine[1, i], mine[2, i]), why) for i, f in enumerate(figures)]
    return pd.DataFrame(rows, columns=list(ARTICLE_COLUMNS))


def _sets(names: list[str], orders: list[list[str]]) -> list[frozenset[str]]:
    """The sets of articles that are run: all, none, all but one, one alone, and the beginnings of the orders."""
    whole = frozenset(names)
    sets = {whole, frozenset(), *(whole - {n} for n in names), *(frozenset({n}) for n in names)}
    for order in orders:
        sets |= {frozenset(order[: i + 1]) for i in range(len(order))}
    return sorted(sets, key=lambda s: (len(s), sorted(s)))


def _orders(names: list[str], seed: int) -> list[list[str]]:
    generator = np.random.default_rng(seed)
    out = []
    for _ in range(ORDERS):
        order = [str(n) for n in generator.permutation(names)]
        out += [order, order[::-1]]
    return out


def _with(plan: Plan, p: Point, names: list[str], kept: frozenset[str]) -> Summary:
    off = [n for n in names if n not in kept]
    return solved(plan, p, plan.whole.reform(plan.use(without=off)))


def _shapley(article: str, orders: list[list[str]], value: dict[frozenset[str], np.ndarray]) -> np.ndarray:
    gains = []
    for order in orders:
        i = order.index(article)
        gains.append(value[frozenset(order[: i + 1])] - value[frozenset(order[:i])])
    return np.mean(gains, axis=0)


def _row(a: Article, f: Figure, total: float, parts: tuple[float, float, float], why: str) -> tuple[object, ...]:
    return (a.number, a.number_sure, a.heading, a.modelled, "; ".join(a.measures), f.key, f.unit, total, *parts, why)


def silent(a: Article) -> str:
    """Why an article sets nothing that the model holds."""
    if a.modelled == "elsewhere":
        return f"works through {', '.join(a.see)}"
    return a.why_not or ("states aims" if a.modelled == "as aims" else "no measure")


def _binds_not(a: Article, unused: bool) -> str:
    if unused:
        return "a power that this reading does not use"
    if a.against_base == "continues":
        return "continues the law in force: the baseline holds it too"
    return "does not bind in the central draw"
