"""Assess: a reform against the law in force continued, as one `Assessment`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from earthprice.errors import NotClearedError, OptionError
from earthprice.facts.world import load_world
from earthprice.law import contested, numbers, patch, prose
from earthprice.study.alternatives import compared
from earthprice.study.assessment import Assessment
from earthprice.study.attribute import articles
from earthprice.study.engine import Point, engine, point, run
from earthprice.study.ensemble import Pair, Plan, again, pairs, solved
from earthprice.study.figures import FIGURE_YEAR, Figure, catalogue, exports, groups, series, table
from earthprice.study.measures import Lens
from earthprice.study.options import Options, Texts, texts
from earthprice.study.parallel import each
from earthprice.study.questions import questions
from earthprice.study.rare import UserCost, user_cost
from earthprice.study.sample import Sample, sample
from earthprice.study.tables import assumptions, drivers_table, flows, meta, not_claimed, observed, sources
from earthprice.world.world import World

__all__ = ["Options", "assess"]

Tell = Callable[[str, int, int], None]
RARE_DRAWS = 24
"""Draws that also get their rare prices."""
BEYOND = 30
"""Years over which user cost is computed."""
FIGURE_YEARS = (2023, 2026, 2030)
ATTRIBUTED = ("price_", "exports_", "unlicensed", "damage", "gain_")


@dataclass(frozen=True)
class Frame:
    """What the parts of an assessment share."""

    rulebook: str
    world: World
    options: Options
    texts: Texts
    plan: Plan
    first: int
    year: int


def assess(rulebook: str, options: Options | None = None, progress: Tell | None = None, *,
           world: World | None = None) -> Assessment:  # fmt: skip
    """Hold a rulebook against the law in force continued.

    Args:
        rulebook: name of a shipped rulebook, or a path.
        options: see `Options`.
        progress: called with (words, done, total).
        world: the world; the shipped one if None.

    Returns:
        The assessment: ten figures, exports, groups, articles, drivers and the rest, each with its range over draws.

    Raises:
        RulebookError, OptionError: what was given does not fit.
        NotClearedError: no draw cleared.
    """
    tell = progress or (lambda _words, _done, _total: None)
    f = frame(rulebook, options or Options(), world or load_world())
    draws = _sample(f)
    tell("user cost of the ore", 0, 1)
    users = user_costs(f)
    tell("user cost of the ore", 1, 1)
    every = pairs(f.plan, draws, users, RARE_DRAWS, tell, f.options.workers)
    kept = [p for p in every if p.status != "not_cleared"]
    if not kept:
        raise NotClearedError(
            "no draw cleared: the baseline or the reform has a cap or a price that no market can meet"
        )
    shown = catalogue(f.plan, f.year, f.first, f.options.discount)
    central = _central(f)
    base = solved(f.plan, central, f.plan.baseline(f.plan.use()))
    attributed = [g for g in shown if g.key.startswith(ATTRIBUTED)]
    parts = articles(f.plan, central, base, attributed, tell, f.options.seed)
    readings = _readings(f, central, shown, tell)
    figures = _with_readings(table(shown, kept, f.year), readings)
    late = _delayed(f, draws, kept[:RARE_DRAWS], tell)
    return _assembled(f, draws, Parts(every, kept, shown, figures, parts, readings, late, users, central), tell)


def frame(rulebook: str, options: Options, world: World) -> Frame:
    """Check the options and prepare texts, engine and plan."""
    first, last = options.years
    if not world.base_year < first <= last:
        raise OptionError(f"{first}-{last} is no span of years after the base year", where="--years",
                          accepted=f"first and last year, from {world.base_year + 1} on")  # fmt: skip
    if options.period not in ("year", "half"):
        raise OptionError(f"unknown period '{options.period}'", where="--period", accepted=("year", "half"))
    known = texts(rulebook, options, world.network)
    zones = tuple(world.structure["zones"]["id"])
    for zone in options.zones:
        if zone not in zones:
            raise OptionError(f"unknown zone '{zone}'", where="--for", accepted=zones, given=zone)
    e = engine(world, last, 0.5 if options.period == "half" else 1.0)
    of_world = {k: v for k, v in options.overrides.items() if k in world.numbers.central}
    of_law = {k: v for k, v in options.overrides.items() if k not in of_world}
    plan = Plan(Lens(e, known.book.jurisdiction), known, of_law, of_world)
    year = FIGURE_YEAR if first <= FIGURE_YEAR <= last else last
    plan.reform(plan.use())  # refuses an override that names nothing, before any long work
    return Frame(rulebook, world, options, known, plan, first, year)


def _sample(f: Frame) -> Sample:
    table = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
    ranged = table["low"].notna() & table["high"].notna() & (table["low"] != table["high"])
    keys = list(dict.fromkeys(table.loc[ranged, "key"]))
    return sample(tuple(f.world.numbers.members), keys, f.options.draws, f.options.seed)


def _central(f: Frame) -> Point:
    return point(f.plan.engine, f.plan.values({}), f.plan.baseline(f.plan.use()))


def user_costs(f: Frame) -> tuple[UserCost, UserCost]:
    """User cost at the central draw under baseline and reform, over `BEYOND` years."""
    long = engine(f.world, f.world.base_year + BEYOND, f.plan.engine.dt)
    plan = replace(f.plan, lens=replace(f.plan.lens, engine=long, _masks={}))
    use = plan.use()
    base, reform = plan.baseline(use), plan.reform(use)
    p = point(long, plan.values({}), base)
    jobs = [base, reform]
    found = each(jobs, lambda terms: user_cost(long, p, terms, f.options.discount), lambda _d, _t: None,
                 f.options.workers)  # fmt: skip
    return found[0], found[1]


def _readings(f: Frame, p: Point, shown: list[Figure], tell: Tell) -> pd.DataFrame:
    """Figures by reading at the central draw: baseline and reform both read so."""
    rows = []
    for i, reading in enumerate(f.texts.readings):
        tell("readings", i, len(f.texts.readings))
        use = f.plan.use() | {"reading": reading}
        base = solved(f.plan, p, f.plan.baseline(use))
        reform = solved(f.plan, p, f.plan.reform(use))
        rows += [(reading, g.number, g.key, g.read(base), g.read(reform), g.read(reform) - g.read(base)) for g in shown]
    tell("readings", len(f.texts.readings), len(f.texts.readings))
    return pd.DataFrame(rows, columns=["reading", "number", "key", "base", "reform", "diff_p50"])


def _with_readings(figures: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    span = readings.groupby("key")["diff_p50"].agg(["min", "max"])
    return figures.assign(readings_low=figures["key"].map(span["min"]), readings_high=figures["key"].map(span["max"]))


def _delayed(f: Frame, draws: Sample, done: list[Pair], tell: Tell) -> list[Pair]:
    """The reform two years later, on the first draws: what waiting costs."""
    later = replace(f.options, delay_years=f.options.delay_years + 2.0)
    plan = replace(f.plan, texts=texts(f.rulebook, later, f.world.network))
    return again(plan, draws, done, partial(tell, "two years later"), f.options.workers)


@dataclass(frozen=True)
class Parts:
    """What has been computed, before it is put together."""

    every: list[Pair]
    kept: list[Pair]
    shown: list[Figure]
    figures: pd.DataFrame
    articles: pd.DataFrame
    readings: pd.DataFrame
    delayed: list[Pair]
    users: tuple[UserCost, UserCost]
    central: Point


def _assembled(f: Frame, draws: Sample, d: Parts, tell: Tell) -> Assessment:
    law = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
    discount = f.options.discount
    out = exports(f.plan, d.kept, [y for y in FIGURE_YEARS if f.first <= y <= f.plan.engine.years[-1]] or [f.year])
    asked = questions(f.plan, d.kept, d.delayed, out, (f.first, f.year, discount))
    central = {name: run(f.plan.engine, d.central, terms).record.level for name, terms in
               (("baseline", f.plan.baseline(f.plan.use())), ("reform", f.plan.reform(f.plan.use())))}  # fmt: skip
    options = compared(f.plan, draws, d.kept, d.delayed, d.shown, tell)
    return Assessment(
        meta=meta(f.plan, d.every, _head(f, d, law), law), questions=asked, figures=d.figures,
        series=pd.concat([observed(f.plan, f.texts.as_of), series(f.plan, d.kept)], ignore_index=True), exports=out,
        groups=groups(f.plan, d.kept, f.first, discount), articles=d.articles,
        drivers=drivers_table(f.plan, draws, d.kept, d.shown, law), assumptions=assumptions(f.plan, law),
        reconciliation=f.world.reconciliation.head(25), readings=d.readings, options=options,
        flows=flows(f.plan, central), not_claimed=not_claimed(), prose=prose(f.texts.book, as_of=f.texts.as_of),
        sources=sources(f.plan, law),
    )  # fmt: skip


def _damages(f: Frame) -> dict[str, str]:
    """Damage values of the home zone's districts, low to high over places, in words."""
    table, out = f.world.numbers.table, {}
    for burden in f.world.network.burdens.columns:
        rows = table[table.index.str.match(rf"damage/[^/]+/{burden}$")]
        low, high = rows["value"].min(), rows["value"].max()
        if high > 0:
            out[str(burden).replace("_", " ")] = f"{low:g} to {high:g} {rows['unit'].iloc[0]}"
    return out


def _fines(f: Frame, law: pd.DataFrame) -> list[dict[str, Any]]:
    """Fines as multiples of the gain in the texts stacked."""
    rows = law[(law["parameter"] == "times_gain") & law["low"].notna()]
    return [{"text": str(r.book), "low": float(r.low), "high": float(r.high)} for r in rows.itertuples()]


def _caught(f: Frame, law: pd.DataFrame) -> list[float] | None:
    """Range of the share of unlicensed tonnes caught in the text assessed."""
    rows = law[(law["parameter"] == "caught") & law["low"].notna()]
    return [float(rows["low"].min()), float(rows["high"].max())] if len(rows) else None


def _head(f: Frame, d: Parts, law: pd.DataFrame) -> dict[str, Any]:
    flags = list(contested(f.texts.reform.stack))
    flags += [f"override: {k} = {v}" for k, v in f.options.overrides.items()]
    if f.options.delay_years:
        flags.append(f"entry into force {f.options.delay_years:g} years later than the text says")
    base = f.texts.baseline.stack
    options = {**asdict(f.options), "overrides": dict(f.options.overrides)}
    return {
        "title": f.texts.book.title, "rulebook": f.rulebook, "book": f.texts.book.rulebook, "baseline": base.name,
        "stack": f.texts.reform.stack.name, "reading": f.texts.reading, "readings": list(f.texts.readings),
        "as_of": f.texts.as_of, "first_year": f.first, "last_year": int(f.plan.engine.years[-1]),
        "figure_year": f.year, "base_year": f.world.base_year, "money": "USD of 2020", "discount": f.options.discount,
        "seed": f.options.seed, "draws": f.options.draws, "rare_draws": min(RARE_DRAWS, f.options.draws),
        "home": f.plan.lens.home, "flags": flags, "options": options,
        "terminal_value": f"user cost over {BEYOND} years from {f.world.base_year}, ore left then is worth nothing; "
                          f"the iteration agrees with itself within {max(u.moved for u in d.users):.2g} USD/kg of ore",
        "damage_values": _damages(f), "fines": _fines(f, law), "caught_prior": _caught(f, law),
        "hindcast": "Not yet held against history: no figure here carries a hindcast score.",
        "patch": patch(f.texts.reform.stack, dict(f.plan.overrides)) if f.plan.overrides else "",
    }  # fmt: skip
