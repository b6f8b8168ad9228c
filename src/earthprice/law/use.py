"""How a stack is used: the reading, what is known, what is left out, the numbers that are changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

import numpy as np

from earthprice.errors import OptionError
from earthprice.law.patch import checked
from earthprice.law.stack import Stack
from earthprice.law.strict import check_day
from earthprice.world.override import Given, Override

Draw = tuple[tuple[str, float], ...]
"""Quantile by number of the law."""


@dataclass(frozen=True)
class Bill:
    """Charges on burdens on top of those of the law; who is billed abates as under a charge of the law.

    Attributes:
        rate: charge per unit of each burden [USD/unit; M, B].
        since: decimal year from which it is due.
    """

    rate: np.ndarray
    since: float = -np.inf


class Use(TypedDict, total=False):
    """How a stack is used; every key may be left out.

    Attributes:
        reading: name of a reading; the stack's default if left out.
        as_of: day up to which publications are known, `2021-03-01`; all if left out.
        without: articles of the top book switched off (`8`, or `book:8` for another book).
        only: articles of the top book kept, all others of it switched off.
        quantiles: quantile in (0, 1) by number key; the central value where a key is missing.
        overrides: `measure.parameter` -> `+5%`, `x0.5` or a number in the unit of the file; from the top book's entry
            into force on, never in the first period.
        bill: charges on burdens on top of those of the law.
        last: length of the last period [years]; that of the one before it if left out.
    """

    reading: str | None
    as_of: str | None
    without: Iterable[str]
    only: Iterable[str] | None
    quantiles: Mapping[str, float] | None
    overrides: Mapping[str, Given] | None
    bill: Bill | None
    last: float | None


class UseIn(Use, total=False):
    """`Use`, and the order of zones in `Terms`."""

    zones: Sequence[str] | None


@dataclass(frozen=True)
class Choice:
    """A use, checked: what `terms` goes by."""

    reading: str
    as_of: str | None
    off: frozenset[tuple[str, str]]
    quantiles: Mapping[str, float]
    overrides: Mapping[str, Override]
    bill: Bill | None = None

    @cached_property
    def draw(self) -> Draw:
        """The quantiles, as a key."""
        return tuple(self.quantiles.items())

    @cached_property
    def since(self) -> float:
        """Day from which a bill or an override holds that has one of its own, as a decimal year; else -inf."""
        return max((x.since for x in (self.bill, *self.overrides.values()) if x is not None), default=-np.inf)


def chosen(s: Stack, use: Use) -> Choice:
    """A use, checked.

    Raises:
        OptionError: an unknown key, article or override.
    """
    unknown = set(use) - set(Use.__annotations__)
    if unknown:
        name = sorted(unknown)[0]
        raise OptionError(f"no option '{name}'", where="compile_terms", given=name, accepted=Use.__annotations__)
    as_of = use.get("as_of")
    if as_of is not None:
        check_day(as_of)
    reading = s.reading(use.get("reading"))
    given = (use.get("overrides") or {}).items()
    overrides = {name: checked(s, name, to, reading, as_of) for name, to in given}
    off = _switched_off(s, use.get("without") or (), use.get("only"))
    return Choice(reading, as_of, off, use.get("quantiles") or {}, overrides, use.get("bill"))


def _switched_off(s: Stack, without: Iterable[str], only: Iterable[str] | None) -> frozenset[tuple[str, str]]:
    off = {_article(s, name) for name in ([without] if isinstance(without, str) else without)}
    if only is not None:
        kept = {_article(s, name) for name in ([only] if isinstance(only, str) else only)}
        off |= {(s.top, a.number) for a in s.top_book.articles} - kept
    return frozenset(off)


def _article(s: Stack, name: str) -> tuple[str, str]:
    book, _, number = name.rpartition(":")
    book = book or s.top
    known = {f"{b.rulebook}:{a.number}": (b.rulebook, a.number) for b in s.books for a in b.articles}
    if f"{book}:{number}" not in known:
        accepted = [a.number for a in s.top_book.articles]
        raise OptionError(f"no article '{number}' in {book}", where="article", given=number, accepted=accepted)
    return book, number


def used(s: Stack, position: int, choice: Choice) -> bool:
    """Whether a measure is a duty, or a power used as it is read or switched on by an override of its parameters."""
    item, m = s.items[position], s.items[position].measure
    if m.kind == "duty" or m.used == "always":
        return True
    if s.meant(item) and any(name.rpartition(".")[0] == item.id for name in choice.overrides):
        return True
    return isinstance(m.used, list) and s.read(position, choice.reading) in m.used
