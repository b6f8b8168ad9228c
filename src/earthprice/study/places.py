"""What is left behind, place by place: water, ammonia, residue, land, gas, each in its unit, and money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from earthprice.measures.spread import changed, ranged, verdict
from earthprice.study.assessment import DAMAGE_COLUMNS
from earthprice.study.bands import Bands, series_behind
from earthprice.study.ensemble import Pair, Plan, Summary, by_law
from earthprice.study.figures import UNITS

LEAST = 1e-9
"""Amount a year, in any unit, below which nothing is left behind."""
WATER, LAND = "waste_water", "leached_land"
HECTARES = 100.0
"""In a square kilometre."""

Yearly = Callable[[Sequence[Summary]], np.ndarray]
"""What cases leave behind in the year, one value a case."""


class BurdenReading(NamedTuple):
    """A row of the table: name, unit, and how a run is read at the low end, the value, the high end of its sources."""

    burden: str
    unit: str
    read: tuple[Yearly, Yearly, Yearly]


def damage(plan: Plan, cases: Sequence[Pair], year: int, bands: Bands | None = None) -> pd.DataFrame:
    """What both laws leave behind in a year by place and burden, and in money (columns `DAMAGE_COLUMNS`).

    Ammonia nitrogen is waste water times what is in it [t/yr = Mm3/yr x mg/L], with and without a licence apart; its
    range holds that of the concentration besides the draws. The residue of separation is where thorium stays.

    Args:
        plan: the plan.
        cases: draws that cleared.
        year: the year.
        bands: what is left out of levels; None: nothing.
    """
    e, rows, draws = plan.engine, [], [p.draw for p in cases]
    for place in (e.names.places[p] for p in plan.lens.standing):
        zone = dict(zip(e.names.places, e.place_zones, strict=True))[place]
        for kind in _kinds(plan, place, year):
            sides = [_at_ends(kind, side) for side in by_law(cases)]
            if max(float(np.max(s)) for s in sides) <= LEAST:
                continue
            told = [np.array([_held(plan, bands, place, x, draws, year) for x in s]) for s in sides]
            change = changed(*sides, axis=1)
            ends = [_ends(ranged(s, axis=1).T) for s in (*told, change)]
            rows.append((place, zone, kind.burden, year, kind.unit, *np.concatenate(ends), verdict(change[1])))
    return pd.DataFrame(rows, columns=list(DAMAGE_COLUMNS))


def _at_ends(kind: BurdenReading, cases: Sequence[Summary]) -> np.ndarray:
    """A kind in every case at the low end, the value and the high end of its sources [3, n]; what is alike once."""
    found = {f: f(cases) for f in dict.fromkeys(kind.read)}
    return np.array([found[f] for f in kind.read])


def _held(plan: Plan, bands: Bands | None, place: str, x: np.ndarray, draws: Sequence[int], year: int) -> np.ndarray:
    return bands.year(series_behind(plan.lens, f"damage/{place}"), x, draws, year) if bands else x


def _ends(each: np.ndarray) -> np.ndarray:
    """Low end, median and high end of what was ranged at the low end, the value and the high end of a source."""
    return np.array([each.min(), each[1, 1], each.max()])


def _kinds(plan: Plan, place: str, year: int) -> Iterator[BurdenReading]:
    def amount(cases: Sequence[Summary], name: str, scale: float = 1.0) -> np.ndarray:
        return plan.engine.of_year(np.array([c.series[name] for c in cases]).T, year) * scale

    def one(burden: str, unit: str, name: str, scale: float = 1.0) -> BurdenReading:
        return BurdenReading(burden, unit, (partial(amount, name=name, scale=scale),) * 3)

    for burden in plan.engine.names.burdens:
        name = f"burden/{place}:{burden}"
        yield one(burden, "ha/yr", name, HECTARES) if burden == LAND else one(burden, UNITS.get(burden, "per yr"), name)
        if burden == WATER:
            reads = [partial(_ammonia, amount, name, mg) for mg in _concentrations(plan)]
            yield BurdenReading("ammonia_nitrogen", "t N/yr", (reads[0], reads[1], reads[2]))
        if burden == "residue":
            yield one("residue_separation", UNITS[burden], f"{name}_separation")
    yield one("money", "MUSD2020/yr", f"damage/{place}")


def _concentrations(plan: Plan) -> Iterator[Mapping[str, float]]:
    """Ammonia nitrogen in waste water by status [mg/L], at the low end, the value, the high end."""
    table = plan.engine.world.structure["effluents"].set_index("status")
    for end in ("low", "value", "high"):
        yield table[end].astype(float).to_dict()


def _ammonia(
    amount: Callable[..., np.ndarray], name: str, mg: Mapping[str, float], cases: Sequence[Summary]
) -> np.ndarray:
    wild = amount(cases, f"{name}_unlicensed")
    return (amount(cases, name) - wild) * mg["licensed"] + wild * mg["unlicensed"]
