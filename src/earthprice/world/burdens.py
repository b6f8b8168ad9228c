"""Burdens of digging and separating, and what it takes to remove them, from the world's numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from earthprice.world.network import Abatement, places

STAGES = ("mining", "separation")
"""Stages that have burdens."""


def burdens_per_kg(activities: pd.DataFrame, v: Mapping[str, float]) -> pd.DataFrame:
    """Burden per kg of level [M, B]: `burden/PLACE/STAGE/BURDEN`, times `burden_unlicensed/...` without a licence.

    A district's own figures stand before its zone's, and those before the world's.

    Args:
        activities: the network's activities.
        v: the world's numbers.
    """
    kinds = list(dict.fromkeys(k.rsplit("/", 1)[1] for k in v if k.startswith("burden/")))
    return pd.DataFrame(burden_sizes(places(activities), kinds, v), index=activities.index, columns=kinds)


def burden_units(units: Mapping[str, str]) -> dict[str, str]:
    """What each burden is counted in per kg of level: `m3` where its numbers are in m3/kg REO."""
    return {k.rsplit("/", 1)[1]: unit.split("/")[0] for k, unit in units.items() if k.startswith("burden/")}


def burden_sizes(at: Sequence[tuple[str, str, str, str]], kinds: Sequence[str], v: Mapping[str, float]) -> np.ndarray:
    """The same as an array [M, B], for activities whose `places` are known and the burdens named."""
    which = {key: i for i, key in enumerate(dict.fromkeys(at))}
    found = np.zeros((len(which), len(kinds)))
    for (district, zone, stage, status), i in which.items():
        if stage in STAGES:
            found[i] = [_burden(v, district, zone, stage, status == "unlicensed", k) for k in kinds]
    return found[[which[key] for key in at]]


def damage_values(places: Sequence[str], kinds: Sequence[str], v: Mapping[str, float]) -> np.ndarray:
    """Damage of a unit of each burden at each place [USD/unit; D, B]; the median place's where none is known."""
    money = np.array([[v.get(f"damage/{p}/{kind}", np.nan) for kind in kinds] for p in places])
    known = ~np.isnan(money)
    world = [float(np.median(m[at])) if at.any() else 0.0 for m, at in zip(money.T, known.T, strict=True)]
    return np.where(known, money, world)


def stated(drawn: Mapping[str, float], central: Mapping[str, float]) -> dict[str, float]:
    """Numbers of a draw, of burdens and damage what sources state: a burden of unlicensed work, money a kilogram.

    Unlicensed burdens were read as such and tabled as ratios to the licensed ones, so a ratio falls as those rise; the
    value of a unit was got by dividing money a kilogram by the burdens of the processes q that `damage_of` names, so it
    falls as they rise:

        ratio' = ratio b0 / b,    value' = value sum_q w_q b0_q / sum_q w_q b'_q

    with b the licensed burden drawn, b0 at the tables' value, and b' those of the processes after the first step.

    Args:
        drawn: numbers of the draw, each along its own range.
        central: the same at the tables' values.
    """
    out, of = dict(drawn), defaultdict[str, list[tuple[str, str, str, float]]](list)
    for key, worse in drawn.items():
        table, _, rest = key.partition("/")
        if table == "burden_unlicensed" and drawn.get(f"burden/{rest}", 0.0) > 0:
            out[key] = worse * (central[f"burden/{rest}"] / drawn[f"burden/{rest}"])
        elif table == "damage_of":
            place, stage, status, kind = rest.split("/")
            of[f"damage/{place}/{kind}"].append((place, stage, status, worse))
    for key, processes in of.items():
        kind = key.rsplit("/", 1)[1]
        before, after = (
            sum(w * _burden(v, place, "", stage, status == "unlicensed", kind) for place, stage, status, w in processes)
            for v in (central, out)
        )
        if after > 0:
            out[key] = drawn[key] * (before / after)
    return out


def abatement(activities: pd.DataFrame, kinds: pd.Index, v: Mapping[str, float]) -> Abatement:
    """Cost and best share of removing each burden [M, B]: `abatement/PLACE/STAGE/BURDEN/cost` and `best`, else nil.

    Args:
        activities: the network's activities.
        kinds: the burdens.
        v: the world's numbers.
    """
    parts = {}
    for part in ("cost", "best"):
        rows = [
            [_first(v, f"abatement/{{}}/{stage}/{kind}/{part}", district, zone) or 0.0 for kind in kinds]
            for district, zone, stage, _ in places(activities)
        ]
        parts[part] = pd.DataFrame(rows, index=activities.index, columns=kinds)
    return Abatement(**parts)


def _burden(v: Mapping[str, float], district: str, zone: str, stage: str, unlicensed: bool, kind: str) -> float:
    for place in (district, zone, "world"):
        if (key := f"burden/{place}/{stage}/{kind}") in v:
            worse = v.get(f"burden_unlicensed/{place}/{stage}/{kind}", 1.0) if unlicensed else 1.0
            return v[key] * worse
    return 0.0


def _first(v: Mapping[str, float], key: str, district: str, zone: str) -> float | None:
    return next((v[k] for place in (district, zone, "world") if (k := key.format(place)) in v), None)
