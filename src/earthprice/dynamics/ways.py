"""Ways of ore: which mines and which plants can do business with each other, by what is shipped between them."""

from __future__ import annotations

import numpy as np

from earthprice.world.network import Network


def ways(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Ore given by a unit of each mine's capacity, and taken by a unit of each plant's, by way [kg/kg; A, M].

    A way is all places of an ore that licensed shipments join, with the mines that dig it and the plants that separate
    it there. What is dug without a licence is another ore, since other plants take it.
    """
    of = np.arange(len(network.nodes))
    made, taken = network.made, network.taken
    stage, doing = (network.activities[c].to_numpy(object) for c in ("stage", "doing"))
    dug, split = ((stage == name) & (doing == "run") for name in ("mining", "separation"))
    ores = set(made[dug].tolist()) | set(taken[split].tolist())
    shipped = np.flatnonzero((doing == "ship") & (stage == "trade"))
    for one, other in zip(taken[shipped].tolist(), made[shipped].tolist(), strict=True):
        if {one, other} <= ores:
            of[of == of[one]] = of[other]
    known = sorted(set(of[made[dug]].tolist()) & set(of[taken[split]].tolist()))
    rows, m = np.array(known, int)[:, None], np.arange(len(made))
    gives = np.where((of[made] == rows) & dug, network.matrix[made, m], 0.0)
    takes = np.where((of[taken] == rows) & split, -network.matrix[taken, m], 0.0)
    return gives, takes
