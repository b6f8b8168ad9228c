"""Ways of ore: which mines and which plants can do business with each other, by what is shipped between them."""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.benchmark import Benchmark
from earthprice.world.draft import Columns


def ways(said: Columns, bench: Benchmark) -> tuple[np.ndarray, np.ndarray]:
    """Ore given by a unit of each mine's capacity, and taken by a unit of each plant's, by way [kg/kg; A, M].

    A way is all places of an ore that licensed shipments join, with the mines that dig it and the plants that separate
    it there. What is dug without a licence is another ore, since other plants take it.
    """
    n = len(bench.price)
    of = np.arange(n)
    made, taken = bench.network.made, bench.network.taken
    dug, split = ((said["stage"] == stage) & (said["doing"] == "run") for stage in ("mining", "separation"))
    ores = set(made[dug].tolist()) | set(taken[split].tolist())
    shipped = np.flatnonzero((said["doing"] == "ship") & (said["stage"] == "trade"))
    for one, other in zip(taken[shipped].tolist(), made[shipped].tolist(), strict=True):
        if {one, other} <= ores:
            of[of == of[one]] = of[other]
    known = sorted(set(of[made[dug]].tolist()) & set(of[taken[split]].tolist()))
    rows, m = np.array(known, int)[:, None], np.arange(len(made))
    gives = np.where((of[made] == rows) & dug, bench.a[made, m], 0.0)
    takes = np.where((of[taken] == rows) & split, -bench.a[taken, m], 0.0)
    return gives, takes
