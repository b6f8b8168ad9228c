"""Drafts: activities as the tables describe them, before the base year is balanced."""

from __future__ import annotations

from typing import NamedTuple

Entry = tuple[str, float]


class Draft(NamedTuple):
    """One activity as drafted from the tables.

    Attributes:
        id, doing, stage, zone: as in `network.ACTIVITY_COLUMNS`.
        entries: (node id, coefficient) pairs, positive produces.
        level: base-year level [kt/yr]; 0 for what does not run yet.
        use: share of capacity used in the base year.
        cost: cost per unit of level [USD/kg], without charges and rents.
        stretch: how the spread is set: ("elasticity", e), ("cost", share) or ("value", share).
        trust: weight of the level in the reconciliation (larger moves less).
        law: which law of motion its capacity obeys: mine, plant, project, unlicensed, adapt, demand, store, release,
            state, fixed.
        capex: cost of new capacity [USD per kg/yr]; lead [years]; start [year]; planned [kt/yr].
        growth: names the growth path of a final use; long: its long-run elasticity; choke: multiple of base cost.
        ore_per_level: ore REO dug per unit of level (1 / recovery); body: ore body and class it digs.
        host: ore REO that comes up with the host mineral per unit of base level, whatever the rare-earth price; 0 where
            rare earths are dug for themselves; follows: share of its slack that follows the rare-earth price.
        attributes: the remaining columns of `ACTIVITY_COLUMNS`.
    """

    id: str
    doing: str
    stage: str
    zone: str
    entries: tuple[Entry, ...]
    level: float
    use: float
    cost: float
    stretch: tuple[str, float]
    trust: float
    law: str
    capex: float = 0.0
    lead: float = 0.0
    start: float = 0.0
    planned: float = 0.0
    growth: str = ""
    long: float = 0.0
    choke: float = 0.0
    ore_per_level: float = 0.0
    body: str = ""
    host: float = 0.0
    follows: float = 1.0
    attributes: tuple[tuple[str, str], ...] = ()
