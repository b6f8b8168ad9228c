"""Compile a stack of rulebooks to `Terms`: a pure function, fast once a stack is prepared for a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from typing import Any, NamedTuple, Unpack

import numpy as np

from earthprice import caps
from earthprice.errors import OptionError, RulebookError
from earthprice.law.acting import Acting
from earthprice.law.amounts import Course, FollowedGrowth, Growth, course, first_out_of_bounds
from earthprice.law.awaited import activities_changed, awaited, share_moved
from earthprice.law.credits import credits
from earthprice.law.days import NEAR, Days, cut_at_days
from earthprice.law.effects import EFFECTS, abate, deter, limit_feed
from earthprice.law.instruments import Inspection
from earthprice.law.kept import OfTwo, Reusable
from earthprice.law.patch import span_of
from earthprice.law.permits import Permit, ReviewedCap, capped, granted, refuse_cleaned, reviews
from earthprice.law.quantity import Quantity
from earthprice.law.reached import Ground, ground, masks
from earthprice.law.sheet import averaged, blank, sharing
from earthprice.law.stack import Item, Stack
from earthprice.law.units import conversion
from earthprice.law.use import Bill, Choice, Draw, Use, UseIn, chosen, used
from earthprice.law.withheld import withhold
from earthprice.world.network import Network
from earthprice.world.override import Span
from earthprice.world.terms import PlantContract, Terms

DRAWS = 8
"""Draws of which the numbers are kept: one for every thread that is at work, and some more."""
KEPT = 8
"""Sheets of central numbers that are kept, and as many of draws: neither displaces the other. They
share what is alike, which is most of them."""


class PermitPaths(NamedTuple):
    """What the permits of a stack say by period, as in `Terms`: names [P]; amount, held and granted [T, P]."""

    permits: tuple[str, ...]
    amount: np.ndarray
    held: np.ndarray
    granted: np.ndarray


class Laid(NamedTuple):
    """A measure as it is laid out: its quantities, and the positions that it reaches."""

    quantities: Mapping[str, Quantity]
    at: np.ndarray


@dataclass(frozen=True, eq=False)
class Prepared:
    """A stack matched to a network; compiles in a few milliseconds.

    Attributes:
        stack: the rulebooks.
        ground: the network as arrays.
        reached: mask of activities by measure.
    """

    stack: Stack
    ground: Ground
    reached: tuple[np.ndarray, ...]
    _courses: dict[tuple[int, str, str, str | None], Course] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[Draw, dict[Hashable, np.ndarray]] = field(default_factory=dict, repr=False, compare=False)
    _cut: dict[tuple[bytes, float, float | None], Days] = field(default_factory=dict, repr=False, compare=False)
    _spans: dict[tuple[int, str], Span] = field(default_factory=dict, repr=False, compare=False)
    _sheets: tuple[Reusable[Terms], ...] = field(default_factory=lambda: (Reusable(KEPT), Reusable(KEPT)), repr=False)
    _rows: tuple[Reusable[list[Permit]], ...] = field(
        default_factory=lambda: (Reusable(3 * KEPT), Reusable(3 * KEPT)), repr=False
    )
    _pairs: OfTwo[np.ndarray] = field(default_factory=lambda: OfTwo(KEPT), repr=False)

    def terms(self, years: Sequence[float] | np.ndarray, **use: Unpack[Use]) -> Terms:
        """Terms of the stack in some periods, as `compile_terms` has them; their arrays are shared, and read only."""
        choice, starts = chosen(self.stack, use), np.asarray(years, float)
        days = self._days(starts, choice.since, use.get("last"))
        found = self._compiled_terms(starts, days, choice)
        without = partial(self._without, starts, days, choice)
        changed = partial(activities_changed, kept=self._pairs)
        return replace(found, awaited=awaited(found, self.stack, days, without, changed, self._concerned))

    def issued(self, years: Sequence[float] | np.ndarray, **use: Unpack[Use]) -> PermitPaths:
        """The permits of the terms in some periods, alone: what tells when licences and caps begin and end."""
        choice, starts = chosen(self.stack, use), np.asarray(years, float)
        days = self._days(starts, -np.inf, use.get("last"))
        found = self._permits(self._on(days.years, choice), days, choice)
        said = _issued(found, len(starts), len(self.ground.ids))
        return PermitPaths(*(said[k] for k in ("permits", "permit_amount", "permit_held", "permit_granted")))

    def __reduce__(self) -> tuple[type[Prepared], tuple[Any, ...]]:
        """What was made on the way stays behind."""
        return Prepared, (self.stack, self.ground, self.reached)

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
            if on[k].any() and (by := self._moved(k, choice))
        }
        reviewed = tuple(reviews(rules, issued, moved))
        _room(issued, len(reviewed), self.stack.items)
        written = self._written(on, days, choice)
        return replace(written, years=starts, reviews=reviewed, **_issued(issued, len(starts), len(self.ground.ids)))

    def _written(self, on: list[np.ndarray], days: Days, choice: Choice) -> Terms:
        """What the measures at work write on the sheet, by period; permits and their reviews apart."""
        if choice.bill is not None:
            return self._sheet(self._all(on, days, choice, set()), days, choice.bill)

        def make(read: set[str]) -> Terms:
            made = self._sheet(self._all(on, days, choice, read), days, None)
            return sharing(made, [sheet for kept in self._sheets for sheet in kept.all()])

        return self._sheets[bool(choice.draw)].get(_key(on, days, choice), choice.overrides, make)

    def _sheet(self, acting: list[Acting], days: Days, bill: Bill | None) -> Terms:
        sheet = blank(days, self.ground)
        for a in acting:
            effect = EFFECTS.get(a.item.measure.instrument)
            if effect and a.on.any():
                effect(a, sheet)
        if bill is not None:
            sheet.bill[days.years >= bill.since - NEAR] += bill.rate
        limit_feed(sheet)
        abate(sheet)
        if bill is None:
            refuse_cleaned(acting, sheet.terms.burden, self.ground)
        withhold(acting, sheet)
        deter(sheet)
        _insurable(sheet.contracts, acting)
        return averaged(sheet)

    def _all(self, on: list[np.ndarray], days: Days, choice: Choice, read: set[str]) -> list[Acting]:
        """Every measure of the stack at work; the numbers that are asked of them come into `read`."""
        return [self._acting(k, mine, days, choice, read) for k, mine in enumerate(on)]

    def _permits(self, on: list[np.ndarray], days: Days, choice: Choice) -> list[Permit]:
        """Permits of caps, of licences and of shares, each kept apart: a number read for one leaves the others."""
        rows, key, acting = self._rows[bool(choice.draw)], _key(on, days, choice), partial(self._all, on, days, choice)

        def issued_by(kind: Callable[[list[Acting], Ground], list[Permit]]) -> list[Permit]:
            return rows.get((kind.__name__, *key), choice.overrides, lambda read: kind(acting(read), self.ground))

        return [p for kind in (capped, granted, credits) for p in issued_by(kind)]

    def _days(self, years: np.ndarray, also: float, last: float | None) -> Days:
        """The periods, cut where a book or a value begins, where a year begins, for growth, and on one more day."""
        key = years.tobytes(), also, last
        if key not in self._cut:
            dates: set[float] = {b.start for b in self.stack.books} | ({also} if np.isfinite(also) else set())
            for quantities, _ in self._measures:
                dates |= {v.year for q in quantities.values() for v in q.values}
            whole = set(range(int(years[0]), int(years[-1] + max(last or 1.0, 1.0)) + 1))
            self._cut[key] = cut_at_days(years, dates | whole, last)
        return self._cut[key]

    @cached_property
    def _measures(self) -> tuple[Laid, ...]:
        """The measures as they are laid out."""
        both = zip(self.stack.items, self.reached, strict=True)
        return tuple(Laid(item.measure.quantities(), np.flatnonzero(mask)) for item, mask in both)

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

    def _acting(self, k: int, on: np.ndarray, days: Days, choice: Choice, read: set[str]) -> Acting:
        item, years = self.stack.items[k], days.years
        quantities, at = self._measures[k]

        @cache
        def numbers(name: str) -> np.ndarray:
            key = f"{item.id}.{name}"
            read.add(key)
            if key in choice.overrides and self.stack.meant(item):
                override, there = choice.overrides[key], name in quantities
                since = max(self.stack.top_book.start, override.since)
                found = self._numbers(k, name, years, choice) if there else np.full(len(years), np.nan)
                pace = self._pace(k, name, years, since, choice) if override.sets and there else 1.0
                reached = (years >= since - 1e-9) & (days.period > 0)  # from entry into force, never the first period
                changed = override.on(found, self._span(k, name), pace)
                return self._bounded(k, name, on, years, np.where(reached, changed, found))
            if name not in quantities:
                return np.full(len(years), np.nan)
            known = self._of_draw(self._draw(k, name, choice))
            kept = k, name, choice.reading, choice.as_of, years.tobytes() + on.tobytes()
            if kept not in known:
                known[kept] = self._bounded(k, name, on, years, self._numbers(k, name, years, choice))
            return known[kept]

        def begins(name: str) -> float:
            start, levels = item.book.start, self._course(k, name, choice).levels
            return max(start, next((v.year for v in levels if v.value or v.range), start))

        if on.any() and not len(at):
            raise RulebookError(f"'{item.id}' is switched on and reaches nothing", where=item.where("acts_on"))
        return Acting(item, at, on, days, begins, numbers)

    def _bounded(self, k: int, name: str, on: np.ndarray, years: np.ndarray, found: np.ndarray) -> np.ndarray:
        """A parameter by stretch in the units used inside.

        Raises:
            RulebookError: it leaves its bounds where the measure holds.
        """
        item, span = self.stack.items[k], self._span(k, name)
        if out := first_out_of_bounds(np.where(on, found, np.nan), years, span):
            what = f"{item.id}.{name} comes to {out[0]:.6g} {span.unit} in {out[1]:g}"
            raise RulebookError(what, where=item.where(name), accepted=f"{span.words} in every year")
        return found * conversion(span.unit)

    def _span(self, k: int, name: str) -> Span:
        """Bounds of a parameter of a measure (`span_of`)."""
        if (k, name) not in self._spans:
            self._spans[k, name] = span_of(self.stack.items[k], name)
        return self._spans[k, name]

    def _pace(self, k: int, name: str, years: np.ndarray, since: float, choice: Choice) -> np.ndarray | float:
        """What a number has grown by since its level was said, or since a later day [-]; NaN where nothing holds."""
        said = self._course(k, name, choice).said(years)
        if not len(said):
            return 1.0
        now, then = (self._numbers(k, name, x, choice) for x in (years, np.maximum(said, since)))
        return np.where(now == then, 1.0, now / np.where(then, then, 1.0))

    def _numbers(self, k: int, name: str, years: np.ndarray, choice: Choice) -> np.ndarray:
        path, draw = self._course(k, name, choice), self._draw(k, name, choice)
        known = self._of_draw(draw)
        key = (k, name, choice.reading, choice.as_of, years.tobytes())
        if key not in known:
            known[key] = path.at(years, dict(draw), self._growth(k, name, years, choice))
        return known[key]

    def _draw(self, k: int, name: str, choice: Choice) -> Draw:
        """The draw that a parameter hangs on; `()` where it is the same in all."""
        return () if self._course(k, name, choice).fixed else choice.draw

    def _of_draw(self, draw: Draw) -> dict[Hashable, np.ndarray]:
        """Numbers found in a draw, those that no draw moves under `()`; of `DRAWS` they are kept."""
        if draw not in self._found:
            for old in [d for d in list(self._found) if d][: 1 - DRAWS]:
                self._found.pop(old, None)
        return self._found.setdefault(draw, {})

    def _course(self, k: int, name: str, choice: Choice) -> Course:
        key = (k, name, choice.reading, choice.as_of)
        if key not in self._courses:
            quantity, reading = self._measures[k].quantities[name], self.stack.read(k, choice.reading)
            self._courses[key] = course(self.stack.items[k].name, name, quantity, reading, choice.as_of)
        return self._courses[key]

    def _growth(self, of: int, name: str, years: np.ndarray, choice: Choice) -> Growth:
        """Growth factors of the measures that a path follows (`yearly_change_of`), one after the other."""
        names = dict.fromkeys(v.yearly_change_of for v in self._course(of, name, choice).changes if v.yearly_change_of)
        by = {n: self._followed(n, self.stack.items[of], name, years, choice) for n in names}
        return lambda measure, year: by[measure](year)

    def _followed(self, key: str, of: Item, name: str, years: np.ndarray, choice: Choice) -> FollowedGrowth:
        """Growth factor of a parameter of one measure that a path follows."""
        item = self.stack.by_country[of.country][key]
        k = self.stack.items.index(item)
        if self._course(k, name, choice).set_by():
            what = f"{of.id}.{name} follows {item.id}, which a review moves in reading '{choice.reading}'"
            raise RulebookError(what, where=item.where(), accepted="set_by the same review")
        run = np.arange(np.floor(years[0]) - 1.0, np.floor(years[-1]) + 1.0)
        known = dict(zip(run.tolist(), self._numbers(k, name, run, choice).tolist(), strict=True))

        def growth(year: int) -> float:
            if year in known and year - 1 in known:
                before, now = known[year - 1], known[year]
            else:
                before, now = self._numbers(k, name, np.array([year - 1.0, year]), choice).tolist()
            return now / before if math.isfinite(before) and math.isfinite(now) and before > 0 else 1.0

        return growth

    def _moved(self, k: int, choice: Choice) -> tuple[str, float] | None:
        """The review that moves a cap, and from when: not before the last published level is over."""
        if "amount" not in self._measures[k][0]:
            return None
        path = self._course(k, "amount", choice)
        by = path.set_by() if path.levels else None
        return (by[0], max(by[1], int(path.levels[-1].year) + 1)) if by else None


@lru_cache(maxsize=16)
def prepare(s: Stack, network: Network, zones: tuple[str, ...] | None = None) -> Prepared:
    """Match a stack to a network once, for many compilations; the last ones are kept.

    Raises:
        RulebookError: a name that the network does not have, a measure that reaches nothing, an inspection without
            any penalty for those it catches.
    """
    g = ground(network, zones)
    reached = masks(s, g)
    punished = np.zeros(len(g.ids), bool)
    for item, mask in zip(s.items, reached):
        punished |= mask if item.measure.instrument == "penalty" else False
    for item, mask in zip(s.items, reached):
        if isinstance(item.measure, Inspection) and not (mask & punished).any():
            what = f"'{item.id}' catches, but no penalty of the stack follows"
            raise RulebookError(what, where=item.where(), accepted="a measure with instrument: penalty")
    return Prepared(s, g, reached)


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


def _key(on: list[np.ndarray], days: Days, choice: Choice) -> tuple[Hashable, ...]:
    """What a law's arrays hang on, but for changes of its numbers; the days are among those that are kept for good."""
    return id(days), np.array(on).tobytes(), choice.reading, choice.as_of, choice.draw


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
