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
from earthprice.law.kept import OfTwo
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
    changed: Callable[[Terms, Terms], np.ndarray],
    concerned: Callable[[bytes], np.ndarray],
) -> np.ndarray:
    """By period and activity, the share of the days on which texts are waited for, times what they move [T, M].

    Args:
        found: the terms.
        s: the stack.
        days: the periods.
        without: the terms without some books.
        changed: activities of which two terms say anything else (`activities_changed`).
        concerned: share of its good that is moved, by the activities of which anything else is said (`share_moved`).
    """
    spans: list[tuple[bytes, float, float]] = []
    for wait in waited(s, days):
        on, first = changed(found, without(wait.texts)).tobytes(), wait.first
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


def activities_changed(said: Terms, unsaid: Terms, kept: OfTwo[np.ndarray]) -> np.ndarray:
    """Activities of which a text says anything else, by a permit or a contract too [M].

    Args:
        said: the terms with the text.
        unsaid: the terms without it, in the same periods.
        kept: where what is found of two sheets is kept.
    """
    one, other = said.state_cost, unsaid.state_cost  # each sheet has its own
    out = kept.get(one, other, lambda: _written_apart(said, unsaid)).copy()
    with_it, without = ({n: i for i, n in enumerate(t.permits)} for t in (said, unsaid))
    both = [n for n in said.permits if n in without]
    out |= _permits_apart(said, unsaid, [with_it[n] for n in both], [without[n] for n in both])
    for t, others in ((said, without), (unsaid, with_it)):
        out |= _issued_for(t, [i for i, n in enumerate(t.permits) if n not in others])
    return out


def _written_apart(said: Terms, unsaid: Terms) -> np.ndarray:
    """Activities of which two sheets say anything else, permits apart [M]."""
    shape = said.specific.shape
    pairs = [(getattr(said, f.name), getattr(unsaid, f.name)) for f in fields(said) if not f.name.startswith("permit")]
    out = np.zeros(shape[1], bool)
    for x, y in pairs:
        if isinstance(x, np.ndarray) and x.shape[:2] == shape and x is not y and (x != y).any():
            out |= _apart(x, y).reshape(*shape, -1).any((0, 2))
    out[[activity for activity, *_ in _contracts(said) ^ _contracts(unsaid)]] = True
    return out


def _permits_apart(said: Terms, unsaid: Terms, mine: list[int], theirs: list[int]) -> np.ndarray:
    """Activities that a permit of both laws binds otherwise in one: who needs it, what is issued, its review [M]."""
    uses = said.permit_use[mine], unsaid.permit_use[theirs]
    other = np.zeros(len(mine), bool)
    for name in ("permit_amount", "permit_granted", "permit_held"):
        other |= _apart(getattr(said, name)[:, mine], getattr(unsaid, name)[:, theirs]).any(0)
    reviewed = [{r.permit: r for r in t.reviews} for t in (said, unsaid)]
    other |= np.array([len({of.get(said.permits[i]) for of in reviewed}) > 1 for i in mine], bool)
    needed = (uses[0] != 0.0) | (uses[1] != 0.0)
    return ((uses[0] != uses[1]) | (needed & other[:, None])).any(0)


def _issued_for(t: Terms, rows: list[int]) -> np.ndarray:
    """Activities that need a permit of some rows that is in force in some period [M]."""
    if not rows:
        return np.zeros(t.permit_use.shape[1], bool)
    issued = np.stack([x[:, rows] for x in (t.permit_amount, t.permit_granted, t.permit_held)], axis=2)
    return (t.permit_use[rows] != 0.0)[(issued != NO_PERMIT).any((0, 2))].any(0)


def _contracts(t: Terms) -> set[tuple[int, int, int, bytes]]:
    """Contracts by plant, good, payer and what is paid."""
    return {(c.activity, c.good, c.payer, np.stack([c.strike, c.back, c.covered]).tobytes()) for c in t.contracts}


def _apart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x != y) & ~(np.isnan(x) & np.isnan(y))
