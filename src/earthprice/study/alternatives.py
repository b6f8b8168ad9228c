"""Options other than the text: readings, enforcement, delay, charges, doing nothing; on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from earthprice.law import Stack
from earthprice.law.days import since
from earthprice.measures.spread import ranged
from earthprice.runs.crew import each
from earthprice.runs.engine import Point, point, run
from earthprice.runs.guide import Guide
from earthprice.runs.rare import UserCost, damage_bill, ore_charge
from earthprice.runs.runner import Begun, Runner, begin
from earthprice.runs.sample import Sample
from earthprice.study.ensemble import Pair, Plan, Summary, case, solved
from earthprice.study.figures import Figure
from earthprice.world.override import parse
from earthprice.world.terms import Terms

DRAWS = 100
"""Draws on which all alternatives stand that are compared: the first ones that there are."""
ENOUGH = 0.8
"""Share of them in which an option must clear to be compared."""
COLUMNS = (
    *("option", "number", "key", "unit", "p05", "p50", "p95", "draws"),
    *("better", "better_world", "better_partners", "best_for", "over_text"),
)
DO_NOTHING, TEXT, LATER = "do nothing", "the text", "the text, two years later"
STRICTNESS = {"tight": "stricter", "loose": "softer"}
"""What the usual readings amount to as options."""
HARMLESS = 0.005
"""Loss [bn USD2020] below which a country counts as no worse off."""
DAMAGE, DAMAGE_AND_ORE = "damage", "damage and ore"


@dataclass(frozen=True)
class Alternative:
    """One option: its words, and its terms in a draw.

    Attributes:
        words: its name in the report.
        side: whether it changes the text ("reform") or the present law ("baseline").
        overrides: numbers of the law that it changes.
        reading: how the powers are used, that of the assessment if empty.
        charged: what licensed firms at home are charged for on top, nothing if empty.
        capped: whether the yearly totals stay.
    """

    words: str
    side: str
    overrides: dict[str, str] = field(default_factory=dict)
    reading: str = ""
    charged: str = ""
    capped: bool = True


def alternatives(plan: Plan) -> list[Alternative]:
    """The options that a text is held against: softer, stricter, by charges, and without a new text.

    Only what home's own law inspects, caps or reads, and only what home digs or separates, can be otherwise.
    """
    sides = (plan.texts.reform.stack, plan.texts.baseline.stack)
    of_text, of_law = (_of_home(s, plan.lens.home, "inspection") for s in sides)
    own = [name for name in of_text if sides[0].latest[name].book is sides[0].top_book]  # no inspection below the text
    half, twice = (_enforced(sides[0], own, x) for x in ("x0.5", "x2"))
    now_twice = _enforced(sides[1], of_law, "x2")
    its = {r for b in sides[0].books if b.jurisdiction == plan.lens.home for r in b.readings}  # no other country's
    totals = any(_of_home(s, plan.lens.home, "cap") for s in sides)
    readings = [
        Alternative(
            f"the text and the law below, read {r.replace('_', ' ')}{f' ({STRICTNESS[r]})' if r in STRICTNESS else ''}",
            "reform",
            reading=r,
        )
        for r in plan.texts.readings
        if r in its and r != plan.texts.reading
    ]
    enforced = [
        Alternative("the text, enforced half as much", "reform", half),
        Alternative("the text, enforced twice as much", "reform", twice),
        Alternative("twice the inspection under the present law", "baseline", now_twice),
    ]
    charges = [
        Alternative("a charge for damage on licensed firms, present law", "baseline", charged=DAMAGE),
        Alternative("charges for damage and ore, present law", "baseline", charged=DAMAGE_AND_ORE),
        Alternative("charges for damage and ore instead of totals", "baseline", charged=DAMAGE_AND_ORE, capped=False),
    ]
    digs = plan.lens.mask(zone=plan.lens.home, stage=("mining", "separation"), status="licensed").any()
    return [*readings, *(a for a in enforced if a.overrides), *(a for a in charges if digs and (a.capped or totals))]


OptionRuns = dict[str, dict[int, Summary]]
"""By option, in words, the case of each draw on which it has been tried."""


class OptionsBegun(NamedTuple):
    """Options under way: what is done in a draw, and the first `DRAWS` draws that cleared."""

    work: Callable[[tuple[int, tuple[Guide, Guide] | None]], list[Summary]]
    first: Begun


def begin_options(plan: Plan, draws: Sample, user: UserCost, done: Sequence[Pair], crew: Runner) -> OptionsBegun:
    """Start every option on the first draws that cleared.

    Args:
        plan: the plan.
        draws: the sample.
        user: user cost of the ore under the baseline, at the central draw.
        done: baseline and text on all draws that cleared.
        crew: who does it.
    """
    work, first = partial(_all, plan, draws, user), sorted(done, key=lambda p: p.draw)
    jobs = [(p.draw, p.guides) for p in first[: DRAWS if alternatives(plan) else 0]]
    return OptionsBegun(work, begin(jobs, work, crew))


def tried(
    plan: Plan,
    begun: OptionsBegun,
    done: Sequence[Pair],
    delayed: Sequence[Pair],
    tell: Any,
    runner: Runner | int,
) -> OptionRuns:
    """Every option on the first draws that cleared, as many as it takes until all stand on `DRAWS` of them.

    Args:
        plan: the plan.
        begun: those under way.
        done: baseline and text on all draws that cleared.
        delayed: the same with the text two years later.
        tell: progress.
        runner: as of `crew.each`, who does more where these are not enough.
    """
    guides = {p.draw: p.guides for p in done}

    def more(jobs: Sequence[int], had: int) -> list[list[Summary]]:
        def told(count: int, _: int) -> None:
            tell("options", had + count, had + len(jobs))

        if had == 0:
            return begun.first.done(told)
        return each([(i, guides[i]) for i in jobs], begun.work, told, runner)

    return until_shared([a.words for a in alternatives(plan)], more, done, delayed)


def until_shared(
    words: Sequence[str],
    more: Callable[[Sequence[int], int], list[list[Summary]]],
    done: Sequence[Pair],
    delayed: Sequence[Pair],
) -> OptionRuns:
    """Cases of the options on more and more draws, until `DRAWS` are shared by all that are compared, or none is left.

    Args:
        words: the options.
        more: the cases of every option in some draws, given how many have been tried before.
        done: as of `tried`.
        delayed: as of `tried`.
    """
    found: OptionRuns = {w: {} for w in words}
    left, short = sorted(p.draw for p in done), DRAWS if words else 0
    while left[:short] and short:
        jobs, left, had = left[:short], left[short:], len(found[words[0]])
        for i, cases in zip(jobs, more(jobs, had), strict=True):
            for w, c in zip(words, cases, strict=True):
                found[w][i] = c
        short = DRAWS - len(on_shared_draws(done, delayed, found).base)
    return found


@dataclass(frozen=True)
class Compared:
    """Options on the draws that they share.

    Attributes:
        base: doing nothing, a case a draw.
        cases: by option, a case a draw, in the same order.
        lost: options that clear in too few draws to be compared, and in how many of them.
    """

    base: list[Summary]
    cases: dict[str, list[Summary]]
    lost: dict[str, int]
    _read: dict[tuple[str, Figure], np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)

    def changes(self, option: str, f: Figure) -> np.ndarray:
        """Differences of a figure from doing nothing, one a draw."""
        return f.change(self._figure(DO_NOTHING, f), self._figure(option, f))

    def _figure(self, option: str, f: Figure) -> np.ndarray:
        """A figure under an option, one a draw; read once."""
        if (option, f) not in self._read:
            cases = self.base if option == DO_NOTHING else self.cases[option]
            self._read[option, f] = np.array([f.read(c) for c in cases])
        return self._read[option, f]


def on_shared_draws(
    done: Sequence[Pair], delayed: Sequence[Pair], options: Mapping[str, Mapping[int, Summary]]
) -> Compared:
    """Every option on the same draws: the first `DRAWS` in which it and all others stand.

    An option that stands in fewer than `ENOUGH` of those tried is left out, so that it takes no draw from the others.

    Args:
        done: baseline and text on all draws that cleared.
        delayed: the same with the text two years later.
        options: the other options (`tried`).
    """
    first = [p for p in done if all(p.draw in cases for cases in options.values())]
    late = {p.draw: p.reform for p in delayed}
    every = {TEXT: {p.draw: p.reform for p in first}, LATER: late, **options}
    stands = {o: {p.draw for p in first if p.draw in cases and cases[p.draw].good} for o, cases in every.items()}
    kept = {o: draws for o, draws in stands.items() if len(draws) >= ENOUGH * len(first)}
    shared = [p for p in first if all(p.draw in draws for draws in kept.values())][:DRAWS]
    cases = {o: [every[o][p.draw] for p in shared] for o in kept}
    return Compared([p.baseline for p in shared], cases, {o: len(stands[o]) for o in every if o not in kept})


def compared(on: Compared, figures: Sequence[Figure], gains: Sequence[Figure]) -> pd.DataFrame:
    """Differences from doing nothing, by option (columns `COLUMNS`), all on the same draws.

    Told are `figures`; options are ranked by `gains`, the net gain of each country alone, home first.

    `draws` counts them. `better` is the share of them in which home's net gain is positive, `better_world` and
    `better_partners` those in which the sum over all zones and over all but home is. Doing nothing is the present law
    read as the assessment reads it, also beside an option that reads the powers otherwise. An auction of the totals is
    no option of its own: prices and quantities would be those of the totals shared out, only the rent would go to the
    state. `best_for` names for whom an option is the best of those compared, or tied with the best (`best`).
    `over_text` is the share of draws in which home gains more than by the text, of doing nothing that in which it loses
    by the text; NaN of the text, and where the text is not compared.
    """
    count = len(on.base)
    nothing = (0.0, 0.0, 0.0, count, *(float("nan"),) * 3)
    rows: list[tuple[object, ...]] = [(DO_NOTHING, f.number, f.key, f.unit, *nothing) for f in figures]
    each_one = {DO_NOTHING: np.zeros((count, len(gains)))}
    for option in on.cases:
        each_one[option] = np.array([on.changes(option, g) for g in gains]).T
        better = _better(each_one[option])
        for f in figures:
            low, middle, high = map(float, ranged(on.changes(option, f)))
            rows.append((option, f.number, f.key, f.unit, low, middle, high, count, *better))
    for option, stands in on.lost.items():
        rows += [(option, f.number, f.key, f.unit, *(np.nan,) * 3, stands, *(np.nan,) * 3) for f in figures]
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-2]))
    found, over = best(each_one), over_text(each_one)
    return table.assign(
        best_for=[found.get(str(o), "") for o in table["option"]],
        over_text=[over.get(str(o), np.nan) for o in table["option"]],
    )


def over_text(gains: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Share of draws in which home gains more by an option than by the text.

    Args:
        gains: as of `best`.
    """
    text = gains.get(TEXT)
    if text is None or not len(text):
        return {}
    return {o: float(np.mean(g[:, 0] > text[:, 0])) for o, g in gains.items() if o != TEXT}


def best(gains: Mapping[str, np.ndarray]) -> dict[str, str]:
    """For whom each option is the best of those compared: home, the world, or the world with nobody worse off.

    The best has the largest median gain. Another ties with it if the draws do not tell them apart: if, draw by draw,
    the share in which the best gains more lies within what a fair coin gives in 9 of 10 trials of as many draws.

    Args:
        gains: by option, a row a draw: net gain of home, then of each other country [bn USD2020; S, Z]; one does
            nothing.
    """
    sums = {"home": {o: g[:, 0] for o, g in gains.items()}, "world": {o: g.sum(1) for o, g in gains.items()}}
    harmless = [o for o, g in gains.items() if len(g) and (np.median(g, axis=0) >= -HARMLESS).all()]
    sums["nobody worse off"] = {o: sums["world"][o] for o in harmless}
    out: dict[str, list[str]] = {}
    for whom, of in sums.items():
        of = {o: g for o, g in of.items() if len(g)}
        if not of:
            continue
        first = max(of, key=lambda o: float(np.median(of[o])))
        tied = [o for o in of if o != first and _tied(of[first] - of[o])]
        for option in (first, *tied):
            out.setdefault(option, []).append(f"{whom} (tied)" if tied else whom)
    return {option: "; ".join(whom) for option, whom in out.items()}


def _tied(ahead: np.ndarray) -> bool:
    """Whether a lead in some draws may be chance: the share ahead, zeros counting half, within a coin's 5 to 95 %."""
    share = float(np.mean(ahead > 0) + 0.5 * np.mean(ahead == 0))
    return abs(share - 0.5) <= 1.645 * 0.5 / np.sqrt(len(ahead))


def _better(each_one: np.ndarray) -> tuple[float, float, float]:
    """Share of draws in which home, the world and the partners together gain; the first gain is home's."""
    if not len(each_one):
        return (float("nan"),) * 3
    home, world, partners = each_one[:, 0], each_one.sum(1), each_one[:, 1:].sum(1)
    return float(np.mean(home > 0)), float(np.mean(world > 0)), float(np.mean(partners > 0))


def _of_home(s: Stack, home: str, instrument: str) -> list[str]:
    """Measures of an instrument in the books of home."""
    return [i.id for i in s.items if i.measure.instrument == instrument and i.book.jurisdiction == home]


def _enforced(s: Stack, inspections: Sequence[str], times: str) -> dict[str, str]:
    """What inspections catch, and what they cost where the law says it, so many times: nobody inspects for nothing."""
    known = {name: s.latest[name].measure.quantities() for name in inspections}
    return {f"{n}.{k}": times for n, quantities in known.items() for k in ("caught", "budget") if k in quantities}


def _all(plan: Plan, draws: Sample, user: UserCost, job: tuple[int, tuple[Guide, Guide] | None]) -> list[Summary]:
    """Every option in one draw, looked for near the prices of the law it changes, a charge near the one before it."""
    (draw, guides), whole, options = job, plan.whole, alternatives(plan)
    use = plan.use(draws.of_law(draw))
    p = point(whole.engine, whole.values(draws.of_world(draw)), whole.baseline(use))
    near = dict(zip(("baseline", "reform"), guides or (None, None), strict=True))
    found, before = list[Summary](), None
    for option, terms in zip(options, option_terms(whole, p, use, user, options), strict=True):
        out = run(whole.engine, p.near(before or near[option.side]), terms)
        before = out.guide if option.charged else before
        found.append(case(plan.lens, out, plan.rates))
    return found


def option_terms(
    plan: Plan, p: Point, use: dict[str, Any], user: UserCost, options: Sequence[Alternative]
) -> Iterator[Terms]:
    """The law under each of some options at a point; what has one text, reading and bill is compiled once."""
    compiled: dict[object, Terms] = {}
    for option in options:
        key = option.side, option.reading, bool(option.charged), tuple(option.overrides.items())
        if key not in compiled:
            compiled[key] = _compiled(plan, p, use, option)
        yield _charged(plan, p, compiled[key], user, option)


def solve_option(plan: Plan, p: Point, use: dict[str, Any], user: UserCost, option: Alternative) -> Summary:
    """One option at a point of all years that are run."""
    return solved(plan, p, next(option_terms(plan.whole, p, use, user, [option])))


def _compiled(plan: Plan, p: Point, use: dict[str, Any], option: Alternative) -> Terms:
    """The law under an option, with its bill for damage."""
    side = plan.texts.reform if option.side == "reform" else plan.texts.baseline
    use = use | ({"reading": option.reading} if option.reading else {})
    start = plan.texts.reform.stack.top_book.start
    if option.charged:
        use = use | {"bill": damage_bill(plan.engine, p, _paying(plan), start)}
    given = plan.changes.law if option.side == "reform" else {}
    changed = {k: parse(v, k) for k, v in option.overrides.items()}
    own = {k: replace(x, first=given.get(k), since=start) for k, x in changed.items()}  # cut to the bounds
    overrides = {**given, **own}
    return side.terms(plan.engine.years, **use, overrides=overrides, last=plan.engine.dt[-1])


def _charged(plan: Plan, p: Point, terms: Terms, user: UserCost, option: Alternative) -> Terms:
    """The same with the option's charge on ore, and without the totals that it lifts."""
    if option.charged == DAMAGE_AND_ORE:
        due = ore_charge(plan.engine, p, user) * _paying(plan)[None, :] * _since(plan)[:, None]
        terms = replace(terms, specific=terms.specific + due)
    return terms if option.capped else _without_totals(plan, terms)


def _paying(plan: Plan) -> np.ndarray:
    """Who pays a charge of an option: licensed firms at home [M]."""
    return plan.lens.mask(zone=plan.lens.home, status="licensed")


def _without_totals(plan: Plan, terms: Terms) -> Terms:
    """The law whose totals of home's mining and separation no longer bind once the text would."""
    capped = plan.lens.mask(zone=plan.lens.home, stage=("mining", "separation"))
    lifted = (terms.permit_use[:, capped] > 0).any(1)
    gone = (_since(plan)[:, None] >= 1.0) & lifted[None, :]
    held = np.where(lifted[None, :], terms.permit_held * (1.0 - _since(plan)[:, None]), terms.permit_held)
    return replace(
        terms, permit_amount=np.where(gone, np.inf, terms.permit_amount), permit_held=np.where(gone, 1.0, held)
    )


def _since(plan: Plan) -> np.ndarray:
    """Share of the days of each period on which the text assessed would bind."""
    return since(plan.engine.years, plan.texts.reform.stack.top_book.start, plan.engine.dt[-1])
