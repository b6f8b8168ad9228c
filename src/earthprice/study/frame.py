"""First step of an assessment: options checked, texts and engine prepared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from earthprice.errors import OptionError
from earthprice.law import Rulebook, Texts, Use, bounded, texts
from earthprice.measures.lens import Lens
from earthprice.measures.welfare import RATES
from earthprice.past.posterior import central_quantiles
from earthprice.runs.changes import Changes, changes
from earthprice.runs.crew import batch_size
from earthprice.runs.engine import Engine, engine
from earthprice.runs.size import AUTO, PERIODS
from earthprice.study.buyer import check_buyer
from earthprice.study.ensemble import Plan
from earthprice.study.figures import FIGURE_YEAR
from earthprice.study.options import Options, asked
from earthprice.study.periods import quartered, shared
from earthprice.study.start import years_reported
from earthprice.world.terms import PlantContract, Terms
from earthprice.world.world import World

BEYOND = 30
"""Years that every law is run, whatever is reported: for user cost, and for the value of what is left."""
FURTHER = 15
"""Years more that options are run to see what hangs on where a run ends."""
LATER = 2.0
"""Years of the delay that every assessment asks about."""
RARE_DRAWS = 24
"""Draws that also get their rare prices."""
NO_CAP_SAID = (-1.0, 1.0, 1.0)
"""Amount, grant and share of the days of a cap that is not in force."""


@dataclass(frozen=True)
class Frame:
    """What the parts of an assessment share.

    Attributes:
        rulebook: name or path of the text.
        world: the world.
        options: as given.
        texts: all texts, with the answers.
        plan: what is run; in an assessment the text alone (`text_alone`).
        first, year: first year reported, year of the ten figures.
        answered: the plan with the answers to the text, where there are any and `plan` is without them.
    """

    rulebook: str
    world: World
    options: Options
    texts: Texts
    plan: Plan
    first: int
    year: int
    answered: Plan | None = None


def frame(rulebook: str, options: Options, world: World) -> Frame:
    """Check the options and prepare texts, engine and plan."""
    options = spanned(options, world)
    known = texts(asked(rulebook, options, world.base_year), world.network)
    world = world.seen(known.as_of)
    zones = tuple(world.structure["zones"]["id"])
    for zone in options.zones:
        if zone not in zones:
            raise OptionError(f"unknown zone '{zone}'", where="--for", accepted=zones, given=zone)
    if options.buyer:
        check_buyer(options.buyer, world)
    changed = changes(options.overrides, known.reform.stack, world.numbers, known.reading, known.as_of)
    e = yearly(options, world)
    if options.period == AUTO:
        both = known, postponed(rulebook, options, world)  # also where it is not run: figures alone have its periods
        e = quartered(e, [x.alone() for x in both], of_text(changed, known))
    changed = replace(changed, notices=(*changed.notices, *_bounded(known, changed, e, options)))
    return framed(rulebook, options, world, known, changed, e)


def spanned(options: Options, world: World) -> Options:
    """The options with their span of years.

    Raises:
        OptionError: it does not begin after the base year.
    """
    first, last = years_reported(options, world)
    if not world.base_year < first:
        raise OptionError(
            f"{first}-{last} is no span of years after the base year",
            where="--years",
            accepted=f"first and last year, from {world.base_year + 1} on",
        )
    return replace(options, years=(first, last))


def yearly(options: Options, world: World) -> Engine:
    """Periods of one length over the years asked for, of a year where it is left to the text how they are cut."""
    return engine(world, years_reported(options, world)[1], PERIODS.get(options.period, 1.0), drivers=True)


def framed(
    rulebook: str, options: Options, world: World, known: Texts, changed: Changes, e: Engine, year: int | None = None
) -> Frame:
    """Texts, changes and periods put together; `frame` has checked them.

    Args:
        rulebook: name or path of the text.
        options: with their span of years.
        world: the world.
        known: the texts.
        changed: changes of numbers, read.
        e: the periods.
        year: of the figures, where it is known (`told_year`).
    """
    first, last = years_reported(options, world)
    plan = Plan(
        Lens(e, known.book.jurisdiction),
        known,
        changed,
        central_quantiles(world.fit(known.as_of)),
        batch_size(options.batch),
        tuple(sorted({*RATES, options.discount})),
        world.base_year + BEYOND,
    )
    usual = FIGURE_YEAR if first <= FIGURE_YEAR <= last else last
    f = Frame(rulebook, world, options, known, plan, first, year or usual)
    return f if year else replace(f, year=told_year(text_alone(f).plan, usual, last))


def harmonised(frames: Sequence[Frame]) -> list[Frame]:
    """Frames of one world and span whose numbers stand beside each other: one clock, the same rates, one year.

    The clock is cut where that of any is (`periods.shared`), and the year is the latest that one would have alone.

    Args:
        frames: as of `frame`.
    """
    clock, year = shared([f.plan.engine for f in frames]), max(f.year for f in frames)
    rates = tuple(sorted({rate for f in frames for rate in f.plan.rates}))
    return [
        replace(f, plan=replace(f.plan, lens=Lens(clock, f.plan.lens.home), rates=rates), year=year) for f in frames
    ]


def told_year(plan: Plan, year: int, last: int) -> int:
    """Year of the ten figures: the usual one, or the first after it in which the text says what the law did not.

    Args:
        plan: what is run, without answers to the text, which may act in other years.
        year: the usual year.
        last: last year reported; where the text says nothing until then, the usual year stays.
    """
    return next((y for y in acting_years(plan) if year <= y <= last), year)


def acting_years(plan: Plan) -> list[int]:
    """Years in which the text says what the law did not, in their order; the plan as of `told_year`."""
    was, now = (_said(terms) for terms in (plan.baseline(plan.use()), plan.reform(plan.use())))
    years = np.floor(plan.engine.years + 1e-9)
    none = np.tile(NO_CAP_SAID, (len(years), 1))
    pairs = [(was.get(k, none), now.get(k, none)) for k in {**was, **now}]
    apart = [((x != y) & ~(np.isnan(x) & np.isnan(y))).reshape(len(years), -1).any(1) for x, y in pairs]
    return sorted({int(y) for y in years[np.any(apart, axis=0)]})


def _said(terms: Terms) -> dict[str, np.ndarray]:
    """What a law says by period, what is awaited apart: its arrays, and of every permit amount, grant and days."""
    kept = {k: v for k, v in vars(terms).items() if isinstance(v, np.ndarray) and not k.startswith("permit_")}
    del kept["years"], kept["awaited"]
    amount = np.where(np.isfinite(terms.permit_amount), terms.permit_amount, NO_CAP_SAID[0])
    of_permits = np.stack([amount, terms.permit_granted, terms.permit_held], axis=2)
    held = {f"contract {c.activity} {c.good} {c.payer}": _paid(c) for c in terms.contracts}
    return kept | held | {f"permit {n}": of_permits[:, i] for i, n in enumerate(terms.permits)}


def _paid(c: PlantContract) -> np.ndarray:
    """What a contract says by period: strike, share given back, cover; nothing where it covers nothing."""
    said = np.stack([np.nan_to_num(c.strike), c.back, c.covered], axis=1)
    return np.where((c.covered > 0)[:, None], said, np.array(NO_CAP_SAID))


def postponed(rulebook: str | Rulebook, options: Options, world: World) -> Texts:
    """The texts with the entry into force `LATER` years later than asked for."""
    later = replace(options, delay_years=options.delay_years + LATER)
    return texts(asked(rulebook, later, world.base_year), world.network)


def text_alone(f: Frame) -> Frame:
    """The frame that runs the text without the answers to it, so that nothing they do is credited to it."""
    if not f.options.answers:
        return f
    changed = of_text(f.plan.changes, f.texts)
    return replace(f, plan=replace(f.plan, texts=f.texts.alone(), changes=changed), answered=f.plan)


def of_text(changed: Changes, known: Texts) -> Changes:
    """Changes of numbers without those of the answers to a text."""
    held = known.unanswered.stack.latest
    kept = {k: v for k, v in changed.law.items() if k.rpartition(".")[0] in held}
    return replace(changed, law=kept) if known.unanswered is not known.reform else changed


def _bounded(known: Texts, changed: Changes, e: Engine, options: Options) -> tuple[str, ...]:
    """Refuse, before any long work, what leaves its bounds in a year and reading run; what is withheld short."""
    run = e.until(max(e.last, e.world.base_year + BEYOND) + FURTHER * options.horizon)
    one = options.only and options.reading != "all"
    readings = tuple(filter(None, [known.reading])) if one else known.readings
    use: Use = {"as_of": known.as_of, "last": run.dt[-1]}
    bounded(known.baseline, run.years, readings, **use)
    return bounded(known.reform, run.years, readings, **use, overrides=changed.law)
