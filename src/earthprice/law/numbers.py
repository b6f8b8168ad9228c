"""Every number of a stack with what it rests on; the format's schema for editors; delay."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from math import floor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from earthprice import caps
from earthprice.errors import OptionError, several
from earthprice.law.amounts import at_quantile, known, number_key
from earthprice.law.instruments import AnyMeasure
from earthprice.law.quantity import Quantity, Value
from earthprice.law.reviews import ReviewRule, review_slope
from earthprice.law.rulebook import Rulebook
from earthprice.law.stack import Item, Stack
from earthprice.law.strict import check_day, decimal_year

NUMBER_COLUMNS = (
    *("key", "measure", "parameter", "from", "reading", "kind", "value", "low", "high", "unit", "basis", "source"),
    *("confidence", "published", "why", "article", "number_sure", "book", "used"),
)
"""Columns of `numbers`; `kind` is level, yearly change or review."""


def numbers(s: Stack, as_of: str | None = None) -> pd.DataFrame:
    """Every number of a stack that counts, with unit, basis, source, date of publication and reason.

    Args:
        s: the stack.
        as_of: day up to which publications are known; values that later ones of the same date displace are left out.

    Returns:
        Columns `NUMBER_COLUMNS`, one row a number. `value` is the central value, in the unit of the file (a share, not
        per cent); `low` and `high` are NaN where it is certain. `key` is what `quantiles` of `compile_terms` takes.
    """
    if as_of is not None:
        check_day(as_of)
    rows: dict[str, dict[str, Any]] = {}
    for item in s.items:
        for name, quantity in item.measure.quantities().items():
            for value in _counted(quantity, s, as_of):
                rows.setdefault(_row_key(item, name, value), _row(item, name, quantity, value))
    for book, review in s.reviews:
        for name, number, unit in _review_numbers(review):
            key = f"{review.id}.{name}"
            rows.setdefault(f"{book.rulebook}:{key}", _review_row(book, review, key, number, unit))
    return pd.DataFrame(list(rows.values()), columns=list(NUMBER_COLUMNS))


def uncertain_keys(s: Stack, as_of: str | None = None) -> list[str]:
    """Keys of the numbers of a stack that have a range, each once; arguments as of `numbers`."""
    table = numbers(s, as_of)
    ranged = table["low"].notna() & table["high"].notna() & (table["low"] != table["high"])
    return list(dict.fromkeys(table.loc[ranged, "key"]))


def number_at(s: Stack, key: str, quantile: float | None, as_of: str | None = None) -> float:
    """An uncertain number of a stack at a quantile of its range (`amounts.at_quantile`), its central value if None.

    Raises:
        OptionError: no number of the stack that has a range has this key.
    """
    return at_quantile(_ranged(s, as_of, key), quantile)


def central_quantile(s: Stack, key: str, as_of: str | None = None) -> float:
    """Quantile at which a number's central value stands: (c - a)/(b - a), the mode of a triangle; else a half.

    Raises:
        OptionError: as of `number_at`.
    """
    value = _ranged(s, as_of, key)
    middle = value.value if value.value is not None else value.yearly_change
    low, high = value.range or (0.0, 1.0)
    return 0.5 if middle is None else (middle - low) / (high - low)


def _ranged(s: Stack, as_of: str | None, key: str) -> Value:
    found = {
        number_key(item.name, name, v): v
        for item in reversed(s.items)
        for name, quantity in item.measure.quantities().items()
        for v in _counted(quantity, s, as_of)
        if v.range and v.range[0] < v.range[1]
    }
    if key not in found:
        raise OptionError("no uncertain number of the stack", accepted=sorted(found), given=key)
    return found[key]


def _counted(quantity: Quantity, s: Stack, as_of: str | None) -> list[Value]:
    """Values that count in at least one reading."""
    found: dict[int, Value] = {}
    for reading in s.readings or [""]:
        found |= {id(v): v for v in known(quantity, reading, as_of)}
    numeric = [v for v in found.values() if v.value is not None or v.yearly_change is not None or v.range is not None]
    return sorted(numeric, key=lambda v: (v.year, v.reading or ""))


def _row_key(item: Item, name: str, value: Value) -> str:
    key = number_key(item.name, name, value)
    return key if value.of_format else f"{item.book.rulebook}:{key}"


def _row(item: Item, name: str, quantity: Quantity, value: Value) -> dict[str, Any]:
    low, high = value.range or (np.nan, np.nan)
    default = value.of_format
    citation = item.book.sources.get(value.source or "")
    return {
        "key": number_key(item.name, name, value),
        "measure": "format" if default else item.id,
        "parameter": name,
        "from": "" if default else str(value.start),
        "reading": value.reading or "",
        "kind": "yearly change" if value.grows else "level",
        "value": at_quantile(value, None),
        "low": low,
        "high": high,
        "unit": "share/year" if value.grows else quantity.unit,
        "basis": value.basis,
        "source": citation.cite if citation else "",
        "confidence": citation.confidence if citation else "",
        "published": value.published or "",
        "why": value.why or "",
        "article": "" if default else item.article.number,
        "number_sure": item.article.number_sure,
        "book": "" if default else item.book.rulebook,
        "used": item.measure.used != "never",
    }


class ReviewNumber(NamedTuple):
    """A number of a review: its name, value and unit."""

    name: str
    value: float
    unit: str


def _review_numbers(review: ReviewRule) -> Iterator[ReviewNumber]:
    for name in ("every", "at_most", "never_below", "never_above"):
        plain = getattr(review, name)
        yield ReviewNumber(name, plain.value, plain.unit)
    for i, row in enumerate(review.rows, 1):
        yield ReviewNumber(f"row{i}.seen_late", row.seen_late.value, row.seen_late.unit)
        yield ReviewNumber(f"row{i}.band_low", row.band[0], row.unit)
        yield ReviewNumber(f"row{i}.band_high", row.band[1], row.unit)
        for side in ("above", "below"):
            if getattr(row, side):
                unit = f"share of the total per unit of {row.look_at}"
                yield ReviewNumber(f"row{i}.{side}", review_slope(getattr(row, side)), unit)


def _review_row(book: Rulebook, review: ReviewRule, key: str, number: float, unit: str) -> dict[str, Any]:
    citation = book.sources.get(review.source or "")
    blank = dict.fromkeys(NUMBER_COLUMNS, "")
    return blank | {
        "key": key,
        "measure": review.id,
        "parameter": key.split(".", 1)[1],
        "from": str(review.first),
        "kind": "review",
        "value": number,
        "low": np.nan,
        "high": np.nan,
        "unit": unit,
        "basis": review.basis,
        "source": citation.cite if citation else "",
        "confidence": citation.confidence if citation else "",
        "why": review.why or "",
        "article": review.under,
        "number_sure": True,
        "book": book.rulebook,
        "used": True,
    }


SCHEMA_ID = "urn:earthprice:rulebook:1"
"""Address of the schema of rulebooks: a name that is the same everywhere; the program itself hands the schema out."""


def json_schema() -> dict[str, Any]:
    """The format as JSON schema, for completion in an editor, in draft 7, which every editor reads.

    References between keys are checked on loading only.
    """
    schema = Rulebook.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs")
    return {"$schema": "http://json-schema.org/draft-07/schema#", "$id": SCHEMA_ID, **_as_draft_7(schema)}


def _as_draft_7(part: Any) -> Any:
    """A part of a schema with tuples as draft 7 writes them, and without what stands beside a reference there."""
    if isinstance(part, list):
        return [_as_draft_7(x) for x in part]
    if not isinstance(part, dict):
        return part
    out = {("items" if key == "prefixItems" else key): _as_draft_7(x) for key, x in part.items()}
    if "$ref" in out and len(out) > 1:
        return {"allOf": [{"$ref": out.pop("$ref")}], **out}
    return out


def delay(book: Rulebook, years: float) -> Rulebook:
    """The same book in force later.

    Entry into force and the dates counted from it move, those of growth by calendar years, since it steps on 1 January;
    the announcement stays, and so do notices and records, which hang on the calendar. Its numbers keep their names
    (`number_key`): in a draw each is what it is in the text.

    Args:
        book: a loaded rulebook.
        years: by how much, > 0; whole months keep the day.

    Raises:
        OptionError: not a positive number of years.
    """
    if not 0 < years <= caps.DELAY:
        accepted = f"more than 0 and at most {caps.DELAY} years"
        raise OptionError(f"a delay of {years:g} years", where="delay", accepted=accepted)
    moved = entering(book, str(later(book.in_force.date, years)), named_as_now=True)
    return moved.model_copy(update={"title": f"{book.title}, in force {several(years, 'year')} later"})


def entering(book: Rulebook, day: str, *, named_as_now: bool = False) -> Rulebook:
    """The same book in force from another day; the dates counted from its entry move with it.

    Args:
        book: a loaded rulebook.
        day: the day.
        named_as_now: whether its numbers keep their names; else they are those of a text written for that day.
    """
    years = decimal_year(day) - book.start
    months = _months(book.in_force.date, day)
    articles = []
    for article in book.articles:
        measures = {k: _entering(m, book.start, day, months, named_as_now) for k, m in article.measures.items()}
        articles.append(article.model_copy(update={"measures": measures}))
    reviews = [r.model_copy(update={"first": r.first + int(np.ceil(years - 1e-9))}) for r in book.reviews]
    force = book.in_force.model_copy(update={"date": day})
    return book.model_copy(update={"articles": articles, "reviews": reviews, "in_force": force})


def _months(before: str, after: str) -> int | None:
    """Months from one day to another; None if they are not whole."""
    a, b = date.fromisoformat(before), date.fromisoformat(after)
    return 12 * (b.year - a.year) + b.month - a.month if a.day == b.day else None


def _entering(measure: AnyMeasure, start: float, day: str, months: int | None, named_as_now: bool) -> AnyMeasure:
    """A measure whose values move, but for notices and records and what held before the book."""

    def moved(value: Value) -> Value:
        if not _counts(value, start):
            return value
        if value.grows and value.year > start:  # growth steps on 1 January: as many of them after the entry as before
            at = max(later(value.start, int(decimal_year(day)) - int(start)), day, key=decimal_year)
        elif months is not None:
            at = later(value.start, months / 12)
        else:
            at = day if abs(value.year - start) < 1e-9 else later(value.start, decimal_year(day) - start)
        return value.put_off(at) if named_as_now else value.model_copy(update={"start": at})

    quantities = measure.quantities()
    update = {k: q.model_copy(update={"values": tuple(moved(v) for v in q.values)}) for k, q in quantities.items()}
    return measure.model_copy(update=update)


def _counts(value: Value, start: float) -> bool:
    """Whether a value's date counts from the book's entry into force."""
    return value.basis not in ("notice", "record") and not value.of_format and value.year >= start


def later(when: int | str, years: float) -> int | str:
    """A year or date some years later: whole months keep the day, as far as the month has it."""
    if isinstance(when, int) and years == int(years):
        return when + int(years)
    day = date.fromisoformat(f"{when}-01-01" if isinstance(when, int) else when)
    months = floor(12 * years + 1e-9)
    month = day.year * 12 + day.month - 1 + months
    year, number = month // 12, month % 12 + 1
    moved = date(year, number, min(day.day, monthrange(year, number)[1]))
    return (moved + timedelta(days=round((years - months / 12) * 365.25))).isoformat()
