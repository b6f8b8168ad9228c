"""What holders wait for: on which days, and of which goods, a text that is announced will move the market.

Holders of a good store ahead as far as the text will act on who makes or takes it, or on who made what it is made of,
in whatever zone: a text that changes nothing is awaited by nobody, one that reaches a thousandth of a good hardly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from earthprice.law.days import Days
from earthprice.law.origins import through
from earthprice.law.reached import Ground
from earthprice.law.stack import Stack
from earthprice.law.strict import decimal_year
from earthprice.world.terms import Terms

NO_PERMIT = (np.inf, 1.0, 1.0)
"""Amount, grant and share of the days of a cap that is not in force."""


class Awaited(NamedTuple):
    """Texts that are announced and not yet in force, and from when to when it is just these [year]."""

    texts: frozenset[str]
    first: float
    last: float


def waited(s: Stack, days: Days) -> list[Awaited]:
    """When which texts are waited for within some periods, in order.

    Counted are the top book and all below it, so that a text and the law that it is held against await alike what lies
    in both; not answers, which stand above it. What was stored ahead of a text that came into force within the first
    period is in the record that this period returns.
    """
    upto = s.books[: s.books.index(s.top_book) + 1]
    spans = {b.rulebook: (decimal_year(b.announced), b.start) for b in upto if b.start >= days.ends[0]}
    edges = sorted({x for span in spans.values() for x in span})
    found = [
        Awaited(frozenset(n for n, (begin, end) in spans.items() if begin <= first and last <= end), first, last)
        for first, last in pairwise(edges)
    ]
    return [w for w in found if w.texts and w.first < days.ends[-1] and w.last > days.begins[0]]


def awaited(
    found: Terms,
    s: Stack,
    days: Days,
    without: Callable[[frozenset[str]], Terms],
    concerned: Callable[[bytes], np.ndarray],
) -> np.ndarray:
    """By period and activity, the share of the days on which texts are waited for, times what they move [T, M].

    Args:
        found: the terms.
        s: the stack.
        days: the periods.
        without: the terms without some books.
        concerned: share of its good that is moved, by the activities of which anything else is said (`share_moved`).
    """
    spans: list[tuple[bytes, float, float]] = []
    for wait in waited(s, days):
        on, first = activities_changed(found, without(wait.texts)).tobytes(), wait.first
        if spans and spans[-1][::2] == (on, first):
            first = spans.pop()[1]  # a text that moves nothing more cuts no wait in two
        spans.append((on, first, wait.last))
    return sum((np.outer(_share(days, *of), concerned(on)) for on, *of in spans), np.zeros_like(found.awaited))


def _share(days: Days, first: float, last: float) -> np.ndarray:
    """Share of each period's days that lies between two days [T]."""
    both = np.minimum(days.ends, last) - np.maximum(days.begins, first)
    return np.maximum(both, 0.0) / (days.ends - days.begins)


def share_moved(on: np.ndarray, ground: Ground) -> np.ndarray:
    """Share of the good that each activity handles which a text will move, by mass in the base year [M].

    Of a good it is the share that went through activities of which the text says anything else (`origins`), or the
    share that such activities take, where that is more; all of a good of which the text fills or empties a stock.

    Args:
        on: activities of which the text says anything else (`activities_changed`) [M].
        ground: the network.
    """
    f = ground.flows
    if not on.any():
        return np.zeros(len(on))
    used = f.takes.sum(1)
    stocked = ground.touched[:, on & (ground.columns["doing"] == "hold")].any(1)
    share = np.maximum(through(f, on), f.takes[:, on].sum(1) / np.where(used > 0.0, used, 1.0))
    share = np.where(stocked, 1.0, np.clip(share, 0.0, 1.0))
    return np.where(ground.touched, share[:, None], 0.0).max(0)


def activities_changed(said: Terms, unsaid: Terms) -> np.ndarray:
    """Activities of which a text says anything else, by a permit or a contract too [M].

    Args:
        said: the terms with the text.
        unsaid: the terms without it, in the same periods.
    """
    shape = said.specific.shape
    pairs = [(getattr(said, f.name), getattr(unsaid, f.name)) for f in fields(said) if not f.name.startswith("permit")]
    out = np.zeros(shape[1], bool)
    for x, y in pairs:
        if isinstance(x, np.ndarray) and x.shape[:2] == shape and (x != y).any():
            out |= _apart(x, y).reshape(*shape, -1).any((0, 2))
    with_it, without = (_permits(t) for t in (said, unsaid))
    for name in with_it.keys() | without.keys():
        out |= _of_permit(with_it.get(name), without.get(name))
    out[[activity for activity, *_ in _contracts(said) ^ _contracts(unsaid)]] = True
    return out


Issued = tuple[np.ndarray, np.ndarray, object]
"""Use of a permit [M], what is issued of it by period [T, 3], and how it is reviewed."""


def _permits(t: Terms) -> dict[str, Issued]:
    reviewed = {r.permit: r for r in t.reviews}
    issued = np.stack([t.permit_amount, t.permit_granted, t.permit_held], axis=2)
    return {n: (t.permit_use[i], issued[:, i], reviewed.get(n)) for i, n in enumerate(t.permits)}


def _of_permit(said: Issued | None, unsaid: Issued | None) -> np.ndarray:
    """Activities that a permit of either law binds otherwise than the other's [M]."""
    given = [p for p in (said, unsaid) if p is not None]
    uses = np.any([p[0] != 0.0 for p in given], axis=0)
    if said is None or unsaid is None:
        return uses & bool((given[0][1] != NO_PERMIT).any())
    same = not _apart(said[1], unsaid[1]).any() and said[2] == unsaid[2]
    return (said[0] != unsaid[0]) | (uses & (not same))


def _contracts(t: Terms) -> set[tuple[int, int, int, bytes]]:
    """Contracts by plant, good, payer and what is paid."""
    return {(c.activity, c.good, c.payer, np.stack([c.strike, c.back, c.covered]).tobytes()) for c in t.contracts}


def _apart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x != y) & ~(np.isnan(x) & np.isnan(y))
