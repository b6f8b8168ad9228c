"""Levers: every number of every measure of a rulebook, its articles and powers, with what each rests on."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from earthprice.explore.opened import Opened
from earthprice.law import Item
from earthprice.law.amounts import at_quantile, known
from earthprice.law.patch import span_of
from earthprice.law.prose import act_name
from earthprice.law.quantity import Quantity, Value
from earthprice.law.switched import usable
from earthprice.world import override

MOST_TIMES = 3.0
"""Most times the text's number to which a lever reaches, where the format lets it."""
STEPS = 100
"""Steps of a lever from end to end."""


@dataclass(frozen=True)
class Dated:
    """One dated value of a lever, in words: from when, its level, its range, what it rests on."""

    start: str
    value: float
    low: float | None
    high: float | None
    basis: str
    source: str
    why: str


@dataclass(frozen=True)
class Lever:
    """One number that can be moved.

    Attributes:
        name: `measure.parameter`, as `assess --set` names it.
        unit: its unit; `times` where several dated values move together.
        value: where it stands in the text.
        least, most, step: where a slider takes it.
        limit: the largest number that is accepted, written out; None where nothing limits it.
        times: whether a move multiplies the text's values and their ranges; else it takes their place.
        dated: the values of the text.
    """

    name: str
    unit: str
    value: float
    least: float
    most: float
    step: float
    limit: float | None
    times: bool
    dated: tuple[Dated, ...]


@dataclass(frozen=True)
class MeasureLevers:
    """A measure: its levers, and whether it is a power that may be used or not."""

    name: str
    says: str
    instrument: str
    power: bool
    used: bool
    levers: tuple[Lever, ...]


@dataclass(frozen=True)
class Chapter:
    """An article with its measures.

    Attributes:
        number: of the article; number_sure: whether it is.
        heading, says: the article.
        modelled, why_not: how far it is modelled, and why no further.
        switch: whether it can be switched off.
        measures: its measures.
    """

    number: str
    name: str
    number_sure: bool
    heading: str
    says: str
    modelled: str
    why_not: str
    switch: bool
    measures: tuple[MeasureLevers, ...]


def chapters(o: Opened, reading: str) -> list[dict[str, Any]]:
    """The articles of the text with their levers under a reading, as plain values.

    Args:
        o: the rulebook opened.
        reading: how powers are read.
    """
    stack, can_be_off = o.texts.reform.stack, o.book.switchable
    read = {item.id: stack.read(i, reading) for i, item in enumerate(stack.items) if stack.meant(item)}
    return [
        asdict(
            Chapter(
                a.number,
                act_name(a.number),
                a.number_sure,
                a.heading,
                a.says,
                a.modelled,
                a.why_not or "",
                a in can_be_off,
                tuple(_measure(stack.latest[k], read[k], o.texts.as_of) for k in a.measures),
            )
        )
        for a in o.book.articles
    ]


def _measure(item: Item, reading: str, as_of: str) -> MeasureLevers:
    m = item.measure
    levers = (_lever(item, name, q, reading, as_of) for name, q in m.quantities().items())
    used = m.kind == "duty" or m.used == "always" or (isinstance(m.used, list) and reading in m.used)
    return MeasureLevers(item.id, m.says or "", m.instrument, usable(m), used, tuple(x for x in levers if x))


def _lever(item: Item, name: str, quantity: Quantity, reading: str, as_of: str) -> Lever | None:
    """A parameter as a lever; None where the text gives it no level that holds."""
    levels = [v for v in known(quantity, reading, as_of) if not (v.grows or v.set_by or v.lifted or v.of_format)]
    if not levels:
        return None
    span = span_of(item, name)
    dated = tuple(_dated(item, v) for v in levels)
    central = [d.value for d in dated]
    ranged = any(v.range for v in levels)
    key = f"{item.id}.{name}"
    if len(set(central)) > 1:
        limit = min([override.MOST_TIMES, *(span.most / c for c in central if c > 0)])
        most = min(MOST_TIMES, limit)
        return Lever(key, "times", 1.0, 0.0, most, most / STEPS, limit, True, dated)
    value = central[0]
    ends = [x for v in levels for x in v.range or ()]
    top = max([MOST_TIMES * abs(value), *ends]) or (1.0 if span.most >= 1.0 else span.most)
    least, most = max(span.least, min([0.0, *ends])), min(span.most, top)
    times = ranged and value > 0
    limit = min(span.most, override.MOST_TIMES * value) if times else span.most
    step, limited = (most - least) / STEPS, limit if math.isfinite(limit) else None
    return Lever(key, quantity.unit, value, least, most, step, limited, times, dated)


def _dated(item: Item, v: Value) -> Dated:
    low, high = v.range or (None, None)
    cited = item.book.sources.get(v.source or "")
    return Dated(str(v.start), at_quantile(v, None), low, high, v.basis, cited.cite if cited else "", v.why or "")
