"""The ensemble batched on a GPU: draws a second, and whether the answers are those of one run at a time.

Needs a GPU and a jax that drives it (`pip install 'jax[cuda12]'`); without one it says so. `--quick` runs the same code
on whatever there is, with few draws: is it sound?
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from benchmarks.clock import least
from benchmarks.figures import say
from benchmarks.workload import PERIODS, RULEBOOK
from earthprice.facts.world import load_world
from earthprice.runs.batch import run_batch
from earthprice.runs.crew import BATCH
from earthprice.runs.engine import Engine, Point, point, run
from earthprice.runs.sample import sample
from earthprice.study.assess import Options
from earthprice.study.frame import frame
from earthprice.world.terms import Terms


def drawn(count: int, periods: int) -> tuple[Engine, list[tuple[Point, Terms]]]:
    """The reform in some draws of the world."""
    world = load_world()
    plan = frame(RULEBOOK, Options(years=(world.base_year + 1, world.base_year + periods - 1)), world).plan
    every = sample(tuple(world.numbers.members), (), count, 1)
    base, reform = plan.baseline(plan.use()), plan.reform(plan.use())
    points = [point(plan.engine, plan.values(every.of_world(i)), base) for i in range(count)]
    return plan.engine, [(p, reform) for p in points]


def measure(quick: bool = False) -> dict[str, Any]:
    """Draws a second in batches, and the largest difference of a price from single runs', in base prices."""
    where = jax.default_backend()
    if where == "cpu" and not quick:
        return {"measured": False, "why": "no GPU on the machine that ran this"}
    engine, asked = drawn(3, 4) if quick else drawn(BATCH, PERIODS)
    seconds = least(lambda: run_batch(engine, asked), repeats=3)[0]
    found = run_batch(engine, asked)
    gaps = []
    for done, (p, terms) in zip(found[:8], asked[:8], strict=True):
        alone = run(engine, p, terms).record.price
        goods = p.bench.price.size
        gaps.append(np.abs(done.record.price[:, :goods] - alone[:, :goods]).max(0) / p.bench.price)
    return {
        "measured": True,
        "device": str(jax.devices()[0]),
        "draws": len(asked),
        "draws_per_s": len(asked) / seconds,
        "price_gap": float(np.max(gaps)),
        "residual": max(float(o.record.residual.max()) for o in found),
    }


if __name__ == "__main__":
    say(measure)
