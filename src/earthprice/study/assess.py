"""Assess: a reform against the law in force continued, as one `Assessment`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from earthprice.arithmetic import settled
from earthprice.errors import NotClearedError
from earthprice.facts.world import load_world
from earthprice.law import numbers, prose, texts
from earthprice.measures.compliance import compliance
from earthprice.measures.exposure import exposure
from earthprice.past.posterior import posterior
from earthprice.runs.batch import batch_size
from earthprice.runs.crew import Crew, cores, each
from earthprice.runs.engine import Point, point, run
from earthprice.runs.rare import UserCost, damage_bill, user_cost
from earthprice.runs.runner import Kept, Runner, Store
from earthprice.runs.sample import Sample, sample
from earthprice.study.alternatives import COLUMNS, LATER, compared, evasion, on_shared_draws, tried
from earthprice.study.assessment import Assessment
from earthprice.study.attribute import articles
from earthprice.study.drivers import drivers_table
from earthprice.study.ensemble import Case, Pair, Plan, again, begin_pairs, begin_rare, joined, pairs, solved
from earthprice.study.figures import Figure, catalogue, exports, groups, series, table, verdicts_of
from earthprice.study.frame import RARE_DRAWS, Frame, Parts, frame
from earthprice.study.heading import heading
from earthprice.study.horizon import horizon
from earthprice.study.options import Options, asked
from earthprice.study.prior_table import prior_table
from earthprice.study.questions import questions
from earthprice.study.rare_prices import rare_range
from earthprice.study.replay import replay
from earthprice.study.slopes import with_slopes
from earthprice.study.standing import standing
from earthprice.study.tables import assumptions, flows, meta, money, not_claimed, observed, sources
from earthprice.world.world import World

__all__ = ["Options", "assess"]

Tell = Callable[[str, int, int], None]
SPAWN = 8
"""Draws from which worker processes pay for their start."""
FIGURE_YEARS = (2023, 2026, 2030)
ATTRIBUTED = ("price_", "exports_", "unlicensed", "damage", "gain_")


@settled()
def assess(rulebook: str, options: Options | None = None, progress: Tell | None = None, *,
           world: World | None = None, runner: Runner | None = None,
           store: Store | None = None, page_one: Callable[[Assessment], None] | None = None) -> Assessment:  # fmt: skip
    """Hold a rulebook against the law in force continued.

    Args:
        rulebook: name of a shipped rulebook, or a path.
        options: see `Options`.
        progress: called with (words, done, total).
        world: the world; the shipped one if None.
        runner: who does the runs, such as a `Cluster`; threads and spawned processes of this machine if None.
        store: where finished draws are kept, so that an interrupted assessment goes on.
        page_one: called with the assessment as soon as its first page stands, before the options are compared.

    Returns:
        The assessment: ten figures, exports, groups, articles, drivers and the rest, each with its range over draws.

    Raises:
        RulebookError, OptionError: what was given does not fit.
        NotClearedError: no draw cleared.
    """
    tell = progress or (lambda _words, _done, _total: None)
    f = frame(rulebook, options or Options(), world or load_world())
    with nullcontext(runner) if runner is not None else gathered(f.options) as crew:
        return _assess(f, crew, store.opened(_words(f)) if store else None, tell, page_one)


def gathered(options: Options) -> Crew:
    """Who does the runs on this machine: a process a core beside this one, which has work of its own meanwhile.

    A compiled program runs on one thread of its process, so threads would take turns. They do when there are too few
    draws to pay for processes, or one worker is asked for, or draws go to the one accelerator in batches.
    """
    size = 1 if batch_size(options.batch) else cores(options.workers)
    return Crew(size, size if options.draws >= SPAWN and size > 1 else 0, ready)


def ready() -> None:
    """What a worker process does before it joins: importing this module is most of it."""


def _assess(f: Frame, crew: Runner, kept: Kept | None, tell: Tell,
            page_one: Callable[[Assessment], None] | None) -> Assessment:  # fmt: skip
    prior = _sample(f)
    draws = posterior(prior, f.world.fit(f.texts.as_of))
    begun = begin_pairs(f.plan, draws, crew, kept)
    tell("user cost of the ore", 0, 1)
    users = user_costs(f)  # in this process, while others are at the draws
    tell("user cost of the ore", 1, 1)
    dear = begin_rare(f.plan, draws, users, RARE_DRAWS, crew)
    rare = rare_range(f.plan, f.plan.whole, users[0], f.year, partial(tell, "rare price"), 1)
    past = replay(f.plan.lens.headline[:2], f.texts.as_of)
    every = joined(begun, dear, tell)
    cleared = [p for p in every if p.good]
    if not cleared:
        raise NotClearedError(f"no draw cleared; the first: {every[0].worst}; a cap, a ban or a price cannot be met")
    shown = catalogue(f.plan, f.year, f.first, f.options.discount)
    central = _central(f)
    base = solved(f.plan, central, f.plan.whole.baseline(f.plan.use()))
    attributed = [g for g in shown if g.key.startswith(ATTRIBUTED)]
    parts = articles(f.plan, central, base, attributed, tell, f.options.seed, crew)
    readings = _readings(f, central, shown, tell, crew)
    verdicts = verdicts_of(f.world.hindcast, f.plan.lens.headline)
    figures = _with_readings(table(shown, cleared, f.year, verdicts), readings)
    late = _delayed(f, draws, cleared, tell, crew)
    d = Parts(every, cleared, shown, figures, parts, readings, late, users, central, rare, past)
    made = _assembled(f, draws, d, tell, crew)
    if page_one:
        page_one(made)
    made = _with_options(f, draws, d, made, tell, crew)
    return replace(made, prior=_prior(f, prior, cleared, shown, tell, crew)) if f.options.prior else made


def _words(f: Frame) -> str:
    """Everything that the draws of an assessment hang on: facts, texts as read, options, and the draws themselves."""
    plan, draws = f.plan, drawing(f)
    books = [b.text for s in (f.texts.baseline.stack, f.texts.reform.stack) for b in s.books]
    told = (f.world.facts, f.world.hash, books, f.texts.reading, f.texts.as_of,
            plan.whole.engine.years.tolist(), len(plan.engine.years),
            sorted(plan.changes.law.items()), sorted(plan.changes.world.items()), sorted(plan.centre.items()),
            f.options.delay_years, plan.batch, plan.rates, draws.factors, draws.quantiles.tolist())  # fmt: skip
    return repr(told)


def drawing(f: Frame) -> Sample:
    """The draws of an assessment, behaviour as fitted to the record."""
    return posterior(_sample(f), f.world.fit(f.texts.as_of))


def _sample(f: Frame) -> Sample:
    table = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
    ranged = table["low"].notna() & table["high"].notna() & (table["low"] != table["high"])
    keys = list(dict.fromkeys(table.loc[ranged, "key"]))
    return sample(tuple(f.world.numbers.members), keys, f.options.draws, f.options.seed)


def _prior(f: Frame, prior: Sample, kept: list[Pair], shown: list[Figure], tell: Tell,
           crew: Runner) -> pd.DataFrame:  # fmt: skip
    """The figures on the prior alone beside those with fitted behaviour."""
    alone = pairs(f.plan, prior, None, 0, lambda _, *done: tell("prior alone", *done), crew)
    return prior_table(shown, kept, [p for p in alone if p.good])


def _central(f: Frame) -> Point:
    plan = f.plan.whole
    return point(plan.engine, plan.values({}), plan.baseline(plan.use()))


def user_costs(f: Frame) -> tuple[UserCost, UserCost]:
    """User cost at the central draw without and with the reform, over all years that are run."""
    plan, p = f.plan.whole, _central(f)
    use = plan.use(bill=damage_bill(plan.engine, p))
    first = user_cost(plan.engine, p, plan.baseline(use), f.options.discount)
    return first, user_cost(plan.engine, p, plan.reform(use), f.options.discount, first)


def _readings(f: Frame, p: Point, shown: list[Figure], tell: Tell, crew: Runner) -> pd.DataFrame:
    """Figures by reading at the central draw, both laws read so; nothing where a reading does not clear or book."""
    rows = []
    found = each(f.texts.readings, partial(_read, f.plan, p), partial(tell, "readings"), crew)
    for reading, (base, reform) in zip(f.texts.readings, found, strict=True):
        stands = 1.0 if base.good and reform.good else np.nan
        each_one = [(g, stands * g.read(base), stands * g.read(reform)) for g in shown]
        rows += [(reading, g.number, g.key, b, r, r - b) for g, b, r in each_one]
    return pd.DataFrame(rows, columns=["reading", "number", "key", "base", "reform", "diff_p50"])


def _read(plan: Plan, p: Point, reading: str) -> tuple[Case, Case]:
    use = plan.use() | {"reading": reading}
    return solved(plan, p, plan.whole.baseline(use)), solved(plan, p, plan.whole.reform(use))


def _with_readings(figures: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    span = readings.groupby("key")["diff_p50"].agg(["min", "max"])
    return figures.assign(readings_low=figures["key"].map(span["min"]), readings_high=figures["key"].map(span["max"]))


def _delayed(f: Frame, draws: Sample, done: list[Pair], tell: Tell, crew: Runner) -> list[Pair]:
    """The reform two years later, on the same draws: what waiting costs."""
    later = replace(f.options, delay_years=f.options.delay_years + 2.0)
    plan = replace(f.plan, texts=texts(asked(f.rulebook, later, f.world.base_year), f.world.network))
    return again(plan, draws, done, partial(tell, "two years later"), crew)


def _assembled(f: Frame, draws: Sample, d: Parts, tell: Tell, crew: Runner) -> Assessment:
    law = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
    discount = f.options.discount
    out = exports(f.plan, d.kept, [y for y in FIGURE_YEARS if f.first <= y <= f.plan.engine.years[-1]] or [f.year])
    asked = questions(f.plan, d.kept, d.delayed, out, (f.first, f.year, discount))
    central = {name: run(f.plan.engine, d.central, terms) for name, terms in
               (("baseline", f.plan.baseline(f.plan.use())), ("reform", f.plan.reform(f.plan.use())))}  # fmt: skip
    options = pd.DataFrame(columns=list(COLUMNS))
    return Assessment(
        meta=meta(f.plan, d.every, heading(f, draws, d, law), law), questions=asked, figures=d.figures,
        series=_paths(f, d), exports=out,
        groups=groups(f.plan, d.kept, f.first, discount), articles=d.articles,
        drivers=_drivers(f, draws, d, law, partial(tell, "slopes"), crew), assumptions=assumptions(f.plan, law),
        reconciliation=f.world.reconciliation.head(25), readings=d.readings, options=options,
        flows=flows(f.plan, {name: o.record.level for name, o in central.items()}), not_claimed=not_claimed(),
        prose=prose(f.texts.book, as_of=f.texts.as_of), sources=sources(f.plan, law),
        compliance=compliance(f.plan.lens, central["baseline"], central["reform"], f.year),
        exposure=exposure(f.plan.lens, central, sorted({f.world.base_year, f.year})),
        rare=d.rare,
        standing=standing(f.plan, d.kept, f.first),
    )  # fmt: skip


def _with_options(f: Frame, draws: Sample, d: Parts, made: Assessment, tell: Tell, crew: Runner) -> Assessment:
    """The assessment with its options, which take longest."""
    others = tried(f.plan, draws, d.users[0], d.kept, d.delayed, tell, crew)
    on = on_shared_draws(d.kept, d.delayed, others)
    gains = [g for g in d.shown if g.gain]
    said = evasion(f.plan, on, f.year, gains)
    more = {LATER: [p.reform for p in d.delayed], "the options": [c for of in others.values() for c in of.values()]}
    made = replace(made, options=compared(on, d.shown),
                   meta=replace(made.meta, charges=said, money_audit=money(d.every, more)))  # fmt: skip
    if not f.options.horizon:
        return made
    tell("beyond the years reported", 0, 1)
    found = horizon(f.plan, d.users[0], f.first, f.options.discount)
    tell("beyond the years reported", 1, 1)
    return replace(made, horizon=found)


def _drivers(f: Frame, draws: Sample, d: Parts, law: pd.DataFrame, tell: Callable[[int, int], None],
             crew: Runner) -> pd.DataFrame:  # fmt: skip
    """What the spread of each figure comes from, with slopes at the central draw beside it."""
    found = drivers_table(f.plan, draws, d.kept, d.shown, law, f.options.seed, crew)
    spread = {n: float(s) for n, s in zip(draws.factors, draws.scores.std(0), strict=True) if n in f.plan.centre}
    return with_slopes(f.plan, found, spread, d.shown, tell, crew)


def _paths(f: Frame, d: Parts) -> pd.DataFrame:
    """Paths through time: what was observed, the past replayed, both laws."""
    return pd.concat([observed(f.plan, f.texts.as_of), d.past, series(f.plan, d.kept)], ignore_index=True)
