"""Permits: caps with their exemptions, licences to ship, and the reviews that move them.

The permit matrix of `Terms` does not change through time. A cap whose exemption comes or goes is therefore a permit for
each state of affairs, with an amount in its own years and none (`inf`) in the others. A period in which it comes or
goes is a state of its own: what is exempt on a share of the days needs permits on the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from earthprice.errors import RulebookError
from earthprice.law.acting import Acting
from earthprice.law.days import Days
from earthprice.law.instruments import Cap, Exempt, Licence
from earthprice.law.reached import Ground
from earthprice.law.reviews import RATIO, ReviewRule, review_slope
from earthprice.law.rulebook import Rulebook
from earthprice.law.stack import Item
from earthprice.law.units import conversion
from earthprice.world.terms import Review

NO_AMOUNT = 1.0
"""What limits are ratios to where a cap never has an amount [kt/yr]: no review of it falls due."""


@dataclass(frozen=True)
class Permit:
    """A row of the permit matrix.

    Attributes:
        measure: name of the cap or licence; share: its part of the cap.
        name: as in `Terms`.
        use: permits needed per unit of level [M].
        amount: mean over the days on which the cap holds, `inf` where it never does [T].
        held: share of the period's days on which it holds [T]; 1 where it never does.
        granted: share of what would be shipped for which permits are issued [T]; 1 for a cap.
    """

    measure: str
    share: float
    name: str
    use: np.ndarray
    amount: np.ndarray
    held: np.ndarray
    granted: np.ndarray


@dataclass(frozen=True)
class CapState:
    """A state of affairs of a cap: which exemptions hold on what share of its days, and in which periods [T]."""

    exempt: tuple[tuple[tuple[bool, ...], float], ...]
    periods: np.ndarray


class LicenceNumbers(NamedTuple):
    """What a licence asks of those who need it: the share of tonnes refused, and the wait [years], by stretch [S]."""

    refused: np.ndarray
    wait: np.ndarray


class ReviewedCap(NamedTuple):
    """A cap that a review moves: the review's id, and the year from which it may."""

    item: Item
    review: str
    start: float


def capped(acting: list[Acting], g: Ground) -> list[Permit]:
    """Permits of every cap at work."""
    exempt = [a for a in acting if isinstance(a.item.measure, Exempt)]
    found: list[Permit] = []
    for a in acting:
        if isinstance(a.item.measure, Cap):
            mine = [e for e in exempt if _frees(e, a)]
            for k, state in enumerate(_states(a, mine), 1):
                found += _shared(a, f"{a.item.name}~{k}" if k > 1 else a.item.name, mine, state, g)
    return found


def _ships(a: Acting) -> bool:
    """Whether a measure is a licence to ship."""
    return isinstance(a.item.measure, Licence) and a.item.measure.acts_on.names()["doing"] == ("ship",)


def granted(acting: list[Acting], g: Ground) -> list[Permit]:
    """Permits of licences to ship at work: one an element (or good without one), for the share of tonnes let through.

    Licences for the same shipments share one permit. Those that wider licences reach too need theirs as well, and are
    within their totals by that alone: their own permit has an amount only for the days on which a licence for just
    these shipments cuts something (`_let_through`), and none (share 1, `inf`) in periods without such a day.
    """
    licences = [a for a in acting if _ships(a)]
    found: dict[tuple[int, ...], Permit] = {}
    shares: dict[tuple[tuple[int, ...], tuple[int, ...]], np.ndarray] = {}
    terms = [LicenceNumbers(*(a.value(name, 0.0)[:, 0] for name in ("refused", "wait"))) for a in licences]
    reached = [frozenset(b.at.tolist()) for b in licences]
    named = [_by_item(b, g) for b in licences]
    for a, items in zip(licences, named, strict=True):
        for name, at in items.items():
            needed = tuple(k for k, theirs in enumerate(reached) if theirs.issuperset(at))
            wider = tuple(k for k in needed if named[k][name] != at)
            if (needed, wider) not in shares:
                own = [terms[k] for k in needed if k not in wider]
                shares[needed, wider] = _let_through(own, [terms[k] for k in wider], a.days)
            share = shares[needed, wider]
            if at not in found and (share < 1.0).any():
                use, ones = np.zeros(len(g.ids)), np.ones(len(share))
                use[list(at)] = g.reo[list(at)]
                off = np.full(len(share), np.inf)
                found[at] = Permit(a.item.name, 1.0, f"{a.item.name}/{name}", use, off, ones, share)
    return list(found.values())


def _by_item(a: Acting, g: Ground) -> dict[str, tuple[int, ...]]:
    """Positions of the activities reached, by element (or good without one)."""
    named: dict[str, list[int]] = {}
    for m, name in zip(a.at.tolist(), g.network.items[a.at].tolist(), strict=True):
        named.setdefault(name, []).append(m)
    return {name: tuple(mine) for name, mine in named.items()}


def _let_through(own: list[LicenceNumbers], wider: list[LicenceNumbers], days: Days) -> np.ndarray:
    """Share of the tonnes applied for that licences for the same shipments let through [T].

    Refused is a share r of the tonnes applied for; on the share l of the days (`_lost`) nothing arrives. What needs
    several licences is asked for one after the other: waits add up, and what one refuses the next is not asked. A
    period is granted the mean over its days of

        (1 - r)(1 - l) of all licences together, where one of `own` refuses;
        1 - l of all together, where none refuses and waits for `own` lengthen the gap;
        1 on all other days: only the permits of `wider` licences limit those.
    """
    every = [*own, *wider]
    refuses = np.any([a.refused > 0.0 for a in own], axis=0)
    passed = np.prod([1.0 - a.refused for a in every], axis=0)
    lost = _lost(_wait(every, days), days)
    longer = lost > (_lost(_wait(wider, days), days) + 1e-9 if wider else 0.0)
    share = np.where(refuses, passed, 1.0) * (1.0 - lost)
    return days.mean(np.where(refuses | longer, share, 1.0))


def _wait(licences: list[LicenceNumbers], days: Days) -> np.ndarray:
    """Waits of licences one after the other [years; S]."""
    return sum((a.wait for a in licences), np.zeros(len(days.years)))


def _lost(wait: np.ndarray, days: Days) -> np.ndarray:
    """Share of each stretch's days on which nothing arrives because a wait began or grew [S].

    What is applied for on day u arrives on day u + w(u). Of a change on day d, what was applied for before arrives by
    max (u + w) at the latest, what is applied for from d on from min (u + w) at the earliest; between them, nothing.
    """
    if (wait == wait[0]).all():
        return np.zeros(len(wait))
    ahead, span = days.years - days.years[:, None], days.spans
    before = np.maximum.accumulate(ahead[:, 1:] + wait[:-1], axis=1)
    after = np.minimum.accumulate((ahead + wait)[:, ::-1], axis=1)[:, ::-1][:, 1:]
    gap = np.minimum(after, span[:, None]) - np.maximum(before, 0.0)
    return np.minimum(1.0, np.maximum(gap, 0.0).sum(1) / span)


def _frees(e: Acting, a: Acting) -> bool:
    of = e.item.measure
    return isinstance(of, Exempt) and of.from_measure == a.item.id and e.item.country == a.item.country


def _states(a: Acting, exempt: list[Acting]) -> list[CapState]:
    """Each combination of exemptions that occurs, and each period in which they change; whole periods come first."""
    if not exempt:
        return [CapState((((), 1.0),), np.logical_or.reduceat(a.on, a.days.first))]
    holds = a.on & np.isfinite(a.value("amount", np.inf)[:, 0])
    return _told_apart(a.days, *(x.tobytes() for x in (a.on, holds, *(e.on for e in exempt))))


@lru_cache(maxsize=64)
def _told_apart(days: Days, *masks: bytes) -> list[CapState]:
    """States of a cap by stretches: in which it is in force, in which it has an amount, and each exemption holds."""
    on, holds, *exempt = (np.frombuffer(mask, bool).tolist() for mask in masks)
    rows = list(zip(*exempt, strict=True))
    found: dict[tuple[tuple[tuple[bool, ...], float], ...], list[int]] = {}
    for t, mine in enumerate(days.of):
        stretches = range(mine.start, mine.stop)
        there = [s for s in stretches if holds[s]] or [s for s in stretches if on[s]]
        share: dict[tuple[bool, ...], float] = {}
        for s in there:
            share[rows[s]] = share.get(rows[s], 0.0) + float(days.share[s])
        whole = sum(share.values())
        if share:
            found.setdefault(tuple((row, x / whole) for row, x in share.items()), []).append(t)
    order = sorted(found, key=lambda key: len(key) > 1)
    return [CapState(key, np.isin(np.arange(len(days.begins)), found[key])) for key in order]


def _shared(a: Acting, name: str, exempt: list[Acting], state: CapState, g: Ground) -> list[Permit]:
    """One permit for all zones reached, or one a district in fixed shares where it may not be traded."""
    m = a.item.measure
    assert isinstance(m, Cap)
    use = np.zeros(len(g.ids))
    for row, share in state.exempt:
        need = np.zeros(len(g.ids))
        need[a.at] = _weight(a, m, g)
        for e, free in zip(exempt, row, strict=True):
            need[e.at] = 0.0 if free else need[e.at]
        use += share * need
    amount, held = a.days.held(a.value("amount", np.inf)[:, 0] * a.value("content", 1.0)[:, 0])
    on = state.periods & (held > 0)
    amount, held = np.where(on, amount, np.inf), np.where(on, held, 1.0)
    all_granted = np.ones(len(amount))
    if m.shared_out.tradable:
        return [Permit(a.item.name, 1.0, name, use, amount, held, all_granted)]
    return [
        Permit(
            a.item.name,
            s,
            f"{name}/{d}" if d else name,
            np.where(g.columns["district"] == d, use, 0.0),
            amount * s,
            held,
            all_granted,
        )
        for d, s in _shares(a, m, use, g).items()
    ]


def _weight(a: Acting, m: Cap, g: Ground) -> np.ndarray:
    if m.counts == "burden":
        column = g.burden(m.burden or "", a.item.where("burden"))
        return g.burdens[a.at, column]
    return g.reo[a.at] if m.counts == "t REO" else np.ones(len(a.at))


def refuse_cleaned(acting: list[Acting], left: np.ndarray, g: Ground) -> None:
    """Refuse a cap on a burden of which the law has some cleaned: a permit's use does not change through time.

    Args:
        acting: measures at work.
        left: what is left of each burden over what the base year has [S, M, B].
        g: the network.

    Raises:
        RulebookError: such a cap; says where what is cleaned.
    """
    for a in acting:
        m = a.item.measure
        if isinstance(m, Cap) and m.counts == "burden":
            cleaned = left[:, a.at, g.burden(m.burden or "", a.item.where("burden"))] < 1.0 - 1e-9
            if cleaned.any():
                s, k = (int(i) for i in np.argwhere(cleaned)[0])
                what = (
                    f"'{a.item.id}' caps {m.burden}, which the law has {g.ids[a.at[k]]} clean in {a.days.years[s]:.6g}"
                )
                accepted = "a burden that no standard and no charge has cleaned there, or tonnes"
                raise RulebookError(what, where=a.item.where("counts"), accepted=accepted)


def _shares(a: Acting, m: Cap, use: np.ndarray, g: Ground) -> dict[str, float]:
    """Share of each district in the amount: named, or by what it used in the base year."""
    districts = g.columns["district"]
    there = list(dict.fromkeys(districts[use > 0]))
    if m.shared_out.shares is not None:
        if set(m.shared_out.shares) != set(there):
            what = f"the shares name {', '.join(sorted(m.shared_out.shares))}"
            where = a.item.where("shared_out", "shares")
            raise RulebookError(
                what, where=where, accepted=f"each of the districts reached: {', '.join(sorted(there))}"
            )
        return {d: m.shared_out.shares[d] for d in there}
    used = {d: float((use * g.level)[districts == d].sum()) for d in there}
    total = sum(used.values())
    return {d: u / total if total > 0 else 1.0 / len(there) for d, u in used.items()}


def reviews(
    rules: list[tuple[Rulebook, ReviewRule]],
    found: list[Permit],
    moved: Mapping[str, ReviewedCap],
) -> list[Review]:
    """Reviews at work: one for each permit whose amount the reading hands to a rule.

    Args:
        rules: reviews of the stack with their books.
        found: permits.
        moved: caps that reviews move, by name.
    """
    result = []
    for book, rule in rules:
        for permit in found:
            cap = moved.get(permit.measure)
            if cap is None or (cap.review, cap.item.country) != (rule.id, book.jurisdiction):
                continue
            if f"{cap.item.id}.amount" in rule.lever:
                result.append(_review(book, rule, permit, cap.start, _base_total(permit.measure, found)))
    return result


def _base_total(measure: str, found: list[Permit]) -> float:
    """A cap's amount in the base year, the first period, or the first one issued; over districts [kt/yr]."""
    amounts = np.array([p.amount for p in found if p.measure == measure])
    totals = np.where(np.isfinite(amounts), amounts, 0.0).sum(0)[np.isfinite(amounts).any(0)]
    return float(totals[0]) if len(totals) else NO_AMOUNT


def _review(book: Rulebook, rule: ReviewRule, permit: Permit, start: float, total: float) -> Review:
    """A review of one permit; the limits of all permits of a cap are in proportion, so that they move alike."""
    first = max(rule.first, int(np.ceil(start - 1e-9)), int(np.ceil(book.start - 1e-9)))
    scale = permit.share * (total if rule.never_below.unit == RATIO else conversion(rule.never_below.unit))
    return Review(
        cap=permit.measure,
        permit=permit.name,
        first=first,
        every=int(rule.every.value),
        indicators=tuple(r.indicator for r in rule.rows),
        low=tuple(r.band[0] for r in rule.rows),
        high=tuple(r.band[1] for r in rule.rows),
        above=tuple(review_slope(r.above) for r in rule.rows),
        below=tuple(review_slope(r.below) for r in rule.rows),
        lag=tuple(int(r.seen_late.value) for r in rule.rows),
        at_most=rule.at_most.value,
        never_below=rule.never_below.value * scale,
        never_above=rule.never_above.value * scale,
    )
