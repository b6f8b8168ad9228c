"""Today's question: the law of 2026 at the central draw from the benchmark of 2024 to 2030, in the default periods.

Quarters stand around what a licence or a stop begins or ends, so that the periods are as many as the law asks for.
Prices are looked for near those of the baseline, which `assess` and `explore` run first.
"""

from __future__ import annotations

import os
from typing import Any

import jax.numpy as jnp
import numpy as np

from benchmarks.clock import least
from benchmarks.figures import say
from benchmarks.workload import Workload
from earthprice.arithmetic import settled
from earthprice.runs.engine import arranged, point, run
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.study.start import start

TEXT, LAST = "china-2026", 2030
AIM = 0.04
"""Seconds that the path may take, warm, on one core."""


@settled()
def today() -> Workload:
    """The path, compiled by its first run."""
    options = Options(years=(2025, LAST))
    f = frame(TEXT, options, start([TEXT], options).world)
    use = f.plan.use()
    p = point(f.plan.engine, f.plan.values({}), f.plan.baseline(use))
    p = p.near(run(f.plan.engine, p, f.plan.baseline(use)).guide)
    s, schedule, *_ = arranged(f.plan.engine, p, f.plan.reform(use))
    return Workload(f, p, s, schedule, jnp.asarray(f.plan.engine.years))


@settled()
def measure(quick: bool = False) -> dict[str, Any]:
    """Least seconds of many runs, and of what size the path is."""
    w = today()
    record = w.run()
    load = os.getloadavg()[0]
    (path,) = least(w.run, repeats=3 if quick else 1000, seconds=5.0 if quick else 60.0)
    return {
        "path_s": path,
        "load": load,
        "aim_s": AIM,
        "periods": len(w.years),
        "nodes": w.nodes,
        "activities": int(w.setting.base.a.shape[1]),
        "steps": int(np.asarray(record.steps).sum()),
        "hardest": int(np.asarray(record.steps).max()),
        "residual": float(np.asarray(record.residual).max()),
    }


if __name__ == "__main__":
    say(measure)
