"""Exposure: where each zone's use of an element comes from, through the whole chain. Inferred, not recorded.

An element is followed from the ground to final use. Every node holds one mixture: what comes in from different origins
leaves in the same proportions, as in input-output accounts. With x the level of an activity, e the element that it
passes on, and s the shares of the origins,

    s[n] e[n] = sum over activities a into n of  e[a -> n] s[a],   s[a] = mixture of what a takes in

which is linear in s. An origin is set anew at one stage: where the ore was dug (`mined`), where the oxide was separated
or recycled (`separated`), or what border it crossed last (`shipped`). Element contents of magnets and swarf follow from
what went into them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from earthprice.measures.contents import contents
from earthprice.measures.lens import Lens
from earthprice.runs.engine import Outcome

EXPOSURE_COLUMNS = (
    "scenario",
    "year",
    "zone",
    "element",
    "used",
    "in_magnets",
    "last_border",
    "separated",
    "mined",
    "concentration",
    "at_stake",
    "mark",
)
"""How far a zone hangs on the home zone for an element, at the central draw: final use with what is in magnets
[t REO/yr]; share of it in magnets [%]; share of the oxide and metal used there that crossed home's border last; of all
use what was separated and what was mined at home [%]; concentration of the zones of separation (Herfindahl, 0 to 1);
value of what home separated [MUSD/yr]; `inferred`: no record holds the trade of one element between two zones."""

INFERRED = "inferred"
"""The mark of every row: no record holds the trade of one element between two zones."""
LEAST = 0.5
"""Use of an element [t/yr] from which a zone has a row."""
RESET = {
    "mined": ("mining",),
    "separated": ("separation", "recycling"),
    "shipped": ("mining", "trade"),
}
"""Stages that set the origin anew, by what is asked."""


@dataclass(frozen=True)
class ElementFlows:
    """An element's way through the network in one period.

    Attributes:
        into: element that each activity brings into each node [t/yr; N, M].
        out: element that each activity takes out of each node [t/yr; N, M].
        zones: names of the zones.
    """

    into: np.ndarray
    out: np.ndarray
    zones: tuple[str, ...]


def follow(lens: Lens, run: Outcome, element: str, period: int) -> ElementFlows:
    """The flows of an element [t REO/yr] in one period.

    Args:
        lens: names of the network.
        run: a run.
        element: its name in the tables.
        period: position of the period.
    """
    a, level = run.point.bench.a, run.record.level[period]
    moves = ~lens.mask(doing="hold")
    takes, gives = np.maximum(-a, 0.0) * level * moves, np.maximum(a, 0.0) * level * moves
    held = 1e3 * contents(lens, run)[period, :, lens.elements.index(element), None]
    into, out = held * gives, held * takes
    loses = lens.mask(stage=("mining", "separation", "recycling"))  # in these what comes out is less than what goes in
    lost = np.where(loses | (into.sum(0) <= 0) | (out.sum(0) <= 0), 1.0, out.sum(0) / np.maximum(into.sum(0), 1e-12))
    return ElementFlows(into * np.maximum(lost, 0.0), out, lens.engine.names.zones)


def origins(f: ElementFlows, lens: Lens, asked: str) -> np.ndarray:
    """Shares of the origins in every node [N, Z]; a row is nil where nothing of the element passes.

    Args:
        f: the flows.
        lens: names of the network.
        asked: `mined`, `separated` or `shipped`.
    """
    n = f.into.shape[0]
    fresh = lens.mask(stage=RESET[asked]) | (f.out.sum(0) <= 0)
    source = np.zeros((n, len(f.zones)))
    for j in np.flatnonzero(fresh & (f.into.sum(0) > 0)):
        source[:, lens.zone_at[j]] += f.into[:, j]
    passes = ~fresh & (f.into.sum(0) > 0)
    mix = f.out[:, passes] / f.out[:, passes].sum(0)
    through = f.into[:, passes] @ mix.T
    total = f.into.sum(1)
    there = total > 1e-9
    share = np.linalg.solve(np.diag(np.where(there, total, 1.0)) - through * there[:, None], source * there[:, None])
    return np.clip(share, 0.0, 1.0)


def exposure(lens: Lens, runs: dict[str, Outcome], years: list[int]) -> pd.DataFrame:
    """How far each zone's use of each element hangs on home, at the central draw.

    Args:
        lens: of the zone on which others hang.
        runs: scenario -> run.
        years: years to show.

    Returns:
        Columns `EXPOSURE_COLUMNS`.
    """
    rows = [
        row
        for scenario, run in runs.items()
        for year in years
        for mean in [_of_year(lens, run, year)]
        for element in lens.elements
        for row in _rows(lens, mean, element, 0, (scenario, year))
    ]
    return pd.DataFrame(rows, columns=list(EXPOSURE_COLUMNS))


def _of_year(lens: Lens, run: Outcome, year: int) -> Outcome:
    """A run with one period: the mean of a year's levels and prices."""
    level, price = (lens.engine.of_year(x, year)[None] for x in (run.record.level, run.record.price))
    return replace(run, record=run.record._replace(level=level, price=price))


def _rows(lens: Lens, run: Outcome, element: str, period: int, head: tuple[str, int]) -> list[tuple]:
    f = follow(lens, run, element, period)
    nodes = lens.engine.world.network.nodes
    home, used, found = f.zones.index(lens.home), lens.mask(doing="use"), []
    shares = {asked: origins(f, lens, asked) for asked in RESET}
    final = f.out[:, used].sum(1)
    plants = f.out[:, used | lens.mask(stage="magnet")].sum(1)
    raw = nodes["good"].isin([f"{element}_oxide", f"{element}_metal"]).to_numpy()
    for zone in f.zones:
        here = (nodes["zone"] == zone).to_numpy()
        amount = final * here
        if amount.sum() < LEAST:
            continue
        oxide = plants * here * raw
        from_home = {asked: 100.0 * float(amount @ s[:, home]) / amount.sum() for asked, s in shares.items()}
        mixture = amount @ shares["separated"] / amount.sum()
        price = run.record.price[period, lens.engine.world.network.node(f"{element}_oxide@{zone}")]
        direct = 100.0 * float(oxide @ shares["shipped"][:, home]) / oxide.sum() if oxide.sum() > LEAST else np.nan
        found.append(
            (
                *head,
                zone,
                element,
                float(amount.sum()),
                100.0 * float((amount * ~raw).sum()) / float(amount.sum()),
                direct,
                from_home["separated"],
                from_home["mined"],
                float((mixture**2).sum()),
                float(amount.sum()) * from_home["separated"] / 100.0 * float(price) / 1e3,
                INFERRED,
            )
        )
    return found
