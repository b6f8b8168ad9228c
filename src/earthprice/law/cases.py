"""Lawyers' tests: what a rulebook must say in a given case, written in YAML beside the book. No market is run.

Each case asks one thing (`asks`), gives what it needs (`given`) and what must come out (`expect`).

| asks | given | expect |
| --- | --- | --- |
| number | measure, parameter, year | value, low, high, basis, unit |
| breach | measure, penalty, year, dug [t], caught, gain [USD/kg] | over [t], seized [t], fine_low, fine_high [MUSD] |
| deterrence | penalty, year | deters_low, deters_high: share caught above which digging does not pay |
| loss | penalty, year, share [caught], times_gain | loss: share of revenue that the marginal site expects to lose |
| caught | stage, year | share: tonnes caught by all inspections and records in force, by: those measures |
| licence | measure, year | years, days: wait with what it adds to; passes: share not refused |
| counted | measure, year, dug [t], imported [t] | counted, free, over [t]: with the exemptions in force |
| due | measure, year, value [MUSD] or tonnes; of a contract both | due [MUSD], negative if paid |
| in_force | measure, year | holds |
| review | review, seen: {indicator: value} | change |

A year is a day: 2024 is 1 January, 2024.5 is 1 July. `delay` puts the book into force that many years later,
`reading` reads it so, `as_of` hides what was published later. A fine is that of one case: at least the floor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from earthprice import caps
from earthprice.errors import RulebookError
from earthprice.law.amounts import Growth, course
from earthprice.law.deterrence import expected_charge, share_that_deters
from earthprice.law.floors import Contract
from earthprice.law.instruments import Charge, Exempt, Inspection, Licence, Penalty, Tracing
from earthprice.law.load import SHELF, load_rulebook, validated
from earthprice.law.numbers import delay
from earthprice.law.quantity import Value
from earthprice.law.reviews import review_slope
from earthprice.law.rulebook import Rulebook
from earthprice.law.source import Source, Where, read
from earthprice.law.stack import Item, Stack
from earthprice.law.strict import IsoDate, Strict
from earthprice.law.texts import placed
from earthprice.law.units import conversion
from earthprice.law.use import Choice, used

GivenNumber = float | int
Year = Annotated[GivenNumber, Field(ge=caps.FIRST_YEAR, le=caps.LAST_YEAR)]
GivenAmount = Annotated[GivenNumber, Field(ge=0, le=1e12)]
GivenMoney = Annotated[GivenNumber, Field(ge=-1e12, le=1e12)]
GivenAnswer = bool | GivenNumber | str | None


class CaseFacts(Strict):
    """What a case gives."""

    measure: str | None = None
    parameter: str | None = None
    penalty: str | None = None
    review: str | None = None
    year: Year | None = None
    delay: Annotated[GivenNumber, Field(gt=0, le=caps.DELAY)] | None = Field(None, description="years")
    stage: str | None = None
    reading: str | None = None
    as_of: IsoDate | None = None
    dug: GivenAmount | None = Field(None, description="t")
    imported: GivenAmount | None = Field(None, description="t")
    caught: bool | None = None
    share: Annotated[GivenNumber, Field(ge=0, le=1)] | None = Field(None, description="share of tonnes caught")
    times_gain: GivenAmount | None = Field(None, description="the fine fixed inside its range")
    gain: GivenMoney | None = Field(None, description="USD2020/kg")
    value: GivenMoney | None = Field(None, description="MUSD2020")
    tonnes: GivenAmount | None = Field(None, description="t")
    seen: dict[str, GivenMoney] | None = None


class Case(Strict):
    """A case with its expectation."""

    case: str
    asks: Literal["number", "breach", "deterrence", "loss", "caught", "licence", "counted", "due", "in_force", "review"]
    given: CaseFacts
    expect: dict[str, GivenAnswer] = Field(min_length=1)


class CaseFile(Strict):
    """The file `<book>.tests.yaml`."""

    format: Literal["earthprice-cases/1"]
    rulebook: str
    cases: list[Case] = Field(min_length=1, max_length=caps.CASES)


@dataclass(frozen=True)
class CaseResult:
    """How a case came out.

    Attributes:
        case: its name.
        passed: whether everything expected came out.
        expected: as in the file.
        got: what came out, for the same keys.
        measures: measures that it rests on.
    """

    case: str
    passed: bool
    expected: dict[str, Any]
    got: dict[str, Any]
    measures: tuple[str, ...] = ()


def run_cases(book: Rulebook | str, path: str | Path | None = None) -> list[CaseResult]:
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
    return cases_of(book, read(Path(path) if path else SHELF / f"{book.rulebook}.tests.yaml"))


def cases_of(book: Rulebook, source: Source) -> list[CaseResult]:
    """Run the lawyers' tests of a rulebook from a file that has been read; as `run_cases`."""
    file = validated(CaseFile, source)
    if file.rulebook != book.rulebook:
        what = f"the cases are of '{file.rulebook}'"
        raise RulebookError(what, where=source.where(("rulebook",)), accepted=f"rulebook: {book.rulebook}")
    outcomes = []
    for i, case in enumerate(file.cases):
        whole = placed(delay(book, float(case.given.delay)) if case.given.delay else book)
        got = ANSWERS[case.asks](whole, case.given, lambda p, i=i: source.where(("cases", i, *p)))
        unknown = sorted(set(case.expect) - set(got))
        if unknown:
            where = source.where(("cases", i, "expect", unknown[0]))
            raise RulebookError(
                f"'{case.asks}' does not answer '{unknown[0]}'", where=where, given=unknown[0], accepted=got
            )
        kept = {k: got[k] for k in case.expect}
        passed = all(_same(kept[k], v) for k, v in case.expect.items())
        outcomes.append(CaseResult(case.case, passed, case.expect, kept, _rests_on(whole, case.given, got)))
    return outcomes


def _rests_on(s: Stack, given: CaseFacts, got: dict[str, Any]) -> tuple[str, ...]:
    named = [n for n in (given.measure, given.penalty) if n]
    named += [lever.rpartition(".")[0] for _, r in s.reviews if r.id == given.review for lever in r.lever]
    also = [n for key in ("by", "exempt") for n in str(got.get(key, "")).split(", ") if n]
    return tuple(dict.fromkeys((*named, *also)))


def uncased(book: Rulebook, outcomes: list[CaseResult]) -> list[str]:
    """Modelled articles of a book none of whose measures, or of the measures that it repeals, is in any case."""
    seen = {m for o in outcomes for m in o.measures}
    asked = {a.number: {*a.measures, *(a.see if a.against_base == "repeals" else ())} for a in book.articles}
    return [number for number, measures in asked.items() if measures and not measures & seen]


def _same(got: Any, expected: Any) -> bool:
    if isinstance(expected, (bool, str)) or isinstance(got, (str, bool)) or expected is None or got is None:
        return got == expected and isinstance(got, bool) == isinstance(expected, bool)
    return bool(np.isclose(float(got), float(expected), rtol=1e-6, atol=1e-9))


Place = Callable[[Where], str]


def _item(s: Stack, name: str | None, key: str, place: Place) -> Item:
    if name is None or name not in s.latest:
        where, given = place(("given", key)), name or ""
        raise RulebookError(f"no measure '{given}'", where=where, given=given, accepted=s.latest)
    return s.latest[name]


def _need(given: CaseFacts, key: str, place: Place) -> Any:
    found = getattr(given, key)
    if found is None:
        raise RulebookError(f"the case does not give '{key}'", where=place(("given",)), accepted=key)
    return found


class Level(NamedTuple):
    """A parameter in a year: central, low and high, and the value whose level it is."""

    middle: float
    low: float
    high: float
    value: Value


def _at(s: Stack, item: Item, name: str, given: CaseFacts, place: Place) -> Level:
    """A parameter in the year of the case."""
    numbers = item.measure.quantities()
    if name not in numbers:
        raise RulebookError(f"'{item.id}' has no '{name}'", where=place(("given",)), given=name, accepted=numbers)
    path = course(item.id, name, numbers[name], _read(s, item, given), given.as_of)
    year = np.array([float(_need(given, "year", place))])
    other = _follows(s, item, name, given)
    levels = [v for v in path.levels if v.year <= year[0] + 1e-9]
    if not levels:
        raise RulebookError(f"'{item.id}.{name}' has no value in {year[0]:g}", where=place(("given", "year")))
    middle = float(path.at(year, {}, other)[0])
    return Level(middle, *(levels[-1].range or (middle, middle)), levels[-1])


def _inside(s: Stack, item: Item, name: str, given: CaseFacts, place: Place) -> float:
    """A parameter's central value in the unit used inside; nil where the measure has none."""
    found = item.measure.quantities().get(name)
    return _at(s, item, name, given, place).middle * conversion(found.unit) if found else 0.0


def _follows(s: Stack, of: Item, name: str, given: CaseFacts) -> Growth:
    def growth(measure: str, year: int) -> float:
        item = s.by_country[of.country][measure]
        path = course(item.id, name, item.measure.quantities()[name], _read(s, item, given), given.as_of)
        before, now = path.at(np.array([year - 1.0, float(year)]), {}, lambda *_: 1.0)
        return float(now) / float(before) if before > 0 and np.isfinite(now) else 1.0

    return growth


def _number(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    item = _item(s, given.measure, "measure", place)
    middle, low, high, value = _at(s, item, _need(given, "parameter", place), given, place)
    unit = item.measure.quantities()[given.parameter or ""].unit
    return {"value": middle, "low": low, "high": high, "basis": value.basis, "unit": unit}


def _breach(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    """Above the total: what is seized and the span of the fine on the tonnes above it."""
    cap, fine = _item(s, given.measure, "measure", place), _item(s, given.penalty, "penalty", place)
    if not isinstance(fine.measure, Penalty) or cap.id not in fine.measure.for_breach_of:
        raise RulebookError(f"'{fine.id}' does not punish a breach of '{cap.id}'", where=place(("given", "penalty")))
    amount = _at(s, cap, "amount", given, place).middle
    over = max(0.0, float(_need(given, "dug", place)) - amount)
    caught = over if _need(given, "caught", place) else 0.0
    _, low, high, _ = _at(s, fine, "times_gain", given, place)
    seized = _at(s, fine, "seized", given, place).middle
    gain = float(given.gain or 0.0) * caught / 1e3
    least = most = 0.0
    if fine.measure.floor is not None and caught > 0:
        _, least, most, _ = _at(s, fine, "floor", given, place)
        least, most = (x * conversion(fine.measure.floor.unit) for x in (least, most))
    return {
        "total": amount,
        "over": over,
        "seized": seized * caught,
        "fine_low": max(low * gain, least),
        "fine_high": max(high * gain, most),
    }


def _deterrence(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    found = _at(s, _item(s, given.penalty, "penalty", place), "times_gain", given, place)
    return {"deters_low": share_that_deters(found.high), "deters_high": share_that_deters(found.low)}


def _due(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    item = _item(s, given.measure, "measure", place)
    m = item.measure
    if isinstance(m, Contract):
        return {"due": _gap(s, item, given, place)}
    if not isinstance(m, Charge):
        raise RulebookError(f"'{item.id}' is no charge and no contract", where=place(("given", "measure")))
    rate = _inside(s, item, "rate", given, place) * (_inside(s, item, "due_on", given, place) if m.due_on else 1.0)
    if m.base in ("t", "burden"):
        return {"due": rate * float(_need(given, "tonnes", place)) / 1e3}
    value = float(_need(given, "value", place))
    return {"due": rate / (1 + rate) * value if m.base == "border_value" else rate * value}


def _gap(s: Stack, item: Item, given: CaseFacts, place: Place) -> float:
    """What a contract for difference takes, negative where it pays, on tonnes worth `value` at the index."""
    has = {k: _inside(s, item, k, given, place) for k in item.measure.quantities() if k != "basis"}
    above = float(_need(given, "value", place)) - has["strike"] * float(_need(given, "tonnes", place)) / 1e3
    return has.get("covers", 1.0) * (has.get("back", 0.0) if above > 0 else 1.0) * above


def _in_force(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    item = _item(s, given.measure, "measure", place)
    exempts = [o.id for o in s.items if o.country == item.country and getattr(o.measure, "from_measure", "") == item.id]
    return {"holds": _holds(s, item, float(_need(given, "year", place)), given), "exempt": ", ".join(exempts)}


def _read(s: Stack, item: Item, given: CaseFacts) -> str:
    """How a measure is read in a case, as a run reads it."""
    return s.read(s.items.index(item), s.reading(given.reading))


def _holds(s: Stack, item: Item, year: float, given: CaseFacts) -> bool:
    """Whether a measure is in force, used in the reading, and neither replaced by one that holds nor repealed."""
    k = s.items.index(item)
    choice = Choice(s.reading(given.reading), given.as_of, frozenset(), {}, {})
    if year < item.book.start - 1e-9 or not used(s, k, choice):
        return False
    ended = any(_holds(s, s.items[j], year, given) for j in s.ended_by.get(k, ()))
    return not ended and all(year < b.start - 1e-9 for b, _ in s.repealed_by.get(k, ()))


def _holding(s: Stack, kinds: type | tuple[type, ...], given: CaseFacts, place: Place) -> list[Item]:
    """Measures of some kinds that hold in the year of a case."""
    year = float(_need(given, "year", place))
    return [i for i in s.items if isinstance(i.measure, kinds) and _holds(s, i, year, given)]


def _loss(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    """Share of revenue that the marginal site expects to lose, without the floor per case."""
    item = _item(s, given.penalty, "penalty", place)
    seized, wealth = (_at(s, item, name, given, place).middle for name in ("seized", "wealth"))
    middle, low, high, _ = _at(s, item, "times_gain", given, place)
    m = middle if given.times_gain is None else float(given.times_gain)
    if not low <= m <= high:
        raise RulebookError(f"{m:g} lies outside the text", where=place(("given",)), accepted=f"{low:g} to {high:g}")
    return {"loss": float(expected_charge(float(_need(given, "share", place)), seized, m, wealth))}


def _caught(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    """Share of unlicensed tonnes of a stage that inspections and records in force bring to light together."""
    stage, escaped, by = str(_need(given, "stage", place)), 1.0, []
    for item in _holding(s, (Inspection, Tracing), given, place):
        if stage not in item.measure.acts_on.names().get("stage", ()):
            continue
        names = ("caught",) if isinstance(item.measure, Inspection) else ("coverage", "detects")
        escaped *= 1.0 - float(np.prod([_at(s, item, n, given, place).middle for n in names]))
        by.append(item.id)
    return {"share": 1.0 - escaped, "by": ", ".join(by)}


def _licence(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    """Wait and share let through, with the licences on top of which this one acts."""
    item = _item(s, given.measure, "measure", place)
    if not isinstance(item.measure, Licence):
        raise RulebookError(f"'{item.id}' is no licence", where=place(("given", "measure")))
    ids = (item.id, *item.measure.added_to)
    found = [i for i in _holding(s, Licence, given, place) if i.id in ids and i.country == item.country]
    wait = sum(_inside(s, one, "wait", given, place) for one in found)
    passes = float(np.prod([1.0 - _inside(s, one, "refused", given, place) for one in found]))
    return {"years": wait, "days": 365.0 * wait, "passes": passes, "by": ", ".join(i.id for i in found)}


def _counted(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
    """What counts against a total where imported feed is exempt from it or not."""
    cap = _item(s, given.measure, "measure", place)
    free = [i for i in _holding(s, Exempt, given, place) if getattr(i.measure, "from_measure", "") == cap.id]
    spared = [i for i in free if i.country == cap.country and "imported" in i.measure.acts_on.names().get("feed", ())]
    imported, amount = float(given.imported or 0.0), _at(s, cap, "amount", given, place).middle
    counted = float(_need(given, "dug", place)) + (0.0 if spared else imported)
    return {
        "total": amount,
        "counted": counted,
        "free": imported if spared else 0.0,
        "over": max(0.0, counted - amount),
        "exempt": ", ".join(i.id for i in free),
    }


def _review(s: Stack, given: CaseFacts, place: Place) -> dict[str, Any]:
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
        above, below = review_slope(row.above), review_slope(row.below)
        total += above * max(0.0, x - row.band[1]) + below * max(0.0, row.band[0] - x)
    return {"change": float(np.clip(total, -rule.at_most.value, rule.at_most.value))}


ANSWERS: dict[str, Callable[[Stack, CaseFacts, Place], dict[str, Any]]] = {
    "number": _number,
    "breach": _breach,
    "deterrence": _deterrence,
    "loss": _loss,
    "caught": _caught,
    "licence": _licence,
    "counted": _counted,
    "due": _due,
    "in_force": _in_force,
    "review": _review,
}
