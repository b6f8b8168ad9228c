"""Amounts: the number that a parameter has in a year, by date, reading, what was published, and a quantile."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from pydantic import BaseModel

from earthprice.law.quantity import Limits, Quantity, Value
from earthprice.world.override import Span

LOG_UNIFORM_ABOVE = 10.0
"""Ends that differ more than this many times make a range log-uniform."""

MOST_GROWN = 1e30
"""Growth beyond which a path is stopped: whatever it started from is then out of bounds."""

FollowedGrowth = Callable[[int], float]
"""Growth factor of a parameter of one measure, from the year before to a year."""
Growth = Callable[[str, int], float]
"""Growth factor of the parameter of a measure that is followed, from the year before to a year."""


def number_key(measure: str, parameter: str, value: Value) -> str:
    """Name of one number: `measure.parameter@from`, with `/reading` where it belongs to one.

    A yearly change is `measure.parameter.yearly_change@from`, a default of the format `format.parameter`. A text that
    is put off keeps the names of its numbers, and with them what they are in a draw.
    """
    if value.of_format:
        return f"format.{parameter}"
    change = ".yearly_change" if value.grows else ""
    return f"{measure}.{parameter}{change}@{value.written}" + (f"/{value.reading}" if value.reading else "")


def at_quantile(value: Value, q: float | None) -> float:
    """The number at a quantile of its range; the central value where `q` is None.

    Without a middle value: uniform, or log-uniform where the ends differ more than tenfold (both above zero).
    With one: triangular with that mode, F⁻¹(q) = a + √(q (b−a)(c−a)) for q ≤ (c−a)/(b−a), else
    b − √((1−q)(b−a)(b−c)).
    """
    middle = value.value if value.value is not None else value.yearly_change
    if value.range is None or (q is None and middle is not None):
        assert middle is not None
        return middle
    a, b = value.range
    q = 0.5 if q is None else q
    if middle is None:
        logs = a > 0 and b / a > LOG_UNIFORM_ABOVE
        return math.exp(math.log(a) + q * math.log(b / a)) if logs else a + q * (b - a)
    if q <= (middle - a) / (b - a):
        return a + math.sqrt(q * (b - a) * (middle - a))
    return b - math.sqrt((1 - q) * (b - a) * (b - middle))


def known(quantity: Quantity, reading: str, as_of: str | None) -> list[Value]:
    """The values that count: of the reading or of none, published by `as_of`, per date the latest published.

    Of two values of one date and kind the later published wins; one without a date of publication was known with the
    book and gives way to any published one; the reading's own goes before that of no reading.
    """
    best: dict[tuple[float, bool], Value] = {}
    for value in quantity.values:
        if value.reading not in (None, reading):
            continue
        if as_of is not None and value.published is not None and value.published > as_of:
            continue
        key = (value.year, value.grows or value.set_by is not None)
        rival = best.get(key)
        if rival is None or _rank(value) > _rank(rival):
            best[key] = value
    return sorted(best.values(), key=lambda v: v.year)


def _rank(value: Value) -> tuple[str, bool]:
    return value.published or "", value.reading is not None


@dataclass(frozen=True, eq=False)
class Course:
    """A parameter's values that count, in order; ready to be read off for any quantiles. Told apart as objects."""

    measure: str
    parameter: str
    levels: tuple[Value, ...]
    changes: tuple[Value, ...]

    @cached_property
    def fixed(self) -> bool:
        """Whether the course is the same for all quantiles: no value has a range or follows another measure."""
        return all(v.range is None and v.yearly_change_of is None for v in (*self.levels, *self.changes))

    @cached_property
    def follows(self) -> tuple[str, ...]:
        """Measures whose yearly change it follows."""
        return tuple(dict.fromkeys(v.yearly_change_of for v in self.changes if v.yearly_change_of))

    @cached_property
    def _starts(self) -> np.ndarray:
        """Days from which each level holds, as decimal years."""
        return np.array([v.year for v in self.levels])

    def says_as(self, other: Course) -> bool:
        """Whether another course has the same values."""
        return (self.levels, self.changes) == (other.levels, other.changes)

    def said(self, years: np.ndarray) -> np.ndarray:
        """Day from which the level of each day holds, of days before the first level its own; empty without levels."""
        return self._starts[np.maximum(self._which(years), 0)] if self.levels else self._starts

    def _which(self, years: np.ndarray) -> np.ndarray:
        """Position of the level of each day; -1 before the first."""
        return np.searchsorted(self._starts, years + 1e-9, side="right") - 1

    def at(self, years: np.ndarray, quantiles: Mapping[str, float], other: Growth) -> np.ndarray:
        """Number on each day, in the unit of the file; NaN where nothing holds.

        The level is that of the last date not after the day. Each calendar year after the level's
        grows by the change in force in that year: `amount(y) = level × Π (1 + change)`.
        """
        starts, at = self._starts, self._which(years)
        numbers = np.array([*(self._number(v, quantiles) for v in self.levels), np.nan])
        result = numbers[at]
        if self.changes:
            result = result * self._growth(years, at, starts, quantiles, other)
        return result

    def _number(self, value: Value, quantiles: Mapping[str, float]) -> float:
        if value.lifted:
            return math.nan
        q = quantiles.get(number_key(self.measure, self.parameter, value)) if value.range else None
        return at_quantile(value, q)

    def _growth(
        self, years: np.ndarray, at: np.ndarray, starts: np.ndarray, quantiles: Mapping[str, float], other: Growth
    ) -> np.ndarray:
        rates = [None if v.yearly_change_of or v.set_by else self._number(v, quantiles) for v in self.changes]
        product = np.ones(len(years))
        cumulated: dict[tuple[int, int], float] = {}
        for t, year in enumerate(years):
            if at[t] < 0:
                continue
            first, last = int(starts[at[t]]), int(year + 1e-9)
            key = (first, last)
            if key not in cumulated:
                before = cumulated.get((first, last - 1))
                span = range(last, last + 1) if before is not None else range(first + 1, last + 1)
                total = 1.0 if before is None else before
                for y in span:
                    total = min(total * self._step(y, rates, other), MOST_GROWN)
                cumulated[key] = total
            product[t] = cumulated[key]
        return product

    @cached_property
    def _turns(self) -> tuple[float, ...]:
        """Days from which each change holds, as decimal years."""
        return tuple(v.year for v in self.changes)

    def _step(self, year: int, rates: list[float | None], other: Growth) -> float:
        now = bisect_right(self._turns, year + 1e-9) - 1
        if now < 0 or self.changes[now].set_by:
            return 1.0
        rate, followed = rates[now], self.changes[now].yearly_change_of
        return other(followed, year) if followed else 1.0 + (rate or 0.0)

    def set_by(self) -> tuple[str, float] | None:
        """The review that moves the parameter and from when; None if its path is fixed."""
        reviewed = [v for v in self.changes if v.set_by is not None]
        return (reviewed[-1].set_by or "", reviewed[-1].year) if reviewed else None


def course(measure: str, parameter: str, quantity: Quantity, reading: str, as_of: str | None) -> Course:
    """The course of a parameter under a reading, with what was published by `as_of`."""
    values = known(quantity, reading, as_of)
    moving = [v for v in values if v.grows or v.set_by is not None]
    return Course(measure, parameter, tuple(v for v in values if v not in moving), tuple(moving))


def first_out_of_bounds(numbers: np.ndarray, years: np.ndarray, span: Span) -> tuple[float, float] | None:
    """The first number out of its bounds, and its year; None where all lie inside. NaN holds nothing."""
    low, high = (1e-9 * max(1.0, abs(x)) for x in (span.least, span.most))
    out = np.flatnonzero((numbers < span.least - low) | (numbers > span.most + high))
    return (float(numbers[out[0]]), float(years[out[0]])) if len(out) else None


@cache
def limits(model: type[BaseModel], parameter: str) -> Limits | None:
    """Units and bounds of a parameter of an instrument; None if the field carries no values."""
    field = model.model_fields[parameter]
    found = [m for m in field.metadata if isinstance(m, Limits)]
    for branch in getattr(field.annotation, "__args__", ()):
        found += [m for m in getattr(branch, "__metadata__", ()) if isinstance(m, Limits)]
    return found[0] if found else None
