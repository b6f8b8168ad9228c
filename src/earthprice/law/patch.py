"""Overrides of a stack's numbers: what they name, whether they are accepted, and the patch that a result keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from earthprice.errors import OptionError
from earthprice.law.amounts import at_quantile, known, limits
from earthprice.law.quantity import Quantity, Value
from earthprice.law.stack import Item, Stack
from earthprice.world.override import Given, Override, Span, check, cut, parse


def parameter_of(s: Stack, name: str) -> tuple[Item, str]:
    """The measure and parameter that `measure.parameter` names.

    Raises:
        OptionError: no such measure or parameter, and says the nearest; a measure that the text's country does not
            have and several others do.
    """
    measure, _, parameter = name.rpartition(".")
    if measure not in s.latest:
        raise OptionError(f"no measure '{measure or name}'", where=name, given=measure or name, accepted=s.latest)
    item = s.latest[measure]
    if item.country != s.top_book.jurisdiction and len(of := [k for k, v in s.by_country.items() if measure in v]) > 1:
        what = f"'{measure}' is a measure of {' and of '.join(sorted(of))}, and none of {s.top_book.rulebook}"
        raise OptionError(what, where=name, accepted="a measure of one country, or a copy of its own")
    fields = {p for p in type(item.measure).model_fields if limits(type(item.measure), p)}
    if parameter not in fields:
        what = f"{measure} ({item.measure.instrument}) has no parameter '{parameter}'"
        raise OptionError(what, where=name, given=parameter, accepted=fields)
    return item, parameter


def span_of(item: Item, parameter: str) -> Span:
    """Bounds of a parameter in the unit of the file, or in the first unit it may have where the file gives none."""
    allowed = limits(type(item.measure), parameter)
    assert allowed is not None
    quantity = item.measure.quantities().get(parameter)
    unit = quantity.unit if quantity else allowed.units[0]
    return Span(*allowed.bounds(unit), unit)


def checked(s: Stack, name: str, given: Given, reading: str | None = None, as_of: str | None = None) -> Override:
    """An override of a stack's number, read and held against the bounds of the parameter.

    Args:
        s: the stack.
        name: `measure.parameter`.
        given: as the user wrote it; an `Override` has been checked or is meant to be cut to the bounds, and stays.
        reading: as in `Use`; numbers of another reading are cut to the bounds where that one is run (`cuts` says so).
        as_of: as in `Use`.

    Raises:
        OptionError: an unknown measure or parameter, a form that is not accepted, a number out of bounds, a factor on a
            parameter that the text leaves out.
    """
    item, parameter = parameter_of(s, name)
    if isinstance(given, Override):
        return given
    override, span = parse(given, name), span_of(item, parameter)
    levels = _known(s, item, parameter, reading, as_of)
    if override.factor is not None and not levels:
        what = f"'{override.said}' has nothing to multiply: {item.id} gives no '{parameter}'"
        raise OptionError(what, where=name, accepted=f"a plain number, {span.words}")
    check(override, _central(levels), span, name)
    return override


def cuts(s: Stack, overrides: Mapping[str, Override]) -> tuple[str, ...]:
    """A sentence for each override that carries a number beyond its bounds in some draw or reading, where it is cut."""
    said = []
    for name, override in overrides.items():
        item, parameter = parameter_of(s, name)
        levels = _levels(item.measure.quantities().get(parameter))
        ends = [x for v in levels for x in v.range or (at_quantile(v, None),)]
        said.append(cut(override, np.array(ends), span_of(item, parameter), name))
    return tuple(filter(None, said))


def patch(
    s: Stack, overrides: Mapping[str, Given], reading: str | None = None, as_of: str | None = None
) -> dict[str, Any]:
    """Overrides as a patch that a result keeps: what was set, on which book, and the central values before and after.

    The values are those known under the reading and on the day, as in `checked`.

    Raises:
        OptionError: as of `checked`.
    """
    changes = {}
    for name, given in overrides.items():
        override, (item, parameter) = checked(s, name, given, reading, as_of), parameter_of(s, name)
        span, levels = span_of(item, parameter), _known(s, item, parameter, reading, as_of)
        before = _central(levels) if levels else np.array([np.nan])
        changes[name] = {
            "set": override.said,
            "book": item.book.rulebook,
            "article": item.article.number,
            "unit": span.unit,
            "from": [str(v.start) for v in levels],
            "before": before.tolist(),
            "after": override.on(before, span).tolist(),
        }
    since = s.top_book.in_force.date
    return {"format": "earthprice-patch/1", "of": s.name, "acts_from": since, "overrides": changes}


def _known(s: Stack, item: Item, parameter: str, reading: str | None, as_of: str | None) -> list[Value]:
    """Dated levels of a parameter of the stack's last measure of an id that count under a reading and on a day."""
    quantity = item.measure.quantities().get(parameter)
    if quantity is None:
        return []
    read = s.read(s.items.index(item), s.reading(reading))
    counting = known(quantity, read, as_of)
    return [v for v in _levels(quantity) if v in counting]


def _levels(quantity: Quantity | None) -> list[Value]:
    """Dated levels of a parameter; changes a year, reviews and ends are none."""
    return [v for v in (quantity.values if quantity else ()) if v.value is not None or (v.range and not v.grows)]


def _central(levels: list[Value]) -> np.ndarray:
    return np.array([at_quantile(v, None) for v in levels])
