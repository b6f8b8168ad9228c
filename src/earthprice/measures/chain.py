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
    at = lens.mask(stage="separation", zone=lens.home, status="licensed")
    could = run.record.capacity[:, at].sum(1) - run.point.bench.capacity[at & _lent(run)].sum()
    out["capacity_use/separation"] = 100.0 * ratio(total(run, at), could)
    magnets = lens.mask(stage="magnet")
    both = np.zeros((2, len(run.record.level)))
    for tier in lens.tiers:
        made, could = _plants(run, magnets & lens.mask(zone=lens.home, tier=tier))
        out[f"capacity_use/magnet_{tier}"] = 100.0 * ratio(made, could)
        both += made, could
    out["capacity_use/magnet"] = 100.0 * ratio(both[0], both[1])
    for zone in lens.engine.names.zones:
        here = lens.mask(zone=zone)
        made_here = total(run, magnets & here)
        if made_here[0] > 0.01:
            out[f"high_share/{zone}"] = 100.0 * total(run, magnets & here & lens.mask(tier="high")) / made_here
        added, handed_on = _value_added(lens, run, zone)
        if handed_on[0] > VALUED:
            out[f"value_added/{zone}"] = 1e3 * ratio(added, handed_on)
    out["high_share"] = out.get(f"high_share/{lens.home}", np.full(len(run.record.level), np.nan))
    return out


def _lent(run: Outcome) -> np.ndarray:
    """Plants that are lines of others in the base year, turned over to imported feed [M]: no capacity of their own."""
    return np.array([d.lent > 0 for d in run.point.drafts])


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


def _value_added(lens: Lens, run: Outcome, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """What a zone's mines and plants add in value [MUSD/yr; T], and the REO in what they hand on [kt REO/yr; T].

    Value added is sales less bought goods at the zone's prices. What one plant makes and another of the zone takes
    cancels; the rest that is made, concentrates, oxides, metals and magnets, goes to users, abroad or to a dump.
    """
    at = lens.mask(doing="run", zone=zone)
    made = run.record.level[:, at] @ run.point.bench.a[:, at].T
    price = run.record.price[:, : made.shape[1]]
    return (made * price).sum(1), np.maximum(made, 0.0) @ lens.engine.world.network.content
