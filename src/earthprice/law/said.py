"""Said: what the numbers of a stack are in a reading, a draw and under changes, each read off its path once."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import cached_property
from weakref import WeakValueDictionary

import numpy as np

from earthprice.errors import RulebookError
from earthprice.law.amounts import Course, FollowedGrowth, Growth, course, first_out_of_bounds
from earthprice.law.days import Days
from earthprice.law.patch import span_of
from earthprice.law.quantity import Quantity
from earthprice.law.stack import Item, Stack
from earthprice.law.units import conversion
from earthprice.law.use import Choice, Draw
from earthprice.world.override import Override, Span

DRAWS = 8
"""Draws of which the numbers are kept: one for every thread that is at work, and some more."""
NUMBERS = 4096
"""Numbers of a draw that are kept, several times those of any law: texts that are edited come and go."""


class Drawn:
    """Numbers found in draws, for all stacks that have their values: a law, the same later and the law below it."""

    def __init__(self) -> None:
        self.found: dict[Draw, dict[Hashable, np.ndarray]] = {}
        self._courses: WeakValueDictionary[Hashable, Course] = WeakValueDictionary()

    def of(self, draw: Draw) -> dict[Hashable, np.ndarray]:
        """Numbers found in a draw; of the last `DRAWS` up to `NUMBERS` are kept."""
        known = self.found.get(draw)
        if known is None or len(known) > NUMBERS:
            for old in [d for d in list(self.found) if d != draw][: 1 - DRAWS]:
                self.found.pop(old, None)
            known = self.found[draw] = {}
        return known

    def one(self, found: Course) -> Course:
        """The same object for every course of the same values."""
        values = tuple(map(id, found.levels)), tuple(map(id, found.changes))
        return self._courses.setdefault((found.measure, found.parameter, values), found)


class Said:
    """The numbers of a stack. A measure is told by its position `k` in it.

    Args:
        stack: the rulebooks.
        drawn: where numbers that a draw moves are kept; those that none moves stay here.
    """

    def __init__(self, stack: Stack, drawn: Drawn | None = None) -> None:
        self.stack = stack
        self._drawn = drawn or Drawn()
        self._fixed: dict[Hashable, np.ndarray] = {}
        self._courses: dict[tuple[int, str], dict[tuple[str, str | None], tuple[Course, ...]]] = {}
        self._spans: dict[tuple[int, str], Span] = {}

    @cached_property
    def quantities(self) -> tuple[dict[str, Quantity], ...]:
        """Quantities of each measure by parameter."""
        return tuple(item.measure.quantities() for item in self.stack.items)

    @cached_property
    def dates(self) -> set[float]:
        """Days on which a book or a value begins, as decimal years."""
        values = (v.year for quantities in self.quantities for q in quantities.values() for v in q.values)
        return {*(b.start for b in self.stack.books), *values}

    def now(self, k: int, name: str, choice: Choice) -> object:
        """All that a number hangs on: its change and the text's start, its paths, and the draw if one moves it.

        Compared with `==`, also between stacks.
        """
        there, override = name in self.quantities[k], self._override(k, name, choice)
        on = (self._paths(k, name, choice), self._draw(k, name, choice)) if there else None
        return override and (override, self.stack.top_book.start), on

    def used_inside(self, k: int, name: str, on: np.ndarray, days: Days, choice: Choice) -> np.ndarray:
        """A parameter by stretch in the units used inside, changes applied; NaN where it does not hold [S].

        Args:
            k: position of the measure.
            name: the parameter.
            on: stretches in which the measure holds [S].
            days: the stretches.
            choice: how the stack is used.

        Raises:
            RulebookError: it leaves its bounds where the measure holds.
        """
        override, there, years = self._override(k, name, choice), name in self.quantities[k], days.years
        if override is not None:
            since = max(self.stack.top_book.start, override.since)
            found = self.numbers(k, name, years, choice) if there else np.full(len(years), np.nan)
            pace = self._pace(k, name, years, since, choice) if override.sets and there else 1.0
            reached = (years >= since - 1e-9) & (days.period > 0)  # from entry into force, never the first period
            changed = override.on(found, self._span(k, name), pace)
            return self._bounded(k, name, on, years, np.where(reached, changed, found))
        if not there:
            return np.full(len(years), np.nan)
        known = self._of_draw(self._draw(k, name, choice))
        kept = self._paths(k, name, choice), years.tobytes(), on.tobytes()
        if kept not in known:
            known[kept] = self._bounded(k, name, on, years, self.numbers(k, name, years, choice))
        return known[kept]

    def begins(self, k: int, name: str, choice: Choice) -> float:
        """First day in force on which a parameter is above nil, as decimal year."""
        start, levels = self.stack.items[k].book.start, self._course(k, name, choice).levels
        return max(start, next((v.year for v in levels if v.value or v.range), start))

    def moved(self, k: int, choice: Choice) -> tuple[str, float] | None:
        """The review that moves a cap, and from when: not before the last published level is over."""
        if "amount" not in self.quantities[k]:
            return None
        path = self._course(k, "amount", choice)
        by = path.set_by() if path.levels else None
        return (by[0], max(by[1], int(path.levels[-1].year) + 1)) if by else None

    def numbers(self, k: int, name: str, years: np.ndarray, choice: Choice) -> np.ndarray:
        """A parameter on some days in the unit of the file, changes apart."""
        path, draw = self._course(k, name, choice), self._draw(k, name, choice)
        known = self._of_draw(draw)
        key = self._paths(k, name, choice), years.tobytes()
        if key not in known:
            known[key] = path.at(years, dict(draw), self._growth(k, name, years, choice))
        return known[key]

    def _override(self, k: int, name: str, choice: Choice) -> Override | None:
        """How a number is changed, if it is."""
        item = self.stack.items[k]
        found = choice.overrides.get(f"{item.id}.{name}") if choice.overrides else None
        return found if found is not None and self.stack.meant(item) else None

    def _bounded(self, k: int, name: str, on: np.ndarray, years: np.ndarray, found: np.ndarray) -> np.ndarray:
        """A parameter by stretch in the units used inside; refused where it leaves its bounds and the measure holds."""
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
        now, then = (self.numbers(k, name, x, choice) for x in (years, np.maximum(said, since)))
        return np.where(now == then, 1.0, now / np.where(then, then, 1.0))

    def _draw(self, k: int, name: str, choice: Choice) -> Draw:
        """The draw that a parameter hangs on; `()` where it is the same in all."""
        return () if self._course(k, name, choice).fixed else choice.draw

    def _of_draw(self, draw: Draw) -> dict[Hashable, np.ndarray]:
        """Numbers found in a draw; under `()` those that no draw moves."""
        return self._drawn.of(draw) if draw else self._fixed

    def _course(self, k: int, name: str, choice: Choice) -> Course:
        """The course of a number."""
        return self._paths(k, name, choice)[0]

    def _paths(self, k: int, name: str, choice: Choice) -> tuple[Course, ...]:
        """The courses that a number hangs on: its own, and those that it follows.

        Readings that say the same share them.
        """
        known, key = self._courses.setdefault((k, name), {}), (choice.reading, choice.as_of)
        if key not in known:
            item, reading = self.stack.items[k], self.stack.read(k, choice.reading)
            own = self._drawn.one(course(item.name, name, self.quantities[k][name], reading, choice.as_of))
            own = next((paths[0] for paths in list(known.values()) if paths[0].says_as(own)), own)
            followed = (self._paths(self._position(item.country, n), name, choice) for n in own.follows)
            known.setdefault(key, (own, *(c for paths in followed for c in paths)))  # of two threads the first one's
        return known[key]

    def _position(self, country: str, name: str) -> int:
        """Position of a measure of a country by name."""
        return self.stack.items.index(self.stack.by_country[country][name])

    def _growth(self, of: int, name: str, years: np.ndarray, choice: Choice) -> Growth:
        """Growth factors of the measures that a path follows (`yearly_change_of`), one after the other."""
        names = self._course(of, name, choice).follows
        by = {n: self._followed(n, self.stack.items[of], name, years, choice) for n in names}
        return lambda measure, year: by[measure](year)

    def _followed(self, key: str, of: Item, name: str, years: np.ndarray, choice: Choice) -> FollowedGrowth:
        """Growth factor of a parameter of one measure that a path follows."""
        k = self._position(of.country, key)
        item = self.stack.items[k]
        if self._course(k, name, choice).set_by():
            what = f"{of.id}.{name} follows {item.id}, which a review moves in reading '{choice.reading}'"
            raise RulebookError(what, where=item.where(), accepted="set_by the same review")
        run = np.arange(np.floor(years[0]) - 1.0, np.floor(years[-1]) + 1.0)
        known = dict(zip(run.tolist(), self.numbers(k, name, run, choice).tolist(), strict=True))

        def growth(year: int) -> float:
            if year in known and year - 1 in known:
                before, now = known[year - 1], known[year]
            else:
                before, now = self.numbers(k, name, np.array([year - 1.0, year]), choice).tolist()
            return now / before if math.isfinite(before) and math.isfinite(now) and before > 0 else 1.0

        return growth
