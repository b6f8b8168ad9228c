"""10,000 cases meant to break the solver: each clears to 1e-8 or carries a named status; none may pass for cleared.

Random networks of 24 kinds (tiny spreads, no capacity, permits without endowment, isolated nodes, prices over six
decades, and several at once), half of them in sparse storage, started at reference prices; and the shipped rulebooks at
draws far outside the ranges. The verdict on every one is the audit's, which shares no code with the solver.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import jax
import numpy as np

from benchmarks.figures import say
from earthprice.facts.world import load_world
from earthprice.law import numbers
from earthprice.market import Market, audit, clear
from earthprice.market.audit import ALMOST_AT, CLEARED_AT
from earthprice.market.bundles import layout
from earthprice.runs.audit import worst
from earthprice.runs.engine import point, run
from earthprice.runs.sample import sample
from earthprice.study.assess import Options
from earthprice.study.frame import frame
from tests.market.networks import HARD, NODES, PERMITS, hard

NETWORKS, PATHS = 9_600, 400
BOOKS = ("china-2021-draft", "china-2024-regulations")
FAR = 0.002
"""Quantile to which factors of the rulebook cases go, either side: far outside the 5 to 95 % of the ranges."""
WHERE = layout(np.ones((NODES, hard("narrow", 0).a.shape[1]), bool), rows=PERMITS)
"""One sparse storage for all networks, so that one compiled solver serves them."""


def measure(quick: bool = False) -> dict[str, Any]:
    """Counts by status, and of cases whose solver claims what the audit denies."""
    count = Counter[str]()
    unflagged = _networks(48 if quick else NETWORKS, count) + _rulebooks(4 if quick else PATHS, count)
    return {"cases": int(sum(count.values())), "statuses": dict(count), "unflagged": unflagged}


def _networks(wanted: int, count: Counter[str]) -> int:
    solve, wrong = jax.jit(clear), 0
    for i in range(wanted):
        kind, seed = list(HARD)[i % len(HARD)], i // len(HARD)
        market: Market = hard(kind, 100_000 + seed)
        asked = market._replace(layout=WHERE) if seed % 2 else market
        found = solve(asked, market.reference)
        seen = audit(market, np.asarray(found.price))
        count[seen.status.name.lower()] += 1
        wrong += bool(found.residual <= CLEARED_AT and not seen.residual.max() <= ALMOST_AT)
    return wrong


def _rulebooks(wanted: int, count: Counter[str]) -> int:
    wrong = 0
    for book in BOOKS:
        f = frame(book, Options(years=(2021, 2030)), load_world())
        table = numbers(f.texts.reform.stack, as_of=f.texts.as_of)
        keys = list(dict.fromkeys(table.loc[table["low"].notna() & (table["low"] != table["high"]), "key"]))
        drawn = sample(tuple(f.world.numbers.members), keys, wanted // len(BOOKS), 3)
        for i in range(len(drawn.quantiles)):
            ends = {k: FAR if q < 0.5 else 1.0 - FAR for k, q in drawn.of_world(i).items()}
            use = f.plan.use(drawn.of_law(i))
            outcome = run(
                f.plan.engine, point(f.plan.engine, f.plan.values(ends), f.plan.baseline(use)), f.plan.reform(use)
            )
            residual = worst(outcome, f.world.network).size
            name = "cleared" if residual <= CLEARED_AT else "almost" if residual <= ALMOST_AT else "not_cleared"
            count[f"rulebook path {name}".replace("_", " ")] += 1
            finite = np.isfinite(outcome.record.price).all() and np.isfinite(outcome.record.level).all()
            wrong += bool(name != "not_cleared" and not finite)
    return wrong


if __name__ == "__main__":
    say(measure)
