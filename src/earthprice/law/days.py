"""Days: periods cut where the law changes inside them, and means over the days of a period.

The law of a period is the mean over its days of what the law says on each of them. A period is cut into stretches at
the days on which a book or a value begins, so that nothing changes inside a stretch; what is compiled for a stretch
counts in its period by its share of the period's days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from earthprice.law.strict import decimal_year

NEAR = 1e-6
"""Years within which a day counts as a period's own first day: half a minute."""


@dataclass(frozen=True, eq=False)
class Days:
    """Periods and the stretches that they are cut into: T periods, S >= T stretches. Told apart as objects.

    Attributes:
        begins, ends: first day of each period and of what follows it, as decimal years of the calendar [T].
        first: position of each period's first stretch [T].
        period: the period of each stretch [S].
        years: first day of each stretch, as decimal year [S].
        share: its share of the period's days [S].
        length: its length [years, in which a half is as long as the other; S].
    """

    begins: np.ndarray
    ends: np.ndarray
    first: np.ndarray
    period: np.ndarray
    years: np.ndarray
    share: np.ndarray
    length: np.ndarray

    @cached_property
    def of(self) -> list[slice]:
        """Stretches of each period [T]."""
        return [slice(a, b) for a, b in zip(self.first, [*self.first[1:], len(self.years)], strict=True)]

    @cached_property
    def cut(self) -> list[tuple[int, slice]]:
        """Periods of more than one stretch, and their stretches."""
        return [(t, mine) for t, mine in enumerate(self.of) if mine.stop - mine.start > 1]

    @cached_property
    def later(self) -> np.ndarray:
        """Positions of the stretches that are not the first of their period [S - T]."""
        return np.setdiff1d(np.arange(len(self.years)), self.first)

    @cached_property
    def spans(self) -> np.ndarray:
        """Length of each stretch by the calendar [years; S]."""
        return self.share * (self.ends - self.begins)[self.period]

    def mean(self, x: np.ndarray) -> np.ndarray:
        """Mean over the days of each period [S, ...] -> [T, ...]; what is alike on all days comes back bit for bit.

        A column's mean has the same bits whatever stands beside it, as a product of matrices would not: two laws that
        say the same of an activity must agree on it.
        """
        if len(self.years) == len(self.begins):
            return x
        out, of = x[self.first], self.period[self.later]
        moved = set(of[(x[self.later] != out[of]).reshape(len(of), -1).any(1)].tolist())
        for t, mine in self.cut:
            if t in moved:
                out[t] += sum(share * off for share, off in zip(self.share[mine], x[mine] - out[t], strict=True))
        return out

    def held(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean over the days on which a number is finite, NaN where it never is, and their share of the days.

        Args:
            x: a number by stretch [S, ...], not finite where it does not hold.
        """
        there = np.isfinite(x)
        share = self.mean(there.astype(float))
        start = np.where(there, x, np.nan)
        gaps = there.any() and not there.all()
        for _, mine in self.cut if gaps else ():  # a day without takes the number of the next day with one, so that
            for k in range(mine.start, mine.stop - 1)[::-1]:  # means over equal numbers come back bit for bit
                start[k] = np.where(there[k], start[k], start[k + 1])
        some = start[self.first]
        off = self.mean(np.where(there, x - some[self.period], 0.0))
        return some + off / np.where(share > 0, share, 1.0), share


def first_days(years: np.ndarray) -> np.ndarray:
    """First day of each period by the calendar: whole months into a year, a period begins on the first of a month.

    2022.5 is 1 July 2022, 2022.25 is 1 April; other numbers are left as they are.
    """
    months = np.round(years * 12)
    on = np.abs(years * 12 - months) < 12 * NEAR
    return np.array([_first(int(m)) if o else y for y, m, o in zip(years.tolist(), months, on, strict=True)])


def _first(months: int) -> float:
    return decimal_year(f"{months // 12:04d}-{months % 12 + 1:02d}-01")


def cut_at_days(years: np.ndarray, dates: Iterable[float], last: float | None = None) -> Days:
    """Periods cut at the days on which the law may change.

    Args:
        years: start of each period as decimal year, rising [T].
        dates: such days as decimal years.
        last: length of the last period [years]; that of the one before it if None.
    """
    step = np.append(np.diff(years), last or (years[-1] - years[-2] if len(years) > 1 else 1.0))
    edges = first_days(np.append(years, years[-1] + step[-1]))
    begins, ends = edges[:-1], edges[1:]
    days = np.unique(np.fromiter(dates, float))
    at = np.searchsorted(edges, days, side="right") - 1
    inside = (at >= 0) & (at < len(begins))
    days, at = days[inside], at[inside]
    kept = (days > begins[at] + NEAR) & (days < ends[at] - NEAR)
    starts = np.concatenate([begins, days[kept]])
    period = np.concatenate([np.arange(len(begins)), at[kept]])
    order = np.argsort(starts, kind="stable")
    starts, period = starts[order], period[order]
    first = np.searchsorted(period, np.arange(len(begins)))
    following = np.append(starts[1:], ends[-1])
    whole = ends - begins
    share = np.where(np.bincount(period)[period] == 1, 1.0, (following - starts) / whole[period])
    return Days(begins, ends, first, period, starts, share, share * step[period])


def since(years: np.ndarray, date: float, last: float | None = None) -> np.ndarray:
    """Share of each period's days that lie on or after a day [T].

    Args:
        years: start of each period as decimal year [T].
        date: the day as decimal year.
        last: as of `cut_at_days`.
    """
    days = cut_at_days(years, (date,), last)
    return days.mean((days.years >= date - NEAR).astype(float))
