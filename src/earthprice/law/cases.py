"""Lawyers' tests: what a rulebook must say in a given case, written in YAML beside the book. No market is run.

Each case asks one thing (`asks`), gives what it needs (`given`) and what must come out (`expect`).

| asks | given | expect |
| --- | --- | --- |
| number | measure, parameter, year | value, low, high, basis, unit |
| breach | measure, penalty, year, dug [t], caught, gain [USD/kg] | over [t], seized [t], fine_low, fine_high [MUSD] |
| deterrence | penalty, year | deters_low, deters_high: share caught above which digging does not pay |
| due | measure, year, value [MUSD] or tonnes | due [MUSD] |
| in_force | measure, year | holds |
| review | review, seen: {indicator: value} | change |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from earthprice.errors import RulebookError
from earthprice.law.amounts import course
from earthprice.law.deterrence import share_that_deters
from earthprice.law.instruments import Charge, Exempt, Penalty
from earthprice.law.load import SHELF, load_rulebook, validated
from earthprice.law.quantity import Value
from earthprice.law.reviews import slope
from earthprice.law.rulebook import Rulebook
from earthprice.law.source import Where, read
from earthprice.law.stack import Item, Stack, stack
from earthprice.law.strict import IsoDate, Strict
from earthprice.law.units import factor

Number = float | int


class Given(Strict):
    """What a case gives."""

    measure: str | None = None
    parameter: str | None = None
    penalty: str | None = None
    review: str | None = None
    year: Number | None = None
    reading: str | None = None
    as_of: IsoDate | None = None
    dug: Number | None = Field(None, description="t")
    caught: bool | None = None
    gain: Number | None = Field(None, description="USD2020/kg")
    value: Number | None = Field(None, description="MUSD2020")
    tonnes: Number | None = Field(None, description="t")
    seen: dict[str, float] | None = None


class Case(Strict):
    """A case with its expectation."""

    case: str
    asks: Literal["number", "breach", "deterrence", "due", "in_force", "review"]
    given: Given
    expect: dict[str, Any] = Field(min_length=1)


class CaseFile(Strict):
    """The file `<book>.tests.yaml`."""

    format: Literal["earthprice-cases/1"]
    rulebook: str
    cases: list[Case] = Field(min_length=1)


@dataclass(frozen=True)
class Outcome:
    """How a case came out.

    Attributes:
        case: its name.
        passed: whether everything expected came out.
        expected: as in the file.
        got: what came out, for the same keys.
    """

    case: str
    passed: bool
    expected: dict[str, Any]
    got: dict[str, Any]


def run_cases(book: Rulebook | str, path: str | Path | None = None) -> list[Outcome]:
    """Run the lawyers' tests of a rulebook.

    Args:
        book: a rulebook or its name.
        path: the file of cases; the shipped `<name>.tests.yaml` if None.

    Returns:
        One outcome a case, in order.

    Raises:
        RulebookError: no such file, or a case that does not follow the format.
    """
    book = load_rulebook(book) if isinstance(book, str) else book
    source = read(Path(path) if path else SHELF / f"{book.rulebook}.tests.yaml")
    file = validated(CaseFile, source)
    if file.rulebook != book.rulebook:
        what = f"the cases are of '{file.rulebook}'"
        raise RulebookError(what, where=source.where(("rulebook",)), accepted=f"rulebook: {book.rulebook}")
    whole, outcomes = stack(book), []
    for i, case in enumerate(file.cases):
        got = ANSWERS[case.asks](whole, case.given, lambda p, i=i: source.where(("cases", i, *p)))
        unknown = sorted(set(case.expect) - set(got))
        if unknown:
            where = source.where(("cases", i, "expect", unknown[0]))
            raise RulebookError(
                f"'{case.asks}' does not answer '{unknown[0]}'", where=where, given=unknown[0], accepted=got
            )
        kept = {k: got[k] for k in case.expect}
        passed = all(_same(kept[k], v) for k, v in case.expect.items())
        outcomes.append(Outcome(case.case, passed, case.expect, kept))
    return outcomes


def _same(got: Any, expected: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, (str, bool)) or expected is None or got is None:
        return got == expected
    return bool(np.isclose(float(got), float(expected), rtol=1e-6, atol=1e-9))


Place = Callable[[Where], str]


def _item(s: Stack, name: str | None, key: str, place: Place) -> Item:
    if name is None or name not in s.latest:
        raise RulebookError(
            f"no measure '{name or ''}'", where=place(("given", key)), given=name or "", accepted=s.latest
        )
    return s.latest[name]


def _need(given: Given, key: str, place: Place) -> Any:
    found = getattr(given, key)
    if found is None:
        raise RulebookError(f"the case does not give '{key}'", where=place(("given",)), accepted=key)
    return found


def _at(s: Stack, item: Item, name: str, given: Given, place: Place) -> tuple[float, float, float, Value]:
    """Central, low and high of a parameter in a year, and the value whose level it is."""
    quantity = item.measure.quantities().get(name)
    if quantity is None:
        accepted = item.measure.quantities()
        what = f"'{item.id}' has no '{name}'"
        raise RulebookError(what, where=place(("given",)), given=name, accepted=accepted)
    path = course(item.id, name, quantity, s.reading(given.reading), given.as_of)
    year = np.array([float(_need(given, "year", place))])
    other = _follows(s, path.changes, name, given)
    levels = [v for v in path.levels if v.year <= year[0] + 1e-9]
    if not levels:
        raise RulebookError(f"'{item.id}.{name}' has no value in {year[0]:g}", where=place(("given", "year")))
    middle = float(path.at(year, {}, other)[0])
    low, high = levels[-1].range or (middle, middle)
    return middle, low, high, levels[-1]


def _follows(s: Stack, changes: tuple[Value, ...], name: str, given: Given) -> Callable[[int], float]:
    names = [v.yearly_change_of for v in changes if v.yearly_change_of]
    if not names:
        return lambda _: 1.0
    item = s.latest[names[-1]]
    path = course(item.id, name, item.measure.quantities()[name], s.reading(given.reading), given.as_of)

    def growth(year: int) -> float:
        before, now = path.at(np.array([year - 1.0, float(year)]), {}, lambda _: 1.0)
        return float(now / before)

    return growth


def _number(s: Stack, given: Given, place: Place) -> dict[str, Any]:
    item = _item(s, given.measure, "measure", place)
    middle, low, high, value = _at(s, item, _need(given, "parameter", place), given, place)
    unit = item.measure.quantities()[given.parameter or ""].unit
    return {"value": middle, "low": low, "high": high, "basis": value.basis, "unit": unit}


def _breach(s: Stack, given: Given, place: Place) -> dict[str, Any]:
    """Above the total: what is seized and the span of the fine on the tonnes above it."""
    cap, fine = _item(s, given.measure, "measure", place), _item(s, given.penalty, "penalty", place)
    if not isinstance(fine.measure, Penalty) or cap.id not in fine.measure.for_breach_of:
        raise RulebookError(f"'{fine.id}' does not punish a breach of '{cap.id}'", where=place(("given", "penalty")))
    amount = _at(s, cap, "amount", given, place)[0]
    over = max(0.0, float(_need(given, "dug", place)) - amount)
    caught = over if _need(given, "caught", place) else 0.0
    _, low, high, _ = _at(s, fine, "times_gain", given, place)
    seized = _at(s, fine, "seized", given, place)[0]
    gain = float(given.gain or 0.0) * caught / 1e3
    return {"total": amount, "over": over, "seized": seized * caught, "fine_low": low * gain, "fine_high": high * gain}


def _deterrence(s: Stack, given: Given, place: Place) -> dict[str, Any]:
    _, low, high, _ = _at(s, _item(s, given.penalty, "penalty", place), "times_gain", given, place)
    return {"deters_low": share_that_deters(high), "deters_high": share_that_deters(low)}


def _due(s: Stack, given: Given, place: Place) -> dict[str, Any]:
    item = _item(s, given.measure, "measure", place)
    m = item.measure
    if not isinstance(m, Charge):
        raise RulebookError(f"'{item.id}' is no charge", where=place(("given", "measure")))
    rate = _at(s, item, "rate", given, place)[0] * factor(m.rate.unit)
    if m.base == "t":
        return {"due": rate * float(_need(given, "tonnes", place)) / 1e3}
    value = float(_need(given, "value", place))
    return {"due": rate / (1 + rate) * value if m.base == "border_value" else rate * value}


def _in_force(s: Stack, given: Given, place: Place) -> dict[str, Any]:
    item = _item(s, given.measure, "measure", place)
    year = float(_need(given, "year", place))
    k = s.items.index(item)
    holds = year >= item.book.start - 1e-9 and item.measure.used != "never"
    ended = any(year >= s.items[j].book.start - 1e-9 for j in s.ended_by.get(k, ()))
    repealed = any(year >= b.start - 1e-9 for b, _ in s.repealed_by.get(k, ()))
    exempts = [o.id for o in s.items if isinstance(o.measure, Exempt) and o.measure.from_measure == item.id]
    return {"holds": holds and not ended and not repealed, "exempt": ", ".join(exempts)}


def _review(s: Stack, given: Given, place: Place) -> dict[str, Any]:
    rules = {r.id: r for _, r in s.reviews}
    name = _need(given, "review", place)
    if name not in rules:
        raise RulebookError(f"no review '{name}'", where=place(("given", "review")), given=name, accepted=rules)
    rule, seen = rules[name], _need(given, "seen", place)
    known = {row.indicator for row in rule.rows}
    unknown = sorted(set(seen) - known)
    if unknown:
        where = place(("given", "seen"))
        raise RulebookError(f"{name} does not look at '{unknown[0]}'", where=where, given=unknown[0], accepted=known)
    total = 0.0
    for row in rule.rows:
        x = seen.get(row.indicator, row.band[0])
        total += slope(row.above) * max(0.0, x - row.band[1]) + slope(row.below) * max(0.0, row.band[0] - x)
    return {"change": float(np.clip(total, -rule.at_most.value, rule.at_most.value))}


ANSWERS: dict[str, Callable[[Stack, Given, Place], dict[str, Any]]] = {
    "number": _number, "breach": _breach, "deterrence": _deterrence, "due": _due, "in_force": _in_force,
    "review": _review,
}  # fmt: skip
