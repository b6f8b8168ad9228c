"""Compile a stack of rulebooks to `Terms`: a pure function, fast once a stack is prepared for a network."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple, Unpack

import numpy as np

from earthprice import caps
from earthprice.errors import OptionError, RulebookError
from earthprice.law.acting import Acting
from earthprice.law.awaited import activities_changed, awaited, share_moved
from earthprice.law.cache import TOGETHER, LawCache, Placed
from earthprice.law.credits import credits
from earthprice.law.days import NEAR, Days, cut_at_days
from earthprice.law.effects import EFFECTS, abate, catch, deter, limit_feed
from earthprice.law.floors import Stock
from earthprice.law.instruments import Inspection, Tracing
from earthprice.law.kept import Read, Says
from earthprice.law.permits import Permit, ReviewedCap, capped, granted, refuse_cleaned, reviews
from earthprice.law.reached import Ground, Reached, ground, masks
from earthprice.law.said import Said
from earthprice.law.sheet import averaged, blank, sharing
from earthprice.law.stack import Item, Stack
from earthprice.law.use import Bill, Choice, Use, UseIn, chosen, used
from earthprice.law.withheld import withhold
from earthprice.world.network import Network
from earthprice.world.terms import PlantContract, Terms

KEPT = 8
"""Shares of goods moved, and parts of the ground, that are kept."""
NOBODY = b"\0"
"""A mask of no activity, as bytes."""


class PermitPaths(NamedTuple):
    """What the permits of a stack say by period, as in `Terms`: names [P]; amount, held and granted [T, P]."""

    permits: tuple[str, ...]
    amount: np.ndarray
    held: np.ndarray
    granted: np.ndarray


@dataclass(frozen=True, eq=False)
class Prepared:
    """A stack matched to a network; compiles in a few milliseconds.

    Attributes:
        stack: the rulebooks.
        ground: the network as arrays.
        reached: mask of activities by measure.
        cache: where what is made is kept; laws of one ground may have one.
    """

    stack: Stack
    ground: Ground
    reached: tuple[np.ndarray, ...]
    cache: LawCache = field(default_factory=LawCache, repr=False)
    _cut: dict[tuple[bytes, frozenset[float], float | None], Days] = field(default_factory=dict, repr=False)

    def terms(self, years: Sequence[float] | np.ndarray, **use: Unpack[Use]) -> Terms:
        """Terms of the stack in some periods, as `compile_terms` has them; their arrays are shared, and read only."""
        choice, starts = chosen(self.stack, use), np.asarray(years, float)
        days = self._days(starts, choice.since, use.get("last"))
        found = self._compiled_terms(starts, days, choice)
        without = partial(self._without, starts, days, choice)
        changed = partial(activities_changed, kept=self.cache.pairs)
        return replace(found, awaited=awaited(found, self.stack, days, without, changed, self._concerned))

    def issued(self, years: Sequence[float] | np.ndarray, **use: Unpack[Use]) -> PermitPaths:
        """The permits of the terms in some periods, alone: what tells when licences and caps begin and end."""
        choice, starts = chosen(self.stack, use), np.asarray(years, float)
        days = self._days(starts, -np.inf, use.get("last"))
        found = self._permits(self._on(days.years, choice), days, choice)
        said = _issued(found, len(starts), len(self.ground.ids))
        return PermitPaths(*(said[k] for k in ("permits", "permit_amount", "permit_held", "permit_granted")))

    def caught(self, years: Sequence[float] | np.ndarray, **use: Unpack[Use]) -> np.ndarray:
        """`Terms.caught` in some periods, alone: what inspections and records do, whatever else the law says [T, M]."""
        choice, starts = chosen(self.stack, use), np.asarray(years, float)
        days = self._days(starts, choice.since, use.get("last"))
        part = self._parts(NOBODY)
        sheet = blank(days, part)
        for k, mine in enumerate(self._on(days.years, choice)):
            if mine.any() and isinstance(self.stack.items[k].measure, Inspection | Tracing):
                a = self._acting(k, mine, days, choice, set())
                EFFECTS[a.item.measure.instrument](_within(a, part), sheet)
        catch(sheet)
        return part.spread(days.mean(sheet.terms.caught), self.ground.without_law(len(starts)).caught)

    def __reduce__(self) -> tuple[type[Prepared], tuple[Any, ...]]:
        """What was made on the way stays behind."""
        return Prepared, (self.stack, self.ground, self.reached, self.cache)

    def _without(self, starts: np.ndarray, days: Days, choice: Choice, texts: frozenset[str]) -> Terms:
        """The terms without some books."""
        off = {(b.rulebook, a.number) for b in self.stack.books if b.rulebook in texts for a in b.articles}
        return self._compiled_terms(starts, days, replace(choice, off=choice.off | off))

    @cached_property
    def _concerned(self) -> Callable[[bytes], np.ndarray]:
        """Share of a good that a text will move, by the activities of which it says anything else (`concerned`)."""
        return lru_cache(KEPT)(lambda on: share_moved(np.frombuffer(on, bool), self.ground))

    def _compiled_terms(self, starts: np.ndarray, days: Days, choice: Choice) -> Terms:
        """The terms of what acts, but for what is awaited of it."""
        on = self._on(days.years, choice)
        issued = self._permits(on, days, choice)
        rules = [(b, r) for b, r in self.stack.reviews if (b.rulebook, r.under) not in choice.off]
        moved = {
            item.name: ReviewedCap(item, *by)
            for k, item in enumerate(self.stack.items)
            if on[k].any() and (by := self.said.moved(k, choice))
        }
        reviewed = tuple(reviews(rules, issued, moved))
        _room(issued, len(reviewed), self.stack.items)
        written = self._written(on, days, choice)
        return replace(written, years=starts, reviews=reviewed, **_issued(issued, len(starts), len(self.ground.ids)))

    def _written(self, on: list[np.ndarray], days: Days, choice: Choice) -> Terms:
        """What the measures at work write on the sheet, by period; permits and their reviews apart."""
        if choice.bill is not None:
            return self._sheet(self._all(on, days, choice, set()), days, choice.bill)

        def make(read: set[Read]) -> Terms:
            made = self._sheet(self._all(on, days, choice, read), days, None)
            return sharing(made, [sheet for kept in self.cache.sheets for sheet in kept.latest(4)])

        return self.cache.sheets[bool(choice.draw)].get(self._key(on, days), self._says(choice), make)

    @cached_property
    def _parts(self) -> Callable[[bytes], Reached]:
        """Activities on which any measure writes, with those of a mask; the last ones are kept."""
        g, written = self.ground, np.logical_or.reduce([np.zeros(len(self.ground.ids), bool), *self.reached])
        if any(isinstance(item.measure, Stock) for item in self.stack.items):
            written |= [str(name).endswith("/reserve_sell") for name in g.ids]

        return lru_cache(KEPT)(lambda also: g.part(np.flatnonzero(written | np.frombuffer(also, bool))))

    def _sheet(self, acting: list[Acting], days: Days, bill: Bill | None) -> Terms:
        part = self._parts(bill.rate.any(1).tobytes() if bill else NOBODY)
        acting = [_within(a, part) for a in acting]
        sheet = blank(days, part)
        for a in acting:
            effect = EFFECTS.get(a.item.measure.instrument)
            if effect:
                effect(a, sheet)
        if bill is not None:
            sheet.bill[days.years >= bill.since - NEAR] += bill.rate[part.at]
        limit_feed(sheet)
        abate(sheet)
        if bill is None:
            refuse_cleaned(acting, sheet.terms.burden, part)
        withhold(acting, sheet)
        catch(sheet)
        deter(sheet)
        _insurable(sheet.contracts, acting)
        return averaged(sheet)

    def _all(self, on: list[np.ndarray], days: Days, choice: Choice, read: set[Read]) -> list[Acting]:
        """Every measure of the stack at work; the numbers that are asked of them come into `read`."""
        return [self._acting(k, mine, days, choice, read) for k, mine in enumerate(on) if mine.any()]

    def _permits(self, on: list[np.ndarray], days: Days, choice: Choice) -> list[Permit]:
        """Permits of caps, of licences and of shares, each kept apart: a number read for one leaves the others."""
        rows, says = self.cache.permits[bool(choice.draw)], self._says(choice)
        key, acting = self._key(on, days), partial(self._all, on, days, choice)

        def issued_by(kind: Callable[[list[Acting], Ground], list[Permit]]) -> list[Permit]:
            return rows.get((kind.__name__, key), says, lambda read: kind(acting(read), self.ground))

        return [p for kind in (capped, granted, credits) for p in issued_by(kind)]

    def _days(self, years: np.ndarray, also: float, last: float | None) -> Days:
        """The periods, cut where a book or a value begins, where a year begins, for growth, and on one more day."""
        more = {also} - self.said.dates if np.isfinite(also) else set[float]()
        key = years.tobytes(), frozenset(more), last
        if key not in self._cut:
            whole = set(range(int(years[0]), int(years[-1] + max(last or 1.0, 1.0)) + 1))
            self._cut[key] = self.cache.days(cut_at_days(years, self.said.dates | more | whole, last))
        return self._cut[key]

    @cached_property
    def said(self) -> Said:
        """The numbers of the stack."""
        return Said(self.stack, self.cache.drawn)

    @cached_property
    def _placed(self) -> tuple[Placed, ...]:
        """Each measure with the positions that it reaches."""
        return tuple(map(self.cache.placed, self.stack.items, self.reached))

    @cached_property
    def _position(self) -> dict[Hashable, int]:
        """Position of each measure in the stack."""
        return {placed: k for k, placed in enumerate(self._placed)}

    def _key(self, on: list[np.ndarray], days: Days) -> Hashable:
        """What a law's arrays hang on, but for its numbers: what is at work, and when."""
        return days, tuple((placed, mine.tobytes()) for placed, mine in zip(self._placed, on) if mine.any())

    def _says(self, choice: Choice) -> Says:
        """What a number of a measure is in this law."""
        return lambda number: self.said.now(self._position[number[0]], number[1], choice)

    def _on(self, years: np.ndarray, choice: Choice) -> list[np.ndarray]:
        """Stretches of days in which each measure holds: in force, not switched off, not replaced, not repealed."""
        items, s = self.stack.items, self.stack
        on = [np.zeros(len(years), bool) for _ in items]
        for k in reversed(range(len(items))):
            item = items[k]
            if (item.book.rulebook, item.article.number) in choice.off or not used(s, k, choice):
                continue
            held = years >= item.book.start - 1e-9
            for later in s.ended_by.get(k, ()):
                held &= ~on[later]
            for book, article in s.repealed_by.get(k, ()):
                if (book.rulebook, article.number) not in choice.off:
                    held &= years < book.start - 1e-9
            on[k] = held
        return on

    def _acting(self, k: int, on: np.ndarray, days: Days, choice: Choice, read: set[Read]) -> Acting:
        placed, said = self._placed[k], self.said

        def numbers(name: str) -> np.ndarray:
            read.add((placed, name))
            return said.used_inside(k, name, on, days, choice)

        def begins(name: str) -> float:
            read.add((placed, name))
            return said.begins(k, name, choice)

        if not len(placed.at):
            item = placed.item
            raise RulebookError(f"'{item.id}' is switched on and reaches nothing", where=item.where("acts_on"))
        return Acting(placed.item, placed.at, on, days, begins, numbers)


@lru_cache(maxsize=16)
def prepare(s: Stack, network: Network, zones: tuple[str, ...] | None = None) -> Prepared:
    """Match a stack to a network once, for many compilations; the last ones are kept.

    Raises:
        RulebookError: a name that the network does not have, a measure that reaches nothing, an inspection without
            any penalty for those it catches.
    """
    g, cache = _shared(network, zones)
    reached = masks(s, g)
    punished = np.zeros(len(g.ids), bool)
    for item, mask in zip(s.items, reached):
        punished |= mask if item.measure.instrument == "penalty" else False
    for item, mask in zip(s.items, reached):
        if isinstance(item.measure, Inspection) and not (mask & punished).any():
            what = f"'{item.id}' catches, but no penalty of the stack follows"
            raise RulebookError(what, where=item.where(), accepted="a measure with instrument: penalty")
    return Prepared(s, g, reached, cache)


@lru_cache(maxsize=4)
def _shared(network: Network, zones: tuple[str, ...] | None) -> tuple[Ground, LawCache]:
    """What the laws of a network share."""
    return ground(network, zones), LawCache(TOGETHER)


def compile_terms(s: Stack, network: Network, years: Sequence[float] | np.ndarray, **use: Unpack[UseIn]) -> Terms:
    """Compile a stack to the terms that the market sees. For many draws use `prepare(s, network).terms(years, ...)`.

    Args:
        s: the stack.
        network: nodes and activities.
        years: start of each period as decimal year [T], 2022.5 for 1 July 2022; a period carries the mean over its days
            of what the law says on each.
        use: `reading`, `as_of`, `without`, `only`, `quantiles`, `overrides`, `zones`; see `Use`.

    Returns:
        Terms, arrays of their own.

    Raises:
        RulebookError: a measure does not fit the network.
        OptionError: an unknown reading, article, number key or override.
    """
    zones = use.pop("zones", None)
    found = prepare(s, network, tuple(zones) if zones else None).terms(years, **use)  # pyright: ignore[reportArgumentType]
    return deepcopy(found)


def _within(a: Acting, part: Reached) -> Acting:
    """A measure at work, by the positions of a part."""
    return replace(a, at=np.searchsorted(part.at, a.at))


def _room(found: list[Permit], reviewed: int, items: Sequence[Item]) -> None:
    """Refuse more permits, or more of them reviewed, than a run has room for."""
    if reviewed > caps.REVIEWS:
        raise OptionError(f"the laws together review {reviewed} permits", accepted=f"at most {caps.REVIEWS}")
    if len(found) > caps.PERMITS:
        last = next(item for item in items if item.name == found[-1].measure)
        what = f"the laws together issue {len(found)} permits, the last ones for {last.id}"
        raise RulebookError(what, where=last.where(), accepted=f"at most {caps.PERMITS}")


def _insurable(found: Mapping[tuple[int, int, int], PlantContract], acting: list[Acting]) -> None:
    """Refuse more contracts for difference than a run has room for."""
    if len(found) > caps.CONTRACTS:
        last = next(a.item for a in reversed(acting) if a.item.measure.instrument == "contract")
        what = f"the laws together insure {len(found)} plants, the last ones by {last.id}"
        raise RulebookError(what, where=last.where("acts_on"), accepted=f"at most {caps.CONTRACTS}")


def _issued(found: list[Permit], periods: int, activities: int) -> dict[str, Any]:
    """The fields of `Terms` on permits."""

    def by_period(rows: list[np.ndarray]) -> np.ndarray:
        return np.array(rows).reshape(len(found), periods).T.copy()

    return dict(
        permits=tuple(p.name for p in found),
        permit_use=np.array([p.use for p in found]).reshape(len(found), activities),
        permit_amount=by_period([p.amount for p in found]),
        permit_held=by_period([p.held for p in found]),
        permit_granted=by_period([p.granted for p in found]),
    )
