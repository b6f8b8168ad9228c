"""How years are cut into periods, and what a reader must know of them: short stops, texts in force after the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from earthprice.law import Rulebook, Texts
from earthprice.law.days import NEAR
from earthprice.runs.changes import Changes
from earthprice.runs.engine import Engine, engine, point, run
from earthprice.runs.size import PERIODS, PLURALS
from earthprice.study.ensemble import Plan

CHEAP = 0.01
"""Price below which a rise in percent says nothing [USD/kg]."""
QUARTER = PERIODS["quarter"]
HALVES, QUARTERS = 2, 4
"""Periods that a year is cut into."""
BEYOND = 2
"""Years past the last one within which a stop must end to count as short."""
SHARE = 0.02
"""Change of what a licence lets through, or of how far a stop acts, from one quarter to the next that counts."""
MOST_CUT = 4
"""Most years cut in quarters, so that a run costs at most that of twelve years more."""


def remarks(plan: Plan) -> list[str]:
    """Notes on time, in sentences: a text in force after the last year, and stops that a period averages.

    A text with a stop shorter than a year is run once more in quarters, at the central draw.

    Args:
        plan: the plan.
    """
    name = plan.texts.book.rulebook
    book = next(b for b in plan.texts.reform.stack.books if b.rulebook == name)
    late = _late(book, plan.engine.last, plan.whole.engine.last)
    return late or [_said(plan, measure, *ends) for measure, ends in short_stops(plan, book).items()]


def _late(book: Rulebook, last: int, counted: int) -> list[str]:
    """That a text is in force after the last year shown, and whether net gains, counted to a later one, reach it."""
    if book.start < last + 1:
        return []
    day, told = (date.fromisoformat(x) for x in (book.in_force.date, book.announced))
    acts = "only expectations of it act" if told.year <= last else "nothing of it acts"
    gains = f"count the text from {day.year} on" if book.start < counted + 1 else "do not reach it"
    return [
        f"{book.rulebook} is in force from {day.day} {day:%B %Y}, after the last year shown ({last}): in the years "
        f"shown {acts}; net gains {gains}"
    ]


def short_stops(plan: Plan, book: Rulebook) -> Mapping[str, tuple[float, float]]:
    """Caps and licences to ship of a book that act for less than a year in all: measure -> first day, last day [year].

    Args:
        plan: the plan.
        book: the text, as dated in the reform.
    """
    last = plan.engine.last
    years, of, acting, _ = _acting(plan.engine, plan.texts, plan.changes)
    found = {}
    for measure in dict.fromkeys(m for m in of if m in book.measures):
        path = acting[:, [m == measure for m in of]].max(1)
        there = np.flatnonzero(path > 0)
        if 0 < path.sum() * QUARTER < 1.0 - 1e-6 and years[there[0]] < last + 1:
            found[measure] = float(years[there[0]]), float(years[there[-1]]) + QUARTER
    return found


class QuarterlyTerms(NamedTuple):
    """By quarter: their starts [T], whose each permit is [P], how far it acts, and what licences let through [T, P]."""

    years: np.ndarray
    measures: list[str]
    acting: np.ndarray
    granted: np.ndarray


def _acting(e: Engine, texts: Texts, changed: Changes) -> QuarterlyTerms:
    years = np.arange(float(e.years[0]), e.last + 1 + BEYOND, QUARTER)
    use = {"reading": texts.reading or None, "as_of": texts.as_of, "overrides": changed.law}
    found = texts.reform.issued(years, **use)
    acting = np.where(np.isfinite(found.amount), found.held, (found.granted < 1.0).astype(float))
    measures = [name.split("/")[0].split("~")[0] for name in found.permits]
    return QuarterlyTerms(years, measures, acting, found.granted)


def quartered(e: Engine, texts: Sequence[Texts], changed: Changes) -> Engine:
    """The same years, cut finer where something begins or ends within them.

    In quarters: those in which a licence or a short stop begins or ends, and those after them; of what comes in the
    first quarter of a year, which acts on the one before it too, the year before and the year itself. Also those within
    which a text begins, and those after them. In halves: those on whose first day a text begins. At most `MOST_CUT`
    years are cut in quarters, the first ones; never the base year.

    Args:
        e: yearly periods.
        texts: the text, and what it is compared with beside the law in force, such as itself later: all share the
            periods, so that none is seen more finely than another but past `MOST_CUT`. Without answers, which cut none.
        changed: changes of the law's numbers.
    """
    return _cut(e, {cut for x in texts for cut in (*_begun(x), *((y, QUARTERS) for y in _around(e, x, changed)))})


def shared(engines: Sequence[Engine]) -> Engine:
    """One clock for several runs of a world from one start: a year that any of them cuts is cut for all, as finely.

    Args:
        engines: as of `quartered`, with the same first and last year; at most `MOST_CUT` years are cut in quarters.
    """
    first = engines[0]
    if all(np.array_equal(e.dt, first.dt) for e in engines):
        return first
    return _cut(first, {cut for e in engines for cut in _cuts(e)})


CutYear = tuple[int, int]
"""A year, and into how many periods it is cut."""


def _cuts(e: Engine) -> set[CutYear]:
    """The years that are cut."""
    return {(int(y + 1e-9), round(1.0 / dt)) for y, dt in zip(e.years.tolist(), e.dt.tolist(), strict=True) if dt < 1.0}


def _begun(texts: Texts) -> set[CutYear]:
    """How the years are cut in which a text begins: a year sees but the mean of what begins in it."""
    start = texts.reform.stack.top_book.start
    year = int(np.floor(start + NEAR))
    return {(year, HALVES)} if start < year + NEAR else {(year, QUARTERS), (year + 1, QUARTERS)}


def _cut(e: Engine, cuts: set[CutYear]) -> Engine:
    """The years cut as finely as asked; one past the most that are quarters is in halves if it is asked for so too."""
    own = range(int(e.years[0]) + 1, e.last + 1)
    fine = [y for y in own if (y, QUARTERS) in cuts][:MOST_CUT]
    parts = [QUARTERS if y in fine else HALVES if (y, HALVES) in cuts else 1 for y in own]
    return e.head(1).longer(np.concatenate([np.full(n, 1.0 / n) for n in parts]))


def clock_words(e: Engine) -> str:
    """How long the periods after the base year are, in a sentence."""
    lengths = dict(zip(PERIODS.values(), PLURALS.values(), strict=True))
    if len(set(e.dt.tolist())) == 1:
        return f"Periods are {lengths[float(e.dt[0])]}."
    by = {1.0 / n: sorted(y for y, of in _cuts(e) if of == n) for n in (QUARTERS, HALVES)}
    said = ", ".join(f"{lengths[dt]} in {', '.join(map(str, years))}" for dt, years in by.items() if years)
    return f"Periods are {said}, years elsewhere."


def _around(e: Engine, texts: Texts, changed: Changes) -> set[int]:
    """Years in which a licence or a short stop begins or ends, and those after them."""
    years, _, acting, granted = _acting(e, texts, changed)
    short = (acting.sum(0) * QUARTER < 1.0 - 1e-6) & (acting > 0).any(0)
    moved = np.abs(np.diff(granted, axis=0)).max(1, initial=0.0) > SHARE
    moved |= np.abs(np.diff(acting[:, short], axis=0)).max(1, initial=0.0) > SHARE
    return {int(y - QUARTER) + k for y in years[1:][moved] for k in (0, 1)}


def _said(plan: Plan, measure: str, first: float, end: float) -> str:
    """How much more of a stop is seen in quarters than in the periods of the plan, in a sentence."""
    e = plan.engine
    finest = e.dt[(e.years < end) & (e.years + e.dt > first)].min()
    own = next(name for name, dt in PERIODS.items() if dt == finest)
    seen = {own: peaks(plan, measure)}
    if own != "quarter":
        fine = engine(plan.engine.world, int(np.ceil(end)), QUARTER, drivers=True)
        seen["quarter"] = peaks(replace(plan, lens=replace(plan.lens, engine=fine)), measure)
    most = int(np.argmax(list(seen.values())[-1]))
    node = str(plan.engine.world.network.nodes.index[most])
    moved = " and ".join(f"{path[most]:.0f} % in {PLURALS[name]}" for name, path in seen.items())
    return (
        f"{measure} acts for less than a year: at the central draw the price that rises most, of {node}, rises by at "
        f"most {moved}; what happens within a period is averaged, so a peak within a quarter is higher still"
    )


def peaks(plan: Plan, measure: str) -> np.ndarray:
    """Largest rise of each good's price against the baseline that a measure's permits can reach, central draw [%; N].

    Args:
        plan: the plan.
        measure: a cap or licence of the text; goods that none of its activities makes or takes have nil.
    """
    base, reform = plan.baseline(plan.use()), plan.reform(plan.use())
    p = point(plan.engine, plan.values({}), base)
    before, after = (run(plan.engine, p, terms).record.price for terms in (base, reform))
    mine = [name.split("/")[0].split("~")[0] == measure for name in reform.permits]
    moved = (p.bench.a[:, reform.permit_use[mine].any(0)] != 0).any(1)
    rise = 100.0 * after[:, : len(moved)] / np.maximum(before[:, : len(moved)], CHEAP) - 100.0
    return np.where(moved, rise.max(0), 0.0)
