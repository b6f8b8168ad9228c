"""Importers' answers: who fills the gap when less of an element comes from one origin, tonne by tonne.

Over the oxide and the metal of element e in the zones that lose, mass balance in oxide-equivalents says

    imports lost = more smuggled in + more from other zones + more separated + more recycled + more out of stocks
                   + less thrown away + less in a magnet + magnets bought instead + fewer magnets and oxides used

where every term is the difference between the run with the measure and the run without it, so that the parts add up to
the gap. Where fewer magnets come in than before, what they held (counted as in magnets of the zones' own make) belongs
to the imports lost. Plants that separate are told apart: those of the base year, and those that were projects then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from earthprice.measures.contents import raw
from earthprice.measures.lens import Lens
from earthprice.runs.engine import Outcome

ANSWERS = (
    "smuggled",
    "other zones",
    "stocks",
    "recycled",
    "separated in old plants",
    "separated in new plants",
    "less thrown away",
    "recipes with less",
    "magnets bought instead",
    "used less",
)
"""The parts, in the order in which they are shown."""


def filled(lens: Lens, before: Outcome, after: Outcome, element: str, zones: Sequence[str]) -> pd.DataFrame:
    """What some zones lost of an element from home, and who fills it.

    Args:
        lens: of the zone that ships less.
        before: the run without the measure.
        after: the run with it.
        element: its name in the tables.
        zones: zones that lose.

    Returns:
        Columns `lost` and `ANSWERS` [t REO/yr], one row a period; the answers add to `lost`.
    """
    weight = raw(lens, element) * _inside(lens, zones)
    flow = 1e3 * (weight @ before.point.bench.a)[None] * (after.record.level - before.record.level)
    home, other = lens.mask(zone=lens.home), ~lens.mask(zone=(lens.home, *zones))
    trade, hidden = lens.mask(stage="trade"), lens.mask(status="unlicensed")
    own = lens.mask(zone=tuple(zones))
    separates = lens.mask(stage="separation") & own
    new = np.array([d.motion == "project" for d in before.point.drafts])
    parts = {
        "smuggled": trade & hidden,
        "other zones": trade & ~hidden & (other | own),
        "stocks": lens.mask(doing="hold"),
        "recycled": lens.mask(stage="recycling"),
        "separated in old plants": separates & ~new,
        "separated in new plants": separates & new,
        "less thrown away": lens.mask(doing="dispose"),
        "oxide used": lens.mask(doing="use"),
    }
    found = {name: flow[:, mask].sum(1) for name, mask in parts.items()}
    needs = 1e3 * weight @ np.minimum(before.point.bench.a, 0.0)
    recipes, bought, fewer = _magnets(lens, (before, after), needs, zones)
    instead = {"magnets bought instead": np.maximum(bought, 0.0), "used less": fewer + found["oxide used"]}
    found |= {"recipes with less": recipes} | instead
    lost = np.maximum(-bought, 0.0) - flow[:, trade & ~hidden & home].sum(1)
    return pd.DataFrame({"lost": lost} | {name: found[name] for name in ANSWERS}, index=lens.engine.years)


def _inside(lens: Lens, zones: Sequence[str]) -> np.ndarray:
    return lens.engine.world.network.nodes["zone"].isin(list(zones)).to_numpy().astype(float)


def _magnets(
    lens: Lens, runs: tuple[Outcome, Outcome], needs: np.ndarray, zones: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Less of the element into magnets [t REO/yr; T]: by recipe; by magnets bought instead of made; by fewer magnets.

    By tier, with x made before, x' after, d and d' the element per magnet: x d - x' d' = x' (d - d') + (x - x') d, and
    x - x' = more bought + fewer used.
    """
    out = np.zeros((3, len(lens.engine.years)))
    before, after = (r.record.level for r in runs)
    for tier in sorted(set(lens.act["tier"]) - {""}):
        makes = lens.mask(stage="magnet", tier=tier, zone=tuple(zones))
        made, left = before[:, makes].sum(1), after[:, makes].sum(1)
        per, then = (-(x[:, makes] @ needs[makes]) / np.maximum(x[:, makes].sum(1), 1e-12) for x in (before, after))
        uses = lens.mask(stage="use", tier=tier, zone=tuple(zones))
        fewer = (before - after)[:, uses].sum(1)
        out += np.array([left * (per - then), per * (made - left - fewer), per * fewer])
    return out[0], out[1], out[2]
