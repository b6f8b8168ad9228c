"""The value chain: use of capacity, share of high-grade magnets, value added."""

from __future__ import annotations

import numpy as np

from earthprice.measures.lens import Lens
from earthprice.measures.series import Series, ratio, total
from earthprice.runs.engine import Outcome

VALUED = 0.5
"""What a zone's mines and plants hand on in the base year [kt REO/yr] from which value added per tonne is shown."""


def chain(lens: Lens, run: Outcome) -> Series:
    """Use of separation and magnet capacity [%], share of high-grade magnets [%], value added [USD/t REO] by zone."""
    out: Series = {}
    level, at = run.record.level, np.flatnonzero(lens.mask(stage="separation", zone=lens.home, status="licensed"))
    lent = [j for j in at if run.point.drafts[j].lent > 0]  # lines of others in the base year, no capacity of their own
    could = run.record.capacity[:, at].sum(1) - run.point.bench.capacity[lent].sum()
    out["capacity_use/separation"] = 100.0 * ratio(total(run, at), could)
    both = np.zeros((2, len(level)))
    for tier in lens.tiers:
        made, could = _plants(run, lens.mask(stage="magnet", zone=lens.home, tier=tier))
        out[f"capacity_use/magnet_{tier}"] = 100.0 * ratio(made, could)
        both += made, could
    out["capacity_use/magnet"] = 100.0 * ratio(both[0], both[1])
    added, handed_on = _value_added(lens, run)
    each = 1e3 * ratio(added, handed_on)
    for z, (zone, (here, high)) in enumerate(lens.makers.items()):
        made_here = total(run, here)
        if made_here[0] > 0.01:
            out[f"high_share/{zone}"] = 100.0 * total(run, high) / made_here
        if handed_on[z, 0] > VALUED:
            out[f"value_added/{zone}"] = each[z]
    out["high_share"] = out.get(f"high_share/{lens.home}", np.full(len(level), np.nan))
    return out


def _plants(run: Outcome, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Output of a make and what its plants could make [kt/yr; T].

    The first recipe's use holds for all plants of the make in the base year; lines turned over to another recipe are
    the same plants, so that only what is built or closed since counts.
    """
    which = np.flatnonzero(at)
    if not len(which):
        return np.zeros(len(run.record.level)), np.zeros(len(run.record.level))
    made, capacity = run.record.level[:, which].sum(1), run.record.capacity[:, which].sum(1)
    base = run.point.bench.level[which].sum() / max(run.point.drafts[which[0]].use, 1e-3)
    return made, base + capacity - capacity[0]


def _value_added(lens: Lens, run: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """What each zone's mines and plants add in value [MUSD/yr; Z, T], and the REO in what they hand on [kt REO/yr].

    Value added is sales less bought goods at the zone's prices. What one plant makes and another of the zone takes
    cancels; the rest that is made, concentrates, oxides, metals and magnets, goes to users, abroad or to a dump.
    """
    coefficients, node, of_zone = lens.handed_on
    made = coefficients @ run.record.level.T
    reo = np.maximum(made, 0.0) * lens.engine.world.network.content[node, None]
    return of_zone @ (made * run.record.price[:, node].T), of_zone @ reo
