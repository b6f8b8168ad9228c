"""The end of the horizon: do gains and the ranking of options hold when the same laws run on beyond all years run?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from earthprice.measures.welfare import Key, worth
from earthprice.runs.engine import Engine, Point, point
from earthprice.runs.rare import UserCost
from earthprice.study.alternatives import HARMLESS, TEXT, Alternative, alternatives, solve_option
from earthprice.study.assessment import HORIZON_COLUMNS
from earthprice.study.ensemble import Plan, Summary, solved
from earthprice.study.frame import FURTHER


@dataclass(frozen=True)
class Gain:
    """Net gain of an option against doing nothing by account [bn USD2020], to the end of the years reported and beyond.

    Attributes:
        short: with what is left, to the last year reported; long: to the last year of the longer run.
        income: to the last year reported, without what is left; income_long: to the last year of the longer run.
        late: difference of income after the last year reported [MUSD/yr; T].
    """

    short: dict[Key, float]
    long: dict[Key, float]
    income: dict[Key, float]
    income_long: dict[Key, float]
    late: dict[Key, np.ndarray]

    def of(self, part: Mapping[Key, float], zone: str) -> float:
        """Sum over a zone's accounts, over all if no zone is named."""
        return sum(x for k, x in part.items() if not zone or k[0] == zone)


def further(plan: Plan) -> Plan:
    """The same plan run and reported `FURTHER` years longer than a plan is run."""
    return replace(plan.whole, until=plan.whole.engine.last + FURTHER).whole


def horizon(plan: Plan, user: UserCost, first: int, discount: float) -> pd.DataFrame:
    """Every option at the central draw: its gain and rank to the last year reported and beyond (`HORIZON_COLUMNS`).

    Args:
        plan: the plan; each option is also run and counted `FURTHER` years on (`further`).
        user: user cost of the ore under the baseline; that of its last year stays.
        first: year from which money counts.
        discount: social discount rate.
    """
    far = further(plan)
    more = len(far.engine.years) - len(user.value)
    user = replace(user, value=np.pad(user.value, ((0, max(more, 0)), (0, 0)), mode="edge"))
    gains = _gains(plan, far, user, first, discount)
    ends, rows = (plan.engine.last, far.engine.last), []
    for whom, zone in (("home", plan.lens.home), ("world", "")):
        sums = {o: [g.of(x, zone) for x in (g.short, g.long, g.income, g.income_long)] for o, g in gains.items()}
        ranks = [_ranks({o: x[i] for o, x in sums.items()}) for i in (0, 1)]
        for o, g in gains.items():
            rank = [of[o] for of in ranks]
            why = _why(g, zone, far.engine, plan.engine) if rank[0] != rank[1] else ""
            rows.append((o, whom, *ends, *sums[o], *rank, why))
    return pd.DataFrame(rows, columns=list(HORIZON_COLUMNS))


def _gains(plan: Plan, far: Plan, user: UserCost, first: int, discount: float) -> dict[str, Gain]:
    plans = {"short": plan, "long": far}
    laws = {name: p.whole.baseline(plan.use()) for name, p in plans.items()}
    found: dict[str, Gain] = {}
    points = {name: point(p.whole.engine, p.values({}), laws[name]) for name, p in plans.items()}
    base = {name: solved(p, points[name], laws[name]) for name, p in plans.items()}
    every: list[Alternative | None] = [None, *alternatives(plan)]
    for option in every:
        pair = {name: _case(p, points[name], option, user) for name, p in plans.items()}
        found[option.words if option else TEXT] = _gain(plan, far, base, pair, (first, discount))
    return found


def _case(plan: Plan, p: Point, option: Alternative | None, user: UserCost) -> Summary:
    """The text, or an option, at a point."""
    use = plan.use()
    return solve_option(plan, p, use, user, option) if option else solved(plan, p, plan.whole.reform(use))


def _gain(
    plan: Plan, far: Plan, base: Mapping[str, Summary], done: Mapping[str, Summary], money: tuple[int, float]
) -> Gain:
    short, long = (worth(p.engine, *money, plan.rates) for p in (plan, far))
    keys, late = list(base["long"].money), far.engine.years > plan.engine.years[-1] + 1e-9

    def change(name: str, key: Key, *, left: bool) -> float:
        value = short if name == "short" else long
        a, b = done[name], base[name]
        if left:
            return (value(a, [key]) - value(b, [key])) / 1e3
        return float((a.money[key] - b.money[key]) @ value.weight) / 1e3

    return Gain(
        *(
            {k: change(n, k, left=x) for k in keys}
            for n, x in (("short", True), ("long", True), ("short", False), ("long", False))
        ),
        late={k: (done["long"].money[k] - base["long"].money[k]) * late for k in keys},
    )


def _ranks(gains: Mapping[str, float]) -> dict[str, int]:
    """One more than the options that are ahead by more than nothing to speak of (`HARMLESS`): what is alike is tied."""
    return {o: 1 + sum(other > gain + HARMLESS for other in gains.values()) for o, gain in gains.items()}


def _why(g: Gain, zone: str, far: Engine, near: Engine) -> str:
    """The account behind a change of rank, and the year in which it parts most."""
    keys = [k for k in g.long if not zone or k[0] == zone]
    key = max(keys, key=lambda k: abs(g.long[k] - g.short[k]))
    year = int(far.years[int(np.abs(g.late[key]).argmax())])
    moved = g.long[key] - g.short[key]
    return f"{key[1]}, {key[0]}: {moved:+.2f} bn beyond what {near.last} leaves, most in {year}"
