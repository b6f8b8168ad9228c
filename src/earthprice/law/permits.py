"""Permits: caps with their exemptions, licences to ship, and the reviews that move them.

The permit matrix of `Terms` does not change through time. A cap whose exemption comes or goes is therefore a permit for
each state of affairs, with an amount in its own years and none (`inf`) in the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from earthprice.errors import RulebookError
from earthprice.law.effects import Acting, lengths
from earthprice.law.instruments import Cap, Exempt, Licence
from earthprice.law.reached import Ground
from earthprice.law.reviews import RATIO, ReviewRule, slope
from earthprice.law.rulebook import Rulebook
from earthprice.law.units import factor
from earthprice.world.terms import Review


@dataclass(frozen=True)
class Permit:
    """A row of the permit matrix: measure, share of its cap, name, zone, use per unit of level [M], amount [T].

    `granted` is the share of what would be shipped for which permits are issued [T]; None for a cap.
    """

    measure: str
    share: float
    name: str
    zone: str
    use: np.ndarray
    amount: np.ndarray
    granted: np.ndarray | None = None


def permits(acting: list[Acting], g: Ground) -> list[Permit]:
    """Permits of every cap and of every licence to ship at work."""
    exempt = [a for a in acting if isinstance(a.item.measure, Exempt) and a.on.any()]
    found: list[Permit] = []
    for a in acting:
        if isinstance(a.item.measure, Cap) and a.on.any():
            mine = [e for e in exempt if _frees(e, a)]
            for k, (state, years) in enumerate(_states(a, mine), 1):
                free = [e for e, there in zip(mine, state) if there]
                found += _shared(a, f"{a.item.id}~{k}" if k > 1 else a.item.id, free, years, g)
        if isinstance(a.item.measure, Licence) and a.on.any():
            found += _granted(a, g)
    return found


def _granted(a: Acting, g: Ground) -> list[Permit]:
    """Permits of a licence to ship: one an element (or good without one), for the share of tonnes that is let through.

    Refused is a share r of the tonnes applied for. When the wait w begins or grows by Δw, nothing arrives meanwhile: of
    a period of length dt the share Δw/dt is lost, so granted = (1 − r)(1 − min(1, Δw/dt)).
    """
    if a.item.measure.acts_on.names()["doing"][0] != "ship":
        return []
    wait = a.value("wait", 0.0)[:, 0]
    more = np.maximum(np.diff(wait, prepend=wait[0]), 0.0)
    share = (1.0 - a.value("refused", 0.0)[:, 0]) * (1.0 - np.minimum(1.0, more / lengths(a.years)))
    if (share >= 1.0).all():
        return []
    names = np.where(g.columns["element"] != "", g.columns["element"], g.columns["good"])
    reached = np.isin(np.arange(len(g.ids)), a.at)
    off = np.full(len(a.years), np.inf)
    return [
        Permit(a.item.id, 1.0, f"{a.item.id}/{name}", g.columns["zone"][a.at[0]],
               np.where(reached & (names == name), g.reo, 0.0), off, share)
        for name in dict.fromkeys(names[a.at])
    ]  # fmt: skip


def _frees(e: Acting, a: Acting) -> bool:
    return isinstance(e.item.measure, Exempt) and e.item.measure.from_measure == a.item.id


def _states(a: Acting, exempt: list[Acting]) -> list[tuple[tuple[bool, ...], np.ndarray]]:
    """Each combination of exemptions that occurs, with the periods in which the cap holds under it."""
    rows = [tuple(bool(e.on[t]) for e in exempt) for t in range(len(a.years))]
    states = dict.fromkeys(row for row, on in zip(rows, a.on) if on)
    return [(state, np.array([row == state for row in rows]) & a.on) for state in states]


def _shared(a: Acting, name: str, free: list[Acting], years: np.ndarray, g: Ground) -> list[Permit]:
    """One permit, or one a district in fixed shares where it may not be traded."""
    m = a.item.measure
    assert isinstance(m, Cap)
    use = np.zeros(len(g.ids))
    use[a.at] = _weight(a, m, g)
    for e in free:
        use[e.at] = 0.0
    amount = np.where(years, a.value("amount", np.inf)[:, 0] * a.value("content", 1.0)[:, 0], np.inf)
    zone = g.columns["zone"][a.at[0]]
    if m.shared_out.tradable:
        return [Permit(a.item.id, 1.0, name, zone, use, amount)]
    return [
        Permit(
            a.item.id, s, f"{name}/{d}" if d else name, zone, np.where(g.columns["district"] == d, use, 0.0), amount * s
        )
        for d, s in _shares(a, m, use, g).items()
    ]


def _weight(a: Acting, m: Cap, g: Ground) -> np.ndarray:
    if m.counts == "burden":
        column = g.burden(m.burden or "", a.item.where("burden"))
        return g.burdens[a.at, column]
    return g.reo[a.at] if m.counts == "t REO" else np.ones(len(a.at))


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
    moved: Mapping[str, tuple[str, float]],
    years: np.ndarray,
) -> list[Review]:
    """Reviews at work: one for each permit whose amount the reading hands to a rule.

    Args:
        rules: reviews of the stack with their books.
        found: permits.
        moved: cap -> review that moves it and the year from which it may.
        years: period starts.
    """
    result = []
    for book, rule in rules:
        for permit in found:
            review, start = moved.get(permit.measure, ("", 0.0))
            if review == rule.id and any(lever == f"{permit.measure}.amount" for lever in rule.lever):
                result.append(_review(book, rule, permit, start, years))
    return result


def _review(book: Rulebook, rule: ReviewRule, permit: Permit, start: float, years: np.ndarray) -> Review:
    first = max(rule.first, int(np.ceil(start - 1e-9)), int(np.ceil(book.start - 1e-9)))
    at = min(int(np.searchsorted(years, first - 1e-9)), len(years) - 1)
    ratio = rule.never_below.unit == RATIO
    scale = float(permit.amount[at]) if ratio else permit.share * factor(rule.never_below.unit)
    return Review(
        permit=permit.name, first=first, every=int(rule.every.value),
        indicators=tuple(r.indicator for r in rule.rows),
        reference=tuple("base" if r.unit == RATIO else "" for r in rule.rows),
        low=tuple(r.band[0] for r in rule.rows), high=tuple(r.band[1] for r in rule.rows),
        above=tuple(slope(r.above) for r in rule.rows), below=tuple(slope(r.below) for r in rule.rows),
        lag=tuple(int(r.seen_late.value) for r in rule.rows), at_most=rule.at_most.value,
        never_below=rule.never_below.value * scale, never_above=rule.never_above.value * scale,
    )  # fmt: skip
