"""Options other than the text: readings, enforcement, delay, charges, doing nothing; on the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from earthprice.law import Stack
from earthprice.law.days import since
from earthprice.study.engine import Point, arranged, point
from earthprice.study.ensemble import Case, Pair, Plan, solved
from earthprice.study.figures import Figure
from earthprice.study.parallel import Runner, each
from earthprice.study.rare import UserCost, charge, external
from earthprice.study.sample import Sample
from earthprice.study.spread import ranged
from earthprice.world.override import parse
from earthprice.world.terms import Terms

DRAWS = 12
"""Draws on which alternatives are compared."""
COLUMNS = ("option", "number", "key", "unit", "p05", "p50", "p95", "better", "better_world", "better_partners",
           "best_for")  # fmt: skip
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
    """The options that every text is held against: softer, stricter, by charges, and without a new text."""
    reform, base = _inspections(plan.texts.reform.stack), _inspections(plan.texts.baseline.stack)
    readings = [
        Alternative(f"the text, read {r.replace('_', ' ')}{f' ({STRICTNESS[r]})' if r in STRICTNESS else ''}", "reform",
                    reading=r)
        for r in plan.texts.readings if r != plan.texts.reading
    ]  # fmt: skip
    return [
        *readings,
        Alternative("the text, enforced half as much", "reform", dict.fromkeys(reform, "x0.5")),
        Alternative("the text, enforced twice as much", "reform", dict.fromkeys(reform, "x2")),
        Alternative("twice the inspection under the present law", "baseline", dict.fromkeys(base, "x2")),
        Alternative("a charge for damage on licensed firms, present law", "baseline", charged=DAMAGE),
        Alternative("charges for damage and ore, present law", "baseline", charged=DAMAGE_AND_ORE),
        Alternative("charges for damage and ore instead of totals", "baseline", charged=DAMAGE_AND_ORE, capped=False),
    ]


def tried(plan: Plan, draws: Sample, base: Mapping[int, Case], user: UserCost, tell: Any,
          runner: Runner | int) -> dict[str, list[tuple[int, Case]]]:  # fmt: skip
    """Every option on the first `DRAWS` draws of those that cleared: its words, then draw and case.

    Args:
        plan: the plan.
        draws: the sample.
        base: doing nothing, by draw.
        user: user cost of the ore under the baseline, at the central draw.
        tell: progress.
        runner: as of `parallel.each`.
    """
    jobs = [i for i in range(min(DRAWS, draws.quantiles.shape[0])) if i in base]
    found: dict[str, list[tuple[int, Case]]] = {}
    every = each(jobs, partial(_all, plan, draws, user), partial(tell, "options"), runner)
    for i, cases in zip(jobs, every, strict=True):
        for a, case in zip(alternatives(plan), cases, strict=True):
            found.setdefault(a.words, []).append((i, case))
    return found


def compared(done: Sequence[Pair], delayed: Sequence[Pair], options: Mapping[str, Sequence[tuple[int, Case]]],
             figures: Sequence[Figure]) -> pd.DataFrame:  # fmt: skip
    """Differences from doing nothing, by option (columns `COLUMNS`).

    `better` is the share of draws in which home's net gain is positive, `better_world` and `better_partners` those in
    which the sum over all zones and over all but home is. Doing nothing is the present law read as the assessment
    reads it, also beside an option that reads the powers otherwise. An auction of the totals is no option of its own:
    prices and quantities would be those of the totals shared out, only the rent would go to the state. `best_for`
    names for whom an option is the best of those compared (`best`), on the draws that all options share.

    Args:
        done: baseline and text on all draws that cleared.
        delayed: the same with the text two years later.
        options: the other options (`tried`).
        figures: figures of page one.
    """
    found: dict[str, list[tuple[Case, Case]]] = {
        "the text": [(p.baseline, p.reform) for p in done],
        "the text, two years later": [(p.baseline, p.reform) for p in delayed],
    }
    base = {p.draw: p.baseline for p in done}
    found |= {words: [(base[i], case) for i, case in cases] for words, cases in options.items()}
    rows: list[tuple[object, ...]] = [
        ("do nothing", f.number, f.key, f.unit, 0.0, 0.0, 0.0, *(float("nan"),) * 3) for f in figures
    ]
    gains = [f for f in figures if f.number == 9]
    shared = {id(base[i]) for i in range(DRAWS) if i in base}
    medians = {"do nothing": np.zeros(len(gains))}
    for words, cases in found.items():
        kept = [(b, r) for b, r in cases if "not_cleared" not in (b.status, r.status)]
        better = _better(kept, gains)
        each_one = [[g.read(r) - g.read(b) for g in gains] for b, r in kept if id(b) in shared]
        if each_one:
            medians[words] = np.median(np.array(each_one), axis=0)
        for f in figures:
            change = np.array([f.read(r) - f.read(b) for b, r in kept])
            change = change[np.isfinite(change)]
            low, middle, high = map(float, ranged(change))
            rows.append((words, f.number, f.key, f.unit, low, middle, high, *better))
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    found_best = best(medians)
    return table.assign(best_for=[found_best.get(str(o), "") for o in table["option"]])


def best(medians: Mapping[str, np.ndarray]) -> dict[str, str]:
    """For whom each option is the best of those compared: home, the world, or the world with nobody worse off.

    Args:
        medians: by option, median net gain of home, then of the others [bn USD2020]; one of them does nothing.
    """
    home = max(medians, key=lambda o: float(medians[o][0]))
    world = max(medians, key=lambda o: float(medians[o].sum()))
    harmless = {o: float(m.sum()) for o, m in medians.items() if (m >= -HARMLESS).all()}
    out: dict[str, list[str]] = {}
    safe = max(harmless, key=lambda o: harmless[o])
    for option, whom in ((home, "home"), (world, "world"), (safe, "nobody worse off")):
        out.setdefault(option, []).append(whom)
    return {option: "; ".join(whom) for option, whom in out.items()}


def _better(kept: Sequence[tuple[Case, Case]], gains: Sequence[Figure]) -> tuple[float, float, float]:
    """Share of draws in which home, the world and the partners together gain; the first gain is home's."""
    if not kept:
        return (float("nan"),) * 3
    each_one = np.array([[g.read(r) - g.read(b) for g in gains] for b, r in kept])
    sums = each_one[:, 0], each_one.sum(1), each_one[:, 1:].sum(1)
    home, world, partners = (float(np.mean(s > 0)) for s in sums)
    return home, world, partners


def _inspections(s: Stack) -> list[str]:
    return [f"{i.id}.caught" for i in s.items if i.measure.instrument == "inspection"]


def _all(plan: Plan, draws: Sample, user: UserCost, draw: int) -> list[Case]:
    """Every option in one draw."""
    use = plan.use(draws.of_law(draw))
    p = point(plan.engine, plan.values(draws.of_world(draw)), plan.baseline(use))
    return [_one(plan, p, use, user, option) for option in alternatives(plan)]


def _one(plan: Plan, p: Point, use: dict[str, Any], user: UserCost, option: Alternative) -> Case:
    side = plan.texts.reform if option.side == "reform" else plan.texts.baseline
    use = use | ({"reading": option.reading} if option.reading else {})
    own = {k: parse(v, k) for k, v in option.overrides.items()}  # cut to the bounds where they leave them
    overrides = {**plan.changes.law, **own} if option.side == "reform" else own
    terms = side.terms(plan.engine.years, **use, overrides=overrides)
    if option.charged:
        terms = _with_charge(plan, p, terms, user if option.charged == DAMAGE_AND_ORE else None)
    return solved(plan, p, terms if option.capped else _without_totals(plan, terms))


def _with_charge(plan: Plan, p: Point, terms: Terms, user: UserCost | None) -> Terms:
    """The law with a charge on home's licensed activities once the text would bind: external damage, and user cost."""
    s, law, _ = arranged(plan.engine, p, terms)
    due = external(s, law) if user is None else charge(plan.engine, p, terms, user)
    paying = plan.lens.mask(zone=plan.lens.home, status="licensed")
    return replace(terms, specific=terms.specific + due * paying[None, :] * _since(plan)[:, None])


def _without_totals(plan: Plan, terms: Terms) -> Terms:
    """The law whose totals of home's mining and separation no longer bind once the text would."""
    capped = plan.lens.mask(zone=plan.lens.home, stage=("mining", "separation"))
    lifted = (terms.permit_use[:, capped] > 0).any(1)
    gone = (_since(plan)[:, None] >= 1.0) & lifted[None, :]
    held = np.where(lifted[None, :], terms.permit_held * (1.0 - _since(plan)[:, None]), terms.permit_held)
    return replace(terms, permit_amount=np.where(gone, np.inf, terms.permit_amount),
                   permit_held=np.where(gone, 1.0, held))  # fmt: skip


def _since(plan: Plan) -> np.ndarray:
    """Share of the days of each period on which the text assessed would bind."""
    return since(plan.engine.years, plan.texts.book.start)
